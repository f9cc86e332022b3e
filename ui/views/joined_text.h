// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <QString>

namespace driftscope {

/// Tokens as one running text. A token that is only part of a character has that whole character
/// as its place; bytes that make no character are visible as <0xE2>.
struct JoinedText {
    QString text;
    /// First index in `text` and length, of each token.
    std::vector<std::pair<int, int>> places;
};

JoinedText joinTokens(const std::vector<std::string>& pieces);

/// Which tokens share a line, so that both runs break at the same steps. `widths`: of each token
/// in each run; `canBreak`: a line may well start with this token; `mustBreak`: one has to start
/// after it. Returns the first token of each line.
std::vector<int> breakLines(const std::vector<double>& widthsA, const std::vector<double>& widthsB,
                            const std::vector<bool>& canBreak, const std::vector<bool>& mustBreak,
                            double width);

}  // namespace driftscope
