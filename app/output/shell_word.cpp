// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/shell_word.h"

#include "app/cases/case_names.h"
#include "core/options/option.h"

namespace driftscope {

std::string shellWord(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
        return std::string(text);
    }
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

std::string shellCommand(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + shellWord(word);
    return text;
}

std::string compareCommand(const CompareRequest& request) {
    // By name where it has one: that works where no folder has these paths.
    std::vector<std::string> words = {"driftscope", "compare"};
    const std::string step = caseStepOf(request);
    const std::string example = step.empty() ? exampleOf(request) : std::string();
    if (!step.empty() || !example.empty()) {
        words.insert(words.end(), step.empty()
                                      ? std::initializer_list<std::string>{"--example", example}
                                      : std::initializer_list<std::string>{"--case", step});
        if (request.attribute) words.emplace_back("--attribute");
        return shellCommand(words);
    }
    words.insert(words.end(), {"--model", request.model_a});
    const auto add = [&](const char* flag, const std::string& value) {
        if (value.empty()) return;
        words.emplace_back(flag);
        words.push_back(value);
    };
    add("--model-b", request.model_b);
    add("--config-b", request.config_b);
    add("--against", request.against);
    if (request.attribute) words.emplace_back("--attribute");
    if (request.tokens.empty() && request.prompt.empty() && !request.against.empty()) {
        // the trace brings its tokens
    } else if (request.tokens.empty()) {
        words.insert(words.end(), {"--prompt", request.prompt});
    } else {
        std::string ids;
        for (const int32_t id : request.tokens)
            ids += (ids.empty() ? "" : ",") + std::to_string(id);
        add("--tokens", ids);
    }
    add("--a", format_options(request.options_a));
    add("--b", format_options(request.options_b));
    if (request.max_new_tokens > 0) {
        add("--max-new-tokens", std::to_string(request.max_new_tokens));
    }
    if (!request.judge) add("--judge", "none");
    return shellCommand(words);
}

}  // namespace driftscope
