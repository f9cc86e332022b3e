// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>

#include "core/data/comparison.h"

namespace driftscope {

/// One title for each request: those that would be alike begin with what tells them apart, as
/// little of it as does ("taken apart · ", "24 new tokens · ", "“… the river” · "), a number where
/// nothing that was asked differs (the files did). Titles that no other one equals stay as they
/// are. `titles` and `requests` are of equal length.
QStringList distinctTitles(const QStringList& titles, const std::vector<CompareRequest>& requests);

}  // namespace driftscope
