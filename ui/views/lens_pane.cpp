// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/lens_pane.h"

#include <cmath>
#include <limits>

#include <QVBoxLayout>

#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloor = 1e-12;  // nats: below that the axis does not go
constexpr int kChartHeight = 72;
constexpr int kTwoCharts = 560;  // below this width the distance stands in the table alone

QString tokenOf(const LensReading& r) {
    return r.best < 0 ? QStringLiteral("–") : isolated(tokenText(r.piece));
}

bool apart(const LensLayer& layer) {
    return layer.a.best >= 0 && layer.b.best >= 0 && layer.a.best != layer.b.best;
}

}  // namespace

LensPane::LensPane(QWidget* parent) : QWidget(parent) {
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_caption = makeLabel({}, Look::caption);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_caption->setObjectName(QStringLiteral("lensCaption"));
    auto* charts = new QHBoxLayout;
    charts->setSpacing(Theme::space(2));
    m_shares = makeChart(QStringLiteral("lensShares"));
    m_shares->setRange(0.0, std::nullopt);
    m_shares->setCaption(tr("probability of the last word"));
    m_shares->setToolTip(
        tr("The last word is the likeliest token of the run itself. The logit lens: final norm and "
           "unembedding of each run, applied to the stream after "
           "each block (resid_post). The last layer is the run itself."));
    m_distance = makeChart(QStringLiteral("lensDistance"));
    m_distance->setLog(true, kFloor);
    m_distance->setCaption(tr("KL(A‖B) of the lens, nats, log"));
    m_rows = new DataTable;
    m_rows->setObjectName(QStringLiteral("lensRows"));
    m_rows->setAccessibleName(tr("Likeliest token by layer"));
    rows->addWidget(m_caption);
    charts->addWidget(m_shares, 1);
    charts->addWidget(m_distance, 1);
    rows->addLayout(charts, 1);
    rows->addWidget(m_rows, 1);
    connect(m_rows, &DataTable::rowChosen, this, &LensPane::layerChosen);
}

LineChart* LensPane::makeChart(const QString& name) {
    auto* chart = new LineChart;
    chart->setObjectName(name);
    chart->setCompact(true);
    connect(chart, &LineChart::indexChosen, this, &LensPane::layerChosen);
    connect(chart, &LineChart::indexHovered, this, &LensPane::layerHovered);
    connect(chart, &Plot::left, this, &LensPane::left);
    chart->setMinimumHeight(kChartHeight);
    return chart;
}

void LensPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_distance->setVisible(width() >= kTwoCharts);
}

void LensPane::setReason(const QString& text) {
    m_lens = {};
    m_place.clear();
    m_shares->setSeries({});
    m_distance->setSeries({});
    showRows();
    m_caption->setText(text);
    m_caption->setToolTip(text);
    for (LineChart* chart : {m_shares, m_distance}) chart->setReason(text);
}

void LensPane::setLens(const LogitLens& lens, const QString& place) {
    m_lens = lens;
    m_place = place;
    m_caption->setText(tr("%1: %2").arg(place, splitText()));
    m_caption->setToolTip(m_caption->text());
    for (LineChart* chart : {m_shares, m_distance}) chart->setReason({});
    showCharts();
    showRows();
    setCursorLayer(m_layer);
}

QString LensPane::splitText() const {
    if (m_lens.final_b < 0) return tr("run B could not be computed");
    if (m_lens.first_split < 0) return tr("the same likeliest token at every layer");
    if (m_lens.split_for_good < 0)
        return tr("likeliest tokens part at layer %1 and meet again").arg(m_lens.first_split);
    if (m_lens.split_for_good == m_lens.first_split)
        return tr("likeliest tokens part at layer %1, for good").arg(m_lens.first_split);
    return tr("likeliest tokens part at layer %1, for good from layer %2")
        .arg(m_lens.first_split)
        .arg(m_lens.split_for_good);
}

void LensPane::showCharts() {
    const size_t count = m_lens.layers.size();
    std::vector<double> a(count, kNone), b(count, kNone), marks(count, kNone), kl(count, kNone);
    QStringList labels;
    for (size_t i = 0; i < count; ++i) {
        const LensLayer& layer = m_lens.layers[i];
        a[i] = layer.a.final_share;
        b[i] = layer.b.final_share;
        kl[i] = layer.kl;
        if (apart(layer)) marks[i] = std::fmax(a[i], b[i]);
        labels << tr("layer %1").arg(i);
    }
    LineChart::Series parted{tr("another token"), std::move(marks), Role::bad};
    parted.points = true;
    for (LineChart* chart : {m_shares, m_distance}) chart->setDivider(m_lens.first_split);
    m_shares->setSeries(
        {{tr("A"), std::move(a), Role::a}, {tr("B"), std::move(b), Role::b}, std::move(parted)});
    m_distance->setSeries({{tr("KL(A‖B)"), std::move(kl), Role::dimText}});
    for (LineChart* chart : {m_shares, m_distance}) chart->setLabels(labels);
}

void LensPane::showRows() {
    DataContent content;
    content.columns = {{tr("layer"), {}, true, Role::dimText},
                       {tr("A"), tr("likeliest token of A"), false, Role::aText},
                       {tr("p"), tr("its probability"), true, Role::aText},
                       {tr("B"), tr("likeliest token of B"), false, Role::bText},
                       {tr("p"), tr("its probability"), true, Role::bText},
                       {tr("KL"), tr("KL(A‖B) of the lens, nats"), true, Role::text}};
    content.rows = static_cast<int>(m_lens.layers.size());
    content.text = [layers = m_lens.layers](int row, int column) {
        const LensLayer& layer = layers[static_cast<size_t>(row)];
        switch (column) {
            case 0: return QString::number(row);
            case 1: return tokenOf(layer.a);
            case 2: return formatNumber(layer.a.best_share);
            case 3: return tokenOf(layer.b);
            case 4: return formatNumber(layer.b.best_share);
            default: return formatNumber(layer.kl);
        }
    };
    content.tip = [this](int row, int) { return layerText(row); };
    content.tone = [layers = m_lens.layers](int row) {
        return apart(layers[static_cast<size_t>(row)]) ? RowTone::differs : RowTone::plain;
    };
    m_rows->setContent(std::move(content));
    m_rows->fitColumns(0.24);
}

void LensPane::setCursorLayer(int layer) {
    m_layer = layer;
    for (LineChart* chart : {m_shares, m_distance}) chart->setCursorIndex(layer);
    m_rows->showRow(layer);
}

QString LensPane::layerText(int layer) const {
    if (layer < 0 || layer >= static_cast<int>(m_lens.layers.size())) return {};
    const LensLayer& at = m_lens.layers[static_cast<size_t>(layer)];
    const auto rank = [](const LensReading& r) {
        return r.final_rank < 0 ? QStringLiteral("–") : QString::number(r.final_rank + 1);
    };
    return tr("layer %1: likeliest A “%2” %3, B “%4” %5, KL %6 nats; the last word of A is number "
              "%7, that of B number %8")
        .arg(layer)
        .arg(tokenOf(at.a), formatNumber(at.a.best_share), tokenOf(at.b),
             formatNumber(at.b.best_share), formatNumber(at.kl), rank(at.a), rank(at.b));
}

QString LensPane::describe() const {
    if (m_lens.layers.empty()) return m_caption->text();
    QString text = tr("Logit lens, %1").arg(m_caption->text());
    if (const QString at = layerText(m_layer); !at.isEmpty()) text += QStringLiteral(". ") + at;
    return text;
}

Table LensPane::table() const {
    Table table;
    if (m_lens.layers.empty()) return table;
    table.title = tr("logit lens, %1; ranks from 0").arg(m_place);
    for (const char* name :
         {"layer", "best_a", "token_a", "p_a", "best_b", "token_b", "p_b", "kl_ab", "p_last_word_a",
          "p_last_word_b", "rank_last_word_a", "rank_last_word_b", "differ"}) {
        table.header << QLatin1String(name);
    }
    const auto word = [](const LensReading& r) {
        return r.best < 0 ? QString() : tokenText(r.piece);
    };
    for (size_t i = 0; i < m_lens.layers.size(); ++i) {
        const LensLayer& layer = m_lens.layers[i];
        table.add({QString::number(i), QString::number(layer.a.best), word(layer.a),
                   exact(layer.a.best_share), QString::number(layer.b.best), word(layer.b),
                   exact(layer.b.best_share), exact(layer.kl), exact(layer.a.final_share),
                   exact(layer.b.final_share), QString::number(layer.a.final_rank),
                   QString::number(layer.b.final_rank),
                   apart(layer) ? QStringLiteral("1") : QStringLiteral("0")});
    }
    return table;
}

}  // namespace driftscope
