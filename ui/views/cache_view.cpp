// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cache_view.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QVBoxLayout>

#include "ui/plots/heatmap.h"
#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"
#include "ui/views/panes.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr int kFewKeys = 8;      // of a mask row are always in sight
constexpr double kFloor = 1e-8;  // relative L2 below that is no colour and lies on the axis

QString q(const std::string& text) { return QString::fromStdString(text); }

double at(const std::vector<double>& values, int pos) {
    const auto i = static_cast<size_t>(pos);
    return pos >= 0 && i < values.size() ? values[i] : std::nan("");
}

QString cell(double value) { return std::isnan(value) ? QString() : exact(value); }

}  // namespace

CacheView::CacheView(QWidget* parent) : View(QStringLiteral("cache"), parent) {
    m_switch = new Segmented({tr("K"), tr("V")});
    m_switch->setProperty("part", QStringLiteral("part"));
    m_switch->setItemTip(0, tr("keys, as the cache holds them after rotation"));
    m_switch->setItemTip(1, tr("values, as the cache holds them"));
    connect(m_switch, &Segmented::chosen, this,
            [this](int i) { setPart(i == 0 ? CachePart::k : CachePart::v); });
    addControl(m_switch);
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_panes = new Panes;
    buildPlots();
    m_words = makeLabel({}, Look::caption);
    m_words->setObjectName(QStringLiteral("cacheWords"));
    m_words->setWordWrap(true);
    rows->addWidget(m_panes, 1);
    rows->addWidget(m_words);
    setContent(page);
    m_askSoon.setSingleShot(true);
    m_askSoon.setInterval(0);  // layer and position often change together
    connect(&m_askSoon, &QTimer::timeout, this, &CacheView::ask);
}

CacheView::~CacheView() = default;

void CacheView::buildPlots() {
    m_layers = new Heatmap;
    m_layers->setObjectName(QStringLiteral("cacheByLayer"));
    m_layers->setGradient(Gradient::error);
    m_layers->setLog(true, kFloor);
    m_layers->setToolTip(tr("relative L2 of what A and B keep, layer ↓ position →"));
    m_lines = new LineChart;
    m_lines->setObjectName(QStringLiteral("cachedAgainstMade"));
    m_lines->setLog(true, kFloor);
    m_lines->setToolTip(
        tr("relative L2 of what the cache holds against what the run made for this "
           "position before it was put away: the rounding to kv_cache.dtype, and "
           "whatever else happens on the way"));
    m_mask = new Heatmap;
    m_mask->setObjectName(QStringLiteral("maskRow"));
    m_mask->setRoot(true);
    m_mask->setToolTip(
        tr("the row of the mask at the chosen position: keys on grey are not let "
           "through; the others have the weight that the chosen head gives them"));
    for (Heatmap* map : {m_layers, m_mask}) {
        map->setCompact(true);
        connect(map, &Plot::left, this, &View::hoverLeft);
        m_panes->add(map);
    }
    m_panes->add(m_lines);
    connect(m_layers, &Heatmap::cellChosen, this,
            [this](int layer, int pos) { selection()->goTo({cachedSite(m_part), layer}, pos); });
    connect(m_layers, &Heatmap::cellHovered, this, &CacheView::hover);
    connect(m_mask, &Heatmap::cellChosen, this,
            [this](int, int key) { selection()->setKeyPos(key); });
    connect(m_lines, &LineChart::indexChosen, this, [this](int pos) { selection()->setPos(pos); });
    connect(m_lines, &LineChart::indexHovered, this,
            [this](int pos) { hover(selection()->layer(), pos); });
    connect(m_lines, &Plot::left, this, &View::hoverLeft);
}

QJsonObject CacheView::saveState() const {
    return {{QStringLiteral("part"),
             m_part == CachePart::k ? QStringLiteral("k") : QStringLiteral("v")}};
}

void CacheView::restoreState(const QJsonObject& state) {
    const QString part = state.value(QStringLiteral("part")).toString();
    setPart(part == QLatin1String("v") ? CachePart::v : CachePart::k);
}

void CacheView::setPart(CachePart part) {
    m_switch->setCurrent(part == CachePart::k ? 0 : 1);
    if (part == m_part) return;
    m_part = part;
    if (!comparison() || !reasonEmpty().isEmpty()) return;
    showLayers();
    selectionChanged();
}

QString CacheView::unmetNeed() const {
    const QString reason = View::unmetNeed();
    if (!reason.isEmpty() || anyCache(*comparison())) return reason;
    return tr("Neither run keeps a cache: kv_cache is off in both.");
}

Site CacheView::cached() const { return {cachedSite(m_part), selection()->layer()}; }

Site CacheView::made() const { return {madeSite(m_part, *comparison()), selection()->layer()}; }

const ValuesPtr& CacheView::kept(const Site& site) const {
    static const ValuesPtr none;
    for (const ValuesPtr& one : m_values) {
        if (one && one->comparison == comparison()->id && one->site == site) return one;
    }
    return none;
}

void CacheView::comparisonChanged() {
    m_askedId = 0;
    m_askedLayer = -1;
    m_failure.clear();
    m_values = {};
    showLayers();
}

void CacheView::selectionChanged() {
    if (!comparison() || !reasonEmpty().isEmpty()) return;
    m_layers->setCursorCell(selection()->layer(), selection()->pos());
    m_lines->setCursorIndex(selection()->pos());
    showLayer();
    showMask();
    showWords();
    m_askSoon.start();
}

/// Only what somebody looks at is computed, and one site at a time: a newer question of this view
/// takes the place of one that waits.
void CacheView::ask() {
    if (!comparison() || !comparison()->complete || !reasonEmpty().isEmpty()) return;
    if (!isVisible() || visibleRegion().isEmpty()) return;
    const int layer = selection()->layer();
    const bool pair = m_pair && m_pair->layer == layer && m_pair->comparison == comparison()->id;
    if (!pair && m_askedLayer != layer) {
        m_askedLayer = layer;
        Q_EMIT attentionNeeded(layer, selection()->head());
    }
    for (const Site& site : {cached(), made()}) {
        if (kept(site)) continue;
        if (m_askedId == comparison()->id && m_asked == site) return;
        m_askedId = comparison()->id;
        m_asked = site;
        Q_EMIT valuesNeeded(site);
        return;
    }
}

bool CacheView::event(QEvent* event) {
    const bool seen = event->type() == QEvent::Show || event->type() == QEvent::Paint;
    if (seen && comparison() && reasonEmpty().isEmpty() && (!kept(cached()) || !kept(made()))) {
        m_askSoon.start();
    }
    return View::event(event);
}

bool CacheView::waits() const {
    return comparison() && m_askedId == comparison()->id && !kept(m_asked) && m_failure.isEmpty();
}

void CacheView::setAttention(AttentionPtr attention) {
    if (!attention || !comparison() || attention->comparison != comparison()->id) return;
    if (attention->layer != selection()->layer()) return;
    m_pair = std::move(attention);
    if (!reasonEmpty().isEmpty()) return;
    showMask();
    showWords();
}

void CacheView::setValues(ValuesPtr values) {
    if (!values || !comparison() || values->comparison != comparison()->id) return;
    if (!reasonEmpty().isEmpty()) return;
    if (values->site == cached()) {
        m_values[0] = std::move(values);
    } else if (values->site == made()) {
        m_values[1] = std::move(values);
    } else {
        return;
    }
    m_failure.clear();
    showLayer();
    showWords();
    m_askSoon.start();
}

void CacheView::setValuesFailed(const QString& message, const QString& hint) {
    if (!waits()) return;
    m_failure = hint.isEmpty() ? message : message + QStringLiteral(": ") + hint;
    showLayer();
    showWords();
}

void CacheView::feed(View& twin) const {
    if (m_pair) twin.setAttention(m_pair);
    for (const ValuesPtr& one : m_values) {
        if (one) twin.setValues(one);
    }
}

void CacheView::showLayers() {
    const Comparison& now = *comparison();
    const QStringList tokens = tokenTexts(now);
    const int divider = decodeStart(now.a.calls);
    // The unit here: beside the scale it would be the first to give way.
    const QString part = m_part == CachePart::k ? tr("K: A | B") : tr("V: A | B");
    m_layers->setCaption(part + QStringLiteral(", ") + tr("rel. L2"));
    m_layers->setColumnLabels(tokens);
    m_layers->setDividers(-1, divider);
    m_layers->setGrid(cacheByLayer(now, m_part));
    // Three decades: more would make all that is there one colour.
    const double most = std::max(10 * kFloor, m_layers->dataRange().second);
    const double least = std::max(kFloor, most / 1e3);
    m_layers->setLog(true, least);
    m_layers->setRange(least, most);
    m_layers->setScaleBar(true);
    m_lines->setLabels(tokens);
    m_lines->setDivider(divider);
    m_mask->setColumnLabels(tokens);
    m_mask->setRowLabels({tr("A"), tr("B")});
}

std::vector<double> CacheView::against(Side side) const {
    const ValuesPtr &held = kept(cached()), &fresh = kept(made());
    return held && fresh ? cachedAgainstMade(*held, *fresh, side) : std::vector<double>();
}

void CacheView::showLayer() {
    std::vector<LineChart::Series> lines;
    const auto add = [&](Side side, const QString& name, Role role) {
        std::vector<double> values = against(side);
        if (!values.empty()) lines.push_back({name, std::move(values), role});
    };
    add(Side::a, tr("A"), Role::a);
    add(Side::b, tr("B"), Role::b);
    m_lines->setCaption(tr("layer %1: cached | made").arg(selection()->layer()));
    double largest = 0;
    for (const LineChart::Series& line : lines) {
        for (const double value : line.values) {
            if (std::isfinite(value)) largest = std::max(largest, value);
        }
    }
    // Exact zeros have no place on a logarithmic axis: then it is a plain one, and the words say
    // so.
    const bool none = largest == 0 && !lines.empty();
    m_lines->setValueAxis(!lines.empty());  // no numbers of nothing
    m_lines->setLog(!none, kFloor);
    m_lines->setRange(none ? -0.1 : kFloor, none ? 1 : std::max(1e3 * kFloor, largest * 2));
    if (none)
        m_lines->setCaption(tr("layer %1: distance 0, bit for bit").arg(selection()->layer()));
    // Both kept and still no line: one that never keeps or makes it.
    const bool waits = m_failure.isEmpty() && !(kept(cached()) && kept(made()));
    m_lines->setReason(!lines.empty()         ? QString()
                       : waits                ? waitingText()
                       : !m_failure.isEmpty() ? tr("not available: %1").arg(m_failure)
                                              : tr("no run keeps and makes this"));
    m_lines->setSeries(std::move(lines));
    m_lines->setCursorIndex(selection()->pos());  // an empty chart has none
    const ValuesPtr& held = kept(cached());
    if (!held) return setBadge({});
    setBadge(held->badge_a == held->badge_b
                 ? q(held->badge_a)
                 : tr("A %1 · B %2").arg(q(held->badge_a), q(held->badge_b)),
             tr("recomputed: the runs were made again over the same calls. not available: this run "
                "keeps no cache. The map of all layers was measured while the runs ran."));
}

void CacheView::showMask() {
    const int pos = selection()->pos();
    const bool there =
        m_pair && m_pair->comparison == comparison()->id && m_pair->layer == selection()->layer();
    const int keys = there ? std::max(m_pair->a.cols, m_pair->b.cols) : 0;
    Grid rows(keys > 0 ? 2 : 0, keys);
    rows.row_axis = "run";
    rows.col_axis = "key_pos";
    rows.unit = "weight";
    for (int side = 0; side < rows.rows; ++side) {
        const Grid& pattern = side == 0 ? m_pair->a : m_pair->b;
        for (int c = 0; pos < pattern.rows && c < pattern.cols; ++c) {
            rows.at(side, c) = pattern.at(pos, c);
        }
    }
    m_mask->setReason(keys > 0 ? QString() : waitingText());
    m_mask->setGrid(std::move(rows));
    m_mask->setCaption(tr("mask row %1: weights").arg(pos));
    m_mask->setCursorCell(-1, -1);
    // Only as far as a query sees at all: of 2 000 keys the few that an early one has would be
    // less than a pixel.
    m_mask->setWindow(QRect(0, 0, std::min(keys, std::max(pos + 2, kFewKeys)), 2));
}

QString CacheView::callText(const RunSummary& run, int pos) const {
    const int index = callOf(run.calls, pos);
    if (index < 0) return tr("not run");
    const Call& call = run.calls[static_cast<size_t>(index)];
    const int decode = decodeStart(run.calls);
    const QString kind = decode >= 0 && call.start >= decode ? tr("decode") : tr("prefill");
    const QString range =
        call.length == 1
            ? QString::number(call.start)
            : QStringLiteral("%1–%2").arg(call.start).arg(call.start + call.length - 1);
    return tr("call %1 of %2, %3, positions %4")
        .arg(QString::number(index + 1), QString::number(run.calls.size()), kind, range);
}

QString CacheView::maskText(const Grid& pattern) const {
    const auto row = maskRow(pattern, selection()->pos());
    if (!row) return tr("mask not known");
    if (row->count == 0) return tr("sees no key");
    if (row->count == 1) return tr("sees key %1").arg(row->first);
    return row->count == row->last - row->first + 1
               ? tr("sees keys %1–%2").arg(row->first).arg(row->last)
               : tr("sees %1 of keys %2–%3").arg(row->count).arg(row->first).arg(row->last);
}

void CacheView::showWords() {
    const int pos = selection()->pos();
    QStringList lines;
    const auto line = [&](const QString& name, const RunSummary& run, const Grid* pattern,
                          Side side) {
        QStringList words{callText(run, pos)};
        if (pattern) words << maskText(*pattern);
        const double distance = at(against(side), pos);
        if (!std::isnan(distance)) {
            words << (distance == 0 ? tr("kept bit for bit")
                                    : tr("kept with an error of %1").arg(formatNumber(distance)));
        }
        lines << name + QStringLiteral("  ") + words.join(QStringLiteral(" · "));
    };
    const bool pair = m_pair && m_pair->comparison == comparison()->id;
    line(tr("A"), comparison()->a, pair ? &m_pair->a : nullptr, Side::a);
    line(tr("B"), comparison()->b, pair ? &m_pair->b : nullptr, Side::b);
    if (!m_failure.isEmpty()) lines << tr("not available: %1").arg(m_failure);
    m_words->setText(tokenAt(*comparison(), pos) + u'\n' + lines.join(u'\n'));
    const int a = decodeStart(comparison()->a.calls), b = decodeStart(comparison()->b.calls);
    const auto boundary = [](int start) {
        return start < 0 ? tr("prefill only") : tr("decode from %1").arg(start);
    };
    setNote(a == b ? boundary(a) : tr("A %1 · B %2").arg(boundary(a), boundary(b)));
}

void CacheView::hover(int layer, int pos) {
    HoverInfo info;
    const Site site{cachedSite(m_part), layer};
    info.site = q(to_string(site));
    info.where = tokenAt(*comparison(), pos);
    const Grid& grid = m_layers->grid();
    if (layer >= 0 && layer < grid.rows && pos >= 0 && pos < grid.cols) {
        const double distance = grid.at(layer, pos);
        if (!std::isnan(distance)) info.relative = distance;
    }
    info.note =
        tr("A %1 · B %2").arg(callText(comparison()->a, pos), callText(comparison()->b, pos));
    Q_EMIT hovered(info);
}

Table CacheView::table() const {
    Table table;
    if (!comparison() || !reasonEmpty().isEmpty()) return table;
    const Comparison& now = *comparison();
    table.title = tr("what the cache holds, by layer and position");
    for (const char* name :
         {"layer", "pos", "token", "call_a", "call_b", "k_relative_l2", "v_relative_l2",
          "kept_error_a", "kept_error_b", "keys_seen_a", "keys_seen_b"}) {
        table.header << QLatin1String(name);
    }
    const QStringList tokens = tokenTexts(now);
    const Grid k = cacheByLayer(now, CachePart::k), v = cacheByLayer(now, CachePart::v);
    const std::vector<double> a = against(Side::a), b = against(Side::b);
    const auto seen = [](const Grid& pattern, int pos) {
        const auto row = maskRow(pattern, pos);
        return row ? QString::number(row->count) : QString();
    };
    for (int layer = 0; layer < now.n_layers; ++layer) {
        const bool chosen = layer == selection()->layer();
        const bool pair = m_pair && m_pair->comparison == now.id && m_pair->layer == layer;
        for (int pos = 0; pos < tokens.size(); ++pos) {
            table.add({QString::number(layer), QString::number(pos), tokens[pos],
                       QString::number(callOf(now.a.calls, pos)),
                       QString::number(callOf(now.b.calls, pos)), cell(k.at(layer, pos)),
                       cell(v.at(layer, pos)), chosen ? cell(at(a, pos)) : QString(),
                       chosen ? cell(at(b, pos)) : QString(),
                       pair ? seen(m_pair->a, pos) : QString(),
                       pair ? seen(m_pair->b, pos) : QString()});
        }
    }
    return table;
}

QString CacheView::describe() const {
    if (!comparison() || !reasonEmpty().isEmpty()) return reasonEmpty();
    return tr("Cache of layer %1: %2")
        .arg(selection()->layer())
        .arg(m_words->text().replace(QLatin1Char('\n'), QStringLiteral("; ")));
}

}  // namespace driftscope
