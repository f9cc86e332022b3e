// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bpe_model.h"

#include "core/tokenizer/byte_token.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace driftscope {

namespace {

std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
    return (std::uint64_t{static_cast<std::uint32_t>(left)} << 32) |
           static_cast<std::uint32_t>(right);
}

void refuse_affix(JsonObject& object, const char* key) {
    if (!object.string(key, "").empty())
        throw object.self().error(ErrorCode::unsupported,
                                  std::string("\"") + key + "\" is not supported");
}

}  // namespace

BpeModel::BpeModel(const JsonValue& value) : file_(value.file()) {
    JsonObject object(value);
    const bool typed = value.raw().contains("type") || !value.raw().contains("merges");
    const auto type = typed ? object.at("type").string() : "BPE";  // GPT-2's file has no type
    if (type != "BPE")
        throw value.error(ErrorCode::unsupported, "the model type \"" + type + "\" is not known");
    const auto dropout = object.find("dropout");
    if (dropout && !dropout->is_null() && dropout->raw() != 0.0)
        throw dropout->error(ErrorCode::unsupported, "random merges are not supported");
    refuse_affix(object, "continuing_subword_prefix");
    refuse_affix(object, "end_of_word_suffix");
    fuse_unknown_ = object.boolean("fuse_unk", false);
    byte_fallback_ = object.boolean("byte_fallback", false);
    ignore_merges_ = object.boolean("ignore_merges", false);
    read_vocab(object.at("vocab"));
    read_merges(object.at("merges"));
    const auto unknown = object.find("unk_token");
    if (unknown && !unknown->is_null()) {
        unknown_ = id(unknown->string());
        if (!unknown_)
            throw unknown->error(ErrorCode::mismatch,
                                 "\"" + unknown->string() + "\" is not in the vocabulary");
    }
    object.finish();
}

void BpeModel::read_vocab(const JsonValue& value) {
    ids_.reserve(value.object().size());
    for (const auto& [token, number] : value.object().items()) {
        const JsonValue entry(number, value.file(), value.path() + ".\"" + token + '"');
        const auto id = static_cast<std::int32_t>(entry.integer(0, max_token_id));
        if (token.empty()) throw entry.error(ErrorCode::format, "an empty token");
        if (id >= size()) tokens_.resize(static_cast<std::size_t>(id) + 1);
        auto& slot = tokens_[static_cast<std::size_t>(id)];
        if (!slot.empty())
            throw entry.error(ErrorCode::mismatch,
                              "id " + std::to_string(id) + " is also that of \"" + slot + '"');
        slot = token;
        ids_.emplace(token, id);
    }
    if (ids_.empty()) throw value.error(ErrorCode::format, "the vocabulary is empty");
}

void BpeModel::read_merges(const JsonValue& value) {
    const auto n = value.array().size();
    merges_.reserve(n);
    for (std::size_t i = 0; i < n; ++i) add_merge(value.element(i), i);
}

void BpeModel::add_merge(const JsonValue& entry, std::size_t rank) {
    std::string left, right;
    if (entry.raw().is_array()) {  // ["a", "b"], since 2024
        if (entry.raw().size() != 2) throw entry.wrong_type("two tokens");
        left = entry.element(0).string();
        right = entry.element(1).string();
    } else {  // "a b"
        const auto& text = entry.string();
        const auto space = text.find(' ');
        if (space == text.npos || text.find(' ', space + 1) != text.npos)
            throw entry.error(ErrorCode::format, "expected two tokens with one space between");
        left = text.substr(0, space);
        right = text.substr(space + 1);
    }
    const auto known = [&](const std::string& token) {
        if (const auto found = id(token)) return *found;
        throw entry.error(ErrorCode::mismatch, "\"" + token + "\" is not in the vocabulary");
    };
    const auto key = pair_key(known(left), known(right));
    // a pair named twice keeps its last rank, as in the reference implementation
    merges_.insert_or_assign(key, Merge{static_cast<std::int32_t>(rank), known(left + right)});
}

std::optional<std::int32_t> BpeModel::id(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* BpeModel::token(std::int32_t id) const {
    if (id < 0 || id >= size()) return nullptr;
    const auto& token = tokens_[static_cast<std::size_t>(id)];
    return token.empty() ? nullptr : &token;
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t>& ids) const {
    if (ignore_merges_)
        if (const auto whole = id(word)) return ids.push_back(*whole);
    auto symbols = initial_ids(word);
    merge_all(symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

std::vector<std::int32_t> BpeModel::initial_ids(std::string_view word) const {
    std::vector<std::int32_t> ids;
    ids.reserve(word.size());
    bool after_unknown = false;
    for (std::size_t pos = 0; pos < word.size();) {
        const auto character = word.substr(pos, utf8_width(word[pos]));
        pos += character.size();
        if (const auto known = id(character)) {
            ids.push_back(*known);
            after_unknown = false;
        } else if (byte_fallback_ && append_bytes(character, ids)) {
            after_unknown = false;
        } else if (unknown_) {
            if (!(after_unknown && fuse_unknown_)) ids.push_back(*unknown_);
            after_unknown = true;
        } else {
            throw Error(ErrorCode::mismatch, file_,
                        "the vocabulary has no token for \"" + std::string(character) +
                            "\", and no unknown token");
        }
    }
    return ids;
}

bool BpeModel::append_bytes(std::string_view character, std::vector<std::int32_t>& ids) const {
    const auto start = ids.size();
    for (const char byte : character) {
        const auto found = id(byte_token(byte));
        if (!found) {
            ids.resize(start);
            return false;
        }
        ids.push_back(*found);
    }
    return true;
}

const BpeModel::Merge* BpeModel::merge_of(std::int32_t left, std::int32_t right) const {
    const auto found = merges_.find(pair_key(left, right));
    return found == merges_.end() ? nullptr : &found->second;
}

/// One symbol of a word; a chain in text order.
struct BpeModel::Symbol {
    std::int32_t id;              ///< -1: merged into its left neighbour
    std::int32_t previous, next;  ///< -1: none
};

/// A pair that could be merged; stale when its symbols have changed since.
struct BpeModel::Candidate {
    std::int32_t rank, position, left, right;
    bool operator>(const Candidate& other) const {
        return std::tie(rank, position) > std::tie(other.rank, other.position);
    }
};

void BpeModel::merge_all(std::vector<std::int32_t>& ids) const {
    const auto n = static_cast<std::int32_t>(ids.size());
    std::vector<Symbol> symbols(ids.size());
    for (std::int32_t i = 0; i < n; ++i)
        symbols[static_cast<std::size_t>(i)] = {ids[static_cast<std::size_t>(i)], i - 1,
                                                i + 1 < n ? i + 1 : -1};
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto at = [&](std::int32_t i) -> Symbol& { return symbols[static_cast<std::size_t>(i)]; };
    const auto offer = [&](std::int32_t i) {
        if (i < 0 || at(i).next < 0) return;
        const auto left = at(i).id, right = at(at(i).next).id;
        if (const auto* merge = merge_of(left, right)) queue.push({merge->rank, i, left, right});
    };
    for (std::int32_t i = 0; i < n; ++i) offer(i);
    while (!queue.empty()) {
        const auto best = queue.top();
        queue.pop();
        Symbol& left = at(best.position);
        if (left.id != best.left || left.next < 0 || at(left.next).id != best.right) continue;
        Symbol& right = at(left.next);
        left.id = merge_of(best.left, best.right)->id;
        left.next = right.next;
        right.id = -1;
        if (left.next >= 0) at(left.next).previous = best.position;
        offer(left.previous);
        offer(best.position);
    }
    ids.clear();
    for (std::int32_t i = n > 0 ? 0 : -1; i >= 0; i = at(i).next) ids.push_back(at(i).id);
}

}  // namespace driftscope
