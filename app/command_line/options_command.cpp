// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "app/command_line/commands.h"
#include "app/output/result_json.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

/// `text` in lines of at most `width` characters, each after `indent` spaces.
void wrap(std::ostream& out, const std::string& text, std::size_t indent, std::size_t width = 76) {
    std::istringstream words(text);
    std::string word, line;
    while (words >> word) {
        if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
            out << std::string(indent, ' ') << line << "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    if (!line.empty()) out << std::string(indent, ' ') << line << "\n";
}

std::string valuesText(const OptionSpec& spec) {
    std::string text;
    for (const std::string& value : spec.values) text += (text.empty() ? "" : " | ") + value;
    for (const std::string& prefix : spec.prefixes) text += " | " + prefix + ":N";
    if (spec.kind == OptionKind::integer || spec.kind == OptionKind::real) text += " | N";
    if (spec.kind == OptionKind::list)
        text += spec.id == "defects" ? " | ids joined by +" : " | steps joined by +";
    return text;
}

void printOptions(std::ostream& out) {
    std::string group;
    for (const OptionSpec& spec : all_options()) {
        if (spec.group != group) {
            group = spec.group;
            out << (&spec == all_options().data() ? "" : "\n") << group << "\n";
        }
        out << "  " << spec.id << " = " << valuesText(spec)
            << (spec.moe_only ? "   (models with experts)" : "") << "\n";
        wrap(out, spec.help + (spec.advice.empty() ? "" : " " + spec.advice), 6);
    }
}

void printDefects(std::ostream& out) {
    out << "\nDefects of the option 'defects'\n";
    for (const DefectSpec& defect : all_defects()) {
        std::string families;
        for (const std::string& family : defect.families) {
            families += (families.empty() ? "" : ", ") + family;
        }
        out << "  " << defect.id << "   (" << families << ")\n";
        wrap(out,
             defect.label + ". " + defect.text + " Origin: " + defect.origin + ". Seen with " +
                 defect.shown_if + ".",
             6);
    }
}

void printSites(std::ostream& out) {
    out << "\nSites, in forward order; L is the block\n";
    for (const SiteInfo& info : sites()) {
        const std::string name =
            (info.scope == SiteScope::layer ? "blocks.L." : "") + std::string(info.name);
        out << "  " << name << std::string(name.size() < 28 ? 28 - name.size() : 1, ' ')
            << info.shape << "\n";
        wrap(out, std::string(info.text), 6);
    }
}

int runOptions(const CommandCall& call) {
    refusePositional(call);
    if (call.arguments.has("--json")) {
        call.host.out << jsonText(optionsJson());
        return exit_status::done;
    }
    printOptions(call.host.out);
    printDefects(call.host.out);
    printSites(call.host.out);
    return exit_status::done;
}

}  // namespace

Command optionsCommandSpec() {
    return {"options",    "List every option with its values, the defects and the sites.",
            {"[--json]"}, {{"--json", "", "the lists as JSON on stdout"}},
            &runOptions,  ""};
}

}  // namespace driftscope
