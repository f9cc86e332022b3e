// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/compare_request.h"

#include <filesystem>
#include <system_error>

#include "app/cases/case_file.h"
#include "app/cases/case_model.h"
#include "app/examples.h"
#include "app/session_file.h"

namespace driftscope {

namespace {

std::string absolutePath(const std::string& path) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
}

/// A second model that is not there is an error, never a comparison of A with A.
std::string secondModel(const Arguments& arguments) {
    const std::string folder = arguments.required("--model-b");
    std::error_code error;
    if (!std::filesystem::exists(folder, error)) {
        throw Error(ErrorCode::not_found, folder, "there is no model B here",
                    "check the path; without --model-b both runs use the model of --model");
    }
    return absolutePath(folder);
}

CompareRequest exampleOf(const std::string& flag, const std::string& id) {
    if (builtIns().empty()) {
        throw Error(ErrorCode::not_found, modelsFolder(), "the bundled model is not there",
                    "give a model with --model, or set DRIFTSCOPE_MODELS");
    }
    if (const BuiltIn* example = findBuiltIn(id)) return example->request;
    std::string list;
    for (const BuiltIn& known : builtIns()) list += (list.empty() ? "" : ", ") + known.id;
    throw Error(ErrorCode::usage, flag, "there is no example '" + id + "'", "it takes " + list);
}

/// "mixtral", whose first step it is, or "mixtral/scatter"; empty: no case has this name.
std::optional<CompareRequest> stepNamed(const CommandCall& call, const std::string& name) {
    const std::size_t slash = name.find('/');
    for (const Case& known : allCases()) {
        if (known.id != name.substr(0, slash)) continue;
        for (const CaseStep& step : known.steps) {
            if (slash != std::string::npos && step.id != name.substr(slash + 1)) continue;
            if (step.missing.empty()) {
                prepareStep(step, {}, call.host.stop);
                return step.request;
            }
            throw Error(ErrorCode::not_found, name, step.missing,
                        "set DRIFTSCOPE_MODELS to the folder that has it");
        }
        throw Error(ErrorCode::usage, "--case",
                    "case " + known.id + " has no step '" + name.substr(slash + 1) + "'",
                    "'driftscope cases' lists the steps");
    }
    return std::nullopt;
}

/// The one of these flags that is given; empty: none. Throws when there are several.
std::string oneOf(const CommandCall& call, const std::vector<std::string>& flags) {
    std::string found;
    for (const std::string& flag : flags) {
        if (!call.arguments.has(flag)) continue;
        if (!found.empty()) {
            throw Error(ErrorCode::usage, call.words.front(), "there are two things to compare",
                        "give one of " + found + ", " + flag);
        }
        found = flag;
    }
    return found;
}

std::optional<CompareRequest> startingPoint(const CommandCall& call) {
    const std::string flag = oneOf(call, {"--session", "--example", "--case", "--model"});
    if (flag.empty() || flag == "--model") return std::nullopt;
    const std::string name = call.arguments.required(flag);
    if (flag == "--case") {
        if (const std::optional<CompareRequest> step = stepNamed(call, name)) return step;
    }
    if (flag == "--session") return loadSession(QString::fromStdString(name)).request;
    return exampleOf(flag, name);
}

}  // namespace

std::vector<FlagSpec> requestFlags() {
    std::vector<FlagSpec> flags = {
        {"--model", "DIR", "model of both runs: config.json and safetensors"},
        {"--session", "FILE", "instead of a model: what a saved session compares"},
        {"--example", "NAME", "instead of a model: precision, mixtral or kernel"},
        {"--case", "NAME", "instead of a model: a step of a case, NAME or NAME/STEP (see cases)"},
        {"--model-b", "DIR", "another model for run B"},
        {"--config-b", "FILE", "another config.json for run B, over the same weights"}};
    const std::vector<FlagSpec> prompt = promptFlags();
    flags.insert(flags.end(), prompt.begin(), prompt.end());
    flags.push_back({"--a", "K=V,…", "options of run A", true});
    flags.push_back({"--b", "K=V,…", "options of run B", true});
    flags.push_back(
        {"--against", "TRACE", "a stored trace in place of run A; its tokens and options"});
    flags.push_back({"--max-new-tokens", "N", "also compare N tokens that A writes; default 0"});
    flags.push_back({"--attribute", "", "say which option and which step makes how much"});
    return flags;
}

CompareRequest requestOf(const CommandCall& call, const std::optional<CompareRequest>& fallback) {
    const Arguments& arguments = call.arguments;
    std::optional<CompareRequest> start = startingPoint(call);
    if (!start && !arguments.has("--model")) start = fallback;
    CompareRequest request = start.value_or(CompareRequest{});
    if (!start) request.model_a = absolutePath(arguments.required("--model"));
    const bool prompt =
        arguments.has("--prompt") || arguments.has("--prompt-file") || arguments.has("--tokens");
    if (arguments.has("--against")) {
        request.against = absolutePath(arguments.required("--against"));
    }
    if (prompt || (!start && request.against.empty())) {
        const PromptSource source = readPrompt(call);
        request.prompt = source.prompt;
        request.tokens = source.tokens;
    }
    request.max_new_tokens = newTokens(arguments, request.max_new_tokens);
    for (const auto& [id, value] : optionsOf(arguments, "--a")) request.options_a[id] = value;
    for (const auto& [id, value] : optionsOf(arguments, "--b")) request.options_b[id] = value;
    if (arguments.has("--model-b")) request.model_b = secondModel(arguments);
    if (arguments.has("--config-b")) {
        request.config_b = absolutePath(arguments.required("--config-b"));
    }
    request.attribute = request.attribute || arguments.has("--attribute");
    return request;
}

}  // namespace driftscope
