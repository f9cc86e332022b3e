// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include "core/data/grid.h"

namespace driftscope {

/// A rectangle of cells of a grid.
struct GridPart {
    int row = 0, column = 0, rows = 0, columns = 0;
};

/// As Grid::range(), written for maps of many millions of cells.
std::pair<double, double> finiteRange(const Grid& grid);

/// The part as `rows` × `columns` cells (at most the part's own): of the cells that fall together
/// the value of largest magnitude, of two the positive one; NaN where all are. No cell is left out.
Grid pooled(const Grid& grid, const GridPart& part, int rows, int columns);

}  // namespace driftscope
