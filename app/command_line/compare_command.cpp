// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "app/command_line/bound.h"
#include "app/command_line/commands.h"
#include "app/command_line/compare_request.h"
#include "app/command_line/compare_summary.h"
#include "app/output/compare_output.h"
#include "app/output/offscreen_gui.h"
#include "app/output/result_json.h"
#include "app/output/shell_word.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

CompareRequest judgedRequest(const CommandCall& call) {
    const std::string judge = call.arguments.value("--judge", "float64");
    if (judge != "float64" && judge != "none") {
        throw Error(ErrorCode::usage, "--judge", "'" + judge + "' is no judge",
                    "it takes float64 or none");
    }
    CompareRequest request = requestOf(call);
    if (call.arguments.has("--judge")) request.judge = judge == "float64";
    return request;
}

std::set<std::string> formatsOf(const Arguments& arguments) {
    if (!arguments.has("--out")) {
        if (arguments.has("--formats")) {
            throw Error(ErrorCode::usage, "--formats", "there is no folder to write to",
                        "add --out DIR");
        }
        return {};
    }
    if (!arguments.has("--formats")) return {"json", "csv", "html", "png", "svg"};
    std::set<std::string> formats;
    for (const std::string& format : split(arguments.value("--formats"), ',')) {
        const auto& known = outputFormats();
        if (std::find(known.begin(), known.end(), format) == known.end()) {
            std::string list;
            for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
            throw Error(ErrorCode::usage, "--formats", "'" + format + "' is no format",
                        "it takes " + list);
        }
        formats.insert(format);
    }
    if (formats.empty()) throw Error(ErrorCode::usage, "--formats", "no format is named");
    return formats;
}

void printWarnings(const Comparison& comparison, const CommandHost& host) {
    const auto slow = comparison.provenance.find("warning");
    if (slow != comparison.provenance.end() && !slow->second.empty()) {
        host.err << "warning: " << slow->second << "\n";
    }
    for (const std::string& warning : comparison.warnings) {
        host.err << "warning: " << warning << "\n";
    }
}

ComparisonPtr compute(Engine& engine, const CompareRequest& request, const CommandHost& host) {
    ProgressLine line(host);
    Callbacks calls;
    calls.progress = [&](const Progress& progress) { line.show(progress); };
    return engine.compare(request, calls, host.stop);
}

int runCompare(const CommandCall& call) {
    refusePositional(call);
    const Arguments& arguments = call.arguments;
    const std::vector<Bound> bounds =
        parseBounds(arguments.all("--fail-above"), arguments.value("--judge") != "none");
    const std::set<std::string> formats = formatsOf(arguments);
    const CompareRequest request = judgedRequest(call);
    std::unique_ptr<OutputFolder> folder;
    if (!formats.empty()) folder = std::make_unique<OutputFolder>(arguments.value("--out"));

    const std::unique_ptr<Engine> engine = call.host.makeEngine();
    const ComparisonPtr result = compute(*engine, request, call.host);
    printWarnings(*result, call.host);
    if (folder) {
        std::unique_ptr<OffscreenGui> gui;
        if (needsGui(formats)) gui = std::make_unique<OffscreenGui>();
        const auto attention = [&](int layer, int head) {
            return engine->attention(result->id, layer, head);
        };
        ComparisonWriter(result, attention, formats, *folder).run();
    }
    if (arguments.has("--json")) {
        call.host.out << jsonText(compareJson(*result, compareCommand(request)));
    } else {
        call.host.out << compareSummary(*result);
        if (folder) call.host.out << "\nwritten to " << arguments.value("--out") << "\n";
    }
    const std::vector<std::string> exceeded = exceededBounds(bounds, *result);
    for (const std::string& line : exceeded) call.host.err << "driftscope: " << line << "\n";
    if (result->cancelled) return exit_status::cancelled;
    return exceeded.empty() ? exit_status::done : exit_status::exceeded;
}

}  // namespace

Command compareCommandSpec() {
    std::vector<FlagSpec> flags = requestFlags();
    const std::vector<FlagSpec> more = {
        {"--judge", "float64|none", "whether float64 runs decide bug or rounding"},
        {"--out", "DIR", "write the results into this folder"},
        {"--formats", "LIST", "of json,csv,npz,html,png,svg,pdf; default all but npz and pdf"},
        {"--fail-above", "METRIC=X", "exit 3 when a site or the verdict exceeds X", true},
        {"--json", "", "the result as JSON on stdout"}};
    flags.insert(flags.end(), more.begin(), more.end());
    return {"compare",
            "Run a model twice and say where the runs part, and why.",
            {"--model DIR (--prompt TEXT | --prompt-file FILE | --tokens IDS) [FLAGS]",
             "(--example NAME | --session FILE)",
             "        [--a K=V,…] [--b K=V,…] [--out DIR] [FLAGS]"},
            flags,
            &runCompare,
            "Metrics of --fail-above: " + boundNames() +
                ".\n'driftscope options' lists the "
                "options.\nExample: driftscope compare --model DIR --prompt 'Once upon a time' "
                "--b dtype=bfloat16 --out report"};
}

}  // namespace driftscope
