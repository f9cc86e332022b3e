// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/added_tokens.h"

#include "core/tokenizer/unicode.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>

namespace driftscope {

namespace {

std::uint64_t edge_key(std::int32_t node, char byte) {
    return (std::uint64_t{static_cast<std::uint32_t>(node)} << 8) |
           static_cast<unsigned char>(byte);
}

char32_t code_point_at(std::string_view text, std::size_t pos) {
    return next_code_point(text, pos);
}

/// No word character touches [begin, end).
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
    if (begin > 0 && is_word(code_point_at(text, previous_start(text, begin)))) return false;
    return end >= text.size() || !is_word(code_point_at(text, end));
}

std::size_t white_space_start(std::string_view text, std::size_t end, std::size_t first) {
    while (end > first) {
        const auto start = previous_start(text, end);
        if (!is_white_space(code_point_at(text, start))) break;
        end = start;
    }
    return std::max(end, first);
}

std::size_t white_space_end(std::string_view text, std::size_t begin) {
    for (std::size_t next = begin; begin < text.size(); begin = next)
        if (!is_white_space(next_code_point(text, next))) break;
    return begin;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
        const auto& content = tokens_[i].content;
        if (content.empty()) continue;
        leads_[static_cast<unsigned char>(content[0])] = true;
        std::int32_t node = 0;
        for (const char byte : content) {
            const auto fresh = static_cast<std::int32_t>(ends_.size());
            const auto [edge, added] = edges_.emplace(edge_key(node, byte), fresh);
            if (added) ends_.push_back(-1);
            node = edge->second;
        }
        auto& end = ends_[static_cast<std::size_t>(node)];
        if (end < 0) end = static_cast<std::int32_t>(i);
    }
}

std::int32_t AddedTokenFinder::longest_at(std::string_view text, std::size_t pos) const {
    std::int32_t node = 0, best = -1;
    for (; pos < text.size(); ++pos) {
        const auto edge = edges_.find(edge_key(node, text[pos]));
        if (edge == edges_.end()) break;
        node = edge->second;
        if (ends_[static_cast<std::size_t>(node)] >= 0)
            best = ends_[static_cast<std::size_t>(node)];
    }
    return best;
}

std::vector<AddedTokenFinder::Segment> AddedTokenFinder::split(std::string_view text,
                                                               bool parse_special) const {
    std::vector<Segment> segments;
    std::size_t done = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto index =
            leads_[static_cast<unsigned char>(text[pos])] ? longest_at(text, pos) : -1;
        if (index < 0) {
            ++pos;
            continue;
        }
        const auto& token = tokens_[static_cast<std::size_t>(index)];
        std::size_t begin = pos, end = pos + token.content.size();
        pos = end;
        if (token.special && !parse_special) continue;
        if (token.single_word && !stands_alone(text, begin, end)) continue;
        if (token.lstrip) begin = white_space_start(text, begin, done);
        if (token.rstrip) pos = end = white_space_end(text, end);
        if (begin > done) segments.push_back({text.substr(done, begin - done), std::nullopt});
        segments.push_back({text.substr(begin, end - begin), token.id});
        done = end;
    }
    if (done < text.size()) segments.push_back({text.substr(done), std::nullopt});
    return segments;
}

}  // namespace driftscope
