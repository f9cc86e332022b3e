// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/plot.h"

#include "ui/plots/token_axis.h"

#include <algorithm>

#include <QAccessible>
#include <QAccessibleValueChangeEvent>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPicture>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "ui/text/clamped_text.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
constexpr int kLeastPicture = 28;  // pixels high: less says nothing
}

Plot::Plot(QWidget* parent)
    : QWidget(parent), m_canvas(new QCustomPlot(this)),
      m_caption(new ElidedLabel(Look::caption, this)),
      m_footnote(new ElidedLabel(Look::caption, this)), m_foot(new QHBoxLayout) {
    setFocusPolicy(Qt::StrongFocus);
    m_canvas->setFocusPolicy(Qt::NoFocus);
    m_canvas->setMouseTracking(true);
    m_canvas->setMinimumSize(48, kLeastPicture);
    m_canvas->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_canvas->installEventFilter(this);
    TokenAxis::install(*m_canvas);
    m_canvas->plotLayout()->setRowSpacing(0);
    m_canvas->axisRect()->setMinimumSize(8, 8);
    m_caption->hide();
    m_footnote->hide();
    m_foot->setSpacing(Theme::space(2));
    m_foot->addWidget(m_footnote, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(1));
    m_head = new QHBoxLayout;
    m_head->setSpacing(Theme::space(2));
    m_head->addWidget(m_caption, 1);
    column->addLayout(m_head);
    column->addWidget(m_canvas, 1);
    column->addLayout(m_foot);
    connect(&Theme::instance(), &Theme::changed, this, &Plot::retheme);
}

Plot::~Plot() { m_canvas->removeEventFilter(this); }

void Plot::setCaption(const QString& text) {
    m_caption->setText(text);
    m_caption->setVisible(!text.isEmpty());
    setAccessibleName(text);
}

void Plot::setCompact(bool on) {
    m_compact = on;
    placeFoot();
}

/// In the caption's row or in one of its own, as there is room.
void Plot::placeFoot() {
    auto* column = static_cast<QVBoxLayout*>(layout());
    const QSize foot = m_foot->minimumSize();
    const bool captioned = !m_caption->isHidden(), footed = !m_foot->isEmpty();
    const int caption = captioned ? m_caption->sizeHint().height() : 0;
    const int rows = caption + foot.height() + (int(captioned) + int(footed)) * column->spacing();
    const bool low = footed && height() < rows + kLeastPicture;
    const int across = m_footnote->isHidden() ? foot.width() : m_foot->sizeHint().width();
    // A scale or legend may be shorter than it likes to be: maps side by side stay in line.
    const int least = std::min(across, m_foot->minimumSize().width());
    const bool fits = m_caption->sizeHint().width() + m_head->spacing() + least <= width();
    const bool beside = low || (m_compact && (fits || !captioned));
    m_caption->setMinimumWidth(beside && fits ? m_caption->sizeHint().width() : 0);
    if (beside == (m_foot->parent() == m_head)) return;
    (beside ? static_cast<QBoxLayout*>(column) : m_head)->removeItem(m_foot);
    m_foot->setParent(nullptr);
    (beside ? static_cast<QBoxLayout*>(m_head) : column)->addLayout(m_foot);
}

void Plot::setReason(const QString& text) {
    if (text == m_reason) return;
    m_reason = text;
    if (!text.isEmpty()) setAccessibleDescription(text);
    placeReason();
    refresh();
}

/// In lines that fit the canvas.
void Plot::placeReason() {
    if (m_words) m_words->setVisible(!m_reason.isEmpty());
    if (m_reason.isEmpty()) return;
    if (!m_words) {
        m_words = new QCPItemText(m_canvas);
        m_words->position->setType(QCPItemPosition::ptViewportRatio);
        m_words->position->setCoords(0.5, 0.5);
        m_words->setPositionAlignment(Qt::AlignCenter);
        m_words->setTextAlignment(Qt::AlignHCenter);
        m_words->setClipToAxisRect(false);
        m_words->setSelectable(false);
    }
    const QFont font = Theme::instance().font(TextSize::caption);
    m_words->setFont(font);
    m_words->setColor(Theme::instance().color(Role::dimText));
    const int edge = 2 * Theme::space(2);
    const int lines = (m_canvas->height() - edge) / std::max(1, QFontMetrics(font).lineSpacing());
    m_words->setText(clampedToLines(m_reason, font, m_canvas->width() - edge, std::max(1, lines)));
}

QString Plot::caption() const { return m_caption->text(); }

void Plot::setCaptionRole(Role role) {
    setLook(m_caption, role == Role::a || role == Role::aText   ? Look::captionA
                       : role == Role::b || role == Role::bText ? Look::captionB
                                                                : Look::caption);
}

void Plot::setFootnote(const QString& text) {
    m_footnote->setText(text);
    m_footnote->setVisible(!text.isEmpty());
}

void Plot::addFoot(QWidget* widget) { m_foot->addWidget(widget, 0, Qt::AlignRight); }

void Plot::paintCanvas(QPainter& painter, const QRect& rect) const {
    // Through a picture: QCustomPlot wants its own kind of painter, which a device that is
    // already being painted on cannot have.
    QPicture picture;
    QCPPainter recorder(&picture);
    recorder.setMode(QCPPainter::pmVectorized);
    m_canvas->toPainter(&recorder, rect.width(), rect.height());
    recorder.end();
    painter.drawPicture(rect.topLeft(), picture);
}

QRect Plot::canvasRect() const { return m_canvas->geometry(); }

Figure Plot::figure(const Provenance& provenance) const {
    Figure figure;
    figure.title = caption();
    figure.description = describe();
    const QRect canvas = canvasRect();
    const QSize size(canvas.width(), canvas.height());
    figure.size = size;
    figure.provenance = provenance;
    figure.paint = [this, size](QPainter& painter) {
        painter.fillRect(QRect(QPoint(0, 0), size), Theme::instance().color(Role::panel));
        paintCanvas(painter, QRect(QPoint(0, 0), size));
    };
    return figure;
}

QSize Plot::sizeHint() const { return {240, 180}; }

QSize Plot::minimumSizeHint() const {
    return {80, 60 + (m_caption->isHidden() ? 0 : m_caption->sizeHint().height())};
}

void Plot::copyImage() { QGuiApplication::clipboard()->setPixmap(grab()); }

void Plot::copyTable() {
    const Table numbers = table();
    auto* mime = new QMimeData;
    mime->setText(toTabbed(numbers));
    mime->setData(QStringLiteral("text/csv"), toCsv(numbers).toUtf8());
    QGuiApplication::clipboard()->setMimeData(mime);
}

void Plot::refresh() {
    // What is not on screen costs nothing: the picture is made when it is painted.
    m_stale = true;
    m_canvas->update();
}

void Plot::cursorMoved() {
    const QString text = describe();
    setAccessibleDescription(text);
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(this, text);
        QAccessible::updateAccessibility(&event);
    }
    refresh();
}

void Plot::styleAxes() {
    const Theme& theme = Theme::instance();
    m_canvas->setBackground(QBrush(Qt::NoBrush));
    m_canvas->setStyleSheet(QString());
    m_canvas->setBackground(theme.color(Role::panel));
    for (QCPAxis* axis : {m_canvas->xAxis, m_canvas->yAxis, m_canvas->xAxis2, m_canvas->yAxis2}) {
        axis->setBasePen(QPen(theme.color(Role::line)));
        axis->setTickPen(QPen(theme.color(Role::line)));
        axis->setSubTicks(false);
        axis->setTickLabelColor(theme.color(Role::dimText));
        axis->setTickLabelFont(theme.font(TextSize::caption));
        axis->setLabelColor(theme.color(Role::dimText));
        axis->setLabelFont(theme.font(TextSize::caption));
        axis->setTickLength(0, 3);
        axis->setTickLabelPadding(4);
        axis->grid()->setPen(QPen(theme.color(Role::line), 1, Qt::SolidLine));
        axis->grid()->setZeroLinePen(QPen(theme.color(Role::line)));
    }
}

void Plot::retheme() {
    m_themed = true;
    applyTheme();
    applyLayout();
    placeReason();
    refresh();
}

bool Plot::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_canvas) return QWidget::eventFilter(watched, event);
    switch (event->type()) {
        case QEvent::Resize:
            // QCustomPlot takes the size first, then margins and labels follow it.
            static_cast<QObject*>(m_canvas)->event(event);
            applyLayout();
            placeReason();
            refresh();
            return true;
        case QEvent::Paint:
            if (m_stale) {
                m_stale = false;
                m_canvas->replot(QCustomPlot::rpQueuedRefresh);
            }
            break;
        case QEvent::MouseButtonPress: setFocus(Qt::MouseFocusReason); [[fallthrough]];
        case QEvent::MouseMove: return pointer(static_cast<QMouseEvent*>(event));
        case QEvent::Leave:
            QToolTip::hideText();
            mouseAt(QPoint(-1, -1));
            Q_EMIT left();
            break;
        case QEvent::Wheel: {
            const auto* wheel = static_cast<QWheelEvent*>(event);
            event->setAccepted(
                wheelAt(wheel->position().toPoint(), wheel->angleDelta(), wheel->modifiers()));
            return true;
        }
        default: break;
    }
    return QWidget::eventFilter(watched, event);
}

bool Plot::pointer(const QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (event->type() == QEvent::MouseMove) {
        mouseAt(at);
    } else if (event->button() == Qt::LeftButton) {
        clickAt(at);
    }
    return false;
}

void Plot::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copyTable();
    const int step = event->modifiers() & Qt::ControlModifier ? 10 : 1;
    bool used = false;
    switch (event->key()) {
        case Qt::Key_Left: used = moveCursor(-step, 0, event->modifiers()); break;
        case Qt::Key_Right: used = moveCursor(step, 0, event->modifiers()); break;
        case Qt::Key_Up: used = moveCursor(0, -step, event->modifiers()); break;
        case Qt::Key_Down: used = moveCursor(0, step, event->modifiers()); break;
        case Qt::Key_Home: used = moveCursorTo(true); break;
        case Qt::Key_End: used = moveCursorTo(false); break;
        default: used = otherKey(event->key()); break;
    }
    if (!used) QWidget::keyPressEvent(event);
}

void Plot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    cursorMoved();
}

void Plot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    refresh();
}

void Plot::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    menu.addAction(tr("Copy picture"), this, &Plot::copyImage);
    menu.addAction(tr("Copy numbers"), this, &Plot::copyTable);
    menu.exec(event->globalPos());
}

void Plot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeFoot();
}

bool Plot::event(QEvent* event) {
    if (event->type() == QEvent::Polish && !m_themed) retheme();
    const bool done = QWidget::event(event);
    // After the layout has measured its parts anew. To make it do so from here would ask for the
    // next layout in every layout, without end.
    if (event->type() == QEvent::LayoutRequest) placeFoot();
    return done;
}

}  // namespace driftscope
