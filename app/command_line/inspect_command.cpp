// SPDX-License-Identifier: GPL-3.0-or-later
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "app/command_line/commands.h"
#include "app/output/diff_json.h"
#include "app/output/result_json.h"
#include "core/files.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {

void printModel(const ModelInfo& model, std::ostream& out) {
    const auto row = [&](const char* label, const std::string& text) {
        if (!text.empty()) out << std::left << std::setw(14) << label << text << "\n";
    };
    const auto count = [](int64_t value) { return formatCount(value).toStdString(); };
    row("model", model.path);
    row("family", model.family + " (" + model.architecture + ")");
    row("parameters", count(model.parameters));
    row("weights", formatBytes(model.bytes).toStdString() + ", " + model.stored_dtype);
    row("blocks", count(model.n_layers) + ", width " + count(model.d_model));
    row("attention", count(model.n_heads) + " heads, " + count(model.n_kv_heads) +
                         " key/value heads, " + count(model.d_head) + " wide");
    row("mlp",
        (model.moe() ? count(model.n_experts) + " experts, " + count(model.top_k) + " chosen, "
                     : "") +
            count(model.d_mlp) + " wide");
    row("vocabulary", count(model.d_vocab));
    row("context", count(model.n_ctx));
    row("tokenizer", model.tokenizer.empty() ? "none" : model.tokenizer);
    out << "\nconfig\n";
    for (const ConfigEntry& entry : model.config) {
        out << "  " << std::left << std::setw(30) << entry.key << std::setw(24) << entry.value
            << " " << entry.origin << (entry.used ? "" : ", not used")
            << (entry.note.empty() ? "" : "; " + entry.note) << "\n";
    }
    out << "\ntensors\n";
    for (const TensorEntry& tensor : model.tensors) {
        std::string shape;
        for (const int64_t size : tensor.shape) {
            shape += (shape.empty() ? "" : ", ") + std::to_string(size);
        }
        out << "  " << std::left << std::setw(34) << tensor.name << std::setw(6) << tensor.dtype
            << std::setw(18) << ("[" + shape + "]") << " " << tensor.source
            << (tensor.used ? "" : ", not used")
            << (tensor.hash.empty() ? "" : ", sha256 " + tensor.hash) << "\n";
    }
    if (!model.problems.empty()) out << "\nnotes\n";
    for (const std::string& problem : model.problems) out << "  " << problem << "\n";
}

const std::string& orNothing(const std::string& text) {
    static const std::string nothing = "nothing";
    return text.empty() ? nothing : text;
}

void printConfigDiff(const ModelDiff& diff, std::ostream& out) {
    out << "\nconfig: keys that differ\n";
    int equal = 0;
    for (const ConfigDiff& row : diff.config) {
        if (row.kind == DiffKind::equal) {
            ++equal;
            continue;
        }
        const auto side = [](const std::string& value, const std::string& origin) {
            return orNothing(value) + (origin.empty() ? "" : " (" + origin + ")");
        };
        out << "  " << std::left << std::setw(30) << row.key << side(row.value_a, row.origin_a)
            << " | " << side(row.value_b, row.origin_b) << (row.used ? "" : ", not used") << "\n";
    }
    out << "  and " << equal << " equal\n";
}

void printTensorDiff(const ModelDiff& diff, std::ostream& out) {
    out << "\ntensors: " << diff.count(DiffKind::equal) << " equal by sha256, "
        << diff.count(DiffKind::different) << " different, " << diff.count(DiffKind::only_a)
        << " only in a, " << diff.count(DiffKind::only_b) << " only in b\n";
    for (const TensorDiff& row : diff.tensors) {
        if (row.kind == DiffKind::equal) continue;
        out << "  " << std::left << std::setw(12) << diff_word(row.kind) << row.name << "\n";
        if (!row.hash_a.empty()) {
            out << "    a " << row.hash_a << " " << row.dtype_a << " " << row.source_a << "\n";
        }
        if (!row.hash_b.empty()) {
            out << "    b " << row.hash_b << " " << row.dtype_b << " " << row.source_b << "\n";
        }
    }
}

void printDiff(const ModelDiff& diff, std::ostream& out) {
    out << "a  " << diff.path_a << " (" << diff.family_a << ")\n"
        << "b  " << diff.path_b << " (" << diff.family_b << ")\n";
    printConfigDiff(diff, out);
    printTensorDiff(diff, out);
    for (const auto& [name, problems] :
         {std::pair{"a", &diff.problems_a}, std::pair{"b", &diff.problems_b}}) {
        if (!problems->empty()) out << "\nnotes on " << name << "\n";
        for (const std::string& problem : *problems) out << "  " << problem << "\n";
    }
}

void inspectTwo(const CommandCall& call, const std::string& a, const std::string& b) {
    ModelDiff diff;
    {
        ProgressLine line(call.host);
        diff = diff_models(
            a, b, [&](const Progress& progress) { line.show(progress); }, call.host.stop);
    }
    std::ostringstream text;
    printDiff(diff, text);
    call.host.out << (call.arguments.has("--json") ? jsonText(diffJson(diff)) : text.str());
}

int runInspect(const CommandCall& call) {
    refusePositional(call);
    const std::string folder = call.arguments.required("--model");
    if (call.arguments.has("--model-b")) {
        inspectTwo(call, folder, call.arguments.required("--model-b"));
        return exit_status::done;
    }
    if (call.arguments.has("--verify")) {
        ProgressLine line(call.host);
        verify_model(
            folder, [&](const Progress& progress) { line.show(progress); }, call.host.stop);
    }
    const auto model = call.host.makeEngine()->open(folder);
    std::ostringstream text;
    printModel(*model, text);
    call.host.out << (call.arguments.has("--json") ? jsonText(inspectJson(*model)) : text.str());
    return exit_status::done;
}

}  // namespace

Command inspectCommandSpec() {
    return {"inspect",
            "Show a model's config, tensors and what is odd about them, or two models' difference.",
            {"--model DIR [--verify] [--json]", "--model DIR --model-b DIR [--json]"},
            {{"--model", "DIR", "folder with config.json and safetensors"},
             {"--model-b", "DIR", "another model: configs by key, weights by sha256"},
             {"--verify", "", "read all weights: hashes, NaN, norms, row order"},
             {"--json", "", "the result as JSON on stdout"}},
            &runInspect,
            "Without --verify only headers are read, and the notes say what was not checked."};
}

}  // namespace driftscope
