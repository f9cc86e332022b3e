// SPDX-License-Identifier: GPL-3.0-or-later
// The words and the exported rows of ErrorTable.
#include <QCoreApplication>

#include "core/data/metric.h"
#include "ui/language.h"
#include "ui/text/token_text.h"
#include "ui/views/error_table.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ErrorTable", text); }

/// The metric of the registry's id.
double metricOf(const SiteMetrics& m, std::string_view id) {
    if (id == "exact") return m.exact;
    if (id == "max_abs") return m.max_abs;
    if (id == "mean_abs") return m.mean_abs;
    if (id == "rel_l2") return m.rel_l2;
    if (id == "nmse") return m.nmse;
    if (id == "cosine") return m.cosine;
    if (id == "max_ulp") return m.max_ulp;
    if (id == "p99_ulp") return m.p99_ulp;
    if (id == "slope") return m.slope;
    if (id == "r2") return m.r2;
    return std::numeric_limits<double>::quiet_NaN();
}

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString absentText(const SiteMetrics& metrics) {
    if (!metrics.in_a && !metrics.in_b) return tr("not available: neither run makes this value");
    return metrics.in_a ? tr("not available: B never makes this value")
                        : tr("not available: A never makes this value");
}

}  // namespace

QString ErrorTable::text(const Site& site, int pos) const {
    const SiteMetrics* metrics = find(site);
    const SiteInfo& info = site_info(site.kind);
    QStringList lines{QString::fromStdString(to_string(site)) + QStringLiteral(": ") +
                      translatedText("sites", std::string(info.text))};
    if (!metrics) {
        lines << tr("this comparison has no such site");
        return lines.join(QLatin1Char('\n'));
    }
    if (isAbsent(*metrics)) {
        lines << absentText(*metrics);
        return lines.join(QLatin1Char('\n'));
    }
    if (pos >= 0 && pos < static_cast<int>(metrics->by_pos.size())) {
        const auto p = static_cast<size_t>(pos);
        lines << tr("at %1: relative L2 %2")
                     .arg(tokenAt(*m_comparison, pos), exact(metrics->by_pos[p]));
        if (p < metrics->band_by_pos.size()) {
            lines << tr("noise band here %1, error %2 × band")
                         .arg(exact(metrics->band_by_pos[p]),
                              exact(errorIn(ErrorUnit::band, *metrics, pos)));
        }
        lines << tr("all positions:");
    }
    for (const MetricInfo& metric : driftscope::metrics()) {
        lines << tr("%1 %2").arg(fromView(metric.label), exact(metricOf(*metrics, metric.id)));
    }
    if (m_judged) {
        lines << tr("noise band %1").arg(exact(metrics->band))
              << tr("float64 distance %1").arg(exact(metrics->delta64))
              << tr("own error A %1, B %2").arg(exact(metrics->error_a), exact(metrics->error_b));
    }
    if (metrics->non_finite) lines << tr("holds NaN or infinite values");
    return lines.join(QLatin1Char('\n'));
}

Table ErrorTable::table() const {
    Table table;
    if (!m_comparison) return table;
    table.title = tr("error of every site, A against B");
    table.header << QStringLiteral("site") << QStringLiteral("in_a") << QStringLiteral("in_b");
    for (const MetricInfo& metric : metrics()) table.header << fromView(metric.id);
    table.header << QStringLiteral("band") << QStringLiteral("delta64") << QStringLiteral("error_a")
                 << QStringLiteral("error_b");
    const int positions = static_cast<int>(m_comparison->tokens.size());
    for (int p = 0; p < positions; ++p) table.header << QStringLiteral("rel_l2@%1").arg(p);
    for (int p = 0; m_judged && p < positions; ++p)
        table.header << QStringLiteral("band@%1").arg(p);
    const auto cell = [](const std::vector<double>& values, int p) {
        const auto i = static_cast<size_t>(p);
        return i < values.size() ? exact(values[i]) : QString();
    };
    for (const SiteMetrics& m : m_comparison->sites) {
        QStringList row{QString::fromStdString(to_string(m.site)), QString::number(m.in_a),
                        QString::number(m.in_b)};
        for (const MetricInfo& metric : metrics()) row << exact(metricOf(m, metric.id));
        row << exact(m.band) << exact(m.delta64) << exact(m.error_a) << exact(m.error_b);
        for (int p = 0; p < positions; ++p) row << cell(m.by_pos, p);
        for (int p = 0; m_judged && p < positions; ++p) row << cell(m.band_by_pos, p);
        table.add(row);
    }
    return table;
}

}  // namespace driftscope
