// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include <QFontMetricsF>
#include <QString>
#include <QStringList>

#include "core/data/comparison.h"

namespace driftscope {

/// A piece made visible: spaces as ·, line ends as ⏎, tabs as ⇥, bytes that are no character as
/// <0xE2>, other controls as <U+200B>; everything else (CJK, right to left) as it is.
/// An empty piece is ∅.
QString tokenText(std::string_view piece);
/// The same with plain spaces, for running text: only bytes and controls are made visible.
QString plainText(std::string_view piece);
/// "“ fox” 9": quoted, with its position, for read-outs.
QString tokenAt(const Comparison& comparison, int pos);
/// Visible texts of all compared positions.
QStringList tokenTexts(const Comparison& comparison);
/// At most `width` pixels: bytes are written shorter first (<0xE4><0xBB> as <E4BB>), then the text
/// is cut at whole characters with … at the end.
QString elided(const QString& text, const QFontMetricsF& metrics, double width);
/// Isolates a right-to-left piece so that what stands beside it keeps its order; the mark of its
/// leading blank is at the left, as widgets draw it.
QString isolated(const QString& text);
/// A right-to-left piece as a label of its own that is drawn with its blank's mark at the left,
/// whatever draws it; others as they are.
QString leftToRight(const QString& text);
/// Tool tip of a token: visible text, id, bytes, characters.
QString tokenTip(const TokenInfo& token, int pos);

}  // namespace driftscope
