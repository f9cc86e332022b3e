// SPDX-License-Identifier: GPL-3.0-or-later
// trace, generate, tokenize, bench: one engine call each.
#include <algorithm>
#include <iomanip>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "app/command_line/commands.h"
#include "app/command_line/unescaped.h"
#include "app/examples.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/output/result_json.h"
#include "app/output/window_probe.h"
#include "core/files.h"
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

/// Says so where a text begins with BOS and the tokenizer adds another.
void warnOfTwoBos(const CommandCall& call, Engine& engine, const std::string& model,
                  const std::string& text, const char* remedy) {
    if (text.empty()) return;
    const std::vector<int32_t> ids = engine.tokenize(model, text, true).ids;
    if (ids.size() < 2 || ids[0] != ids[1]) return;
    const std::vector<int32_t> own = engine.tokenize(model, text, false).ids;
    if (own.size() + 1 != ids.size() || !std::equal(own.begin(), own.end(), ids.begin() + 1))
        return;
    call.host.err << "warning: the text begins with the beginning-of-sequence token and the "
                     "tokenizer adds another; "
                  << remedy << "\n";
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
    const auto engine = call.host.makeEngine();
    warnOfTwoBos(call, *engine, request.model, request.prompt, "leave it out");
    GenerateResult result;
    {
        ProgressLine line(call.host);
        Callbacks calls;
        calls.progress = [&](const Progress& progress) { line.show(progress); };
        result = engine->generate(request, calls, call.host.stop);
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
    const auto engine = call.host.makeEngine();
    warnOfTwoBos(call, *engine, request.model, request.prompt, "leave it out");
    const TraceResult result = engine->trace(request, call.host.stop);
    call.host.out << request.out << ": " << result.written.size() << " tensors, "
                  << formatBytes(result.bytes).toStdString() << "\n";
    call.host.err << runLine(result.run) << "\n";
    return exit_status::done;
}

/// A text file cut at its line ends, each line read by unescaped().
std::vector<std::string> escapedLines(const std::string& file, std::istream& in) {
    std::vector<std::string> lines;
    const std::string text = readTextFile(file, in);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(unescaped(std::string_view(text).substr(begin, end - begin),
                                  file + ", line " + std::to_string(lines.size() + 1)));
        begin = end + 1;
    }
    return lines;
}

int tokenizeLines(const CommandCall& call, const std::string& model) {
    const auto lines = escapedLines(call.arguments.required("--lines"), call.host.in);
    const TokenizedTexts result = tokenize_texts(model, lines, !call.arguments.has("--no-bos"));
    if (call.arguments.has("--json")) {
        const OrderedJson json = {{"schema", "driftscope/tokenize-lines/1"},
                                  {"kind", result.kind},
                                  {"lines", result.ids}};
        call.host.out << jsonText(json);
        return exit_status::done;
    }
    for (const std::vector<int32_t>& ids : result.ids) {
        for (std::size_t i = 0; i < ids.size(); ++i) call.host.out << (i ? " " : "") << ids[i];
        call.host.out << "\n";
    }
    return exit_status::done;
}

int runTokenize(const CommandCall& call) {
    refusePositional(call);
    const Arguments& arguments = call.arguments;
    const std::string model = arguments.required("--model");
    const int sources =
        arguments.has("--text") + arguments.has("--file") + arguments.has("--lines");
    if (sources != 1) {
        throw Error(ErrorCode::usage, "tokenize",
                    sources == 0 ? "there is no text" : "there are two texts",
                    "give one of --text TEXT, --file FILE, --lines FILE");
    }
    if (arguments.has("--lines")) return tokenizeLines(call, model);
    const std::string text = arguments.has("--text")
                                 ? arguments.value("--text")
                                 : readTextFile(arguments.required("--file"), call.host.in);
    const bool bos = !arguments.has("--no-bos");
    const auto engine = call.host.makeEngine();
    const TokenizeResult result = engine->tokenize(model, text, bos);
    if (bos) warnOfTwoBos(call, *engine, model, text, "leave it out, or say --no-bos");
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
        for (BenchRow& row :
             probeWindow(call.host.makeEngine, windowQuestion(folder), call.host.stop)) {
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
    return {
        "tokenize",
        "Cut a text into tokens.",
        {"--model DIR (--text TEXT | --file FILE | --lines FILE) [--no-bos] [--json]"},
        {{"--model", "PATH", "model folder, folder with a tokenizer only, or its file"},
         {"--text", "TEXT", "the text"},
         {"--file", "FILE", "the same from a UTF-8 file; - is stdin"},
         {"--lines", "FILE", "many texts, one a line; \\n \\r \\xNN \\\\ stand for those bytes"},
         {"--no-bos", "", "without the token that begins a text"},
         jsonFlag()},
        &runTokenize,
        ""};
}

Command benchCommandSpec() {
    return {
        "bench",
        "Measure speed, as ratios to what this machine could give, and how long the window waits.",
        {"[--model DIR] [--json]"},
        {{"--model", "DIR", "default: the bundled model"}, jsonFlag()},
        &runBench,
        ""};
}

}  // namespace driftscope
