// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope {

/// Ids at or above this are refused: no vocabulary comes near, and a table has this many rows.
inline constexpr std::int32_t max_token_id = (1 << 22) - 1;

/// The model "BPE" of a tokenizer.json: vocabulary and ranked merges.
class BpeModel {
public:
    /// Throws Error: format, mismatch (merges naming absent tokens, two tokens with one id),
    /// unsupported (dropout, subword prefixes and suffixes, another model type).
    explicit BpeModel(const JsonValue& value);

    /// Appends the ids of one pre-token (valid UTF-8): the adjacent pair of lowest rank is merged,
    /// the leftmost of equals, until none is left. Time n log n.
    void encode(std::string_view word, std::vector<std::int32_t>& ids) const;

    std::optional<std::int32_t> id(std::string_view token) const;
    /// Nothing for ids without a token.
    const std::string* token(std::int32_t id) const;
    std::int32_t size() const { return static_cast<std::int32_t>(tokens_.size()); }
    std::optional<std::int32_t> unknown() const { return unknown_; }
    bool byte_fallback() const { return byte_fallback_; }

private:
    struct Merge {
        std::int32_t rank, id;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    struct Symbol;
    struct Candidate;

    void read_vocab(const JsonValue& value);
    void read_merges(const JsonValue& value);
    void add_merge(const JsonValue& entry, std::size_t rank);
    const Merge* merge_of(std::int32_t left, std::int32_t right) const;
    std::vector<std::int32_t> initial_ids(std::string_view word) const;
    bool append_bytes(std::string_view character, std::vector<std::int32_t>& ids) const;
    void merge_all(std::vector<std::int32_t>& ids) const;

    std::string file_;
    std::vector<std::string> tokens_;  ///< by id; empty: no token (an empty token is refused)
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> ids_;
    std::unordered_map<std::uint64_t, Merge> merges_;
    std::optional<std::int32_t> unknown_;
    bool fuse_unknown_ = false, byte_fallback_ = false, ignore_merges_ = false;
};

}  // namespace driftscope
