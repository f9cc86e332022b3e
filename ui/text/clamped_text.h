// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QString>

namespace driftscope {

/// `text` broken into at most `lines` lines of `width` pixels, the last one ended by "…" where more
/// follows.
QString clampedToLines(const QString& text, const QFont& font, int width, int lines);

}  // namespace driftscope
