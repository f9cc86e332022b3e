// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "ui/export.h"
#include "ui/npz.h"

namespace driftscope {

/// Values that fit into a script that people still read; more belong into an NPZ file.
inline constexpr qsizetype kMostInPython = 20000;

/// Python that makes the arrays again: `data` is a dict of numpy arrays, provenance stands above as
/// comments. Too many values: the lines that load `npzName` instead.
QString toPython(const QString& title, const std::vector<NpzArray>& arrays,
                 const Provenance& provenance, const QString& npzName);
/// A Python string literal of any text.
QString pythonText(const QString& text);

}  // namespace driftscope
