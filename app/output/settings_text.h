// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "core/data/comparison.h"

namespace driftscope {

/// "dtype: float32 | bfloat16", one entry for each setting that differs.
QStringList differingSettings(const Comparison& comparison);
/// Without the invisible word joiners, so that names in it can be copied.
QString copyable(QString richText);
/// Rich text (bold marks and entities only) as plain text.
QString plainOf(QString richText);

}  // namespace driftscope
