// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/command_line.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <ostream>

#include "app/command_line/commands.h"

namespace driftscope {

const std::vector<Command>& commands() {
    static const std::vector<Command> table = {
        compareCommandSpec(), traceCommandSpec(),   generateCommandSpec(), tokenizeCommandSpec(),
        inspectCommandSpec(), convertCommandSpec(), optionsCommandSpec(),  shotsCommandSpec(),
        sweepCommandSpec(),   casesCommandSpec(),   benchCommandSpec()};
    return table;
}

namespace {

const Command* findCommand(const std::string& name) {
    for (const Command& command : commands()) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

void printHelp(std::ostream& out) {
    out << "Driftscope: the same model, run twice. Where do the runs part, and is it a bug or "
           "rounding?\n\n"
           "  driftscope [MODEL | SESSION.drift]   open the window\n"
           "  driftscope COMMAND [FLAGS]           without a window\n\n";
    for (const Command& command : commands()) {
        out << "  " << padded(command.name, 12) << command.summary << "\n";
    }
    out << "\n'driftscope COMMAND --help' explains a command; 'driftscope --version' names the\n"
           "program, its libraries and this machine.\n"
           "Exit status: 0 done, 1 wrong usage, 2 bad input, 3 --fail-above exceeded or a case not "
           "as\n"
           "expected, 4 cancelled.\n";
}

void printHelp(const Command& command, std::ostream& out) {
    out << command.summary << "\n\n";
    for (const std::string& line : command.usage) {
        out << "  driftscope " << command.name << " " << line << "\n";
    }
    out << "\n";
    for (const FlagSpec& flag : command.flags) {
        const std::string head = flag.name + (flag.value.empty() ? "" : " " + flag.value);
        out << "  " << padded(head, 26) << flag.help << "\n";
    }
    if (!command.notes.empty()) out << "\n" << command.notes << "\n";
}

void printVersion(const CommandHost& host) {
    auto provenance = host.makeEngine()->provenance();
    host.out << "driftscope " << DRIFTSCOPE_VERSION << "\n";
    const std::pair<const char*, const char*> rows[] = {{"libtorch", "LibTorch"},
                                                        {"blas", "BLAS"},
                                                        {"threads", "threads"},
                                                        {"cpu", "CPU"},
                                                        {"cpu_features", "CPU features"}};
    for (const auto& [key, label] : rows) {
        host.out << padded(label, 14) << provenance[key] << "\n";
    }
    if (!provenance["warning"].empty()) host.err << "warning: " << provenance["warning"] << "\n";
}

int runCommand(const Command& command, const std::vector<std::string>& words,
               const CommandHost& host) {
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (std::find(rest.begin(), rest.end(), "--help") != rest.end() ||
        std::find(rest.begin(), rest.end(), "-h") != rest.end()) {
        printHelp(command, host.out);
        return exit_status::done;
    }
    const Arguments arguments = Arguments::parse(rest, command.flags, command.name);
    return command.run({arguments, host, words});
}

/// No sub-command: the window, perhaps with a model or a session.
int openWindow(const std::vector<std::string>& words, const CommandHost& host) {
    if (words.empty()) return host.openWindow("");
    const std::string& word = words.front();
    if (word.size() > 1 && word[0] == '-') {
        const std::string near = nearest(word, {"--version", "--help"});
        throw Error(ErrorCode::usage, "driftscope", "there is no flag '" + word + "'",
                    near.empty() ? "'driftscope --help' lists what there is"
                                 : "did you mean " + near + "?");
    }
    std::error_code error;
    if (!std::filesystem::exists(word, error)) {
        const bool path = word.find('/') != std::string::npos || word.ends_with(".drift");
        std::vector<std::string> names;
        for (const Command& command : commands()) names.push_back(command.name);
        const std::string near = nearest(word, names);
        if (path || word.empty()) {
            throw Error(ErrorCode::not_found, word.empty() ? "driftscope" : word,
                        "there is no such model folder or session file", "check the path");
        }
        throw Error(
            ErrorCode::usage, "driftscope",
            "'" + word + "' is no command, model folder or session file",
            near.empty() ? "'driftscope --help' lists the commands" : "did you mean " + near + "?");
    }
    if (words.size() > 1) {
        throw Error(ErrorCode::usage, "driftscope", "'" + words[1] + "' is one word too many",
                    "the window opens one model or one session");
    }
    return host.openWindow(word);
}

int dispatch(const std::vector<std::string>& words, const CommandHost& host) {
    if (words.empty()) return openWindow(words, host);
    const std::string& first = words.front();
    if (first == "--help" || first == "-h" || first == "help") {
        printHelp(host.out);
        return exit_status::done;
    }
    if (first == "--version") {
        printVersion(host);
        return exit_status::done;
    }
    const Command* command = findCommand(first);
    return command ? runCommand(*command, words, host) : openWindow(words, host);
}

}  // namespace

int runCommandLine(const std::vector<std::string>& words, const CommandHost& host) {
    int status = exit_status::done;
    try {
        status = dispatch(words, host);
        host.out.flush();
        if (!host.out) {
            throw Error(ErrorCode::unreadable, "stdout", "the output cannot be written",
                        "is the disk full or the pipe closed?");
        }
    } catch (const Error& error) {
        host.err << "driftscope: " << error.what() << "\n";
        status = error.exit_status();
    } catch (const std::bad_alloc&) {
        host.err << "driftscope: [memory] there is not enough memory left. "
                    "use fewer tokens, a smaller model or a smaller dtype\n";
        status = exit_status::input;
    } catch (const std::exception& error) {
        host.err << "driftscope: [internal] " << error.what() << "\n";
        status = exit_status::input;
    }
    host.err.flush();
    return status;
}

}  // namespace driftscope
