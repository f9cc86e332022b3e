// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/numbers_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QPointer>
#include <QSplitter>
#include <QThreadPool>
#include <QVBoxLayout>

#include "ui/plots/bar_chart.h"
#include "ui/plots/scatter_plot.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr int kMostRows = 200000;    // of the table on screen and of the CSV
constexpr int64_t kAtOnce = 100000;  // values whose statistics take no noticeable time
constexpr int kNarrow = 420;         // below this the plots stand under the table

QString q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

NumbersView::NumbersView(QWidget* parent) : View(QStringLiteral("numbers"), parent) {
    m_picker = new QComboBox;
    m_picker->setObjectName(QStringLiteral("site"));
    m_picker->setAccessibleName(tr("Site"));
    m_picker->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_picker->setMinimumContentsLength(16);
    connect(m_picker, &QComboBox::activated, this, [this](int index) {
        if (const auto chosen = parse_site(m_picker->itemText(index).toStdString()))
            selection()->setSite(*chosen);
    });
    m_range = new Segmented({tr("position"), tr("all")});
    m_range->setProperty("part", QStringLiteral("range"));
    m_range->setItemTip(0, tr("values at the chosen position"));
    m_range->setItemTip(1, tr("values at every position"));
    connect(m_range, &Segmented::chosen, this, [this](int i) {
        m_allPositions = i == 1;
        applySlice();
    });
    m_otherPicker = new QComboBox;
    m_otherPicker->setObjectName(QStringLiteral("other"));
    m_otherPicker->setAccessibleName(tr("Head, expert or feature"));
    m_otherPicker->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_otherPicker, &QComboBox::activated, this, [this](int index) {
        m_other = m_otherPicker->itemData(index).toInt();
        applySlice();
    });
    for (QWidget* control : {static_cast<QWidget*>(m_picker), static_cast<QWidget*>(m_range),
                             static_cast<QWidget*>(m_otherPicker)}) {
        addControl(control);
    }
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_caption = new ElidedLabel(Look::caption);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_table = new DataTable;
    m_table->setObjectName(QStringLiteral("table"));
    m_table->setAccessibleName(tr("Values of A and B"));
    connect(m_table, &DataTable::rowChosen, this, &NumbersView::chooseRow);
    m_split = new QSplitter(Qt::Horizontal);
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(Theme::space(2));
    m_split->setProperty("quiet", true);
    m_split->addWidget(m_table);
    m_split->addWidget(buildPlots());
    m_split->setStretchFactor(0, 5);
    m_split->setStretchFactor(1, 3);
    m_split->setSizes({5000, 3000});
    rows->addWidget(m_caption);
    rows->addWidget(m_split, 1);
    setContent(page);
    m_askSoon.setSingleShot(true);
    m_askSoon.setInterval(0);  // several fields of the selection often change together
    connect(&m_askSoon, &QTimer::timeout, this, &NumbersView::ask);
}

NumbersView::~NumbersView() = default;

QWidget* NumbersView::buildPlots() {
    auto* pane = new QWidget;
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(1));
    m_histogram = new BarChart;
    m_histogram->setObjectName(QStringLiteral("histogram"));
    m_histogram->setCaption(tr("values by ulp distance, log"));
    m_histogram->setLog(true);
    QStringList names;
    for (int i = 0; i < ValueStats::kBuckets; ++i) names << q(bucketName(i));
    m_histogram->setCategories(names);
    m_scatter = new ScatterPlot;
    m_scatter->setObjectName(QStringLiteral("scatter"));
    m_scatter->setCaption(tr("B over A"));
    column->addWidget(m_histogram, 1);
    column->addWidget(m_scatter, 1);
    const auto row = [this](int point) {
        const auto i = static_cast<size_t>(point);
        return i < m_stats.pointRows.size() ? m_stats.pointRows[i] : int64_t{-1};
    };
    connect(m_scatter, &ScatterPlot::pointHovered, this,
            [this, row](int point) { hoverRow(row(point)); });
    connect(m_scatter, &ScatterPlot::pointChosen, this, [this, row](int point) {
        if (row(point) < shownRows()) m_table->showRow(static_cast<int>(row(point)));
    });
    for (Plot* plot : {static_cast<Plot*>(m_histogram), static_cast<Plot*>(m_scatter)}) {
        connect(plot, &Plot::left, this, &View::hoverLeft);
    }
    return pane;
}

QJsonObject NumbersView::saveState() const {
    return {{QStringLiteral("all"), m_allPositions}, {QStringLiteral("other"), m_other}};
}

void NumbersView::restoreState(const QJsonObject& state) {
    m_allPositions = state.value(QStringLiteral("all")).toBool();
    m_range->setCurrent(m_allPositions ? 1 : 0);
    m_other = std::max(-1, state.value(QStringLiteral("other")).toInt(-1));
    applySlice();
}

Site NumbersView::site() const { return selection()->site(); }

bool NumbersView::isCurrent() const {
    return m_values && comparison() && m_values->comparison == comparison()->id &&
           m_values->site == site();
}

void NumbersView::comparisonChanged() {
    fillPicker();
    m_askedId = 0;
}

void NumbersView::fillPicker() {
    m_picker->clear();
    for (const SiteMetrics& metrics : comparison()->sites) {
        if (metrics.in_a || metrics.in_b) m_picker->addItem(q(to_string(metrics.site)));
    }
}

void NumbersView::selectionChanged() {
    if (!comparison()) return;
    m_picker->setCurrentIndex(m_picker->findText(q(to_string(site()))));
    if (isCurrent()) {
        // Of every position: another one is no other slice.
        if (m_allPositions && m_slice.values() == m_values.get()) return showWords();
        return applySlice();
    }
    m_failure.clear();
    m_slice = {};
    showTable();
    showStats({});
    showWords();
    m_askSoon.start();
}

/// Only what somebody looks at is computed.
void NumbersView::ask() {
    // A dock behind a tab counts as visible, but nothing of it is seen.
    if (!comparison() || isCurrent() || !comparison()->complete) return;
    if (!isVisible() || visibleRegion().isEmpty()) return;
    if (m_askedId == comparison()->id && m_askedSite == site()) return;
    m_askedId = comparison()->id;
    m_askedSite = site();
    Q_EMIT valuesNeeded(site());
}

bool NumbersView::event(QEvent* event) {
    const bool seen = event->type() == QEvent::Show || event->type() == QEvent::Paint;
    if (seen && comparison() && !isCurrent()) m_askSoon.start();
    return View::event(event);
}

void NumbersView::setValues(ValuesPtr values) {
    if (!values || !comparison() || values->comparison != comparison()->id) return;
    if (values->site != site()) return;
    m_values = std::move(values);
    m_failure.clear();
    fillOther();
    setBadge(m_values->badge_a == m_values->badge_b
                 ? q(m_values->badge_a)
                 : tr("A %1 · B %2").arg(q(m_values->badge_a), q(m_values->badge_b)),
             tr("recomputed: the runs were made again over the same calls; the null test holds "
                "them to the same bits. not available: this run never makes the value."));
    applySlice();
}

void NumbersView::setValuesFailed(const QString& message, const QString& hint) {
    if (!comparison() || isCurrent()) return;
    m_failure = message;
    m_failureHint = hint;
    showWords();
}

void NumbersView::feed(View& twin) const {
    if (isCurrent()) twin.setValues(m_values);
}

void NumbersView::fillOther() {
    const int axis = ValueSlice::otherAxis(*m_values);
    const auto& shape = ValueSlice::shape(*m_values);
    m_otherPicker->clear();
    const QString name = axis < 0 ? QString() : q(m_values->axes[static_cast<size_t>(axis)]);
    // A feature of the stream is found in the table; heads, experts and slots are worth a choice.
    const bool few = axis >= 0 && shape[static_cast<size_t>(axis)] <= 256 && shape.size() > 2;
    setControlShown(m_otherPicker, few);
    if (!few) {
        m_other = -1;
        return;
    }
    m_otherPicker->addItem(tr("every %1").arg(name), -1);
    for (int i = 0; i < shape[static_cast<size_t>(axis)]; ++i) {
        m_otherPicker->addItem(QStringLiteral("%1 %2").arg(name).arg(i), i);
    }
    if (m_other >= shape[static_cast<size_t>(axis)]) m_other = -1;
    m_otherPicker->setCurrentIndex(m_other + 1);
    m_otherPicker->setMinimumWidth(m_otherPicker->sizeHint().width());
}

void NumbersView::applySlice() {
    if (!isCurrent()) return;
    const auto pos = m_allPositions ? std::nullopt : std::optional<int64_t>(selection()->pos());
    m_slice =
        ValueSlice(m_values, pos, m_other < 0 ? std::nullopt : std::optional<int64_t>(m_other));
    showTable();
    const quint64 number = ++m_statsNumber;
    if (m_slice.count() <= kAtOnce) return takeStats(number, statsOf(m_slice));
    showStats({});
    showWords();
    // Millions of values: beside the window's thread, and only the newest answer counts.
    QThreadPool::globalInstance()->start(
        [view = QPointer<NumbersView>(this), number, slice = m_slice] {
            const ValueStats stats = statsOf(slice);
            QMetaObject::invokeMethod(
                qApp,
                [view, number, stats] {
                    if (view) view->takeStats(number, stats);
                },
                Qt::QueuedConnection);
        });
}

void NumbersView::takeStats(quint64 number, const ValueStats& stats) {
    if (number != m_statsNumber) return;
    showStats(stats);
    showWords();
}

int NumbersView::shownRows() const {
    return static_cast<int>(std::min<int64_t>(m_slice.count(), kMostRows));
}

QString NumbersView::cell(const ValueSlice& slice, int64_t row, int column) const {
    const auto axes = static_cast<int>(slice.values()->axes.size());
    if (column < axes) return QString::number(slice.index(row)[static_cast<size_t>(column)]);
    const double a = slice.a(row), b = slice.b(row);
    const ValuePair& values = *slice.values();
    switch (column - axes) {
        case 0: return values.a.empty() ? QString() : exact(a);
        case 1: return values.b.empty() ? QString() : exact(b);
        case 2: return values.comparable() ? exact(a - b) : QString();
        default: break;
    }
    const int bitsA = significandBits(values.dtype_a), bitsB = significandBits(values.dtype_b);
    if (!values.comparable() || std::min(bitsA, bitsB) == 0) return {};
    const double ulp = ulpDistance(a, b, std::min(bitsA, bitsB),
                                   lowestExponent(bitsA < bitsB ? values.dtype_a : values.dtype_b));
    return std::isnan(ulp) ? QString() : exact(ulp);
}

void NumbersView::showTable() {
    DataContent content;
    if (m_slice.values()) {
        for (const std::string& axis : m_slice.values()->axes) {
            content.columns.push_back({q(axis), {}, true, Role::dimText});
        }
        content.columns.push_back(
            {tr("A"), tr("exact, as %1").arg(q(m_slice.values()->dtype_a)), true, Role::aText});
        content.columns.push_back(
            {tr("B"), tr("exact, as %1").arg(q(m_slice.values()->dtype_b)), true, Role::bText});
        content.columns.push_back({tr("A−B"), tr("formed in float64"), true, Role::text});
        content.columns.push_back(
            {tr("ulp"), tr("in units in the last place of the coarser dtype"), true, Role::text});
        content.rows = shownRows();
        content.tip = [this, slice = m_slice](int row, int column) {
            return cell(slice, row, column);
        };
        const auto axes = static_cast<int>(m_slice.values()->axes.size());
        content.text = [this, slice = m_slice, axes](int row, int column) {
            const QString whole = cell(slice, row, column);
            if (column < axes || whole.isEmpty()) return whole;
            if (whole == QLatin1String("nan")) return tr("masked");
            const double value = whole.toDouble();
            return column == axes + 2 ? formatSigned(value, 4) : formatNumber(value, 4);
        };
        content.tone = [slice = m_slice](int row) {
            const double a = slice.a(row), b = slice.b(row);
            return a == b || (std::isnan(a) && std::isnan(b)) ? RowTone::dim : RowTone::plain;
        };
    }
    m_table->setContent(std::move(content));
    m_table->fitColumns(0.25);
    // One position for all rows: the caption says which.
    const auto& values = m_slice.values();
    m_table->setColumnHidden(
        0, values && !m_allPositions && values->axes.size() > 1 && values->axes.front() == "pos");
}

void NumbersView::showStats(const ValueStats& stats) {
    m_stats = stats;
    std::vector<double> counts;
    for (const int64_t n : stats.buckets) counts.push_back(n > 0 ? static_cast<double>(n) : NAN);
    m_histogram->setSeries({{tr("values"), std::move(counts), Role::dimText}});
    m_scatter->setPoints(stats.points);
    const bool fitted = stats.count > 0;
    m_scatter->setSlope(fitted ? std::optional(stats.slope) : std::nullopt);
    QString caption = tr("B over A");
    if (fitted) {
        caption =
            tr("slope %1 · R² %2").arg(formatNumber(stats.slope, 4), formatNumber(stats.r2, 4));
    }
    if (stats.step > 1) caption += tr(" · 1 in %1 shown").arg(stats.step);
    m_scatter->setCaption(caption);
}

void NumbersView::showWords() {
    const QString reason = m_stats.count > 0         ? QString()
                           : !m_failure.isEmpty()    ? tr("not available: %1").arg(m_failure)
                           : !isCurrent()            ? waitingText()
                           : !m_values->comparable() ? tr("only one run makes this value")
                                                     : QString();
    for (Plot* chart : {static_cast<Plot*>(m_histogram), static_cast<Plot*>(m_scatter)})
        chart->setReason(reason);
    if (!isCurrent()) {
        setBadge({});
        setNote({});
        if (!m_failure.isEmpty()) {
            m_caption->setText(tr("not available: %1. %2").arg(m_failure, m_failureHint));
        } else if (!comparison()->complete) {
            m_caption->setText(
                tr("%1: the values come when the comparison is done").arg(q(to_string(site()))));
        } else {
            m_caption->setText(tr("%1: computing again…").arg(q(to_string(site()))));
        }
        m_caption->setToolTip(m_caption->text());
        return;
    }
    const int64_t all = m_slice.count();
    QStringList parts;
    parts << (m_allPositions ? tr("every position") : tokenAt(*comparison(), selection()->pos()));
    parts << (all == 1 ? tr("1 value") : tr("%1 values").arg(formatCount(all)));
    if (all > kMostRows) parts << tr("the first %1 in the table").arg(formatCount(kMostRows));
    if (m_stats.count > 0) {
        parts << tr("%1 equal")
                     .arg(formatShare(static_cast<double>(m_stats.equal) /
                                      static_cast<double>(m_stats.count)));
        // Rounded down it would be no bound.
        const double most = m_stats.maxUlp < 100 ? m_stats.maxUlp : std::ceil(m_stats.maxUlp);
        if (most > 0) parts << tr("at most %1").arg(formatUlp(most));
        parts << tr("|A−B| ≤ %1").arg(formatNumber(m_stats.maxAbs));
        if (m_stats.nonFinite > 0) parts << tr("not finite: %1").arg(m_stats.nonFinite);
    }
    if (!m_values->comparable()) parts << tr("only one run makes this value");
    m_caption->setText(parts.join(QStringLiteral(" · ")));
    m_caption->setToolTip(m_caption->text());
    const QString a = q(m_values->dtype_a), b = q(m_values->dtype_b);
    setNote(q(to_string(site())) + QStringLiteral(" · ") +
            (a == b ? a : a + QStringLiteral(" | ") + b));
}

QString NumbersView::indexText(int64_t row) const {
    QStringList parts;
    const std::vector<int64_t> index = m_slice.index(row);
    for (size_t i = 0; i < index.size(); ++i) {
        parts << q(m_slice.values()->axes[i]) + u' ' + QString::number(index[i]);
    }
    return parts.join(QStringLiteral("  "));
}

void NumbersView::hoverRow(int64_t row) {
    if (!isCurrent() || row < 0 || row >= m_slice.count()) return;
    HoverInfo info;
    info.site = q(to_string(site()));
    info.where = indexText(row);
    if (!m_values->a.empty()) info.a = m_slice.a(row);
    if (!m_values->b.empty()) info.b = m_slice.b(row);
    if (m_values->comparable()) {
        info.diff = *info.a - *info.b;
        const double norm = std::max(std::abs(*info.a), std::abs(*info.b));
        if (norm > 0) info.relative = std::abs(*info.diff) / norm;
        const QString ulp = cell(m_slice, row, static_cast<int>(m_values->axes.size()) + 3);
        if (!ulp.isEmpty()) info.ulp = ulp.toDouble();
    }
    Q_EMIT hovered(info);
}

void NumbersView::chooseRow(int row) {
    if (!isCurrent() || row >= m_slice.count()) return;
    hoverRow(row);
    const auto point = std::find(m_stats.pointRows.begin(), m_stats.pointRows.end(), row);
    m_scatter->setCursorPoint(point == m_stats.pointRows.end()
                                  ? -1
                                  : static_cast<int>(point - m_stats.pointRows.begin()));
}

void NumbersView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    const bool stacked = width() < kNarrow || height() > 2 * width();
    m_split->setOrientation(stacked ? Qt::Vertical : Qt::Horizontal);
}

Table NumbersView::table() const {
    Table table;
    if (!isCurrent()) return table;
    table.title = tr("values of %1").arg(q(to_string(site())));
    if (m_slice.count() > kMostRows) {
        table.title +=
            tr(", the first %1 of %2; NPZ holds all").arg(kMostRows).arg(m_slice.count());
    }
    for (const std::string& axis : m_values->axes) table.header << q(axis);
    table.header << QStringLiteral("a") << QStringLiteral("b") << QStringLiteral("diff")
                 << QStringLiteral("ulp");
    for (int64_t row = 0; row < shownRows(); ++row) {
        QStringList fields;
        for (int column = 0; column < table.header.size(); ++column) {
            fields << cell(m_slice, row, column);
        }
        table.add(std::move(fields));
    }
    return table;
}

std::vector<NpzArray> NumbersView::arrays() const {
    std::vector<NpzArray> arrays;
    if (!isCurrent()) return arrays;
    if (!m_values->a.empty())
        arrays.push_back({QStringLiteral("a"), m_values->shape_a, m_values->a});
    if (!m_values->b.empty())
        arrays.push_back({QStringLiteral("b"), m_values->shape_b, m_values->b});
    QStringList axes;
    for (const std::string& axis : m_values->axes) axes << q(axis);
    arrays.push_back({QStringLiteral("axes"), {axes.size()}, axes});
    arrays.push_back({QStringLiteral("site"), {}, QStringList{q(to_string(site()))}});
    return arrays;
}

QString NumbersView::describe() const {
    if (!isCurrent()) return m_caption->text();
    return tr("Values of %1, %2").arg(q(to_string(site())), m_caption->text());
}

}  // namespace driftscope
