// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/arguments.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/data/error.h"

namespace driftscope {

namespace {

/// Levenshtein distance.
std::size_t edits(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t change = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, diagonal + 1, change});
        }
    }
    return row.back();
}

[[noreturn]] void misuse(const std::string& command, const std::string& message,
                         const std::string& hint) {
    throw Error(ErrorCode::usage, command, message, hint);
}

std::string helpHint(const std::string& command) {
    return "'driftscope " + command + " --help' lists the flags";
}

bool isFlag(const std::vector<FlagSpec>& flags, const std::string& word) {
    return std::any_of(flags.begin(), flags.end(),
                       [&](const FlagSpec& flag) { return flag.name == word; });
}

const FlagSpec& findFlag(const std::vector<FlagSpec>& flags, const std::string& name,
                         const std::string& command) {
    std::vector<std::string> names;
    for (const FlagSpec& flag : flags) {
        if (flag.name == name) return flag;
        names.push_back(flag.name);
    }
    const std::string near = nearest(name, names);
    misuse(command, "there is no flag '" + name + "'",
           near.empty() ? helpHint(command) : "did you mean " + near + "?");
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    const std::size_t bound = std::max<std::size_t>(2, word.size() / 3);
    std::size_t best = bound + 1;
    std::string found;
    for (const std::string& candidate : candidates) {
        const bool begins = word.size() > 3 && candidate.starts_with(word);
        const std::size_t distance = begins ? 1 : edits(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

Arguments Arguments::parse(const std::vector<std::string>& words,
                           const std::vector<FlagSpec>& flags, const std::string& command) {
    Arguments arguments;
    arguments.m_command = command;
    bool onlyPositional = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (onlyPositional || word.size() < 2 || word[0] != '-') {
            arguments.m_positional.push_back(word);
            continue;
        }
        if (word == "--") {
            onlyPositional = true;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const FlagSpec& flag = findFlag(flags, name, command);
        std::string value;
        if (flag.value.empty()) {
            if (equals != std::string::npos) misuse(command, name + " takes no value", "");
        } else if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else if (i + 1 < words.size() && !isFlag(flags, words[i + 1])) {
            value = words[++i];
        } else {
            misuse(command, name + " needs a value", "write " + name + " " + flag.value);
        }
        std::vector<std::string>& values = arguments.m_values[name];
        if (!values.empty() && !flag.repeatable) misuse(command, name + " is given twice", "");
        values.push_back(value);
    }
    return arguments;
}

std::string Arguments::value(const std::string& flag, const std::string& fallback) const {
    const auto found = m_values.find(flag);
    return found == m_values.end() ? fallback : found->second.back();
}

const std::vector<std::string>& Arguments::all(const std::string& flag) const {
    static const std::vector<std::string> none;
    const auto found = m_values.find(flag);
    return found == m_values.end() ? none : found->second;
}

std::string Arguments::required(const std::string& flag) const {
    if (!has(flag)) misuse(m_command, flag + " is missing", helpHint(m_command));
    const std::string text = value(flag);
    if (text.empty()) misuse(m_command, flag + " is empty", helpHint(m_command));
    return text;
}

long long Arguments::whole(const std::string& flag, long long fallback, long long low,
                           long long high) const {
    if (!has(flag)) return fallback;
    const std::string text = value(flag);
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
        misuse(m_command,
               flag + " '" + text + "' is not a whole number from " + std::to_string(low) + " to " +
                   std::to_string(high),
               "");
    }
    return number;
}

}  // namespace driftscope
