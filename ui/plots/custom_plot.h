// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The only way to qcustomplot.h, which is written with keywords that the rest does without.
// For sources of ui/plots alone.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
