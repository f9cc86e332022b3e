// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHeaderView>
#include <QTableWidget>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/command_line/commands.h"
#include "app/command_line/compare_request.h"
#include "app/output/gallery.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/output/sweep_output.h"
#include "app/sweep/run_sweep.h"
#include "ui/views/sweep_view.h"

namespace driftscope {

namespace {

SweepRequest sweepOf(const CommandCall& call) {
    SweepRequest sweep;
    for (const std::string& text : call.arguments.all("--axis")) {
        sweep.axes.push_back(parseAxis(text));
    }
    checkAxes(sweep.axes);
    sweep.base = requestOf(call);
    for (SweepAxis& axis : sweep.axes) {
        if (axis.key != "model") continue;
        std::error_code error;
        for (std::string& folder : axis.values) {
            const auto absolute = std::filesystem::absolute(folder, error);
            if (!error) folder = absolute.lexically_normal().string();
        }
    }
    return sweep;
}

/// The window's grid as a picture.
QByteArray pictureOf(const SweepPtr& sweep, const Provenance& origin) {
    const OffscreenGui gui;
    const ThemeGuard light(Theme::Mode::light);
    SweepView view;
    view.setSweep(sweep);
    const auto* grid = view.findChild<QTableWidget*>();
    constexpr int kCellWidth = 200, kAround = 170;  // logical pixels; axes, words and headers
    view.resize(std::max(640, kCellWidth * (grid->columnCount() + 1)),
                grid->verticalHeader()->length() + kAround);
    Figure figure = Gallery::figureOf(view);
    figure.provenance = origin;
    return figureBytes(figure, FigureFormat::png);
}

int runSweepCommand(const CommandCall& call) {
    refusePositional(call);
    const SweepRequest request = sweepOf(call);
    const std::string command = sweepCommand(request);
    std::unique_ptr<OutputFolder> folder;
    if (call.arguments.has("--out")) {
        folder = std::make_unique<OutputFolder>(call.arguments.required("--out"));
    }
    const std::unique_ptr<Engine> engine = call.host.makeEngine();
    SweepPtr sweep;
    {
        ProgressLine line(call.host);
        SweepCallbacks calls;
        calls.progress = [&](const Progress& progress) { line.show(progress); };
        sweep = runSweep(*engine, request, calls, call.host.stop);
    }
    if (folder) {
        folder->write(QStringLiteral("sweep.json"),
                      QByteArray::fromStdString(jsonText(sweepJson(*sweep, command))));
        const Provenance origin = {{QStringLiteral("command"), QString::fromStdString(command)}};
        folder->write(QStringLiteral("sweep.csv"), toCsv(sweepTable(*sweep), origin).toUtf8());
        folder->write(QStringLiteral("sweep.html"), sweepHtml(*sweep, command));
        folder->write(QStringLiteral("sweep.png"), pictureOf(sweep, origin));
    }
    if (call.arguments.has("--json")) {
        call.host.out << jsonText(sweepJson(*sweep, command));
    } else {
        call.host.out << sweepSummary(*sweep);
        if (folder) call.host.out << "\nwritten to " << call.arguments.value("--out") << "\n";
    }
    return sweep->cancelled ? exit_status::cancelled : exit_status::done;
}

}  // namespace

Command sweepCommandSpec() {
    std::vector<FlagSpec> flags = requestFlags();
    const std::vector<FlagSpec> more = {
        {"--axis", "KEY=V|V|…", "an option, model or length; one or two axes", true},
        {"--out", "DIR", "write sweep.json, .csv, .html and .png into this folder"},
        {"--json", "", "the grid as JSON on stdout"}};
    flags.insert(flags.end(), more.begin(), more.end());
    return {
        "sweep",
        "Compare along one or two axes: a grid of loss, KL, first split and verdict.",
        {"--model DIR --prompt TEXT --axis KEY=V|V|… [--axis …] [FLAGS]"},
        flags,
        &runSweepCommand,
        "An axis sets run B against the A of --a; 'a.KEY' sets run A, 'both.KEY' both. KEY is an\n"
        "option, 'model' (folders) or 'length' (the prompt's first N tokens, for both runs).\n"
        "A cell whose option does not apply says so, and the rest goes on.\n"
        "Example: driftscope sweep --model DIR --prompt 'Once upon a time' --a dtype=float32\n"
        "         --b dtype=float32 --axis 'dtype=float32|bfloat16|float16' --axis 'length=2|4|8'"};
}

}  // namespace driftscope
