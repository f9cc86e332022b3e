// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view.h"

#include <algorithm>

#include <QClipboard>
#include <QCoreApplication>
#include <QEvent>
#include <QGuiApplication>
#include <QMimeData>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QTextDocumentFragment>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/data/error.h"
#include "ui/export_menu.h"
#include "ui/paint_tree.h"
#include "ui/python_text.h"
#include "ui/text/clamped_text.h"
#include "ui/text/run_text.h"
#include "ui/theme.h"
#include "ui/view_registry.h"
#include "ui/widgets/title_row.h"
#include "ui/widgets/view_cover.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {
constexpr QSize kSmallestFigure(480, 260);
constexpr int kTallestFigure = 8000;  // logical pixels: 16 000 at the resolution of an export
constexpr int kGrowingRounds = 6;
}  // namespace

View::View(const QString& id, QWidget* parent) : QWidget(parent), m_id(id) {
    setObjectName(QStringLiteral("view.") + id);
    setAccessibleName(title());
    setAttribute(Qt::WA_StyledBackground);
    setProperty("panel", true);
    m_body = new QWidget(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);  // the frame stays in sight under a cover
    column->setSpacing(0);
    m_titleRow = new TitleRow(title(), this);
    connect(m_titleRow, &TitleRow::exportPressed, this, &View::showExportMenu);
    column->addWidget(m_titleRow);
    column->addWidget(m_body, 1);
    auto* body = new QVBoxLayout(m_body);
    const int edge = Theme::space(2);
    body->setContentsMargins(edge, edge, edge, edge);
    m_cover = new ViewCover(m_body);
    connect(m_cover, &ViewCover::pressed, this, [this] { Q_EMIT actionRequested(m_emptyAction); });
    m_reason = whyEmpty(Needs::oneRun, nullptr);
    setSelection(new Selection(this));
    updateCover();
}

View::~View() = default;

QString View::title() const {
    const ViewSpec* spec = findView(m_id);
    return spec ? viewTitle(*spec) : m_id;
}

QWidget* View::takeTitleRow() {
    layout()->removeWidget(m_titleRow);
    layout()->setContentsMargins(1, 0, 1, 1);
    m_titleRow->setProperty("docked", true);
    setProperty("docked", true);
    return m_titleRow;
}

void View::setContent(QWidget* content) {
    Q_ASSERT(!m_content);
    m_content = content;
    static_cast<QVBoxLayout*>(m_body->layout())->addWidget(content, 1);
    m_cover->raise();
}

void View::addControl(QWidget* control) {
    m_titleRow->addControl(control);
    m_titleRow->setControlsVisible(m_reason.isEmpty());
}

void View::setControlShown(QWidget* control, bool on) { m_titleRow->setControlShown(control, on); }

void View::setBadge(const QString& text, const QString& tip) { m_titleRow->setBadge(text, tip); }

void View::setNote(const QString& text) { m_titleRow->setNote(text); }

QSize View::minimumSizeHint() const { return {160, 90}; }

void View::setEmpty(const QString& text, const QString& button, const QString& actionId) {
    m_reason = text;
    m_emptyButton = button;
    m_emptyAction = actionId;
    updateCover();
}

QString View::unmetNeed() const {
    const ViewSpec* spec = findView(m_id);
    return whyEmpty(spec ? spec->needs : Needs::oneRun, m_comparison.get());
}

void View::setComparison(ComparisonPtr comparison) {
    m_comparison = std::move(comparison);
    m_error.clear();
    if (m_comparison) m_busy = false;  // a first picture is a picture
    setEmpty(unmetNeed());
    if (m_reason.isEmpty()) {
        comparisonChanged();
        selectionChanged();
    } else {
        setBadge({});
        setNote({});
    }
    updateDescription();
}

void View::setSelection(Selection* selection) {
    if (m_selection == selection) return;
    if (m_selection) {
        disconnect(m_selection, nullptr, this, nullptr);
        if (m_selection->parent() == this) m_selection->deleteLater();
    }
    m_selection = selection;
    connect(m_selection, &Selection::changed, this, &View::followSelection);
    if (m_comparison && m_reason.isEmpty()) selectionChanged();
}

void View::followSelection() {
    m_missed = m_asleep;
    if (m_asleep || !m_comparison || !m_reason.isEmpty()) return;
    selectionChanged();
    updateDescription();
}

void View::setAsleep(bool asleep) {
    m_asleep = asleep;
    if (!asleep && m_missed) followSelection();
}

void View::setBusy(bool busy) {
    m_busy = busy;
    updateCover();
}

void View::setVeil(bool on) {
    m_veil = on;
    updateCover();
}

void View::setError(const QString& message, const QString& hint) {
    m_error = message;
    m_errorHint = hint;
    updateCover();
}

void View::updateCover() {
    m_titleRow->exportButton()->setEnabled(m_reason.isEmpty() && m_error.isEmpty());
    m_titleRow->setControlsVisible(m_reason.isEmpty());
    if (!m_error.isEmpty()) {
        m_cover->showMessage(m_error, m_errorHint, {}, true);
    } else if (m_busy && m_veil && !m_comparison) {
        m_cover->showMessage(tr("Computing…"), {}, {}, false);
    } else if (!m_reason.isEmpty()) {
        m_cover->showMessage(m_reason, {}, m_emptyButton, false);
    } else if (m_busy && m_veil) {
        m_cover->showVeil();
    } else {
        m_cover->showNothing();
    }
}

QString View::waitingText(bool early) const {
    return !early && m_comparison && !m_comparison->complete
               ? tr("the values come when the comparison is done")
               : tr("reading the values …");
}

void View::updateDescription() {
    setAccessibleDescription(m_reason.isEmpty() ? describe() : m_reason);
}

void View::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update();
}

Provenance View::provenance() const {
    return m_comparison ? provenanceOf(*m_comparison) : Provenance{};
}

void View::layOut() const {
    if (isVisible()) return;
    // Never shown: sizes and colours come with the first show, which nobody has to see.
    auto* self = const_cast<View*>(this);
    self->ensurePolished();
    if (isWindow()) {
        self->setAttribute(Qt::WA_DontShowOnScreen, true);
        self->show();
        QCoreApplication::sendPostedEvents();
        self->hide();
        self->setAttribute(Qt::WA_DontShowOnScreen, false);
    } else if (layout()) {
        layout()->activate();
    }
}

/// A second view of the same, never on screen, whose size is free. Null: nothing is shown.
std::shared_ptr<View> View::makeTwin() const {
    const ViewSpec* spec = findView(m_id);
    if (!spec || !m_reason.isEmpty()) return {};
    std::shared_ptr<View> twin(spec->make(nullptr));
    auto* place = new Selection(twin.get());
    place->restore(m_selection->save());
    twin->setSelection(place);
    twin->restoreState(saveState());
    twin->setAttribute(Qt::WA_DontShowOnScreen);
    twin->setAttribute(Qt::WA_ShowWithoutActivating);
    twin->setAttribute(Qt::WA_QuitOnClose, false);
    const int frame = 2 + twin->m_titleRow->sizeHint().height() + 2 * Theme::space(2);
    twin->resize(std::max(kSmallestFigure.width(), width()),
                 std::max(kSmallestFigure.height(), m_content->height() + frame));
    twin->setComparison(m_comparison);
    feed(*twin);
    twin->show();
    return twin;
}

/// Grows until nothing is scrolled out of sight. False: it would be too tall, so it is cut.
bool View::showWhole() {
    for (int round = 0; round < kGrowingRounds; ++round) {
        // Layouts first, then what views put off until after them.
        for (int i = 0; i < 2; ++i) QCoreApplication::sendPostedEvents();
        int hidden = 0, beside = 0;
        for (const auto* area : m_content->findChildren<QAbstractScrollArea*>()) {
            const bool whole = area->property(kWholeProperty).toBool();
            if (!area->isVisibleTo(this) || (!whole && !qobject_cast<const QScrollArea*>(area)))
                continue;
            hidden += area->verticalScrollBar()->maximum();
            if (whole) beside += area->horizontalScrollBar()->maximum();
        }
        if (hidden == 0 && beside == 0) return true;
        if (height() + hidden > kTallestFigure || width() + beside > kTallestFigure) return false;
        resize(width() + beside, height() + hidden);
    }
    return true;
}

namespace {

constexpr int kMostCaptionLines = 40;

/// Broken where the width ends, once for every format: a page measures letters otherwise.
QString wrapped(const QString& text, const QFont& font, int width) {
    QStringList lines;
    for (const QString& paragraph : text.split(u'\n', Qt::SkipEmptyParts))
        lines << clampedToLines(paragraph, font, width * 24 / 25, kMostCaptionLines);
    return lines.join(u'\n');
}

/// The line below an exported figure: what it shows, of which runs of which model, and the verdict.
QString captionOf(const QString& shown, const Comparison* comparison) {
    QStringList parts;
    if (!shown.isEmpty()) parts << shown;
    if (comparison) {
        const CompareRequest& request = comparison->request;
        parts << QStringLiteral("A | B: %1 · %2 · %3")
                     .arg(differenceText(request), modelsText(request), lengthText(*comparison));
        const VerdictLook look = verdictLook(comparison->verdict.kind);
        QString verdict =
            QTextDocumentFragment::fromHtml(verdictSentence(*comparison)).toPlainText();
        parts << look.mark + u' ' + look.word + QStringLiteral(". ") +
                     verdict.remove(QChar(0x2060));  // joiners: names in it can be copied
    }
    return parts.join(u'\n');
}

}  // namespace

Figure View::figure() const {
    layOut();
    const std::shared_ptr<View> twin = makeTwin();
    const bool whole = !twin || twin->showWhole();
    const View& view = twin ? *twin : *this;
    Figure figure;
    QStringList head{title()};
    if (!view.m_titleRow->note().isEmpty()) head << view.m_titleRow->note();
    if (!view.m_titleRow->badge().isEmpty()) head << view.m_titleRow->badge();
    if (!whole) head << tr("cut: the CSV holds all");
    figure.title = head.join(QStringLiteral(" · "));
    figure.description = describe();
    figure.provenance = provenance();
    const int edge = Theme::space(3);
    const int titleHeight =
        QFontMetrics(Theme::instance().font(TextSize::text, true)).height() + Theme::space(2);
    const QWidget* shown = view.m_content ? view.m_content : view.m_body;
    const QFont small = Theme::instance().font(TextSize::caption);
    const QString caption =
        wrapped(captionOf(figure.description, m_comparison.get()), small, shown->width());
    const int captionHeight = caption.isEmpty() ? 0
                                                : static_cast<int>(caption.count(u'\n') + 1) *
                                                          QFontMetrics(small).lineSpacing() +
                                                      Theme::space(2);
    figure.size = shown->size() + QSize(2 * edge, 2 * edge + titleHeight + captionHeight);
    figure.paint = [twin, size = figure.size, head, shown, edge, titleHeight,
                    caption](QPainter& painter) {
        const Theme& theme = Theme::instance();
        painter.fillRect(QRect(QPoint(0, 0), size), theme.color(Role::panel));
        const QRect line(edge, edge, size.width() - 2 * edge, titleHeight - Theme::space(2));
        painter.setPen(theme.color(Role::text));
        painter.setFont(theme.font(TextSize::text, true));
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, head.first());
        const int used =
            QFontMetrics(painter.font()).horizontalAdvance(head.first()) + Theme::space(3);
        painter.setPen(theme.color(Role::dimText));
        painter.setFont(theme.font(TextSize::caption));
        painter.drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         head.mid(1).join(QStringLiteral(" · ")));
        const int below = edge + titleHeight + shown->height() + Theme::space(2);
        painter.drawText(QRect(edge, below, shown->width(), size.height() - below),
                         Qt::AlignLeft | Qt::AlignTop, caption);
        painter.translate(edge, edge + titleHeight);
        paintTree(*shown, painter);
    };
    return figure;
}

void View::showExportMenu() {
    const QToolButton* button = m_titleRow->exportButton();
    runExportMenu(*this, button->mapToGlobal(QPoint(0, button->height())));
}

void View::copyImage() {
    QImage image;
    image.loadFromData(figureBytes(figure(), FigureFormat::png, 192));
    QGuiApplication::clipboard()->setImage(image);
    Q_EMIT done(tr("%1 copied as a picture").arg(title()));
}

void View::copyTable() {
    const Table numbers = table();
    auto* mime = new QMimeData;
    mime->setText(toTabbed(numbers));
    mime->setData(QStringLiteral("text/csv"), toCsv(numbers, provenance()).toUtf8());
    QGuiApplication::clipboard()->setMimeData(mime);
    Q_EMIT done(tr("Numbers copied, rows: %1").arg(numbers.rows.size()));
}

void View::copyPython() {
    QGuiApplication::clipboard()->setText(toPython(title() + QStringLiteral(": ") + describe(),
                                                   arrays(), provenance(),
                                                   m_id + QStringLiteral(".npz")));
    Q_EMIT done(tr("%1 copied as Python").arg(title()));
}

void View::exportTo(const QString& path) {
    try {
        if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
            writeTable(table(), provenance(), path);
        } else if (path.endsWith(QLatin1String(".npz"), Qt::CaseInsensitive)) {
            std::vector<NpzArray> all = arrays();
            all.push_back(provenanceArray(provenance()));
            writeNpz(all, path);
        } else {
            writeFigure(figure(), path);
        }
        Q_EMIT done(tr("Written: %1").arg(path));
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromStdString(error.where() + ": " + error.message()),
                      QString::fromStdString(error.hint()));
    }
}

}  // namespace driftscope
