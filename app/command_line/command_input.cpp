// SPDX-License-Identifier: GPL-3.0-or-later
// What several commands read and say.
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>
#include <limits>
#include <ostream>

#include "app/command_line/commands.h"
#include "app/session.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

constexpr std::size_t kMaxPromptBytes = std::size_t{64} << 20;

std::vector<int32_t> readTokens(const std::string& text) {
    std::vector<int32_t> ids;
    for (const std::string& part : split(text, ',')) {
        int32_t id = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), id);
        if (error != std::errc{} || end != part.data() + part.size() || id < 0) {
            throw Error(ErrorCode::usage, "--tokens", "'" + part + "' is no token id",
                        "write whole numbers from 0, separated by commas: --tokens 1,2,3");
        }
        ids.push_back(id);
    }
    if (ids.empty()) {
        throw Error(ErrorCode::usage, "--tokens", "no token is given", "write --tokens 1,2,3");
    }
    return ids;
}

/// Position of the first byte that is no UTF-8; npos: all is.
std::size_t firstBadByte(const std::string& text) {
    std::size_t i = 0;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    while (i < text.size()) {
        const unsigned char lead = byte(i);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        const bool bad_lead = (lead >= 0x80 && lead < 0xC2) || lead > 0xF4;
        if (bad_lead || i + more >= text.size()) return i;
        for (std::size_t k = 1; k <= more; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80) return i;
        }
        const unsigned char next = more > 0 ? byte(i + 1) : 0;
        if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) ||
            (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F)) {
            return i;
        }
        i += more + 1;
    }
    return std::string::npos;
}

void requireUtf8(const std::string& text, const std::string& where) {
    const std::size_t bad = firstBadByte(text);
    if (bad == std::string::npos) return;
    throw Error(ErrorCode::format, where, "not UTF-8, from byte " + std::to_string(bad) + " on",
                "save the text as UTF-8, or give token ids with --tokens");
}

}  // namespace

std::string readTextFile(const std::string& path, std::istream& in) {
    const std::string where = path == "-" ? "stdin" : path;
    std::ifstream file;
    if (path != "-") {
        errno = 0;
        file.open(path, std::ios::binary);
        if (!file) {
            throw Error(errno == ENOENT ? ErrorCode::not_found : ErrorCode::unreadable, where,
                        std::string("the file cannot be read: ") + std::strerror(errno),
                        "check the path");
        }
    }
    std::istream& source = path == "-" ? in : file;
    std::string text;
    char part[65536];
    while (source.read(part, sizeof part) || source.gcount() > 0) {
        text.append(part, static_cast<std::size_t>(source.gcount()));
        if (text.size() > kMaxPromptBytes) {
            throw Error(ErrorCode::limit, where, "the text is longer than 64 MiB",
                        "give a shorter text");
        }
    }
    if (source.bad() || (path != "-" && text.empty() && file.bad())) {
        throw Error(ErrorCode::unreadable, where, "reading it failed", "is it a folder?");
    }
    requireUtf8(text, where);
    return text;
}

std::vector<FlagSpec> promptFlags() {
    return {{"--prompt", "TEXT", "what the model reads"},
            {"--prompt-file", "FILE", "the same from a UTF-8 file; - is stdin"},
            {"--tokens", "IDS", "token ids instead of a text: 1,2,3"}};
}

PromptSource readPrompt(const CommandCall& call) {
    const Arguments& arguments = call.arguments;
    const int given =
        arguments.has("--prompt") + arguments.has("--prompt-file") + arguments.has("--tokens");
    if (given != 1) {
        throw Error(ErrorCode::usage, call.words.front(),
                    given == 0 ? "there is no prompt" : "there are several prompts",
                    "give one of --prompt TEXT, --prompt-file FILE, --tokens 1,2,3");
    }
    PromptSource source;
    if (arguments.has("--tokens")) {
        source.tokens = readTokens(arguments.value("--tokens"));
        return source;
    }
    const bool file = arguments.has("--prompt-file");
    source.prompt = file ? readTextFile(arguments.required("--prompt-file"), call.host.in)
                         : arguments.value("--prompt");
    const std::string where = file ? arguments.value("--prompt-file") : "--prompt";
    requireUtf8(source.prompt, where);
    if (source.prompt.empty()) {
        throw Error(file ? ErrorCode::format : ErrorCode::usage, where, "the prompt is empty",
                    "give a text of at least one character");
    }
    return source;
}

OptionValues optionsOf(const Arguments& arguments, const std::string& flag) {
    OptionValues values;
    for (const std::string& text : arguments.all(flag)) {
        for (auto& [id, value] : parse_options(text)) values[id] = value;
    }
    return values;
}

int newTokens(const Arguments& arguments, int fallback) {
    return static_cast<int>(
        arguments.whole("--max-new-tokens", fallback, 0, SessionLimits::new_tokens));
}

void refusePositional(const CommandCall& call) {
    if (call.arguments.positional().empty()) return;
    throw Error(ErrorCode::usage, call.words.front(),
                "'" + call.arguments.positional().front() + "' belongs to no flag",
                "'driftscope " + call.words.front() + " --help' lists the flags");
}

void ProgressLine::show(const Progress& progress) {
    if (!m_host.live) return;
    m_host.err << "\r\033[K" << progress.stage;
    if (progress.total > 0) {
        m_host.err << "  " << std::lround(100 * progress.done / progress.total) << " %";
    }
    if (progress.seconds_left >= 1) {
        m_host.err << "  " << std::lround(progress.seconds_left) << " s left";
    }
    if (progress.bytes_needed > 0) {
        m_host.err << "  at most " << (progress.bytes_needed + 999'999) / 1'000'000 << " MB";
    }
    m_host.err.flush();
    m_shown = true;
}

ProgressLine::~ProgressLine() {
    if (m_shown) m_host.err << "\r\033[K" << std::flush;
}

}  // namespace driftscope
