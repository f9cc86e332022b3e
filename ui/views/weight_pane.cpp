// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/weight_pane.h"

#include <QVBoxLayout>

#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

constexpr int kChartHeight = 80;
constexpr double kLeastCount = 0.5;  // an empty bin stands at the foot of a log axis

QString shapeText(const std::vector<int64_t>& shape) {
    QStringList sizes;
    for (const int64_t size : shape) sizes << QString::number(size);
    return QStringLiteral("[%1]").arg(sizes.join(QStringLiteral(", ")));
}

QString statsText(const WeightStats& s, bool whole) {
    if (s.dtype.empty()) return WeightPane::tr("not there");
    QString text = WeightPane::tr("%1 to %2").arg(formatNumber(s.low), formatNumber(s.high));
    if (whole) {
        text += WeightPane::tr(", mean %1, deviation %2")
                    .arg(formatNumber(s.mean), formatNumber(s.deviation));
    }
    if (s.zeros > 0) text += WeightPane::tr(", zeros %1").arg(formatCount(s.zeros));
    if (s.non_finite > 0) text += WeightPane::tr(", not finite %1").arg(formatCount(s.non_finite));
    return text;
}

std::vector<double> counts(const std::vector<int64_t>& bins) { return {bins.begin(), bins.end()}; }

/// The middle of each bin.
QStringList binTexts(const std::vector<double>& edges) {
    QStringList texts;
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
        texts << formatNumber((edges[i] + edges[i + 1]) / 2, 2);
    }
    return texts;
}

}  // namespace

WeightPane::WeightPane(QWidget* parent) : QWidget(parent) {
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_caption = new ElidedLabel(Look::caption);
    m_caption->setObjectName(QStringLiteral("weightCaption"));
    m_stats = new ElidedLabel(Look::caption);
    m_charts = new QWidget;
    auto* charts = new QHBoxLayout(m_charts);
    charts->setContentsMargins(0, 0, 0, 0);
    charts->setSpacing(Theme::space(2));
    m_values = makeChart(QStringLiteral("weightValues"));
    m_values->setToolTip(
        tr("How many elements of the weight, as stored, lie in each of 60 equal "
           "ranges; A and B share the ranges."));
    m_delta = makeChart(QStringLiteral("weightDelta"));
    m_delta->setLog(true, kLeastCount);
    m_delta->setToolTip(
        tr("How many elements differ by how much, A − B; the range in the middle "
           "holds 0. Equal bytes make one peak there."));
    charts->addWidget(m_values, 1);
    charts->addWidget(m_delta, 1);
    rows->addWidget(m_caption);
    rows->addWidget(m_stats);
    rows->addWidget(m_charts, 1);
}

LineChart* WeightPane::makeChart(const QString& name) {
    auto* chart = new LineChart;
    chart->setObjectName(name);
    chart->setCompact(true);
    chart->setMinimumHeight(kChartHeight);
    return chart;
}

void WeightPane::setReason(const QString& text) {
    m_weights = {};
    m_reason = text;
    m_caption->setText(text);
    m_stats->hide();
    m_charts->hide();
}

void WeightPane::setWeights(const WeightQuestion& of, const WeightPair& weights) {
    m_of = of;
    m_weights = weights;
    m_reason.clear();
    m_caption->setText(QString::fromStdString(of.name) + QStringLiteral(" · ") +
                       differenceText(false));
    m_caption->setToolTip(summary());
    m_stats->setText(statsTexts(false));
    m_stats->setToolTip(summary());
    m_stats->show();
    std::vector<LineChart::Series> series;
    const auto add = [&](const QString& name, const WeightStats& stats, Role role) {
        if (stats.bins.empty()) return;
        LineChart::Series one{name, counts(stats.bins), role};
        one.filled = true;
        series.push_back(std::move(one));
    };
    add(weights.same_file ? tr("A = B") : tr("A"), weights.a, Role::a);
    add(tr("B"), weights.b, Role::b);
    m_values->setCaption(tr("elements by value"));
    m_values->setLabels(binTexts(weights.edges));
    m_values->setSeries(std::move(series));
    m_delta->setVisible(weights.comparable);
    if (weights.comparable) {
        LineChart::Series delta{tr("A − B"), counts(weights.delta_bins), Role::dimText};
        delta.filled = true;
        m_delta->setCaption(tr("elements by A − B, log"));
        m_delta->setLabels(binTexts(weights.delta_edges));
        m_delta->setSeries({std::move(delta)});
    }
    m_charts->show();
}

QString WeightPane::differenceText(bool whole) const {
    const WeightPair& w = m_weights;
    if (w.same_file) return tr("A and B read the same file");
    if (!w.note.empty()) {
        return w.a.dtype.empty()   ? tr("only B has this weight")
               : w.b.dtype.empty() ? tr("only A has this weight")
                                   : tr("the shapes differ: no element belongs to another");
    }
    const QString equal =
        tr("equal elements %1").arg(formatShare(double(w.equal) / double(w.a.count)));
    if (!whole) return tr("max |A−B| %1 · %2").arg(formatNumber(w.max_delta), equal);
    return tr("max |A−B| %1 at %2 · %3 (%4 of %5) · mean |A−B| %6 · mean A−B %7")
        .arg(formatNumber(w.max_delta), shapeText(w.max_at), equal, formatCount(w.equal),
             formatCount(w.a.count), formatNumber(w.mean_abs_delta), formatSigned(w.mean_delta));
}

QString WeightPane::summary() const {
    if (!hasWeights()) return m_reason;
    const WeightStats &a = m_weights.a, &b = m_weights.b;
    const WeightStats& there = a.dtype.empty() ? b : a;
    return tr("%1 %2 %3")
               .arg(QString::fromStdString(m_of.name), shapeText(there.shape),
                    QString::fromStdString(there.dtype)) +
           QStringLiteral(" · ") + statsTexts(true) + QStringLiteral(" · ") + differenceText(true);
}

QString WeightPane::statsTexts(bool whole) const {
    const QString a = statsText(m_weights.a, whole);
    return m_weights.same_file ? a : tr("A %1 · B %2").arg(a, statsText(m_weights.b, whole));
}

Table WeightPane::table() const {
    Table table;
    if (!hasWeights()) return table;
    const WeightPair& w = m_weights;
    table.title = summary();
    table.header = {QStringLiteral("histogram"), QStringLiteral("from"), QStringLiteral("to"),
                    QStringLiteral("count_a"), QStringLiteral("count_b")};
    const auto cell = [](const std::vector<int64_t>& bins, size_t i) {
        return i < bins.size() ? QString::number(bins[i]) : QString();
    };
    for (size_t i = 0; i + 1 < w.edges.size(); ++i) {
        table.add({QStringLiteral("value"), exact(w.edges[i]), exact(w.edges[i + 1]),
                   cell(w.a.bins, i), cell(w.b.bins, i)});
    }
    for (size_t i = 0; i + 1 < w.delta_edges.size(); ++i) {
        table.add({QStringLiteral("a-b"), exact(w.delta_edges[i]), exact(w.delta_edges[i + 1]),
                   cell(w.delta_bins, i), QString()});
    }
    return table;
}

}  // namespace driftscope
