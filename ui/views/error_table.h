// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/data/comparison.h"
#include "ui/export.h"

namespace driftscope {

enum class ErrorUnit { band, ulp, relative };

/// The sites of a comparison as a table: a row per kind of site in forward order, a column per
/// block, one before them ("in", the embedding) and one after ("out", the last norm and logits).
class ErrorTable {
public:
    ErrorTable() = default;
    /// `all`: every kind of site; else the main ones and those that something was found at.
    ErrorTable(ComparisonPtr comparison, bool all);

    const std::vector<SiteKind>& rows() const { return m_rows; }
    int columns() const { return m_layers + 2; }
    /// Kinds that `all` would show besides.
    int hiddenRows() const { return m_hidden; }
    /// The judge has measured noise bands.
    bool judged() const { return m_judged; }

    QStringList rowLabels() const;
    QStringList columnLabels() const;
    /// Place of a site; empty when its row is hidden.
    std::optional<std::pair<int, int>> cellOf(const Site& site) const;
    /// The site of a cell; where a cell holds none, the nearest of its row.
    Site siteAt(int row, int column) const;
    /// Metrics of a site; null when the comparison has no such site.
    const SiteMetrics* find(const Site& site) const;
    const SiteMetrics* at(int row, int column) const;
    /// A row's site in the layer that the position map shows.
    const SiteMetrics* inLayer(int row, int layer) const;
    /// The comparison lists the site, but one of the runs never makes the value.
    static bool isAbsent(const SiteMetrics& metrics);

    /// Worst position, in the unit. NaN: nothing there.
    Grid byLayer(ErrorUnit unit) const;
    /// At each compared position. There are no ulp by position: relative L2 then.
    Grid byPosition(ErrorUnit unit, int layer) const;

    /// Every metric with full precision, one a line; `pos` < 0: of the whole site.
    QString text(const Site& site, int pos) const;
    /// Every site with every metric and its error and band at each position.
    Table table() const;

private:
    bool cellHasSite(int row, int column) const;

    ComparisonPtr m_comparison;
    std::vector<SiteKind> m_rows;
    std::vector<int> m_index;  ///< [kind * columns + column] → index into sites, −1: none
    int m_layers = 0, m_hidden = 0;
    bool m_judged = false;
};

/// "scores" for attn.scores: short enough for an axis.
QString shortName(SiteKind kind);
QString unitText(ErrorUnit unit);
/// The same where there is little room.
QString shortUnit(ErrorUnit unit);
/// A site's error at its worst position, and at one position.
double errorIn(ErrorUnit unit, const SiteMetrics& metrics);
double errorIn(ErrorUnit unit, const SiteMetrics& metrics, int pos);

}  // namespace driftscope
