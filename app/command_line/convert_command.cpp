// SPDX-License-Identifier: GPL-3.0-or-later
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "app/command_line/commands.h"
#include "app/output/convert_json.h"
#include "app/output/result_json.h"
#include "core/files.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {

void printSlices(const ConvertResult& result, std::ostream& out) {
    out << "\nslices: sha256 of the rows in the source, equal to that read back from the disk\n";
    for (const ConvertedSlice& slice : result.slices) {
        out << "  " << slice.hash << "  " << slice.target << "  <-  " << slice.source << "\n";
    }
}

void printConfig(const ConvertResult& result, std::ostream& out) {
    out << "\nconfig: every key is taken over but for\n";
    for (const ConvertedKey& key : result.config) {
        out << "  " << std::left << std::setw(22) << key.key << " " << key.what;
        if (key.from != key.to) {
            out << ": " << (key.from.empty() ? "nothing" : key.from) << " -> "
                << (key.to.empty() ? "nothing" : key.to);
        }
        out << "; " << key.note << "\n";
    }
}

void printConversion(const ConvertResult& result, std::ostream& out) {
    out << result.model << " (" << result.from << ") written to " << result.out << " (" << result.to
        << ")\n"
        << result.slices.size() << " slices, " << formatBytes(result.bytes).toStdString()
        << ", every one byte-equal\n";
    printSlices(result, out);
    printConfig(result, out);
    out << "\nfiles\n";
    for (const std::string& name : result.files) out << "  " << name << "\n";
    if (!result.notes.empty()) out << "\nnotes\n";
    for (const std::string& note : result.notes) out << "  " << note << "\n";
}

int runConvert(const CommandCall& call) {
    refusePositional(call);
    ConvertRequest request;
    request.model = call.arguments.required("--model");
    request.to = call.arguments.required("--to");
    request.out = call.arguments.required("--out");
    ConvertResult result;
    {
        ProgressLine line(call.host);
        result = convert_model(
            request, [&](const Progress& progress) { line.show(progress); }, call.host.stop);
    }
    std::ostringstream text;
    printConversion(result, text);
    call.host.out << (call.arguments.has("--json") ? jsonText(convertJson(result)) : text.str());
    return exit_status::done;
}

}  // namespace

Command convertCommandSpec() {
    return {
        "convert",
        "Write an InternLM2 as a Llama or the reverse: rows are sliced and renamed.",
        {"--model DIR --to llama|internlm2 --out DIR [--json]"},
        {{"--model", "DIR", "folder with config.json and safetensors or pytorch_model.bin"},
         {"--to", "FAMILY", "llama or internlm2"},
         {"--out", "DIR", "a folder that is not there yet, or is empty"},
         {"--json", "", "the result as JSON on stdout"}},
        &runConvert,
        "No byte is computed with: the sha256 of every slice is taken in the source and in the\n"
        "written file, read back from the disk, and must be equal."};
}

}  // namespace driftscope
