// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/routing_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include <QBoxLayout>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>

#include "ui/plots/bar_chart.h"
#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"
#include "ui/views/expert_grid.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr const char *kExperts = "experts", *kReplay = "replay";  // the option and its value
constexpr int kNarrow = 330;  // below this the charts stand under the grid

QString joined(const std::vector<int>& ids, int pos, int perToken) {
    QStringList texts;
    for (int slot = 0; slot < perToken; ++slot) {
        const auto i =
            static_cast<size_t>(pos) * static_cast<size_t>(perToken) + static_cast<size_t>(slot);
        if (i < ids.size()) texts << QString::number(ids[i]);
    }
    return texts.join(QLatin1Char(' '));
}

QString joined(const std::vector<double>& values, int pos, int perToken) {
    QStringList texts;
    for (int slot = 0; slot < perToken; ++slot) {
        const auto i =
            static_cast<size_t>(pos) * static_cast<size_t>(perToken) + static_cast<size_t>(slot);
        if (i < values.size()) texts << exact(values[i]);
    }
    return texts.join(QLatin1Char(' '));
}

template <class T>
QString cell(const std::vector<T>& values, int pos) {
    const auto i = static_cast<size_t>(pos);
    if (i >= values.size()) return {};
    if constexpr (std::is_same_v<T, double>) {
        return exact(values[i]);
    } else {
        return QString::number(values[i]);
    }
}

}  // namespace

QString natsText(double nats) {
    constexpr double kNothing = 1e-12;  // what float64 leaves of a mean KL that is 0
    return std::fabs(nats) < kNothing ? QStringLiteral("0") : formatNumber(nats);
}

std::vector<double> expertContributions(const ValuePair& outputs, const RoutingLayer& layer,
                                        int perToken, Side side) {
    const std::vector<double>& values = side == Side::a ? outputs.a : outputs.b;
    const auto& shape = side == Side::a ? outputs.shape_a : outputs.shape_b;
    const std::vector<double>& weights = side == Side::a ? layer.weights_a : layer.weights_b;
    if (values.empty() || shape.size() != 3 || shape[1] != perToken) return {};
    const auto slots = static_cast<size_t>(perToken), width = static_cast<size_t>(shape[2]);
    const auto positions = static_cast<size_t>(shape[0]);
    if (values.size() != positions * slots * width || weights.size() < positions * slots) return {};
    std::vector<double> parts(positions * slots);
    for (size_t p = 0; p < positions; ++p) {
        std::vector<double> together(width, 0.0);
        for (size_t i = p * slots; i < (p + 1) * slots; ++i) {
            double square = 0;
            for (size_t d = 0; d < width; ++d) {
                const double value = weights[i] * values[i * width + d];
                square += value * value;
                together[d] += value;
            }
            parts[i] = std::sqrt(square);
        }
        const double whole =
            std::sqrt(std::inner_product(together.begin(), together.end(), together.begin(), 0.0));
        for (size_t i = p * slots; i < (p + 1) * slots; ++i)
            parts[i] = whole > 0 ? parts[i] / whole : 0;
    }
    return parts;
}

RoutingView::RoutingView(QWidget* parent) : View(QStringLiteral("routing"), parent) {
    m_picker = new QComboBox;
    m_picker->setObjectName(QStringLiteral("layer"));
    m_picker->setAccessibleName(tr("Block"));
    m_picker->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_picker, &QComboBox::activated, this,
            [this](int index) { selection()->setLayer(m_picker->itemData(index).toInt()); });
    addControl(m_picker);
    m_shade = new Segmented({tr("weight"), tr("output")});
    m_shade->setProperty("part", QStringLiteral("shade"));
    m_shade->setItemTip(0, tr("shade: the router's mixing weight of the expert"));
    m_shade->setItemTip(1, tr("shade: what the expert adds at this position, its weight times the "
                              "norm of its output, relative to the norm of mlp_out, which is what "
                              "all chosen experts add together; above 100 % where they cancel "
                              "each other"));
    addControl(m_shade);
    connect(m_shade, &Segmented::chosen, this, [this](int i) { setOutput(i == 1); });
    m_experts = new Segmented({tr("own"), tr("replay")});
    m_experts->setProperty("part", QStringLiteral("experts"));
    m_experts->setItemTip(0, tr("B chooses its experts itself"));
    m_experts->setItemTip(1, tr("run again with A's experts in B (option experts = replay): what "
                                "differs then is not routing"));
    addControl(m_experts);
    connect(m_experts, &Segmented::chosen, this, [this](int i) {
        Q_EMIT optionWanted(Side::b, QLatin1String(kExperts),
                            i == 1 ? QLatin1String(kReplay) : QStringLiteral("own"));
    });
    m_askSoon.setSingleShot(true);
    m_askSoon.setInterval(0);  // only the last of several steps through the blocks is worth a run
    connect(&m_askSoon, &QTimer::timeout, this, &RoutingView::ask);

    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_split = new QHBoxLayout;
    m_split->setSpacing(Theme::space(3));
    m_split->addWidget(buildGrid(), 5);
    m_split->addWidget(buildCharts(), 4);
    rows->addLayout(m_split, 1);
    rows->addWidget(buildReplay());
    setContent(page);
    connectCharts();
}

RoutingView::~RoutingView() = default;

QWidget* RoutingView::buildGrid() {
    auto* pane = new QWidget;
    auto* rows = new QVBoxLayout(pane);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_caption = makeLabel({}, Look::caption);
    m_grid = new ExpertGrid;
    m_grid->setObjectName(QStringLiteral("grid"));
    m_scroll = new QScrollArea;
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setWidget(m_grid);
    m_grid->setAutoFillBackground(false);
    m_legend = makeLabel({}, Look::caption);
    rows->addWidget(m_caption);
    rows->addWidget(m_scroll, 1);
    rows->addSpacing(Theme::space(1));
    rows->addWidget(m_legend);
    // The heading of the grid stays in sight: it is drawn anew at every step.
    const auto redraw = [this] { m_grid->update(); };
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, m_grid, redraw);
    connect(m_scroll->horizontalScrollBar(), &QScrollBar::valueChanged, m_grid, redraw);
    connect(m_grid, &ExpertGrid::chosen, this, [this](int pos, int expert) {
        selection()->setPos(pos);
        selection()->setExpert(expert);
    });
    connect(m_grid, &ExpertGrid::cellHovered, this, &RoutingView::hoverCell);
    connect(m_grid, &CellWidget::left, this, &View::hoverLeft);
    return pane;
}

QWidget* RoutingView::buildCharts() {
    m_charts = new QWidget;
    m_chartRow = new QVBoxLayout(m_charts);
    m_chartRow->setContentsMargins(0, 0, 0, 0);
    m_chartRow->setSpacing(Theme::space(1));
    m_disagreement = new BarChart;
    m_disagreement->setObjectName(QStringLiteral("disagreement"));
    m_disagreement->setCaption(tr("disagreement by block"));
    m_cumulative = new LineChart;
    m_cumulative->setObjectName(QStringLiteral("cumulative"));
    m_cumulative->setCaption(tr("tokens with a flip so far"));
    m_cumulative->setSmooths(false);
    m_load = new BarChart;
    m_load->setObjectName(QStringLiteral("load"));
    m_load->setCaption(tr("expert load"));
    for (QWidget* chart : {static_cast<QWidget*>(m_disagreement),
                           static_cast<QWidget*>(m_cumulative), static_cast<QWidget*>(m_load)}) {
        m_chartRow->addWidget(chart, 1);
    }
    m_disagreement->setShare(true);
    m_cumulative->setShare(true);
    m_load->setShare(true);
    m_load->setCompact(true);  // its legend beside the caption: a row less for the picture
    return m_charts;
}

/// Across the whole view: a line below the charts would take the height of one of them.
QWidget* RoutingView::buildReplay() {
    m_replay = makeLabel({}, Look::caption);
    m_replay->setObjectName(QStringLiteral("replay"));
    m_replay->setWordWrap(true);
    m_replay->setToolTip(
        tr("mean KL(A ‖ B) that is left when one run takes the other run's experts: "
           "what routing alone makes of the distance, both ways"));
    return m_replay;
}

void RoutingView::connectCharts() {
    connect(m_disagreement, &BarChart::categoryChosen, this, [this](int index) {
        const auto& layers = comparison()->routing->layers;
        selection()->setLayer(layers[static_cast<size_t>(index)].layer);
    });
    connect(m_disagreement, &BarChart::categoryHovered, this, &RoutingView::hoverLayer);
    connect(m_cumulative, &LineChart::indexChosen, this,
            [this](int pos) { selection()->setPos(pos); });
    connect(m_load, &BarChart::categoryChosen, this,
            [this](int expert) { selection()->setExpert(expert); });
    for (Plot* plot : {static_cast<Plot*>(m_disagreement), static_cast<Plot*>(m_cumulative),
                       static_cast<Plot*>(m_load)}) {
        connect(plot, &Plot::left, this, &View::hoverLeft);
    }
}

int RoutingView::layerIndex() const {
    if (!comparison() || !comparison()->routing) return -1;
    const auto& layers = comparison()->routing->layers;
    const auto at = std::find_if(layers.begin(), layers.end(), [this](const RoutingLayer& l) {
        return l.layer == selection()->layer();
    });
    return at == layers.end() ? -1 : static_cast<int>(at - layers.begin());
}

const RoutingLayer* RoutingView::layer() const {
    const int index = layerIndex();
    return index < 0 ? nullptr : &comparison()->routing->layers[static_cast<size_t>(index)];
}

QJsonObject RoutingView::saveState() const {
    return {
        {QStringLiteral("shade"), m_output ? QStringLiteral("output") : QStringLiteral("weight")}};
}

void RoutingView::restoreState(const QJsonObject& state) {
    setOutput(state.value(QStringLiteral("shade")).toString() == QLatin1String("output"));
}

void RoutingView::setOutput(bool output) {
    m_shade->setCurrent(output ? 1 : 0);
    if (output == m_output) return;
    m_output = output;
    if (!comparison() || !comparison()->routing) return;
    showOutput();
    showWords();
}

Site RoutingView::outputSite() const { return {SiteKind::expert_out, selection()->layer()}; }

bool RoutingView::hasOutput() const {
    return m_values && comparison() && m_values->comparison == comparison()->id &&
           m_values->site == outputSite();
}

/// Only what somebody looks at is computed.
void RoutingView::ask() {
    if (!m_output || !layer() || hasOutput() || !comparison()->complete) return;
    if (!isVisible() || visibleRegion().isEmpty()) return;
    if (m_askedId == comparison()->id && m_asked == outputSite()) return;
    m_askedId = comparison()->id;
    m_asked = outputSite();
    m_failure.clear();
    Q_EMIT valuesNeeded(m_asked);
}

bool RoutingView::event(QEvent* event) {
    const bool seen = event->type() == QEvent::Show || event->type() == QEvent::Paint;
    if (seen && m_output && comparison() && !hasOutput()) m_askSoon.start();
    return View::event(event);
}

bool RoutingView::waits() const {
    return m_output && comparison() && m_askedId == comparison()->id && m_asked == outputSite() &&
           !hasOutput() && m_failure.isEmpty();
}

void RoutingView::setValues(ValuesPtr values) {
    if (!values || !comparison() || values->comparison != comparison()->id) return;
    if (values->site != outputSite() || !layer()) return;
    m_values = std::move(values);
    m_failure.clear();
    showOutput();
    showWords();
}

void RoutingView::setValuesFailed(const QString& message, const QString& hint) {
    if (!waits()) return;
    m_failure = hint.isEmpty() ? message : message + QStringLiteral(": ") + hint;
    showWords();
}

void RoutingView::feed(View& twin) const {
    if (hasOutput()) twin.setValues(m_values);
}

void RoutingView::showOutput() {
    const RoutingLayer* now = layer();
    if (!m_output || !now || !hasOutput()) {
        m_grid->setContributions({}, {});
        if (m_output) m_askSoon.start();
        return;
    }
    const int perToken = comparison()->routing->top_k;
    m_grid->setContributions(expertContributions(*m_values, *now, perToken, Side::a),
                             expertContributions(*m_values, *now, perToken, Side::b));
}

void RoutingView::comparisonChanged() {
    m_askedId = 0;
    fillLayerPicker();
    showCharts();
}

void RoutingView::fillLayerPicker() {
    m_picker->clear();
    for (const RoutingLayer& layer : comparison()->routing->layers) {
        m_picker->addItem(tr("block %1").arg(layer.layer), layer.layer);
    }
}

void RoutingView::showCharts() {
    const Routing& routing = *comparison()->routing;
    std::vector<double> disagreement;
    QStringList names;
    for (const RoutingLayer& layer : routing.layers) {
        disagreement.push_back(layer.disagreement);
        names << QString::number(layer.layer);
    }
    m_disagreement->setCategories(names);
    m_disagreement->setSeries({{tr("share of tokens"), std::move(disagreement), Role::b}});
    m_cumulative->setRange(0.0, 1.0);
    m_cumulative->setSeries({{tr("share of tokens"), routing.cumulative_flips, Role::b}});
    m_cumulative->setLabels(tokenTexts(*comparison()));
    const OptionValues& ofB = comparison()->b.options;
    const auto experts = ofB.find(kExperts);
    const bool replays = experts != ofB.end() && experts->second == kReplay;
    m_experts->setCurrent(replays ? 1 : 0);
    QStringList replay;
    const std::vector<double>& kl = comparison()->logits.kl_ab;
    if (replays && !kl.empty()) {
        const double sum = std::accumulate(kl.begin(), kl.end(), 0.0);
        replay << tr("B with A's experts: %1 nats").arg(natsText(sum / double(kl.size())));
    }
    if (routing.a_experts_in_b) {
        replay << tr("A's experts in B leave %1 nats").arg(natsText(*routing.a_experts_in_b));
    }
    if (routing.b_experts_in_a) {
        replay << tr("B's in A %1").arg(natsText(*routing.b_experts_in_a));
    }
    if (!replay.isEmpty()) replay.prepend(tr("replay"));
    m_replay->setText(replay.join(QStringLiteral(" · ")));
    m_replay->setVisible(!replay.isEmpty());
}

void RoutingView::selectionChanged() {
    if (!comparison() || !comparison()->routing) return;
    showLayer();
    m_grid->setFace(selection()->face());
    m_grid->setCursorCell(selection()->pos(), selection()->expert());
    m_cumulative->setCursorIndex(selection()->pos());
    m_disagreement->setCursorCategory(layerIndex());
    m_load->setCursorCategory(selection()->expert());
    m_picker->setCurrentIndex(layerIndex());
    makeRowVisible();
    showWords();
}

void RoutingView::showLayer() {
    const int index = layerIndex();
    if (index == m_shownIndex && m_shownOf == comparison()) return;
    m_shownIndex = index;
    m_shownOf = comparison();
    m_grid->setRouting(comparison(), index);
    showOutput();
    if (const RoutingLayer* now = layer()) {
        m_load->setSeries({{tr("A"), now->load_a, Role::a}, {tr("B"), now->load_b, Role::b}});
    } else {
        m_load->setSeries({});
    }
    m_load->setReason(layer() ? QString()
                              : tr("block %1 has no experts").arg(selection()->layer()));
    arrange();
}

void RoutingView::showWords() {
    const RoutingLayer* now = layer();
    if (!now) {
        setNote({});
        m_caption->setText(tr("block %1 has no experts").arg(selection()->layer()));
        m_legend->clear();
        return;
    }
    setNote(tr("flips %1").arg(formatShare(now->disagreement)));
    switch (selection()->face()) {
        case Face::all:
            m_caption->setText(tr("filled: A chose it · ring: B chose otherwise"));
            break;
        case Face::a: m_caption->setText(tr("experts that A chose")); break;
        case Face::b: m_caption->setText(tr("experts that B chose")); break;
        case Face::difference: m_caption->setText(tr("A−B: blue only A, orange only B")); break;
    }
    if (m_output) {
        m_caption->setText(!m_failure.isEmpty() ? tr("outputs not available: %1").arg(m_failure)
                           : hasOutput() ? m_caption->text() + tr(" · shade: relative to mlp_out")
                                         : tr("computing the experts' outputs…"));
        m_caption->setToolTip(m_caption->text());
    }
    m_legend->setText(tr("margin in ulp, log · ○ flip · ◆ unexplained"));
    m_legend->setToolTip(
        tr("The bar is the gap between the last chosen expert and the next one "
           "in A's router logits, in units in the last place of the router's "
           "dtype, on a logarithmic scale. ○ a flip within the noise band of "
           "the router logits, ◆ one that rounding does not explain."));
}

void RoutingView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    arrange();
}

void RoutingView::arrange() {
    if (!m_split) return;
    const bool stacked = width() < kNarrow || height() > 2 * width();
    m_split->setDirection(stacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_chartRow->setDirection(stacked && width() >= kNarrow ? QBoxLayout::LeftToRight
                                                           : QBoxLayout::TopToBottom);
    QMetaObject::invokeMethod(
        this, [this] { m_grid->setRoom(m_scroll->viewport()->height() - 2); },
        Qt::QueuedConnection);
}

void RoutingView::makeRowVisible() {
    const QRectF row = m_grid->rowRect(selection()->pos());
    const QPoint center = row.center().toPoint();
    m_scroll->ensureVisible(m_scroll->horizontalScrollBar()->value(), center.y(), 0,
                            static_cast<int>(2.5 * row.height()));
}

void RoutingView::hoverCell(int pos, int expert) {
    const RoutingLayer* now = layer();
    if (!now) return;
    HoverInfo info;
    info.site = QString::fromStdString(to_string(Site{SiteKind::expert_weights, now->layer}));
    info.where = tokenAt(*comparison(), pos);
    if (expert >= 0) {
        info.where += tr("   expert %1").arg(expert);
        const double a = m_grid->weight(Side::a, pos, expert);
        const double b = m_grid->weight(Side::b, pos, expert);
        if (!std::isnan(a)) info.a = a;
        if (!std::isnan(b)) info.b = b;
        if (info.a && info.b) info.diff = a - b;
    }
    info.note = m_grid->rowNote(pos);
    Q_EMIT hovered(info);
}

void RoutingView::hoverLayer(int index) {
    const RoutingLayer& at = comparison()->routing->layers[static_cast<size_t>(index)];
    HoverInfo info;
    info.site = QString::fromStdString(to_string(Site{SiteKind::expert_indices, at.layer}));
    info.note = tr("%1 of the tokens chose other experts, smallest margin %2")
                    .arg(formatShare(at.disagreement), formatNumber(at.min_margin));
    Q_EMIT hovered(info);
}

Table RoutingView::table() const {
    Table table;
    if (!comparison() || !comparison()->routing) return table;
    const Routing& routing = *comparison()->routing;
    table.title = tr("experts chosen in every block");
    table.header = {QStringLiteral("layer"),
                    QStringLiteral("pos"),
                    QStringLiteral("token"),
                    QStringLiteral("experts_a"),
                    QStringLiteral("weights_a"),
                    QStringLiteral("experts_b"),
                    QStringLiteral("weights_b"),
                    QStringLiteral("margin_a"),
                    QStringLiteral("margin_b"),
                    QStringLiteral("margin_ulp"),
                    QStringLiteral("flip"),
                    QStringLiteral("explained"),
                    QStringLiteral("cumulative_flips"),
                    QStringLiteral("output_a"),
                    QStringLiteral("output_b")};
    const QStringList tokens = tokenTexts(*comparison());
    for (const RoutingLayer& now : routing.layers) {
        std::vector<double> outA, outB;  // known of the chosen block only
        if (hasOutput() && m_values->site.layer == now.layer) {
            outA = expertContributions(*m_values, now, routing.top_k, Side::a);
            outB = expertContributions(*m_values, now, routing.top_k, Side::b);
        }
        for (int pos = 0; pos < tokens.size(); ++pos) {
            table.add({QString::number(now.layer), QString::number(pos), tokens[pos],
                       joined(now.experts_a, pos, routing.top_k),
                       joined(now.weights_a, pos, routing.top_k),
                       joined(now.experts_b, pos, routing.top_k),
                       joined(now.weights_b, pos, routing.top_k), cell(now.margin_a, pos),
                       cell(now.margin_b, pos), cell(now.margin_ulp, pos), cell(now.flip, pos),
                       cell(now.explained, pos), cell(routing.cumulative_flips, pos),
                       joined(outA, pos, routing.top_k), joined(outB, pos, routing.top_k)});
        }
    }
    return table;
}

QString RoutingView::describe() const { return tr("Routing, %1").arg(m_grid->describe()); }

}  // namespace driftscope
