// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/command_line/arguments.h"
#include "app/command_line/command_line.h"

namespace driftscope {

namespace exit_status {
inline constexpr int done = 0, usage = 1, input = 2, exceeded = 3, cancelled = 4;
}

/// One run of a command.
struct CommandCall {
    const Arguments& arguments;
    const CommandHost& host;
    std::vector<std::string> words;  ///< as typed, with the command's name: for provenance
};

/// One row per sub-command; from it come the dispatch and the help.
struct Command {
    std::string name, summary;
    std::vector<std::string> usage;  ///< lines after "driftscope NAME "
    std::vector<FlagSpec> flags;
    int (*run)(const CommandCall& call);
    std::string notes;  ///< shown below the flags
};

/// In the order of the help.
const std::vector<Command>& commands();

Command compareCommandSpec();
Command traceCommandSpec();
Command generateCommandSpec();
Command tokenizeCommandSpec();
Command inspectCommandSpec();
Command convertCommandSpec();
Command optionsCommandSpec();
Command shotsCommandSpec();
Command sweepCommandSpec();
Command casesCommandSpec();
Command benchCommandSpec();

/// The prompt from --prompt, --prompt-file (UTF-8, "-" = stdin) or --tokens; exactly one of them.
struct PromptSource {
    std::string prompt;
    std::vector<int32_t> tokens;
};
PromptSource readPrompt(const CommandCall& call);
/// Flags --prompt, --prompt-file, --tokens.
std::vector<FlagSpec> promptFlags();
/// The bytes of a UTF-8 file, or of stdin for "-". Throws Error.
std::string readTextFile(const std::string& path, std::istream& in);
/// The options that a repeatable flag names; later ones win. Throws Error (usage).
OptionValues optionsOf(const Arguments& arguments, const std::string& flag);
/// --max-new-tokens within its bounds.
int newTokens(const Arguments& arguments, int fallback);
/// Throws Error (usage) when words stand where none belong.
void refusePositional(const CommandCall& call);

/// A line on stderr that says how far it is; only on a terminal.
class ProgressLine {
public:
    explicit ProgressLine(const CommandHost& host) : m_host(host) {}
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    void show(const Progress& progress);

private:
    const CommandHost& m_host;
    bool m_shown = false;
};

}  // namespace driftscope
