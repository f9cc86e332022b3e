// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/cases/case_file.h"
#include "app/cases/case_run.h"
#include "app/command_line/commands.h"
#include "app/output/compare_output.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/output/result_json.h"
#include "app/output/shell_word.h"
#include "app/output/sweep_output.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

std::string seconds(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", value);
    return text;
}

std::string commandOf(const CaseStep& step) {
    return step.axes.empty() ? compareCommand(step.request)
                             : sweepCommand({step.request, step.axes});
}

OrderedJson listJson() {
    OrderedJson cases = OrderedJson::array();
    for (const Case& known : allCases()) {
        OrderedJson steps = OrderedJson::array();
        for (const CaseStep& step : known.steps) {
            steps.push_back({{"id", step.id},
                             {"title", step.title},
                             {"shows", step.shows},
                             {"missing", step.missing},
                             {"command", commandOf(step)}});
        }
        cases.push_back({{"id", known.id},
                         {"title", known.title},
                         {"question", known.question},
                         {"belief", known.belief},
                         {"answer", known.answer},
                         {"steps", steps}});
    }
    return {{"schema", "driftscope/cases/1"}, {"cases", cases}};
}

int list(const CommandCall& call) {
    if (call.arguments.has("--json")) {
        call.host.out << jsonText(listJson());
        return exit_status::done;
    }
    for (const Case& known : allCases()) {
        call.host.out << known.id << "  " << known.title << "\n    asked: " << known.question
                      << "\n    believed: " << known.belief << "\n";
        for (const CaseStep& step : known.steps) {
            call.host.out << "    " << step.id << ": " << step.title
                          << (step.missing.empty() ? "" : "  (" + step.missing + ")") << "\n";
        }
    }
    if (allCases().empty()) {
        throw Error(ErrorCode::not_found, casesFolder(), "there is no case file here",
                    "set DRIFTSCOPE_CASES to the folder that has them");
    }
    return exit_status::done;
}

OrderedJson stepJson(const CaseStep& step, const StepOutcome& outcome) {
    OrderedJson checks = OrderedJson::array();
    for (const CaseCheck& check : outcome.checks) {
        checks.push_back({{"what", check.what},
                          {"expected", check.expected},
                          {"found", check.found},
                          {"met", check.met}});
    }
    return {{"id", step.id},
            {"title", step.title},
            {"shows", step.shows},
            {"command", commandOf(step)},
            {"checks", checks},
            {"met", outcome.met()},
            {"seconds", outcome.seconds}};
}

void print(const CaseStep& step, const StepOutcome& outcome, const CommandHost& host) {
    host.out << "\n"
             << step.id << ": " << step.title << "  (" << seconds(outcome.seconds) << ")\n    "
             << step.shows << "\n";
    for (const CaseCheck& check : outcome.checks) {
        host.out << (check.met ? "    ok       " : "    NOT MET  ") << check.what << ": expected "
                 << check.expected << ", found " << check.found << "\n";
    }
    host.out.flush();
}

/// Each step in a folder of its own: result.json and report.html, or the grid's three files.
void write(const CaseStep& step, const StepOutcome& outcome, Engine& engine,
           const std::string& folder) {
    OutputFolder out(folder + "/" + step.id);
    if (outcome.sweep) {
        const std::string command = commandOf(step);
        out.write(QStringLiteral("sweep.json"),
                  QByteArray::fromStdString(jsonText(sweepJson(*outcome.sweep, command))));
        out.write(QStringLiteral("sweep.html"), sweepHtml(*outcome.sweep, command));
        return;
    }
    const ComparisonPtr result = outcome.comparison;
    const auto attention = [&](int layer, int head) {
        return engine.attention(result->id, layer, head);
    };
    ComparisonWriter(result, attention, {"json", "html"}, out).run();
}

int runCase(const CommandCall& call, const Case& wanted) {
    std::unique_ptr<OutputFolder> folder;
    std::unique_ptr<OffscreenGui> gui;
    if (call.arguments.has("--out")) {
        folder = std::make_unique<OutputFolder>(call.arguments.required("--out"));
        gui = std::make_unique<OffscreenGui>();
    }
    const bool json = call.arguments.has("--json");
    const std::unique_ptr<Engine> engine = call.host.makeEngine();
    if (!json)
        call.host.out << wanted.title << "\n\nasked: " << wanted.question
                      << "\nbelieved: " << wanted.belief << "\n";
    OrderedJson steps = OrderedJson::array();
    bool met = true;
    double total = 0;
    for (const CaseStep& step : wanted.steps) {
        StepOutcome outcome;
        {
            ProgressLine line(call.host);
            outcome = runStep(
                *engine, step, [&](const Progress& progress) { line.show(progress); },
                call.host.stop);
        }
        met = met && outcome.met();
        total += outcome.seconds;
        steps.push_back(stepJson(step, outcome));
        if (!json) print(step, outcome, call.host);
        if (folder) write(step, outcome, *engine, call.arguments.value("--out"));
    }
    const OrderedJson result = {{"schema", "driftscope/case-result/1"},
                                {"id", wanted.id},
                                {"title", wanted.title},
                                {"steps", steps},
                                {"met", met},
                                {"seconds", total},
                                {"provenance", engine->provenance()}};
    if (folder) {
        folder->write(QStringLiteral("case.json"), QByteArray::fromStdString(jsonText(result)));
    }
    if (json) {
        call.host.out << jsonText(result);
    } else {
        call.host.out << "\n"
                      << (met ? "every expectation met" : "NOT as expected") << ", "
                      << seconds(total) << "\n"
                      << (met ? "the answer: " + wanted.answer + "\n" : "");
    }
    return met ? exit_status::done : exit_status::exceeded;
}

int runCases(const CommandCall& call) {
    const std::vector<std::string>& words = call.arguments.positional();
    if (words.empty() || (words.size() == 1 && words[0] == "list")) {
        if (call.arguments.has("--out")) {
            throw Error(ErrorCode::usage, "cases", "a list is written to stdout",
                        "leave out --out");
        }
        return list(call);
    }
    if (words[0] != "run" || words.size() != 2) {
        throw Error(ErrorCode::usage, "cases", "'" + words[0] + "' is not understood here",
                    "write 'driftscope cases list' or 'driftscope cases run NAME'");
    }
    return runCase(call, caseNamed(words[1]));
}

}  // namespace

Command casesCommandSpec() {
    return {
        "cases",
        "Five known cases: list them, or run one live and check what it shows.",
        {"[list] [--json]", "run NAME [--out DIR] [--json]"},
        {{"--out", "DIR", "write case.json and each step's results into this folder"},
         {"--json", "", "as JSON on stdout"}},
        &runCases,
        "Every step runs; expected stands beside found. Exit status 3: an expectation is not met."};
}

}  // namespace driftscope
