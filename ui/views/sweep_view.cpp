// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sweep_view.h"

#include <algorithm>

#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/options/option.h"
#include "ui/paint_tree.h"
#include "ui/theme.h"
#include "ui/views/sweep_rows.h"
#include "ui/widgets/labels.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

const char* const kSides[] = {"", "a.", "both."};

QString q(const std::string& text) { return QString::fromStdString(text); }

/// The values an axis over this option begins with: all of a choice's.
QString firstValues(const QString& key) {
    if (key == QLatin1String("length")) return QStringLiteral("4|8|16");
    if (key.isEmpty() || key == QLatin1String("model")) return {};
    const OptionSpec& spec = option(key.toStdString());
    QStringList values;
    for (const std::string& value : spec.values) values << q(value);
    return values.join(u'|');
}

QString hintFor(const QString& key) {
    if (key == QLatin1String("model")) return SweepView::tr("folders, joined by |");
    if (key == QLatin1String("length")) return SweepView::tr("tokens of the prompt, joined by |");
    return SweepView::tr("values, joined by |");
}

/// Its beginning stays in sight, and the tool tip has all of it.
void showValues(QLineEdit& field, const QString& values) {
    field.setText(values);
    field.setCursorPosition(0);
    field.setToolTip(values);
}

}  // namespace

SweepView::SweepView(QWidget* parent) : View(QStringLiteral("sweep"), parent) {
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(2));
    rows->addWidget(buildAxes());
    m_words = makeLabel({}, Look::caption);
    m_words->setObjectName(QStringLiteral("sweepWords"));
    m_words->setWordWrap(true);
    rows->addWidget(m_words);
    m_grid = new QTableWidget;
    m_grid->setObjectName(QStringLiteral("sweepGrid"));
    m_grid->setAccessibleName(tr("Grid of comparisons"));
    m_grid->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_grid->setSelectionMode(QAbstractItemView::SingleSelection);
    m_grid->setCornerButtonEnabled(false);
    m_grid->setWordWrap(true);
    // An exported picture grows until it holds all of it.
    m_grid->setProperty(kWholeProperty, true);
    m_grid->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_grid->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_grid->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_grid->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_grid->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    rows->addWidget(m_grid, 1);
    connect(m_grid, &QTableWidget::cellClicked, this, &SweepView::openCell);
    connect(m_grid, &QTableWidget::cellActivated, this, &SweepView::openCell);
    setContent(page);
    setVeil(false);  // it shows its own progress
    connect(&Theme::instance(), &Theme::changed, this, &SweepView::showGrid);
    setEmpty({});
    showGrid();
}

SweepView::~SweepView() = default;

QWidget* SweepView::buildAxes() {
    auto* box = new QWidget;
    box->setProperty(kControlProperty, true);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Theme::space(1));
    for (int i = 0; i < 2; ++i) {
        m_axes[static_cast<size_t>(i)] = buildAxis(i);
        const AxisRow& row = m_axes[static_cast<size_t>(i)];
        grid->addWidget(makeLabel(i == 0 ? tr("rows") : tr("columns"), Look::caption), i, 0);
        grid->addWidget(row.side, i, 1);
        grid->addWidget(row.key, i, 2);
        grid->addWidget(row.values, i, 3);
    }
    m_run = new QPushButton(tr("Run"));
    m_run->setToolTip(tr("Run the grid; once more stops it, and what it has stays"));
    m_run->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_run->setObjectName(QStringLiteral("sweepRun"));
    m_run->setProperty("quiet", true);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_running) {
            Q_EMIT sweepCancelled();
        } else {
            setProblem({});
            Q_EMIT sweepRequested(axisTexts());
        }
    });
    grid->addWidget(m_run, 0, 4, 2, 1);
    grid->setColumnStretch(3, 1);
    return box;
}

SweepView::AxisRow SweepView::buildAxis(int number) {
    AxisRow row;
    row.side = new QComboBox;
    row.side->addItems({tr("run B"), tr("run A"), tr("both")});
    row.side->setAccessibleName(tr("which run this axis sets"));
    row.key = new QComboBox;
    row.key->setAccessibleName(tr("what this axis sets"));
    row.key->setObjectName(QStringLiteral("sweepKey%1").arg(number));
    row.values = new QLineEdit;
    row.values->setAccessibleName(tr("values of this axis"));
    row.values->setObjectName(QStringLiteral("sweepValues%1").arg(number));
    row.values->setMinimumWidth(Theme::space(20));
    // A list that is set, not typed, is read from its beginning.
    connect(row.values, &QLineEdit::textChanged, this, [values = row.values] {
        if (!values->hasFocus()) values->setCursorPosition(0);
    });
    if (number == 1) row.key->addItem(tr("none"), QString());
    row.key->addItem(tr("prompt length"), QStringLiteral("length"));
    row.key->addItem(tr("model"), QStringLiteral("model"));
    for (const OptionSpec& spec : all_options()) row.key->addItem(q(spec.label), q(spec.id));
    row.key->setMaxVisibleItems(24);
    row.key->setCurrentIndex(number == 0 ? row.key->findData(QStringLiteral("dtype")) : 0);
    showValues(*row.values, firstValues(row.key->currentData().toString()));
    connect(row.key, &QComboBox::activated, this, [this, number] { keyChanged(number); });
    row.side->setEnabled(number == 0);
    row.values->setEnabled(number == 0);
    return row;
}

void SweepView::keyChanged(int number) {
    const AxisRow& row = m_axes[static_cast<size_t>(number)];
    const QString key = row.key->currentData().toString();
    showValues(*row.values, firstValues(key));
    row.values->setPlaceholderText(hintFor(key));
    row.values->setEnabled(!key.isEmpty());
    row.side->setEnabled(!key.isEmpty() && key != QLatin1String("length"));
}

QString SweepView::axisText(const AxisRow& row) const {
    const QString key = row.key->currentData().toString();
    if (key.isEmpty()) return {};
    const QString side = key == QLatin1String("length")
                             ? QString()
                             : QLatin1String(kSides[std::max(0, row.side->currentIndex())]);
    return side + key + u'=' + row.values->text().trimmed();
}

QStringList SweepView::axisTexts() const {
    QStringList texts;
    for (const AxisRow& row : m_axes) {
        if (const QString text = axisText(row); !text.isEmpty()) texts << text;
    }
    return texts;
}

void SweepView::setAxes(const std::vector<SweepAxis>& axes) {
    for (size_t i = 0; i < m_axes.size(); ++i) {
        const AxisRow& row = m_axes[i];
        const QString key = i < axes.size() ? q(axes[i].key) : QString();
        const int at = row.key->findData(key);
        if (at < 0) continue;
        row.key->setCurrentIndex(at);
        keyChanged(static_cast<int>(i));
        if (i >= axes.size()) continue;
        QStringList values;
        for (const std::string& value : axes[i].values) values << q(value);
        showValues(*row.values, values.join(u'|'));
        row.side->setCurrentIndex(axes[i].side == AxisSide::b   ? 0
                                  : axes[i].side == AxisSide::a ? 1
                                                                : 2);
    }
}

QJsonObject SweepView::saveState() const {
    QJsonObject state;
    for (size_t i = 0; i < m_axes.size(); ++i) {
        const QString number = QString::number(i);
        state[QStringLiteral("key") + number] = m_axes[i].key->currentData().toString();
        state[QStringLiteral("side") + number] = m_axes[i].side->currentIndex();
        state[QStringLiteral("values") + number] = m_axes[i].values->text();
    }
    return state;
}

void SweepView::restoreState(const QJsonObject& state) {
    for (size_t i = 0; i < m_axes.size(); ++i) {
        const QString number = QString::number(i);
        const AxisRow& row = m_axes[i];
        const QJsonValue key = state.value(QStringLiteral("key") + number);
        const int at = key.isString() ? row.key->findData(key.toString()) : -1;
        if (at < 0) continue;
        row.key->setCurrentIndex(at);
        keyChanged(static_cast<int>(i));
        row.side->setCurrentIndex(
            std::clamp(state.value(QStringLiteral("side") + number).toInt(), 0, 2));
        showValues(*row.values, state.value(QStringLiteral("values") + number).toString());
    }
}

void SweepView::setSweep(SweepPtr sweep) {
    m_sweep = std::move(sweep);
    showGrid();
}

void SweepView::setRunning(bool running) {
    m_running = running;
    m_run->setText(running ? tr("Stop") : tr("Run"));
    showGrid();
}

void SweepView::setProblem(const QString& text) {
    m_problem = text;
    showGrid();
}

void SweepView::feed(View& twin) const {
    if (auto* other = qobject_cast<SweepView*>(&twin)) {
        other->restoreState(saveState());
        other->setSweep(m_sweep);
    }
}

const SweepCell* SweepView::cellAt(int row, int column) const {
    const auto at = static_cast<size_t>(row) * static_cast<size_t>(m_grid->columnCount()) +
                    static_cast<size_t>(column);
    return m_sweep && row >= 0 && column >= 0 && at < m_sweep->cells.size() ? &m_sweep->cells[at]
                                                                            : nullptr;
}

void SweepView::showGrid() {
    setLook(m_words, m_problem.isEmpty() ? Look::caption : Look::bad);
    m_words->setText(m_problem.isEmpty() ? describe() : m_problem);
    if (!m_sweep) {
        m_grid->setRowCount(0);
        m_grid->setColumnCount(0);
        return;
    }
    const std::vector<SweepAxis>& axes = m_sweep->request.axes;
    const bool two = axes.size() == 2;
    QStringList down, across;
    for (const std::string& value : axes[0].values) {
        down << q(shownValue(axes[0], value));
    }
    if (two) {
        for (const std::string& value : axes[1].values) {
            across << q(shownValue(axes[1], value));
        }
    } else {
        across << tr("against A");
    }
    m_grid->setRowCount(static_cast<int>(down.size()));
    m_grid->setColumnCount(static_cast<int>(across.size()));
    m_grid->setVerticalHeaderLabels(down);
    m_grid->setHorizontalHeaderLabels(across);
    for (int row = 0; row < m_grid->rowCount(); ++row) {
        for (int column = 0; column < m_grid->columnCount(); ++column) showCell(row, column);
    }
    constexpr int kFewColumns = 4;  // they share the width; more scroll
    const bool few = m_grid->columnCount() <= kFewColumns;
    m_grid->horizontalHeader()->setSectionResizeMode(few ? QHeaderView::Stretch
                                                         : QHeaderView::ResizeToContents);
}

void SweepView::showCell(int row, int column) {
    const SweepCell* cell = cellAt(row, column);
    if (!cell) return;
    QTableWidgetItem* item = m_grid->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        m_grid->setItem(row, column, item);
    }
    QStringList lines;
    for (const std::string& line : cellLines(*cell)) lines << q(line);
    const bool done = cell->state == CellState::done;
    const VerdictLook look = verdictLook(cell->verdict.kind);
    if (done && !look.mark.isEmpty()) lines.front().prepend(look.mark + u' ');
    const Theme& theme = Theme::instance();
    const bool bad = done && look.tone == QLatin1String("bad");
    const bool good = done && look.tone == QLatin1String("good");
    item->setText(lines.join(u'\n'));
    item->setToolTip(done ? q(cell->verdict.rule) : q(cell->why));
    item->setTextAlignment(Qt::AlignLeft | Qt::AlignTop);
    item->setBackground(theme.color(bad ? Role::badGround : good ? Role::goodGround : Role::panel));
    item->setForeground(theme.color(done ? Role::text : Role::dimText));
    item->setFlags(done ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsEnabled);
}

void SweepView::openCell(int row, int column) {
    const SweepCell* cell = cellAt(row, column);
    if (cell && cell->state == CellState::done) Q_EMIT cellOpened(cell->request);
}

Table SweepView::table() const { return m_sweep ? sweepTable(*m_sweep) : Table(); }

QString SweepView::describe() const {
    if (!m_sweep) {
        return tr(
            "What is asked on the left stays as it is; each cell changes what its row and "
            "column name. Choose one or two axes and run the grid.");
    }
    const auto done =
        std::count_if(m_sweep->cells.begin(), m_sweep->cells.end(),
                      [](const SweepCell& c) { return c.state != CellState::waiting; });
    const QString count = tr("%1 of %2 cells. Loss A | B and mean KL(A ‖ B) in nats; a click opens "
                             "the pair.")
                              .arg(done)
                              .arg(m_sweep->cells.size());
    const std::vector<SweepAxis>& axes = m_sweep->request.axes;
    QString text = tr("Rows: %1.").arg(q(axes[0].name())) + u' ';
    if (axes.size() == 2) text += tr("Columns: %1.").arg(q(axes[1].name())) + u' ';
    text += count;
    return m_sweep->cancelled ? text + u' ' + tr("Stopped before its end.") : text;
}

}  // namespace driftscope
