// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rope_pane.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {

constexpr int kMostPoints = 512;      // of the curve along the text
constexpr double kAngleFloor = 1e-9;  // radians, of the log axis
constexpr RopeZone kZones[] = {RopeZone::kept, RopeZone::blended, RopeZone::scaled};

QString zoneText(RopeZone zone) {
    return zone == RopeZone::kept      ? RopePane::tr("kept")
           : zone == RopeZone::blended ? RopePane::tr("blended")
                                       : RopePane::tr("scaled");
}

bool same(const RopeFacts& a, const RopeFacts& b) { return a.inv_freq == b.inv_freq; }

QString summaryOf(const RopeFacts& rope) {
    QStringList parts{QString::fromStdString(rope.kind),
                      RopePane::tr("base %1").arg(QString::number(rope.base, 'g', 9)),
                      RopePane::tr("context %1").arg(rope.context)};
    if (rope.original_context > 0 && rope.original_context != rope.context) {
        parts.back() += RopePane::tr(" (%1 before)").arg(rope.original_context);
    }
    if (rope.attention_scaling != 1) {
        parts << RopePane::tr("scores × %1")
                     .arg(formatNumber(rope.attention_scaling * rope.attention_scaling, 4));
    }
    return parts.join(QStringLiteral(", "));
}

}  // namespace

AngleError angleErrorAt(const RopeFacts& a, const RopeFacts& b, double position) {
    std::vector<double> errors;
    for (size_t i = 0; i < a.inv_freq.size(); ++i) {
        const double angle = position * (a.inv_freq[i] - b.inv_freq[i]);
        errors.push_back(std::fabs(std::remainder(angle, 2 * std::numbers::pi)));
    }
    if (errors.empty()) return {};
    std::sort(errors.begin(), errors.end());
    const size_t half = errors.size() / 2;
    const double median = errors.size() % 2 ? errors[half] : (errors[half - 1] + errors[half]) / 2;
    return {errors.back(), median};
}

RopePane::RopePane(QWidget* parent) : Panes(parent) {
    const auto make = [this](const QString& name) {
        auto* chart = new LineChart;
        chart->setObjectName(name);
        chart->setCompact(true);
        add(chart);
        return chart;
    };
    m_frequencies = make(QStringLiteral("ropeFrequencies"));
    m_frequencies->setLog(true, 1e-9);
    m_frequencies->setToolTip(tr(
        "inverse frequency of each pair of dimensions, radians per position, by the formulas in "
        "double: solid kept, dashed blended, points scaled; thin: the same base without scaling"));
    m_angles = make(QStringLiteral("ropeAngles"));
    m_angles->setLog(true, kAngleFloor);
    m_angles->setToolTip(
        tr("how far apart A and B turn the same pair at a position, radians around "
           "the circle: the largest and the median over the pairs"));
}

void RopePane::setRope(const RopePair& rope) {
    m_rope = rope;
    if (!m_rope.a) return;
    if (!m_rope.b) m_rope.b = m_rope.a;
    showFrequencies();
    showAngles();
    arrange();
}

QString RopePane::reasonEmpty() const {
    return m_rope.a ? QString()
                    : tr("the rotary embedding is not known: this model has none, or its "
                         "config cannot be read");
}

bool RopePane::comparable() const {
    return m_rope.a && m_rope.b && m_rope.a->inv_freq.size() == m_rope.b->inv_freq.size();
}

void RopePane::showFrequencies() {
    std::vector<LineChart::Series> series;
    const auto addRun = [&](const RopeFacts& rope, const QString& name, Role role) {
        for (const RopeZone zone : kZones) {
            if (std::find(rope.zones.begin(), rope.zones.end(), zone) == rope.zones.end()) continue;
            std::vector<double> values(rope.inv_freq.size(), std::nan(""));
            for (size_t i = 0; i < values.size(); ++i) {
                if (rope.zones[i] == zone) values[i] = rope.inv_freq[i];
            }
            LineChart::Series one{name + u' ' + zoneText(zone), std::move(values), role};
            one.dashed = zone == RopeZone::blended;
            one.points = zone == RopeZone::scaled;
            series.push_back(std::move(one));
        }
    };
    const bool one = same(*m_rope.a, *m_rope.b);
    if (m_rope.a->plain != m_rope.a->inv_freq) {
        series.push_back({tr("unscaled"), m_rope.a->plain, Role::faintText});
    }
    addRun(*m_rope.a, one ? tr("A = B") : tr("A"), Role::a);
    if (!one) addRun(*m_rope.b, tr("B"), Role::b);
    m_frequencies->setCaption(tr("inverse frequency by pair, log"));
    m_frequencies->setSeries(std::move(series));
}

void RopePane::showAngles() {
    m_angles->setVisible(comparable());
    if (!comparable()) return;
    const int64_t context = std::max<int64_t>(1, std::max(m_rope.a->context, m_rope.b->context));
    const int64_t stride = (context + kMostPoints - 1) / kMostPoints;
    std::vector<double> largest, median;
    QStringList labels;
    for (int64_t p = 0; p < context; p += stride) {
        const AngleError error = angleErrorAt(*m_rope.a, *m_rope.b, static_cast<double>(p));
        largest.push_back(error.largest);
        median.push_back(error.median);
        labels << QString::number(p);
    }
    m_angles->setCaption(same(*m_rope.a, *m_rope.b) ? tr("angle A − B: none at any position")
                                                    : tr("angle A − B by position, rad, log"));
    m_angles->setLabels(labels);
    m_angles->setSeries({{tr("largest"), std::move(largest), Role::bad},
                         {tr("median"), std::move(median), Role::text, true}});
}

QString RopePane::summary() const {
    if (!m_rope.a) return reasonEmpty();
    const QString a = summaryOf(*m_rope.a), b = summaryOf(*m_rope.b);
    QString text = a == b ? a : tr("A %1   B %2").arg(a, b);
    for (const RopeFacts* one : {m_rope.a.get(), m_rope.b.get()}) {
        const QString note = QString::fromStdString(one->note);
        if (!note.isEmpty() && !text.contains(note)) text += QStringLiteral(" · ") + note;
    }
    return text;
}

Table RopePane::table() const {
    Table table;
    if (!m_rope.a) return table;
    table.title = tr("rotary frequencies");
    table.header = {QStringLiteral("pair"),       QStringLiteral("inv_freq_a"),
                    QStringLiteral("plain_a"),    QStringLiteral("zone_a"),
                    QStringLiteral("inv_freq_b"), QStringLiteral("plain_b"),
                    QStringLiteral("zone_b")};
    const size_t count = std::max(m_rope.a->inv_freq.size(), m_rope.b->inv_freq.size());
    static constexpr const char* kWords[] = {"kept", "blended", "scaled"};
    for (size_t i = 0; i < count; ++i) {
        QStringList row{QString::number(i)};
        for (const RopeFacts* one : {m_rope.a.get(), m_rope.b.get()}) {
            const bool there = i < one->inv_freq.size();
            row << (there ? exact(one->inv_freq[i]) : QString())
                << (there ? exact(one->plain[i]) : QString())
                << (there ? QLatin1String(kWords[static_cast<int>(one->zones[i])]) : QString());
        }
        table.add(row);
    }
    return table;
}

}  // namespace driftscope
