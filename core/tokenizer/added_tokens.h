// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope {

/// A token found in the text as it stands, before the model sees the rest.
struct AddedToken {
    std::int32_t id;
    std::string content;
    bool special = false;      ///< control token; skipped when special tokens are not parsed
    bool single_word = false;  ///< only where no word character touches it
    bool lstrip = false, rstrip = false;  ///< takes the white space before, after it
    bool normalized = false;              ///< looked for in the normalised text
};

/// Finds added tokens in a text: leftmost first, the longest of those that begin together.
class AddedTokenFinder {
public:
    AddedTokenFinder() = default;
    explicit AddedTokenFinder(std::vector<AddedToken> tokens);

    struct Segment {
        std::string_view text;              ///< part of the text searched
        std::optional<std::int32_t> token;  ///< nothing: plain text
    };
    /// The text in order; plain segments are not empty.
    std::vector<Segment> split(std::string_view text, bool parse_special) const;

private:
    /// Index into tokens_ of the longest token at `pos`, -1 for none.
    std::int32_t longest_at(std::string_view text, std::size_t pos) const;

    std::vector<AddedToken> tokens_;
    std::array<bool, 256> leads_{};                          ///< some token begins with this byte
    std::unordered_map<std::uint64_t, std::int32_t> edges_;  ///< node << 8 | byte -> node
    std::vector<std::int32_t> ends_{-1};                     ///< node -> index of the token there
};

}  // namespace driftscope
