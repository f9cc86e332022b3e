// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/error_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <QCoreApplication>

#include "ui/text/number_format.h"

namespace driftscope {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

QString tr(const char* text) { return QCoreApplication::translate("ErrorTable", text); }

/// Shown at first: one site for each thing that a block does.
constexpr std::array kMain = {SiteKind::embed,
                              SiteKind::resid_pre,
                              SiteKind::ln1_normalized,
                              SiteKind::q,
                              SiteKind::rot_q,
                              SiteKind::scores,
                              SiteKind::pattern,
                              SiteKind::z,
                              SiteKind::attn_out,
                              SiteKind::ln2_normalized,
                              SiteKind::router_logits,
                              SiteKind::mlp_post,
                              SiteKind::mlp_out,
                              SiteKind::resid_post,
                              SiteKind::ln_final_normalized,
                              SiteKind::logits};

bool isMain(SiteKind kind) { return std::find(kMain.begin(), kMain.end(), kind) != kMain.end(); }

/// Error in units of the noise band: anything over a band of nothing is endless.
double inBands(double error, double band) {
    if (std::isnan(error) || std::isnan(band)) return kNaN;
    if (band > 0) return error / band;
    return error > 0 ? kInfinity : 0;
}

/// A run that left the finite numbers is the hottest there is, never a blank.
double hot(double value, bool nonFinite) {
    return std::isnan(value) && nonFinite ? kInfinity : value;
}

size_t slot(SiteKind kind, int column, int columns) {
    return static_cast<size_t>(kind) * static_cast<size_t>(columns) + static_cast<size_t>(column);
}

}  // namespace

QString shortName(SiteKind kind) {
    switch (kind) {
        case SiteKind::ln1_normalized: return QStringLiteral("ln1");
        case SiteKind::ln2_normalized: return QStringLiteral("ln2");
        case SiteKind::ln_final_normalized: return QStringLiteral("ln_final");
        default: break;
    }
    std::string_view name = site_info(kind).name;
    for (std::string_view prefix : {"attn.", "moe."}) {
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString unitText(ErrorUnit unit) {
    switch (unit) {
        case ErrorUnit::band: return tr("× noise band");
        case ErrorUnit::ulp: return tr("max ulp");
        case ErrorUnit::relative: return tr("relative L2");
    }
    return {};
}

QString shortUnit(ErrorUnit unit) {
    switch (unit) {
        case ErrorUnit::band: return tr("× band");
        case ErrorUnit::ulp: return tr("ulp");
        case ErrorUnit::relative: return {};
    }
    return {};
}

double errorIn(ErrorUnit unit, const SiteMetrics& metrics, int pos) {
    const auto p = static_cast<size_t>(pos);
    if (pos < 0 || p >= metrics.by_pos.size() || ErrorTable::isAbsent(metrics)) return kNaN;
    const double error = hot(metrics.by_pos[p], metrics.non_finite);
    if (unit != ErrorUnit::band) return error;
    return p < metrics.band_by_pos.size() ? inBands(error, metrics.band_by_pos[p]) : kNaN;
}

double errorIn(ErrorUnit unit, const SiteMetrics& metrics) {
    if (ErrorTable::isAbsent(metrics)) return kNaN;
    if (unit == ErrorUnit::ulp) return hot(metrics.max_ulp, metrics.non_finite);
    if (unit == ErrorUnit::relative) return hot(metrics.rel_l2, metrics.non_finite);
    double worst = kNaN;
    for (int pos = 0; pos < static_cast<int>(metrics.band_by_pos.size()); ++pos) {
        const double here = errorIn(unit, metrics, pos);
        if (!(here <= worst)) worst = std::isnan(here) ? worst : here;
    }
    return worst;
}

ErrorTable::ErrorTable(ComparisonPtr comparison, bool all) : m_comparison(std::move(comparison)) {
    if (!m_comparison) return;
    m_layers = m_comparison->n_layers;
    m_index.assign(sites().size() * static_cast<size_t>(columns()), -1);
    std::vector<bool> present(sites().size());
    const int last = columns() - 1;
    for (size_t i = 0; i < m_comparison->sites.size(); ++i) {
        const SiteMetrics& metrics = m_comparison->sites[i];
        const Site& site = metrics.site;
        if (site.layer >= m_layers) continue;
        const bool before = site.kind < SiteKind::resid_pre;
        const int column = site.layer >= 0 ? site.layer + 1 : before ? 0 : last;
        m_index[slot(site.kind, column, columns())] = static_cast<int>(i);
        present[static_cast<size_t>(site.kind)] = true;
        m_judged = m_judged || !metrics.band_by_pos.empty();
    }
    for (const SiteInfo& info : sites()) {
        if (!present[static_cast<size_t>(info.kind)]) continue;
        const auto& first = m_comparison->first_divergence;
        const auto& verdict = m_comparison->verdict.site;
        const bool found =
            (first && first->site.kind == info.kind) || (verdict && verdict->kind == info.kind);
        if (all || found || isMain(info.kind)) {
            m_rows.push_back(info.kind);
        } else {
            ++m_hidden;
        }
    }
}

QStringList ErrorTable::rowLabels() const {
    QStringList labels;
    for (SiteKind kind : m_rows) labels.push_back(shortName(kind));
    return labels;
}

QStringList ErrorTable::columnLabels() const {
    QStringList labels{tr("in")};
    for (int layer = 0; layer < m_layers; ++layer) labels.push_back(QString::number(layer));
    labels.push_back(tr("out"));
    return labels;
}

std::optional<std::pair<int, int>> ErrorTable::cellOf(const Site& site) const {
    const auto row = std::find(m_rows.begin(), m_rows.end(), site.kind);
    if (row == m_rows.end() || site.layer >= m_layers) return std::nullopt;
    const bool inBlock = site_info(site.kind).scope == SiteScope::layer;
    const int column = inBlock ? std::max(0, site.layer) + 1
                               : (site.kind < SiteKind::resid_pre ? 0 : columns() - 1);
    return std::pair{static_cast<int>(row - m_rows.begin()), column};
}

Site ErrorTable::siteAt(int row, int column) const {
    if (row < 0 || row >= static_cast<int>(m_rows.size())) return {};
    const SiteKind kind = m_rows[static_cast<size_t>(row)];
    if (site_info(kind).scope == SiteScope::model) return {kind, -1};
    return {kind, std::clamp(column - 1, 0, std::max(0, m_layers - 1))};
}

const SiteMetrics* ErrorTable::find(const Site& site) const {
    if (!m_comparison || site.layer >= m_layers) return nullptr;
    const bool inBlock = site_info(site.kind).scope == SiteScope::layer;
    const int column = inBlock ? std::max(0, site.layer) + 1
                               : (site.kind < SiteKind::resid_pre ? 0 : columns() - 1);
    const int index = m_index[slot(site.kind, column, columns())];
    return index < 0 ? nullptr : &m_comparison->sites[static_cast<size_t>(index)];
}

bool ErrorTable::cellHasSite(int row, int column) const {
    const SiteKind kind = m_rows[static_cast<size_t>(row)];
    return m_index[slot(kind, column, columns())] >= 0;
}

const SiteMetrics* ErrorTable::at(int row, int column) const {
    if (row < 0 || column < 0 || row >= static_cast<int>(m_rows.size()) || column >= columns()) {
        return nullptr;
    }
    return cellHasSite(row, column) ? find(siteAt(row, column)) : nullptr;
}

const SiteMetrics* ErrorTable::inLayer(int row, int layer) const {
    return row < 0 || row >= static_cast<int>(m_rows.size()) ? nullptr
                                                             : find(siteAt(row, layer + 1));
}

bool ErrorTable::isAbsent(const SiteMetrics& metrics) { return !metrics.in_a || !metrics.in_b; }

Grid ErrorTable::byLayer(ErrorUnit unit) const {
    Grid grid(static_cast<int>(m_rows.size()), columns());
    grid.row_axis = "site";
    grid.col_axis = "layer";
    grid.unit = unitText(unit).toStdString();
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            if (const SiteMetrics* metrics = at(r, c)) grid.at(r, c) = errorIn(unit, *metrics);
        }
    }
    return grid;
}

Grid ErrorTable::byPosition(ErrorUnit unit, int layer) const {
    const int positions = m_comparison ? static_cast<int>(m_comparison->tokens.size()) : 0;
    Grid grid(static_cast<int>(m_rows.size()), positions);
    grid.row_axis = "site";
    grid.col_axis = "pos";
    grid.unit = unitText(unit == ErrorUnit::ulp ? ErrorUnit::relative : unit).toStdString();
    for (int r = 0; r < grid.rows; ++r) {
        const SiteMetrics* metrics = inLayer(r, layer);
        for (int c = 0; metrics && c < grid.cols; ++c) grid.at(r, c) = errorIn(unit, *metrics, c);
    }
    return grid;
}

}  // namespace driftscope
