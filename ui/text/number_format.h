// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace driftscope {

/// Numbers for people: `digits` significant, a true minus sign, exponents as 4.1e-3 outside
/// 0.01 to 99 999; "–" for NaN, "∞". Full precision belongs in the tool tip: exact().
QString formatNumber(double value, int digits = 3);
/// A double in the shortest form that reads back to the same value; "nan", "inf", "-inf".
QString exact(double value);
/// With a sign always: "+0.381", "−0.02".
QString formatSigned(double value, int digits = 3);
/// "38 %", "99.8 %", "0.4 %"; never "100 %" or "0 %" for what is not.
QString formatShare(double share);
/// "3 124 ulp": whole numbers grouped by a thin space, halves kept.
QString formatUlp(double ulp);
/// "3 124".
QString formatCount(qint64 count);
/// "12.4 MB", "1.9 GB" (1000-based).
QString formatBytes(qint64 bytes);
/// "0.4 s", "12 s", "3 min", "about 2 h".
QString formatSeconds(double seconds);

}  // namespace driftscope
