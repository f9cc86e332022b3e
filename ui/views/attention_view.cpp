// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/attention_view.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/paint_tree.h"
#include "ui/plots/heatmap.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"
#include "ui/views/head_mosaic.h"
#include "ui/views/panes.h"
#include "ui/views/veil.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr int kLoadingAfter = 150;  // ms: shorter waits show nothing
/// Order of the faces in the segmented control.
const char* const kOrderIds[HeadMosaic::kOrders] = {"index", "change", "entropy"};
constexpr Face kFaces[] = {Face::a, Face::b, Face::difference, Face::all};

double valueAt(const Grid& grid, int row, int column) {
    const bool inside = row >= 0 && column >= 0 && row < grid.rows && column < grid.cols;
    return inside ? grid.at(row, column) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

AttentionView::AttentionView(QWidget* parent) : View(QStringLiteral("attention"), parent) {
    m_stageSwitch = new Segmented({tr("weights"), tr("scores"), tr("QK"), tr("bias"), tr("mask")});
    m_stageSwitch->setProperty("part", QStringLiteral("stage"));
    for (int i = 0; i < kScoreStages; ++i) {
        m_stageSwitch->setItemTip(i, scoreStageTip(static_cast<ScoreStage>(i)));
    }
    connect(m_stageSwitch, &Segmented::chosen, this,
            [this](int i) { setStage(static_cast<ScoreStage>(i)); });
    m_face = new Segmented({tr("A"), tr("B"), tr("A−B"), tr("A | B | A−B")});
    m_face->setProperty("part", QStringLiteral("face"));
    connect(m_face, &Segmented::chosen, this, [this](int i) { selection()->setFace(kFaces[i]); });
    addControl(m_face);

    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    rows->addWidget(buildPlots(), 1);
    rows->addWidget(buildFooter());
    setContent(page);

    m_loadingSoon.setSingleShot(true);
    m_loadingSoon.setInterval(kLoadingAfter);
    m_askSoon.setSingleShot(true);  // layer and head often change one after the other
    m_askSoon.setInterval(0);
    connect(&m_askSoon, &QTimer::timeout, this, &AttentionView::askForHead);
    connect(&m_loadingSoon, &QTimer::timeout, this, [this] { setLoading(!isCurrent()); });
}

AttentionView::~AttentionView() = default;

QWidget* AttentionView::buildMosaic() {
    m_mosaicPane = new QWidget;
    auto* rows = new QVBoxLayout(m_mosaicPane);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_mosaicCaption = makeLabel({}, Look::caption);
    m_mosaic = new HeadMosaic;
    m_mosaic->setObjectName(QStringLiteral("mosaic"));
    rows->addWidget(m_mosaicCaption);
    rows->addWidget(m_mosaic, 1);
    connect(m_mosaic, &HeadMosaic::chosen, this, [this](int layer, int head) {
        selection()->setLayer(layer);
        selection()->setHead(head);
    });
    connect(m_mosaic, &HeadMosaic::headHovered, this, &AttentionView::hoverHead);
    connect(m_mosaic, &HeadMosaic::plainChanged, this, &AttentionView::showFootnotes);
    connect(m_mosaic, &CellWidget::left, this, &View::hoverLeft);
    return m_mosaicPane;
}

Heatmap* AttentionView::makePlot(const QString& name, const QString& caption, Role role) {
    auto* plot = new Heatmap;
    plot->setObjectName(name);
    plot->setAccessibleName(caption);
    plot->setCaption(caption);
    plot->setCaptionRole(role);
    plot->setScaleBar(true, QStringLiteral("√"));
    plot->setRoot(true);  // the first token always has weight 1 on itself
    plot->setCellText([this](int row, int column) { return cellText(row, column); });
    plot->setCompact(true);
    follow(plot);
    new Veil(plot);
    return plot;
}

void AttentionView::follow(Heatmap* plot) {
    connect(plot, &Heatmap::cellChosen, this, [this](int row, int column) {
        selection()->setPos(row);
        selection()->setKeyPos(column);
    });
    connect(plot, &Heatmap::cellHovered, this, &AttentionView::hoverCell);
    connect(plot, &Plot::left, this, &View::hoverLeft);
    connect(plot, &Heatmap::windowChanged, this, [this](const QRect& part) {
        for (Heatmap* each : {m_plotA, m_plotB, m_plotDiff}) each->setWindow(part);
    });
}

QWidget* AttentionView::buildPlots() {
    m_panes = new Panes;
    m_panes->setObjectName(QStringLiteral("panes"));
    m_panes->add(buildMosaic());
    m_plotA = makePlot(QStringLiteral("patternA"), tr("A"), Role::a);
    m_plotB = makePlot(QStringLiteral("patternB"), tr("B"), Role::b);
    m_plotDiff = makePlot(QStringLiteral("patternDiff"), tr("A−B"), Role::dimText);
    m_plotDiff->setGradient(Gradient::diverging);
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff}) m_panes->add(plot);
    connect(m_panes, &Panes::columnsChanged, this, &AttentionView::placeLabels);
    return m_panes;
}

QWidget* AttentionView::buildFooter() {
    auto* footer = new QWidget;
    m_footer = footer;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::space(1));
    m_order = new Segmented({tr("index"), tr("change"), tr("entropy")});
    m_order->setProperty("part", QStringLiteral("order"));
    m_order->setItemTip(0, tr("heads in the order of the model: layer down, head across"));
    m_order->setItemTip(1, tr("heads with the largest |A−B| first"));
    m_order->setItemTip(2, tr("heads whose weights are spread most first: mean entropy of A's "
                              "weights over all queries, at full resolution"));
    m_scale = new Segmented({tr("shared"), tr("own")});
    m_scale->setProperty("part", QStringLiteral("scale"));
    m_scale->setItemTip(0, tr("A and B in the same colours: equal colour, equal weight"));
    m_scale->setItemTip(1, tr("A and B each up to their own largest weight"));
    m_orderLabel = makeLabel(tr("heads by"), Look::caption);
    m_scaleLabel = makeLabel(tr("scale A, B"), Look::caption);
    for (QLabel* label : {m_orderLabel, m_scaleLabel}) label->setProperty(kControlProperty, true);
    row->addWidget(m_orderLabel);
    row->addWidget(m_order);
    row->addWidget(m_stageSwitch);
    row->addStretch(1);
    m_axesLabel = makeLabel({}, Look::caption);
    row->addWidget(m_axesLabel);
    row->addStretch(1);
    row->addWidget(m_scaleLabel);
    row->addWidget(m_scale);
    connect(m_order, &Segmented::chosen, this, [this](int i) { setOrder(i); });
    connect(m_scale, &Segmented::chosen, this, [this](int i) { setOwnScale(i == 1); });
    footer->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    return footer;
}

void AttentionView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    fitFooter();
}

void AttentionView::fitFooter() {
    // Switches keep their words, and labels go where there is no room: switches have tool tips.
    QLayout* row = m_footer->layout();
    const auto fits = [&] {
        row->invalidate();
        return row->sizeHint().width() <= m_footer->parentWidget()->width();
    };
    for (QLabel* label : {m_orderLabel, m_scaleLabel, m_axesLabel}) label->show();
    m_stageSwitch->setFolded(false);
    for (QLabel* label : {m_orderLabel, m_scaleLabel}) {
        if (fits()) return;
        label->hide();
    }
    if (fits()) return;
    m_stageSwitch->setFolded(true);
    m_axesLabel->setVisible(fits());
}

QJsonObject AttentionView::saveState() const {
    return {
        {QStringLiteral("order"), QLatin1String(kOrderIds[static_cast<int>(m_mosaic->order())])},
        {QStringLiteral("ownScale"), m_ownScale},
        {QStringLiteral("stage"), QLatin1String(scoreStageId(m_stage))}};
}

void AttentionView::restoreState(const QJsonObject& state) {
    const QString order = state.value(QStringLiteral("order")).toString();
    for (int i = 0; i < HeadMosaic::kOrders; ++i) {
        if (i == 0 || order == QLatin1String(kOrderIds[i])) setOrder(i);
    }
    setOwnScale(state.value(QStringLiteral("ownScale")).toBool());
    const QString stage = state.value(QStringLiteral("stage")).toString();
    ScoreStage chosen = ScoreStage::weights;
    if (state.value(QStringLiteral("scores")).toBool())
        chosen = ScoreStage::scores;  // 0.1 wrote so
    for (int i = 0; i < kScoreStages; ++i) {
        const auto each = static_cast<ScoreStage>(i);
        if (stage == QLatin1String(scoreStageId(each))) chosen = each;
    }
    setStage(chosen);
}

void AttentionView::setOrder(int order) {
    m_order->setCurrent(order);
    m_mosaic->setOrder(static_cast<HeadMosaic::Order>(order));
    showFootnotes();
}

void AttentionView::setOwnScale(bool own) {
    m_scale->setCurrent(own ? 1 : 0);
    m_ownScale = own;
    showScale();
}

void AttentionView::setStage(ScoreStage stage) {
    m_stageSwitch->setCurrent(static_cast<int>(stage));
    if (stage == m_stage) return;
    m_stage = stage;
    m_failure.clear();
    const bool weights = stage == ScoreStage::weights;
    const bool quiet = weights || stage == ScoreStage::mask;
    for (Heatmap* plot : {m_plotA, m_plotB})
        plot->setGradient(quiet ? Gradient::sequential : Gradient::diverging);
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff}) {
        plot->setRoot(weights);
        plot->setScaleBar(true, weights ? QStringLiteral("√") : QString());
    }
    if (weights && m_pattern) setAttention(m_pattern);
    showSum();
    if (comparison() && reasonEmpty().isEmpty()) m_askSoon.start();
}

void AttentionView::comparisonChanged() {
    m_askedScores = m_askedParts = 0;
    m_failure.clear();
    m_mosaic->setComparison(comparison());
    if (comparison()->n_heads <= 0 || comparison()->tokens.empty()) {
        setEmpty(tr("This comparison holds no attention: it has no head or no token."));
    } else {
        setEmpty({});
    }
}

void AttentionView::selectionChanged() {
    if (!comparison()) return;
    const Selection& now = *selection();
    m_mosaic->setSelected(now.layer(), now.head());
    const QString place = tr("layer %1 · head %2").arg(now.layer()).arg(now.head());
    setNote(place);
    // As TransformerLens writes it: the note in the title goes where there is no room for it.
    const QString head = tr("%1 · L%2 H%3");
    m_plotA->setCaption(head.arg(tr("A")).arg(now.layer()).arg(now.head()));
    const bool alone = now.face() == Face::b;
    m_plotB->setCaption(alone ? head.arg(tr("B")).arg(now.layer()).arg(now.head()) : tr("B"));
    showSum();
    showFace();
    m_askSoon.start();
    showCursor();
}

void AttentionView::showFace() {
    const Face face = selection()->face();
    const auto* at = std::find(std::begin(kFaces), std::end(kFaces), face);
    m_face->setCurrent(static_cast<int>(at - std::begin(kFaces)));
    m_mosaic->setFace(face);
    m_plotA->setVisible(face == Face::all || face == Face::a);
    m_plotB->setVisible(face == Face::all || face == Face::b);
    m_plotDiff->setVisible(face == Face::all || face == Face::difference);
    placeLabels();
    showFootnotes();
}

bool AttentionView::isCurrent() const {
    return m_pair && m_pairStage == m_stage && comparison() &&
           m_pair->comparison == comparison()->id && m_pair->layer == selection()->layer() &&
           m_pair->head == selection()->head();
}

void AttentionView::askForHead() {
    if (!comparison()) return;
    const int layer = selection()->layer(), head = selection()->head();
    if (layer >= comparison()->n_layers || head >= comparison()->n_heads) return;
    if (isCurrent()) {
        m_loadingSoon.stop();
        setLoading(false);
        return;
    }
    showReason();
    if (m_stage == ScoreStage::scores) return askForScores();
    if (isTerm(m_stage)) return askForParts();
    if (m_askedId == comparison()->id && m_askedLayer == layer && m_askedHead == head) return;
    m_askedId = comparison()->id;
    m_askedLayer = layer;
    m_askedHead = head;
    m_loadingSoon.start();
    Q_EMIT attentionNeeded(layer, head);
}

void AttentionView::take(AttentionPtr pair) {
    if (!pair) return;
    m_pair = std::move(pair);
    m_pairOf = comparison();
    m_pairStage = m_stage;
    m_loadingSoon.stop();
    setLoading(false);
    showPair();
}

void AttentionView::setAttention(AttentionPtr attention) {
    if (!attention || !comparison() || attention->comparison != comparison()->id) return;
    if (attention->layer != selection()->layer() || attention->head != selection()->head()) return;
    m_pattern = std::move(attention);
    if (m_stage != ScoreStage::weights) return;
    m_askedLayer = m_askedHead = -1;
    take(m_pattern);
}

void AttentionView::feed(View& twin) const {
    if (m_stage == ScoreStage::scores && hasScores()) twin.setValues(m_values);
    if (isTerm(m_stage) && hasParts()) twin.setAnswer(m_parts);
    if (m_stage == ScoreStage::weights && isCurrent()) twin.setAttention(m_pair);
}

void AttentionView::setLoading(bool loading) {
    showReason();
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff}) {
        plot->findChild<Veil*>()->cover(loading);
    }
}

/// A map that was never filled; later ones keep the last picture under a veil.
void AttentionView::showReason() {
    const QString words = m_failure.isEmpty() ? waitingText(m_stage == ScoreStage::weights)
                                              : tr("not available: %1").arg(m_failure);
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff})
        plot->setReason(plot->grid().empty() ? words : QString());
}

void AttentionView::showPair() {
    const QStringList tokens = tokenTexts(*m_pairOf);
    const int divider =
        m_pairOf->n_prompt < static_cast<int>(m_pairOf->tokens.size()) ? m_pairOf->n_prompt : -1;
    const std::pair<Heatmap*, const Grid*> plots[] = {
        {m_plotA, &m_pair->a}, {m_plotB, &m_pair->b}, {m_plotDiff, &m_pair->diff}};
    // The maps share the pair's numbers: a pattern of 4096 tokens is 134 MB.
    for (const auto& [plot, grid] : plots) {
        plot->setRowLabels(tokens);
        plot->setColumnLabels(tokens);
        plot->setDividers(divider, divider);
        plot->setGrid(std::shared_ptr<const Grid>(m_pair, grid));
    }
    showScale();
    showBadge();
    showCursor();
    placeLabels();
    showReason();
}

void AttentionView::showScale() {
    if (!m_pair) return;
    const double a = m_plotA->dataRange().second, b = m_plotB->dataRange().second;
    if (m_pairStage == ScoreStage::mask) {
        for (Heatmap* plot : {m_plotA, m_plotB}) plot->setRange(0, 1);
    } else if (m_pairStage != ScoreStage::weights) {  // centred on 0 by the map itself; one colour,
                                                      // one score in both
        const auto largest = [](const Heatmap* plot) {
            return std::max(std::abs(plot->dataRange().first), std::abs(plot->dataRange().second));
        };
        const double both = std::max(largest(m_plotA), largest(m_plotB));
        for (Heatmap* plot : {m_plotA, m_plotB}) {
            const double own = m_ownScale ? largest(plot) : both;
            plot->setRange(-own, own);
        }
    } else {
        m_plotA->setRange(0, m_ownScale ? a : std::max(a, b));
        m_plotB->setRange(0, m_ownScale ? b : std::max(a, b));
    }
    m_plotDiff->clearRange();
    showFootnotes();
}

void AttentionView::showFootnotes() {
    const HeadMosaic::Order order = m_mosaic->order();
    const Face face = m_mosaic->isPlain() ? Face::difference : selection()->face();
    const bool diff = face == Face::difference;
    // A mosaic has no room for a scale: weights are shaded as in the maps beside it, for
    // differences the end of the scale is said.
    const QString most = formatNumber(m_mosaic->scale(), 2);
    m_mosaicCaption->setText(m_mosaic->isPlain() ? tr("|A−B|") + QStringLiteral(" ≤ ") + most
                             : diff
                                 ? tr("A−B") + QStringLiteral(", ±") + most
                                 : tr("all heads · %1").arg(face == Face::b ? tr("B") : tr("A")));
    m_mosaicCaption->setToolTip(
        diff && !m_mosaic->isPlain()
            ? tr("difference of the two thumbnails; each cell of a thumbnail is the largest "
                 "weight of its part of the pattern. ◥ largest change, ◣ strongest key moved")
            : tr("each cell of a thumbnail is the largest weight of its part of the pattern. "
                 "◥ largest change, ◣ strongest key moved for a query"));
    m_mosaic->setNote(order == HeadMosaic::Order::change    ? tr("largest change first")
                      : order == HeadMosaic::Order::entropy ? tr("most spread first")
                                                            : tr("layer ↓ head →"));
}

void AttentionView::showBadge() {
    const QString a = QString::fromStdString(m_pair->badge_a);
    const QString b = QString::fromStdString(m_pair->badge_b);
    setBadge(a == b ? a : tr("A %1 · B %2").arg(a, b),
             tr("captured: the values the run itself made. recomputed: made again from the run's "
                "own q and k. not available: this run never makes them. none: nothing is added."));
}

void AttentionView::placeLabels() {
    const bool inRow = m_panes->columns() == m_panes->count();
    const int lead = m_pairOf ? Heatmap::labelWidth(tokenTexts(*m_pairOf)) : 0;
    bool first = true;
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff}) {
        if (plot->isHidden()) continue;
        plot->setLabelsVisible(first || !inRow, true);
        m_panes->setLead(plot, first ? lead : 0);
        first = false;
    }
    m_panes->arrange();
}

void AttentionView::showCursor() {
    for (Heatmap* plot : {m_plotA, m_plotB, m_plotDiff}) {
        plot->setCursorCell(selection()->pos(), selection()->keyPos());
    }
}

QString AttentionView::where(int row, int column) const {
    return tr("q %1   k %2").arg(tokenAt(*m_pairOf, row), tokenAt(*m_pairOf, column));
}

QString AttentionView::cellText(int row, int column) const {
    if (!m_pair || !m_pairOf) return {};
    if (column > row && std::isnan(valueAt(m_pair->a, row, column)) &&
        std::isnan(valueAt(m_pair->b, row, column))) {
        return where(row, column) + QStringLiteral("\n") + tr("masked: a later token");
    }
    const QString values =
        tr("%1\nA %2\nB %3\nA−B %4")
            .arg(where(row, column), exact(valueAt(m_pair->a, row, column)),
                 exact(valueAt(m_pair->b, row, column)), exact(valueAt(m_pair->diff, row, column)));
    if (!isTerm(m_pairStage) || !hasParts()) return values;
    const auto& parts = std::get<ScorePartsPair>(m_parts->body);
    return values + QStringLiteral("\n\nA ") + scoreSum(parts.a, row, column, true) +
           QStringLiteral("\nB ") + scoreSum(parts.b, row, column, true);
}

void AttentionView::hoverCell(int row, int column) {
    if (!m_pair || !m_pairOf) return;
    HoverInfo info;
    info.site = QString::fromStdString(to_string(Site{shownKind(), m_pair->layer}));
    info.where = where(row, column);
    info.a = valueAt(m_pair->a, row, column);
    info.b = valueAt(m_pair->b, row, column);
    info.diff = valueAt(m_pair->diff, row, column);
    const double norm = std::max(std::abs(*info.a), std::abs(*info.b));
    if (norm > 0) info.relative = std::abs(*info.diff) / norm;
    info.note =
        std::isnan(*info.a) && std::isnan(*info.b)
            ? tr("head %1, masked").arg(m_pair->head)
            : (m_pairStage == ScoreStage::weights ? tr("head %1, weight") : tr("head %1, score"))
                  .arg(m_pair->head);
    if (isTerm(m_pairStage) && hasParts()) info.note = scoreSums(m_parts.get(), row, column);
    Q_EMIT hovered(info);
}

void AttentionView::hoverHead(int layer, int head) {
    HoverInfo info;
    info.site = QString::fromStdString(to_string(Site{SiteKind::pattern, layer}));
    info.where = tr("head %1").arg(head);
    info.note = m_mosaic->headText(layer, head);
    Q_EMIT hovered(info);
}

Table AttentionView::table() const {
    if (!m_pair || !m_pairOf) return {};
    const bool terms = isTerm(m_pairStage) && hasParts();
    const QString title =
        (m_pairStage == ScoreStage::weights ? tr("attention pattern, layer %1 head %2")
         : terms ? tr("attention scores and their terms, layer %1 head %2")
                 : tr("attention scores, layer %1 head %2"))
            .arg(m_pair->layer)
            .arg(m_pair->head);
    return attentionTable(*m_pair, terms ? &std::get<ScorePartsPair>(m_parts->body) : nullptr,
                          tokenTexts(*m_pairOf), title);
}

QString AttentionView::describe() const {
    if (!isCurrent()) return m_mosaic->describe();
    const int row = selection()->pos(), column = selection()->keyPos();
    const QString text = tr("Attention of layer %1 head %2, %3: A %4, B %5, difference %6")
                             .arg(m_pair->layer)
                             .arg(m_pair->head)
                             .arg(where(row, column), formatNumber(valueAt(m_pair->a, row, column)),
                                  formatNumber(valueAt(m_pair->b, row, column)),
                                  formatSigned(valueAt(m_pair->diff, row, column)));
    if (!isTerm(m_pairStage) || !hasParts()) return text;
    return text + QStringLiteral(". ") + scoreSums(m_parts.get(), row, column);
}

}  // namespace driftscope
