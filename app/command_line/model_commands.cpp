// SPDX-License-Identifier: GPL-3.0-or-later
// trace, generate, tokenize, inspect, bench: one engine call each.
#include <algorithm>
#include <iomanip>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "app/command_line/commands.h"
#include "app/examples.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/output/result_json.h"
#include "app/output/window_probe.h"
#include "core/options/option.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"

namespace driftscope {

namespace {

FlagSpec modelFlag() { return {"--model", "DIR", "folder with config.json and safetensors"}; }

FlagSpec jsonFlag() { return {"--json", "", "the result as JSON on stdout"}; }

std::string runLine(const RunSummary& run) {
    if (run.tokens_per_s <= 0) return run.dtype;  // not timed
    const QString text = QStringLiteral("%1, %2, %3 tokens/s")
                             .arg(QString::fromStdString(run.dtype), formatSeconds(run.seconds),
                                  formatNumber(run.tokens_per_s));
    return text.toStdString();
}

int runGenerate(const CommandCall& call) {
    refusePositional(call);
    const Arguments& arguments = call.arguments;
    GenerateRequest request;
    request.model = arguments.required("--model");
    const PromptSource source = readPrompt(call);
    request.prompt = source.prompt;
    request.tokens = source.tokens;
    request.max_new_tokens = newTokens(arguments, request.max_new_tokens);
    request.options = optionsOf(arguments, "--set");
    GenerateResult result;
    {
        ProgressLine line(call.host);
        Callbacks calls;
        calls.progress = [&](const Progress& progress) { line.show(progress); };
        result = call.host.makeEngine()->generate(request, calls, call.host.stop);
    }
    if (arguments.has("--json")) {
        call.host.out << jsonText(generateJson(result));
    } else {
        call.host.out << result.text.text << "\n";
        call.host.err << result.text.steps.size() << " tokens, stopped by " << result.text.stopped
                      << "; " << runLine(result.run) << "\n";
    }
    const bool cancelled = result.text.stopped == "cancelled";
    return cancelled ? exit_status::cancelled : exit_status::done;
}

int runTrace(const CommandCall& call) {
    refusePositional(call);
    const Arguments& arguments = call.arguments;
    TraceRequest request;
    request.model = arguments.required("--model");
    request.out = arguments.required("--out");
    const PromptSource source = readPrompt(call);
    request.prompt = source.prompt;
    request.tokens = source.tokens;
    request.options = optionsOf(arguments, "--set");
    for (const std::string& text : arguments.all("--sites")) {
        for (const std::string& glob : split(text, ',')) request.sites.push_back(glob);
    }
    if (arguments.has("--decode-from")) {
        request.n_prompt = static_cast<int>(arguments.whole("--decode-from", 0, 1, 1'000'000'000));
    }
    requireWritableFile(request.out);
    const TraceResult result = call.host.makeEngine()->trace(request, call.host.stop);
    call.host.out << request.out << ": " << result.written.size() << " tensors, "
                  << formatBytes(result.bytes).toStdString() << "\n";
    call.host.err << runLine(result.run) << "\n";
    return exit_status::done;
}

int runTokenize(const CommandCall& call) {
    refusePositional(call);
    const Arguments& arguments = call.arguments;
    const std::string model = arguments.required("--model");
    if (arguments.has("--text") == arguments.has("--file")) {
        throw Error(ErrorCode::usage, "tokenize", "there is no text, or there are two",
                    "give one of --text TEXT, --file FILE");
    }
    const std::string text = arguments.has("--text")
                                 ? arguments.value("--text")
                                 : readTextFile(arguments.required("--file"), call.host.in);
    const bool bos = !arguments.has("--no-bos");
    const TokenizeResult result = call.host.makeEngine()->tokenize(model, text, bos);
    if (arguments.has("--json")) {
        call.host.out << jsonText(tokenizeJson(result));
        return exit_status::done;
    }
    for (std::size_t i = 0; i < result.ids.size(); ++i) {
        call.host.out << std::setw(8) << result.ids[i] << "  "
                      << tokenText(i < result.pieces.size() ? result.pieces[i] : "").toStdString()
                      << "\n";
    }
    return exit_status::done;
}

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
            << (tensor.used ? "" : ", not used") << "\n";
    }
    if (!model.problems.empty()) out << "\nnotes\n";
    for (const std::string& problem : model.problems) out << "  " << problem << "\n";
}

int runInspect(const CommandCall& call) {
    refusePositional(call);
    const auto model = call.host.makeEngine()->open(call.arguments.required("--model"));
    if (call.arguments.has("--json")) {
        call.host.out << jsonText(inspectJson(*model));
    } else {
        std::ostringstream text;
        printModel(*model, text);
        call.host.out << text.str();
    }
    return exit_status::done;
}

void printBench(const BenchResult& result, std::ostream& out) {
    for (const auto& [key, value] : result.machine) {
        out << std::left << std::setw(16) << key << value << "\n";
    }
    const auto number = [](double value) {
        return value > 0 ? formatNumber(value).toStdString() : std::string("–");
    };
    out << "read bandwidth  " << number(result.read_gbps) << " GB/s\n"
        << "fp32 product    " << number(result.gemm_fp32_gflops) << " GFLOP/s\n\n"
        << std::left << std::setw(15) << "what" << std::setw(12) << "dtype" << std::right
        << std::setw(12) << "value" << "  " << std::left << std::setw(12) << "unit" << std::right
        << std::setw(12) << "limit" << std::setw(8) << "ratio" << "\n";
    for (const BenchRow& row : result.rows) {
        out << std::left << std::setw(15) << row.what << std::setw(12) << row.dtype << std::right
            << std::setw(12) << number(row.value) << "  " << std::left << std::setw(12) << row.unit
            << std::right << std::setw(row.limit > 0 ? 12 : 14) << number(row.limit)
            << std::setw(row.ratio > 0 ? 8 : 10) << number(row.ratio) << "\n";
    }
}

/// What the window is asked while it is watched: the first example, of this model.
CompareRequest windowQuestion(const std::string& folder) {
    CompareRequest request;
    request.model_a = folder;
    for (int32_t id = 1; id <= 32; ++id) request.tokens.push_back(id);
    request.max_new_tokens = 16;
    request.options_a["dtype"] = "float32";
    request.options_b["dtype"] = "bfloat16";
    return request;
}

int runBench(const CommandCall& call) {
    refusePositional(call);
    const std::string folder =
        call.arguments.has("--model") ? call.arguments.required("--model") : bundledModel();
    if (folder.empty()) {
        throw Error(ErrorCode::not_found, modelsFolder(), "the bundled model is not there",
                    "give a model with --model, or set DRIFTSCOPE_MODELS");
    }
    BenchResult result;
    {
        ProgressLine line(call.host);
        Callbacks calls;
        calls.progress = [&](const Progress& progress) { line.show(progress); };
        result = call.host.makeEngine()->bench(folder, calls, call.host.stop);
        const OffscreenGui gui;
        for (BenchRow& row : probeWindow(call.host.makeEngine, windowQuestion(folder), call.host.stop)) {
            result.rows.push_back(std::move(row));
        }
    }
    std::ostringstream text;
    printBench(result, text);
    call.host.out << (call.arguments.has("--json") ? jsonText(benchJson(result)) : text.str());
    return exit_status::done;
}

std::vector<FlagSpec> flags(std::vector<FlagSpec> first, std::vector<FlagSpec> more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

}  // namespace

Command traceCommandSpec() {
    return {"trace",
            "Write the values of a run's sites as safetensors.",
            {"--model DIR (--prompt TEXT | --prompt-file FILE | --tokens IDS) --out FILE [FLAGS]"},
            flags(flags({modelFlag()}, promptFlags()),
                  {{"--set", "K=V,…", "options of the run", true},
                   {"--sites", "GLOB,…", "which sites; default all", true},
                   {"--decode-from", "N", "so many tokens in the first call, then one a call"},
                   {"--out", "FILE", "the .safetensors file to write"}}),
            &runTrace,
            "Sites have canonical names; TransformerLens and Hugging Face names are understood.\n"
            "'driftscope options' lists options and sites."};
}

Command generateCommandSpec() {
    return {
        "generate",
        "Continue a text.",
        {"--model DIR (--prompt TEXT | --prompt-file FILE | --tokens IDS) [FLAGS]"},
        flags(flags({modelFlag()}, promptFlags()), {{"--set", "K=V,…", "options of the run", true},
                                                    {"--max-new-tokens", "N", "default 64"},
                                                    jsonFlag()}),
        &runGenerate,
        ""};
}

Command tokenizeCommandSpec() {
    return {"tokenize",
            "Cut a text into tokens.",
            {"--model DIR (--text TEXT | --file FILE) [--no-bos] [--json]"},
            {{"--model", "PATH", "model folder, folder with a tokenizer only, or its file"},
             {"--text", "TEXT", "the text"},
             {"--file", "FILE", "the same from a UTF-8 file; - is stdin"},
             {"--no-bos", "", "without the token that begins a text"},
             jsonFlag()},
            &runTokenize,
            ""};
}

Command inspectCommandSpec() {
    return {"inspect",
            "Show a model's config, tensors and what is odd about them.",
            {"--model DIR [--json]"},
            {modelFlag(), jsonFlag()},
            &runInspect,
            ""};
}

Command benchCommandSpec() {
    return {"bench",
            "Measure speed, as ratios to what this machine could give, and how long the window waits.",
            {"[--model DIR] [--json]"},
            {{"--model", "DIR", "default: the bundled model"}, jsonFlag()},
            &runBench,
            ""};
}

}  // namespace driftscope
