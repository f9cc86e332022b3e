// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/class_decoder.h"

#include <array>
#include <string_view>
#include <utility>

namespace driftscope {

namespace {

constexpr std::string_view kSpaceMark = "\u2581";

/// PreTrainedTokenizerBase.clean_up_tokenization: one after the other over the whole text.
std::string cleaned_up(std::string text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kShorter = {{
        {" .", "."},
        {" ?", "?"},
        {" !", "!"},
        {" ,", ","},
        {" ' ", "'"},
        {" n't", "n't"},
        {" 'm", "'m"},
        {" 's", "'s"},
        {" 've", "'ve"},
        {" 're", "'re"},
    }};
    for (const auto& [from, to] : kShorter)
        for (size_t at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    return text;
}

/// Pieces since the last special token go to the sentencepiece model together: it takes the space
/// off the first of them.
class Joiner {
public:
    explicit Joiner(const ClassRules& rules) : rules_(rules) {}

    void add(const std::string& token) { run_.push_back(token); }
    void space() { text_ += ' '; }
    void end_run() {
        text_ += rules_.pieces_to_text(run_);
        run_.clear();
    }
    void end_run_with(const std::string& special) {
        end_run();
        text_ += special;
    }
    std::string take() { return std::move(text_); }

private:
    const ClassRules& rules_;
    std::vector<std::string> run_;
    std::string text_;
};

std::string joined_by_llama(const ClassRules& rules, std::vector<std::string> tokens) {
    std::string& first = tokens.front();
    if (rules.prefix_space && first.starts_with(kSpaceMark)) first.erase(0, kSpaceMark.size());
    Joiner joiner(rules);
    bool after_special = false;
    for (size_t i = 0; i < tokens.size(); ++i) {
        const bool special = rules.special.contains(tokens[i]);
        if (special) {
            // The space is put before what has been gathered, not before the special token.
            if (!after_special && i != 0 && rules.legacy) joiner.space();
            joiner.end_run_with(tokens[i]);
        } else {
            const bool own_space = tokens[i].starts_with(kSpaceMark);
            if (after_special && i == 1 && rules.prefix_space && !own_space) joiner.space();
            joiner.add(tokens[i]);
        }
        after_special = special;
    }
    joiner.end_run();
    return joiner.take();
}

/// The class puts a space before the text and takes the first character away: it asks whether the
/// first token, a text, is among ids, which no text is. What remains is the text.
std::string joined_by_internlm2(const ClassRules& rules, const std::vector<std::string>& tokens) {
    Joiner joiner(rules);
    bool after_special = false;
    for (const std::string& token : tokens) {
        const bool special = rules.special.contains(token);
        if (special) {
            if (!after_special) joiner.space();
            joiner.end_run_with(token);
        } else {
            joiner.add(token);
        }
        after_special = special;
    }
    joiner.end_run();
    return cleaned_up(joiner.take());
}

std::string joined(const ClassRules& rules, const std::vector<std::string>& tokens) {
    return rules.rules == TokenizerClass::llama ? joined_by_llama(rules, tokens)
                                                : joined_by_internlm2(rules, tokens);
}

}  // namespace

DecodesByClass::~DecodesByClass() = default;

std::string to_string(TokenizerClass rules) {
    return rules == TokenizerClass::llama ? "LlamaTokenizer" : "InternLM2Tokenizer";
}

std::string decode_by_class(const ClassRules& rules, const std::vector<std::string>& tokens) {
    std::vector<std::string> parts, run;
    const auto end_run = [&] {
        if (run.empty()) return;
        std::string text = joined(rules, run);
        run.clear();
        parts.push_back(std::move(text));
    };
    for (const std::string& token : tokens) {
        if (!rules.apart.contains(token)) {
            run.push_back(token);
            continue;
        }
        end_run();
        if (!parts.empty() && parts.back().empty()) parts.pop_back();
        parts.push_back(token);
    }
    end_run();
    std::string whole;
    for (size_t i = 0; i < parts.size(); ++i) whole += (i > 0 ? " " : "") + parts[i];
    return rules.clean_up ? cleaned_up(std::move(whole)) : whole;
}

}  // namespace driftscope
