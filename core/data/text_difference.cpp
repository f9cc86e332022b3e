// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_difference.h"

#include <algorithm>

namespace driftscope {

namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The code point that begins at `at`; empty at the end.
std::string character_at(const std::string& text, size_t at) {
    size_t end = std::min(at + 1, text.size());
    while (end < text.size() && continues(text[end])) ++end;
    return text.substr(std::min(at, text.size()), end - std::min(at, text.size()));
}

}  // namespace

std::optional<TextDifference> text_difference(const Generation& generation) {
    const GeneratedText &a = generation.a, &b = generation.b;
    const auto same_id = [](const auto& x, const auto& y) { return x.id == y.id; };
    if (a.steps.empty() || a.text == b.text ||
        !std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same_id))
        return std::nullopt;
    const auto parted =
        std::mismatch(a.text.begin(), a.text.end(), b.text.begin(), b.text.end()).first;
    auto at = static_cast<size_t>(parted - a.text.begin());
    // Two characters may share their first bytes.
    const auto inside = [at](const std::string& text) {
        return at < text.size() && continues(text[at]);
    };
    if (inside(a.text) || inside(b.text)) do
            --at;
        while (continues(a.text[at]));
    TextDifference out;
    out.character = static_cast<size_t>(
        std::count_if(a.text.begin(), a.text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char byte) { return !continues(byte); }));
    out.a = character_at(a.text, at);
    out.b = character_at(b.text, at);
    out.pieces = !std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(),
                             [](const auto& x, const auto& y) { return x.piece == y.piece; });
    return out;
}

}  // namespace driftscope
