// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_mosaic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/text/number_format.h"
#include "ui/theme.h"

namespace driftscope {

namespace {

constexpr double kPlainBelow = 7;  // pixels of a cell: smaller is one colour
constexpr double kLongest = 1.7;   // a cell is at most this much wider or taller than square
constexpr double kLayerGap = 3;    // pixels between layers of several rows
constexpr int kMarked = 3;
constexpr int kShades = 256;

bool finite(double value) { return std::isfinite(value); }

/// a − b of two thumbnails, cell by cell.
double cellDiff(const HeadThumb& head, size_t i) { return head.a.values[i] - head.b.values[i]; }

bool hasPicture(const HeadThumb& head, Face face) {
    if (face == Face::b) return !head.b.empty();
    if (face == Face::difference) {
        return !head.a.empty() && head.a.values.size() == head.b.values.size();
    }
    return !head.a.empty();
}

}  // namespace

HeadMosaic::HeadMosaic(QWidget* parent) : CellWidget(tr("all heads"), parent) {}

void HeadMosaic::setComparison(ComparisonPtr comparison) {
    m_comparison = std::move(comparison);
    m_diffScale = m_changeScale = 0;
    if (m_comparison) {
        for (const HeadThumb& head : m_comparison->heads) {
            if (finite(head.max_diff)) m_changeScale = std::max(m_changeScale, head.max_diff);
            if (!hasPicture(head, Face::difference)) continue;
            for (size_t i = 0; i < head.a.values.size(); ++i) {
                const double d = std::abs(cellDiff(head, i));
                if (finite(d)) m_diffScale = std::max(m_diffScale, d);
            }
        }
    }
    m_marked = mostChanged(kMarked);
    sortHeads();
    themeChanged();
    cursorMoved();
}

void HeadMosaic::setFace(Face face) {
    if (face == m_face) return;
    m_face = face;
    themeChanged();
    cursorMoved();
}

void HeadMosaic::setOrder(Order order) {
    if (order == m_order) return;
    m_order = order;
    sortHeads();
    update();
}

void HeadMosaic::setSelected(int layer, int head) {
    if (layer == m_layer && head == m_head) return;
    m_layer = layer;
    m_head = head;
    cursorMoved();
}

void HeadMosaic::setNote(const QString& note) {
    m_note = note;
    update();
}

std::vector<int> HeadMosaic::mostChanged(int count) const {
    std::vector<int> indices;
    if (!m_comparison) return indices;
    const auto& heads = m_comparison->heads;
    for (size_t i = 0; i < heads.size(); ++i) {
        if (heads[i].max_diff > 0 || std::isnan(heads[i].max_diff)) {
            indices.push_back(static_cast<int>(i));
        }
    }
    const auto change = [&](int i) {  // NaN: nothing changed more
        const double d = heads[static_cast<size_t>(i)].max_diff;
        return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
    };
    std::stable_sort(indices.begin(), indices.end(),
                     [&](int a, int b) { return change(a) > change(b); });
    if (static_cast<int>(indices.size()) > count) indices.resize(static_cast<size_t>(count));
    return indices;
}

/// Indices of all heads, the most spread first; those without a figure last.
std::vector<int> HeadMosaic::byEntropy() const {
    std::vector<int> indices;
    std::vector<double> figures;
    for (const HeadThumb& head : m_comparison->heads) {
        indices.push_back(static_cast<int>(indices.size()));
        const double entropy = head.captured_a ? head.entropy_a : head.entropy_b;
        figures.push_back(std::isnan(entropy) ? -1 : entropy);
    }
    std::stable_sort(indices.begin(), indices.end(), [&](int a, int b) {
        return figures[static_cast<size_t>(a)] > figures[static_cast<size_t>(b)];
    });
    return indices;
}

int HeadMosaic::movedRows(int layer, int head) const {
    if (!m_comparison || layer < 0 || head < 0 || head >= m_comparison->n_heads) return -1;
    const size_t index = static_cast<size_t>(layer) * static_cast<size_t>(m_comparison->n_heads) +
                         static_cast<size_t>(head);
    const auto& heads = m_comparison->heads;
    return index < heads.size() ? heads[index].moved : -1;
}

void HeadMosaic::sortHeads() {
    const int count = m_comparison ? static_cast<int>(m_comparison->heads.size()) : 0;
    if (m_order == Order::change) {
        m_places = mostChanged(count);
        std::vector<bool> placed(static_cast<size_t>(count));
        for (int i : m_places) placed[static_cast<size_t>(i)] = true;
        for (int i = 0; i < count; ++i) {
            if (!placed[static_cast<size_t>(i)]) m_places.push_back(i);
        }
    } else if (m_order == Order::entropy && count > 0) {
        m_places = byEntropy();
    } else {
        m_places.resize(static_cast<size_t>(count));
        std::iota(m_places.begin(), m_places.end(), 0);
    }
    m_placeOf.assign(static_cast<size_t>(count), 0);
    for (int place = 0; place < count; ++place) {
        m_placeOf[static_cast<size_t>(m_places[static_cast<size_t>(place)])] = place;
    }
    arrange();
}

void HeadMosaic::arrange() {
    const int count = static_cast<int>(m_places.size());
    if (count == 0) return;
    const bool wasPlain = isPlain();
    const bool indexed = m_order == Order::index && m_comparison->n_heads > 0;
    const QFontMetricsF metrics(Theme::instance().font(TextSize::caption));
    const double side = indexed ? metrics.horizontalAdvance(QStringLiteral("00")) + 4 : 0;
    const double top = indexed ? metrics.height() : 0;
    m_area = QRectF(rect()).adjusted(side + 1, top + 1, -2, -metrics.height() - 2);
    m_wrap = indexed ? rowsPerLayer() : 1;
    m_columns = indexed ? (m_comparison->n_heads + m_wrap - 1) / m_wrap : 1;
    for (int c = 1, best = 0; !indexed && c <= count; ++c) {
        const int rows = (count + c - 1) / c;
        const int cell =
            static_cast<int>(100 * std::min(m_area.width() / c, m_area.height() / rows));
        if (cell > best) {
            best = cell;
            m_columns = c;
        }
    }
    const int layers = m_wrap > 1 ? (count - 1) / m_comparison->n_heads + 1 : 1;
    m_rows = m_wrap > 1 ? layers * m_wrap : (count + m_columns - 1) / m_columns;
    const double gaps = (layers - 1) * kLayerGap;
    m_cellWidth = std::max(1.0, m_area.width() / m_columns);
    m_cellHeight = std::max(1.0, (m_area.height() - gaps) / m_rows);
    m_cellWidth = std::min(m_cellWidth, m_cellHeight * kLongest);
    m_cellHeight = std::min(m_cellHeight, m_cellWidth * kLongest);
    // Cells that start on whole pixels have gaps that are all alike.
    if (m_cellWidth > kPlainBelow) m_cellWidth = std::floor(m_cellWidth);
    if (m_cellHeight > kPlainBelow) m_cellHeight = std::floor(m_cellHeight);
    if (isPlain() != wasPlain) Q_EMIT plainChanged();
}

int HeadMosaic::rowsPerLayer() const {
    const int heads = m_comparison->n_heads;
    const int layers = (static_cast<int>(m_places.size()) - 1) / heads + 1;
    const auto side = [&](int rows) {
        const double height =
            (m_area.height() - (layers - 1) * (rows > 1 ? kLayerGap : 0)) / (layers * double(rows));
        return std::min(m_area.width() / std::ceil(heads / double(rows)), height);
    };
    int best = 1;
    if (side(1) >= kPlainBelow) return best;
    for (int rows = 2; rows <= heads; ++rows) {
        if (side(rows) > side(best)) best = rows;
    }
    return best;
}

bool HeadMosaic::isPlain() const { return std::min(m_cellWidth, m_cellHeight) < kPlainBelow; }

double HeadMosaic::scale() const {
    if (isPlain()) return m_changeScale;
    return m_face == Face::difference ? m_diffScale : 1;
}

void HeadMosaic::themeChanged() {
    m_thumbs.clear();
    m_colors.resize(kShades);
    const bool signedMap = m_face == Face::difference;
    for (int i = 0; i < kShades; ++i) {
        const double share = i / (kShades - 1.0);
        m_colors[static_cast<size_t>(i)] =
            Theme::instance()
                .color(signedMap ? Gradient::diverging : Gradient::sequential,
                       signedMap ? 2 * share - 1 : share)
                .rgb();
    }
}

QImage HeadMosaic::thumb(const HeadThumb& head) const {
    const bool signedMap = m_face == Face::difference;
    const Grid& grid = m_face == Face::b ? head.b : head.a;
    QImage image(grid.cols, grid.rows, QImage::Format_RGB32);
    const QRgb masked = Theme::instance().masked().rgb();
    const QRgb bad = Theme::instance().color(Role::bad).rgb();
    for (int r = 0; r < grid.rows; ++r) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(r));
        for (int c = 0; c < grid.cols; ++c) {
            double value = grid.at(r, c);
            if (signedMap) value -= head.b.at(r, c);
            if (std::isnan(value)) {
                line[c] = masked;
            } else if (std::isinf(value)) {
                line[c] = bad;
            } else {
                const double full = signedMap ? m_diffScale : 1;
                double share = full > 0 ? value / full : 0;
                // As the large maps: by the square root, so that small weights can be seen.
                share = signedMap ? (share + 1) / 2 : std::sqrt(std::max(0.0, share));
                const double index = std::clamp(share, 0.0, 1.0) * (kShades - 1) + 0.5;
                line[c] = m_colors[static_cast<size_t>(index)];
            }
        }
    }
    return image;
}

void HeadMosaic::drawThumbs() {
    if (!m_thumbs.empty() || !m_comparison) return;
    m_thumbs.reserve(m_comparison->heads.size());
    for (const HeadThumb& head : m_comparison->heads) {
        m_thumbs.push_back(hasPicture(head, m_face) ? thumb(head) : QImage());
    }
}

QRectF HeadMosaic::rectAt(int place) const {
    const double gap = isPlain() ? 0 : (m_cellWidth > 14 ? 2 : 1);
    const QPoint cell = cellOf(place);
    const int layersAbove = m_wrap > 1 ? cell.y() / m_wrap : 0;
    const double above = layersAbove * kLayerGap;
    return {m_area.x() + cell.x() * m_cellWidth, m_area.y() + cell.y() * m_cellHeight + above,
            m_cellWidth - gap, m_cellHeight - gap};
}

QPoint HeadMosaic::cellOf(int place) const {
    if (m_wrap == 1) return {place % m_columns, place / m_columns};
    const int layer = place / m_comparison->n_heads, head = place % m_comparison->n_heads;
    return {head % m_columns, layer * m_wrap + head / m_columns};
}

int HeadMosaic::placeOf(const QPoint& cell) const {
    const bool beside = cell.x() < 0 || cell.x() >= m_columns || cell.y() < 0;
    if (beside || cell.y() >= m_rows) return -1;
    int place = cell.y() * m_columns + cell.x();
    if (m_wrap > 1) {
        const int head = cell.y() % m_wrap * m_columns + cell.x();
        if (head >= m_comparison->n_heads) return -1;
        place = cell.y() / m_wrap * m_comparison->n_heads + head;
    }
    return place < static_cast<int>(m_places.size()) ? place : -1;
}

QRectF HeadMosaic::cellRect(int layer, int head) const {
    if (!m_comparison || layer < 0 || head < 0 || head >= m_comparison->n_heads) return {};
    const size_t index = static_cast<size_t>(layer) * static_cast<size_t>(m_comparison->n_heads) +
                         static_cast<size_t>(head);
    return index < m_placeOf.size() ? rectAt(m_placeOf[index]) : QRectF();
}

int HeadMosaic::placeAt(const QPointF& pos) const {
    const int column = static_cast<int>(std::floor((pos.x() - m_area.x()) / m_cellWidth));
    const double y = pos.y() - m_area.y();
    if (m_wrap == 1) return placeOf({column, static_cast<int>(std::floor(y / m_cellHeight))});
    const double block = m_wrap * m_cellHeight + kLayerGap;
    const int layer = static_cast<int>(std::floor(y / block));
    const int row = static_cast<int>(std::floor((y - layer * block) / m_cellHeight));
    return row < m_wrap ? placeOf({column, layer * m_wrap + row}) : -1;
}

const HeadThumb* HeadMosaic::headAt(int place) const {
    if (place < 0 || place >= static_cast<int>(m_places.size())) return nullptr;
    return &m_comparison->heads[static_cast<size_t>(m_places[static_cast<size_t>(place)])];
}

void HeadMosaic::drawCell(QPainter& painter, int place) const {
    const HeadThumb& head = *headAt(place);
    const QRectF rect = rectAt(place);
    const auto index = static_cast<size_t>(m_places[static_cast<size_t>(place)]);
    if (isPlain()) {
        const double share = m_changeScale > 0 ? head.max_diff / m_changeScale : 0;
        painter.fillRect(rect, Theme::instance().color(Gradient::sequential, share));
    } else if (m_thumbs[index].isNull()) {
        drawHatch(painter, rect);
    } else {
        painter.drawImage(rect, m_thumbs[index]);
    }
    if (!isPlain() && head.moved > 0) {
        const double size = std::clamp(rect.width() / 4, 3.0, 6.0);
        const QPointF corner = rect.bottomLeft();
        painter.setPen(QPen(Theme::instance().color(Role::panel), 0.8));
        painter.setBrush(Theme::instance().color(Role::b));
        painter.drawPolygon(
            QPolygonF({corner, corner + QPointF(size, 0), corner - QPointF(0, size)}));
    }
    if (isPlain() ||
        std::find(m_marked.begin(), m_marked.end(), static_cast<int>(index)) == m_marked.end()) {
        return;
    }
    const double size = std::clamp(rect.width() / 3, 4.0, 8.0);
    const QPointF corner = rect.topRight();
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().color(Role::text));
    painter.drawPolygon(QPolygonF({corner, corner - QPointF(size, 0), corner + QPointF(0, size)}));
}

void HeadMosaic::drawLabels(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::caption));
    painter.setPen(theme.color(Role::dimText));
    const QFontMetricsF metrics(painter.font());
    const int layerGaps = m_wrap > 1 ? m_rows / m_wrap - 1 : 0;
    const double gaps = layerGaps * kLayerGap;
    painter.drawText(
        QPointF(m_area.x(), m_area.y() + m_rows * m_cellHeight + gaps + metrics.ascent()), m_note);
    if (m_order != Order::index) return;
    const auto step = [](double need, double cell) {
        return std::max(1, static_cast<int>(std::ceil(need / cell)));
    };
    const int across = step(metrics.horizontalAdvance(QStringLiteral("00 ")), m_cellWidth);
    for (int c = 0; c < m_columns && m_wrap == 1; c += across) {
        const QRectF cell(m_area.x() + c * m_cellWidth, 0, m_cellWidth, m_area.y() - 1);
        painter.drawText(cell.adjusted(-8, 0, 8, 0), Qt::AlignHCenter | Qt::AlignBottom,
                         QString::number(c));
    }
    const double block = m_wrap * m_cellHeight + (m_wrap > 1 ? kLayerGap : 0);
    const int down = step(metrics.height(), block);
    for (int r = 0; r < m_rows / m_wrap; r += down) {
        const QRectF cell(0, m_area.y() + r * block, m_area.x() - 4, m_cellHeight);
        painter.drawText(cell.adjusted(0, -8, 0, 8), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(r));
    }
}

void HeadMosaic::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!m_comparison || m_places.empty()) return;
    drawThumbs();
    drawLabels(painter);
    for (int place = 0; place < static_cast<int>(m_places.size()); ++place) {
        drawCell(painter, place);
    }
    const QRectF ring = cellRect(m_layer, m_head);
    if (!ring.isEmpty()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Theme::instance().color(Role::panel), 4));
        painter.drawRect(ring);
        painter.setPen(QPen(Theme::instance().color(Role::text), 2));
        painter.drawRect(ring);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    drawFocus(painter);
}

bool HeadMosaic::moveCursor(int dx, int dy) {
    if (!m_comparison || m_places.empty()) return false;
    const size_t index = static_cast<size_t>(m_layer) * static_cast<size_t>(m_comparison->n_heads) +
                         static_cast<size_t>(m_head);
    const int place = index < m_placeOf.size() ? m_placeOf[index] : 0;
    const QPoint cell = cellOf(place);
    int column = std::clamp(cell.x() + dx, 0, m_columns - 1);
    const int row = std::clamp(cell.y() + dy, 0, m_rows - 1);
    while (column > 0 && placeOf({column, row}) < 0) --column;  // a last row that is not full
    const HeadThumb* head = headAt(placeOf({column, row}));
    if (!head) return false;  // a layer that a stopped run left half
    setSelected(head->layer, head->head);
    Q_EMIT chosen(head->layer, head->head);
    return true;
}

void HeadMosaic::resizeEvent(QResizeEvent* event) {
    CellWidget::resizeEvent(event);
    arrange();
}

void HeadMosaic::mouseMoveEvent(QMouseEvent* event) {
    if (const HeadThumb* head = headAt(placeAt(event->position()))) {
        Q_EMIT headHovered(head->layer, head->head);
    } else {
        Q_EMIT left();
    }
}

void HeadMosaic::mousePressEvent(QMouseEvent* event) {
    const HeadThumb* head = headAt(placeAt(event->position()));
    if (event->button() != Qt::LeftButton || !head) return;
    setSelected(head->layer, head->head);
    Q_EMIT chosen(head->layer, head->head);
}

bool HeadMosaic::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const HeadThumb* head = headAt(placeAt(help->pos()));
        QToolTip::showText(help->globalPos(), head ? headText(head->layer, head->head) : QString(),
                           this);
        return true;
    }
    return CellWidget::event(event);
}

QString HeadMosaic::headText(int layer, int head) const {
    const QRectF rect = cellRect(layer, head);
    if (rect.isEmpty()) return {};
    const HeadThumb* thumb = headAt(placeAt(rect.center()));
    QString text = tr("layer %1 head %2: largest |A−B| %3")
                       .arg(layer)
                       .arg(head)
                       .arg(formatNumber(thumb->max_diff));
    const int moved = movedRows(layer, head);
    if (moved > 0) {
        text += tr("; strongest key moved for %1 of %2 queries")
                    .arg(moved)
                    .arg(m_comparison->tokens.size());
    }
    const double entropy = thumb->captured_a ? thumb->entropy_a : thumb->entropy_b;
    if (!std::isnan(entropy)) text += tr("; entropy %1 nats").arg(formatNumber(entropy, 3));
    if (!thumb->captured_a || !thumb->captured_b) {
        const bool there =
            (thumb->captured_a || !thumb->a.empty()) && (thumb->captured_b || !thumb->b.empty());
        text += (there ? tr("; recomputed in %1") : tr("; %1 never made this pattern"))
                    .arg(thumb->captured_a   ? tr("B")
                         : thumb->captured_b ? tr("A")
                                             : tr("A and B"));
    }
    return text;
}

QString HeadMosaic::describe() const { return headText(m_layer, m_head); }

QSize HeadMosaic::sizeHint() const { return {200, 200}; }
QSize HeadMosaic::minimumSizeHint() const { return {48, 48}; }

}  // namespace driftscope
