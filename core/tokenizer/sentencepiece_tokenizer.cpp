// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/sentencepiece_tokenizer.h"

#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/tokenizer/byte_token.h"
#include "core/tokenizer/protobuf_reader.h"
#include "core/tokenizer/tokenizer_ends.h"
#include "core/tokenizer/tokenizer_file.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>

namespace driftscope {

namespace {

constexpr std::string_view space_mark = "\u2581";

std::string marks_to_spaces(std::string_view piece) {
    std::string text;
    for (std::size_t pos = 0; pos < piece.size();) {
        const bool mark = piece.substr(pos).starts_with(space_mark);
        text += mark ? ' ' : piece[pos];
        pos += mark ? space_mark.size() : 1;
    }
    return text;
}

}  // namespace

SentencepieceTokenizer::~SentencepieceTokenizer() = default;

SentencepieceTokenizer::SentencepieceTokenizer(std::string_view bytes, const std::string& file,
                                               const TokenizerHints& hints)
    : file_(file), hash_(sha256_hex(bytes)), model_(read_sentencepiece_model(bytes, file)) {
    legacy_ = hints.legacy.value_or(true);
    // A repeated message merges into the one before it: NormalizerSpec.add_dummy_prefix = false.
    if (!legacy_ && model_.adds_prefix)
        append_protobuf_bytes(model_.bytes, 3, std::string("\x18\0", 2));
    processor_ = std::make_unique<SentencepieceLibrary>(model_.bytes, file);
    model_.bytes.clear();
    model_.bytes.shrink_to_fit();
    size_ = model_.n_pieces;
    if (processor_->size() != size_)
        throw Error(ErrorCode::internal, file, "the sentencepiece library lost pieces");
    if (!legacy_) prepare_guard();
    read_added_tokens(hints);
    find_ends(hints);
    read_class(hints);
}

/// Special and added tokens as transformers 4.57 sorts them (tokenization_utils.py, `_decode`): an
/// added token stands apart if it is no special one, or an additional special one behind the
/// vocabulary.
void SentencepieceTokenizer::read_class(const TokenizerHints& hints) {
    if (hints.tokenizer_class == to_string(TokenizerClass::llama)) class_ = TokenizerClass::llama;
    if (hints.tokenizer_class == to_string(TokenizerClass::internlm2))
        class_ = TokenizerClass::internlm2;
    rules_.legacy = legacy_;
    rules_.prefix_space = hints.prefix_space.value_or(true);
    rules_.clean_up = hints.clean_up.value_or(false);
    rules_.special = {hints.bos.value_or("<s>"), hints.eos.value_or("</s>"),
                      hints.unk.value_or("<unk>")};
    if (hints.pad) rules_.special.insert(*hints.pad);
    const std::set<std::string> additional(hints.additional_special.begin(),
                                           hints.additional_special.end());
    rules_.special.insert(additional.begin(), additional.end());
    for (const AddedToken& token : hints.added_tokens) {
        const bool behind = additional.contains(token.content) && token.id >= model_.n_pieces;
        if (behind || !rules_.special.contains(token.content)) rules_.apart.insert(token.content);
    }
}

void SentencepieceTokenizer::prepare_guard() {
    for (std::int32_t id = 0; id < size_ && guard_.empty(); ++id)
        if (processor_->is_unknown(id)) guard_ = processor_->piece(id);
    std::vector<std::int32_t> ids;
    encode_plain(guard_, ids);
    guard_ids_ = ids.size();
}

void SentencepieceTokenizer::read_added_tokens(const TokenizerHints& hints) {
    for (std::int32_t id = 0; id < size_; ++id)
        if (processor_->is_control(id) || processor_->is_unknown(id))
            added_[id] = {.id = id, .content = processor_->piece(id), .special = true};
    for (const auto& token : hints.added_tokens) {
        added_[token.id] = token;
        size_ = std::max(size_, token.id + 1);
    }
    std::vector<AddedToken> tokens;
    for (const auto& [id, token] : added_) tokens.push_back(token);
    finder_ = AddedTokenFinder(std::move(tokens));
}

void SentencepieceTokenizer::find_ends(const TokenizerHints& hints) {
    const FindSpecial find = [this](const std::string& text) -> std::optional<std::int32_t> {
        for (const auto& [id, token] : added_)
            if (token.content == text) return id;
        return std::nullopt;
    };
    if (hints.bos) bos_ = find(*hints.bos);
    if (!bos_ && processor_->bos() >= 0) bos_ = processor_->bos();
    if (hints.eos)
        if (const auto eos = find(*hints.eos)) eos_ = {*eos};
    if (eos_.empty()) {
        eos_ = usual_eos(find);
        const auto own = processor_->eos();
        if (own >= 0 && std::find(eos_.begin(), eos_.end(), own) == eos_.end())
            eos_.insert(std::lower_bound(eos_.begin(), eos_.end(), own), own);
    }
    adds_bos_ = hints.add_bos.value_or(true) && bos_;
    adds_eos_ = hints.add_eos.value_or(false) && !eos_.empty();
}

std::vector<std::int32_t> SentencepieceTokenizer::encode(std::string_view utf8,
                                                         const TokenizeOptions& options) const {
    constexpr std::size_t longest = std::size_t{1} << 29;
    if (utf8.size() > longest)
        throw Error(ErrorCode::limit, "tokenizer", "the text is above 512 MB");
    std::string text = to_valid_utf8(utf8);
    if (!legacy_) text = marks_to_spaces(text);
    std::vector<std::int32_t> ids;
    if (options.add_bos && adds_bos_) ids.push_back(*bos_);
    const auto segments = finder_.split(text, options.parse_special);
    if (legacy_) {
        for (const auto& segment : segments)
            segment.token ? ids.push_back(*segment.token) : encode_plain(segment.text, ids);
    } else {
        encode_new(segments, ids);
    }
    if (options.add_bos && adds_eos_) ids.push_back(eos_.front());
    return ids;
}

void SentencepieceTokenizer::encode_new(const std::vector<AddedTokenFinder::Segment>& segments,
                                        std::vector<std::int32_t>& ids) const {
    bool start = model_.adds_prefix;
    for (const auto& segment : segments) {
        // The space before the text is taken back where a special token follows it at once.
        const std::string prefix(start ? space_mark : "");
        if (segment.token && !is_special(*segment.token)) encode_guarded(prefix, ids);
        if (segment.token)
            ids.push_back(*segment.token);
        else
            encode_guarded(prefix + std::string(segment.text), ids);
        start = false;
    }
}

void SentencepieceTokenizer::encode_guarded(const std::string& text,
                                            std::vector<std::int32_t>& ids) const {
    if (!text.starts_with(' ') && !text.starts_with(space_mark)) return encode_plain(text, ids);
    std::vector<std::int32_t> all;
    encode_plain(guard_ + text, all);
    ids.insert(ids.end(),
               all.begin() + static_cast<std::ptrdiff_t>(std::min(guard_ids_, all.size())),
               all.end());
}

void SentencepieceTokenizer::encode_plain(std::string_view text,
                                          std::vector<std::int32_t>& ids) const {
    if (model_.nul_piece < 0)
        encode_library(text, ids);
    else
        encode_with_nul(text, ids);
}

void SentencepieceTokenizer::encode_with_nul(std::string_view text,
                                             std::vector<std::int32_t>& ids) const {
    const std::string_view stand_in = model_.nul_stand_in;
    std::string renamed;
    std::vector<bool> was_nul;  // in order, for each stand-in of `renamed`
    for (std::size_t pos = 0; pos < text.size();) {
        const bool is_stand_in = text.substr(pos).starts_with(stand_in);
        if (is_stand_in || text[pos] == '\0') was_nul.push_back(!is_stand_in);
        text[pos] == '\0' ? renamed += stand_in : renamed += text[pos];
        // the other bytes of a stand-in in the text are copied one by one
        ++pos;
    }
    std::vector<std::int32_t> raw;
    encode_library(renamed, raw);
    std::size_t seen = 0;
    for (const auto id : raw) {
        const bool stands_in = id == model_.nul_piece && seen < was_nul.size() && !was_nul[seen];
        if (id == model_.nul_piece) ++seen;
        if (!stands_in)
            ids.push_back(id);
        else
            for (const char byte : stand_in) ids.push_back(processor_->id_of(byte_token(byte)));
    }
}

void SentencepieceTokenizer::encode_library(std::string_view text,
                                            std::vector<std::int32_t>& ids) const {
    std::vector<int> found;
    std::string error;
    if (!processor_->encode(text, found, error))
        throw Error(ErrorCode::internal, file_,
                    "the sentencepiece library gave up on the text: " + error);
    ids.insert(ids.end(), found.begin(), found.end());
}

std::string SentencepieceTokenizer::piece(std::int32_t id) const {
    if (const auto added = added_.find(id); added != added_.end()) return added->second.content;
    if (id < 0 || id >= model_.n_pieces) return "<unused " + std::to_string(id) + '>';
    if (id == model_.nul_piece) return std::string(1, '\0');
    const std::string text = processor_->piece(id);
    if (processor_->is_byte(id))
        if (const auto byte = byte_of_token(text)) return std::string(1, *byte);
    return marks_to_spaces(text);
}

std::string SentencepieceTokenizer::decode(std::span<const std::int32_t> ids) const {
    std::string bytes;
    bool at_start = model_.adds_prefix || model_.trims_spaces;
    for (const auto id : ids) {
        const auto text = piece(id);
        const bool plain = !added_.contains(id);
        const bool drop_space = at_start && plain && text.starts_with(' ');
        bytes.append(text, drop_space ? 1 : 0);
        at_start = at_start && !plain;
    }
    return to_valid_utf8(bytes);
}

std::string SentencepieceTokenizer::token_text(std::int32_t id) const {
    if (const auto added = added_.find(id); added != added_.end()) return added->second.content;
    return id < 0 || id >= model_.n_pieces ? piece(id) : processor_->piece(id);
}

std::string SentencepieceTokenizer::pieces_to_text(const std::vector<std::string>& pieces) const {
    std::string text, error;
    if (!processor_->decode(pieces, text, error))
        throw Error(ErrorCode::internal, file_,
                    "the sentencepiece library gave up on the pieces: " + error);
    if (model_.nul_piece < 0) return text;
    const std::string& stand_in = model_.nul_stand_in;
    for (std::size_t at = text.find(stand_in); at != text.npos; at = text.find(stand_in, at + 1))
        text.replace(at, stand_in.size(), 1, '\0');
    return text;
}

std::string SentencepieceTokenizer::decode_by(TokenizerClass rules,
                                              std::span<const std::int32_t> ids) const {
    std::vector<std::string> tokens;
    for (const auto id : ids) tokens.push_back(token_text(id));
    ClassRules all = rules_;
    all.rules = rules;
    all.pieces_to_text = [this](const auto& pieces) { return pieces_to_text(pieces); };
    return to_valid_utf8(decode_by_class(all, tokens));
}

bool SentencepieceTokenizer::is_special(std::int32_t id) const {
    const auto added = added_.find(id);
    return added != added_.end() && added->second.special;
}

std::string SentencepieceTokenizer::kind() const {
    switch (model_.type) {
        case 1: return "sentencepiece unigram";
        case 2: return "sentencepiece BPE";
        case 3: return "sentencepiece words";
        default: return "sentencepiece characters";
    }
}

std::shared_ptr<const Tokenizer> parse_tokenizer_model(std::string_view bytes,
                                                       const std::string& file,
                                                       const TokenizerHints& hints) {
    return std::make_shared<SentencepieceTokenizer>(bytes, file, hints);
}

}  // namespace driftscope
