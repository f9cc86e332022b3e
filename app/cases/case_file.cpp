// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cases/case_file.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "app/cases/case_checks.h"
#include "app/cases/case_model.h"
#include "app/examples.h"
#include "app/sweep/run_sweep.h"
#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// Where a case is read from, for errors and paths.
struct Source {
    std::string path, models, scratch, step;
    [[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) const {
        throw Error(ErrorCode::format, step.empty() ? path : path + ", step " + step, message,
                    hint);
    }
};

std::string text(const Json& json, const char* key, const Source& source, bool needed = true) {
    const auto found = json.find(key);
    if (found == json.end()) {
        if (needed) source.refuse(std::string("there is no '") + key + "'");
        return {};
    }
    if (!found->is_string()) source.refuse(std::string("'") + key + "' is no text");
    return found->get<std::string>();
}

void knowKeys(const Json& json, const std::set<std::string>& known, const Source& source) {
    if (!json.is_object()) source.refuse("an object was expected");
    for (const auto& [key, value] : json.items()) {
        if (known.count(key) == 0) source.refuse("there is no key '" + key + "' here");
    }
}

std::optional<double> figure(const Json& json, const char* key, const Source& source) {
    const auto found = json.find(key);
    if (found == json.end()) return std::nullopt;
    if (!found->is_number()) source.refuse(std::string("'") + key + "' is no number");
    return found->get<double>();
}

bool flag(const Json& json, const char* key, const Source& source) {
    const auto found = json.find(key);
    if (found == json.end()) return false;
    if (!found->is_boolean()) source.refuse(std::string("'") + key + "' is neither true nor false");
    return found->get<bool>();
}

std::vector<std::string> kindsOf(const Json& json, const Source& source) {
    const std::set<std::string> known = {"none",    "identical",  "rounding", "semantic",
                                         "unclear", "non-finite", "failed"};
    const auto found = json.find("kind");
    if (found == json.end()) source.refuse("there is no 'kind' to expect");
    std::vector<std::string> kinds;
    for (const Json& kind : found->is_array() ? *found : Json::array({*found})) {
        if (!kind.is_string() || known.count(kind.get<std::string>()) == 0) {
            source.refuse("'" + kind.dump() + "' is no kind of verdict");
        }
        kinds.push_back(kind.get<std::string>());
    }
    return kinds;
}

std::vector<SiteBound> boundsOf(const Json& json, const Source& source) {
    std::vector<SiteBound> bounds;
    if (!json.is_array()) source.refuse("'distance' is no list");
    for (const Json& each : json) {
        knowKeys(each, {"site", "at_least", "at_most"}, source);
        SiteBound bound{text(each, "site", source), figure(each, "at_least", source),
                        figure(each, "at_most", source)};
        if (!parse_site(bound.site)) source.refuse("'" + bound.site + "' is no site");
        if (!bound.at_least && !bound.at_most) source.refuse("'distance' has no bound");
        bounds.push_back(std::move(bound));
    }
    return bounds;
}

Expectation expectationOf(const Json& json, const Source& source) {
    knowKeys(json,
             {"kind",
              "site",
              "cause",
              "not_exercised",
              "remark",
              "loss_gap_min",
              "loss_gap_max",
              "routing_equal_in",
              "flips_min",
              "shape",
              "from_decode",
              "split",
              "exact",
              "slope",
              "distance",
              "error_ratio",
              "early_kl_max",
              "late_kl_ratio_min",
              "speed_ratio_min",
              "same_bytes",
              "same_weights",
              "config_key"},
             source);
    Expectation e;
    e.kinds = kindsOf(json, source);
    if (json.contains("site")) e.site = json["site"].is_null() ? "" : text(json, "site", source);
    if (e.site && !e.site->empty() && !parse_site(*e.site)) {
        source.refuse("'" + *e.site + "' is no site");
    }
    const std::string cause = text(json, "cause", source, false);
    e.cause_kind = cause.substr(0, cause.find(':'));
    if (cause.find(':') != std::string::npos) e.cause_id = cause.substr(cause.find(':') + 1);
    e.not_exercised = text(json, "not_exercised", source, false);
    e.remark = text(json, "remark", source, false);
    e.loss_gap_min = figure(json, "loss_gap_min", source);
    e.loss_gap_max = figure(json, "loss_gap_max", source);
    if (const auto block = figure(json, "routing_equal_in", source)) {
        e.routing_equal_in = static_cast<int>(*block);
    }
    e.flips_min = figure(json, "flips_min", source);
    e.shape = text(json, "shape", source, false);
    e.from_decode = flag(json, "from_decode", source);
    if (json.contains("split")) e.split = flag(json, "split", source);
    if (json.contains("exact")) {
        e.exact_site = text(json["exact"], "site", source);
        e.exact_max = figure(json["exact"], "at_most", source);
    }
    if (json.contains("slope")) {
        e.slope_site = text(json["slope"], "site", source);
        e.slope = figure(json["slope"], "value", source);
        e.slope_within = figure(json["slope"], "within", source).value_or(e.slope_within);
    }
    if (json.contains("distance")) e.distances = boundsOf(json["distance"], source);
    if (json.contains("error_ratio")) {
        e.error_site = text(json["error_ratio"], "site", source);
        e.error_ratio_min = figure(json["error_ratio"], "at_least", source);
    }
    e.early_kl_max = figure(json, "early_kl_max", source);
    e.late_kl_ratio_min = figure(json, "late_kl_ratio_min", source);
    e.speed_ratio_min = figure(json, "speed_ratio_min", source);
    e.same_bytes = flag(json, "same_bytes", source);
    e.same_weights = flag(json, "same_weights", source);
    e.config_key = text(json, "config_key", source, false);
    return e;
}

/// The model's config.json with some keys changed, null taking one away; same edits, same path.
std::string editedConfig(const Json& edits, const std::string& model, const Source& source) {
    knowKeys(
        edits,
        [&] {
            std::set<std::string> all;
            for (const auto& [key, value] : edits.items()) all.insert(key);
            return all;
        }(),
        source);
    std::ifstream in(fs::path(model) / "config.json");
    Json config = Json::parse(in, nullptr, false);
    if (!config.is_object()) source.refuse("config.json of " + model + " cannot be read");
    for (const auto& [key, value] : edits.items()) {
        if (value.is_null()) {
            config.erase(key);
        } else {
            config[key] = value;
        }
    }
    const std::string wanted = config.dump(2) + "\n";
    std::error_code error;
    fs::create_directories(source.scratch, error);
    const fs::path out = fs::path(source.scratch) / (fs::path(source.path).stem().string() + "-" +
                                                     source.step + ".config.json");
    std::ifstream old(out);
    if (std::string(std::istreambuf_iterator<char>(old), {}) == wanted) return out.string();
    const fs::path half = out.string() + ".part";
    std::ofstream(half) << wanted;
    fs::rename(half, out, error);
    if (error) {
        throw Error(ErrorCode::unreadable, out.string(), "the edited config cannot be written",
                    "is the folder writable?");
    }
    return out.string();
}

/// The folder of a bundled model, or empty with the reason in `missing`.
std::string modelFolder(const std::string& name, const Source& source, CaseStep& step) {
    const fs::path folder = fs::path(source.models) / name;
    std::error_code error;
    if (!fs::exists(folder / "config.json", error)) {
        step.missing = "the bundled model " + name + " is not in " + source.models;
    }
    return folder.string();
}

CompareRequest requestOf(const Json& json, const Source& source, CaseStep& step) {
    CompareRequest request;
    request.model_a = modelFolder(text(json, "model", source), source, step);
    const std::string other = text(json, "model_b", source, false);
    if (!other.empty()) request.model_b = modelFolder(other, source, step);
    step.convert_b = text(json, "convert_b", source, false);
    if (!step.convert_b.empty()) {
        if (!other.empty()) source.refuse("'convert_b' and 'model_b' are two models for run B");
        if (step.convert_b != "llama" && step.convert_b != "internlm2")
            source.refuse("'convert_b' is llama or internlm2, not '" + step.convert_b + "'");
        request.model_b = convertedFolder(source.scratch, request.model_a, step.convert_b);
    }
    request.prompt = text(json, "prompt", source, false);
    if (json.contains("tokens")) request.tokens = json["tokens"].get<std::vector<int32_t>>();
    if (request.prompt.empty() == request.tokens.empty()) {
        source.refuse("one of 'prompt' and 'tokens' is needed");
    }
    request.options_a = parse_options(text(json, "a", source, false));
    request.options_b = parse_options(text(json, "b", source, false));
    request.max_new_tokens = static_cast<int>(figure(json, "new_tokens", source).value_or(0));
    request.attribute = flag(json, "attribute", source);
    request.judge = !json.contains("judge") || flag(json, "judge", source);
    if (json.contains("config_b") && step.missing.empty()) {
        request.config_b = editedConfig(json["config_b"], request.model_a, source);
    }
    return request;
}

CaseStep stepOf(const Json& json, Source source) {
    knowKeys(json,
             {"id", "title", "shows", "model", "model_b", "convert_b", "config_b", "prompt",
              "tokens", "a", "b", "new_tokens", "attribute", "judge", "axes", "expect"},
             source);
    CaseStep step;
    step.id = source.step = text(json, "id", source);
    step.title = text(json, "title", source);
    step.shows = text(json, "shows", source);
    step.request = requestOf(json, source, step);
    if (json.contains("axes")) {
        for (const Json& axis : json["axes"])
            step.axes.push_back(parseAxis(axis.get<std::string>()));
        checkAxes(step.axes);
    }
    if (!json.contains("expect")) source.refuse("there is no 'expect'");
    step.expect = expectationOf(json["expect"], source);
    return step;
}

/// Each names a step of the case and one of the checks that its expectations make.
std::vector<CaseProof> proofOf(const Json& json, const std::vector<CaseStep>& steps,
                               const Source& source) {
    std::vector<CaseProof> proof;
    for (const Json& each : json) {
        knowKeys(each, {"step", "check"}, source);
        CaseProof one{text(each, "step", source), text(each, "check", source)};
        const auto step = std::find_if(steps.begin(), steps.end(),
                                       [&](const CaseStep& known) { return known.id == one.step; });
        if (step == steps.end()) source.refuse("'proof' names no step '" + one.step + "'");
        const std::vector<CaseCheck> checks = checkComparison(step->expect, {});
        if (std::none_of(checks.begin(), checks.end(),
                         [&](const CaseCheck& check) { return check.what == one.check; })) {
            source.refuse("step " + one.step + " has no check '" + one.check + "'");
        }
        proof.push_back(std::move(one));
    }
    return proof;
}

std::string scratchFolder() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
        return std::string(cache) + "/driftscope/cases";
    }
    const char* home = std::getenv("HOME");
    std::error_code error;
    const fs::path base =
        home && *home ? fs::path(home) / ".cache" : fs::temp_directory_path(error);
    return (base / "driftscope/cases").string();
}

std::vector<Case> readAll() {
    const std::string folder = casesFolder();
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<Case> cases;
    for (const fs::path& file : files) {
        cases.push_back(readCase(file.string(), modelsFolder(), scratchFolder()));
    }
    return cases;
}

}  // namespace

std::string casesFolder() {
    if (const char* named = std::getenv("DRIFTSCOPE_CASES"); named && *named) return named;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path installed = program.parent_path().parent_path() / "share/driftscope/cases";
        if (fs::is_directory(installed, error)) return installed.string();
    }
    return (fs::path(DRIFTSCOPE_SOURCE_MODELS).parent_path() / "cases").string();
}

Case readCase(const std::string& path, const std::string& models, const std::string& scratch) {
    Source source{path, models, scratch, {}};
    std::ifstream in(path);
    if (!in)
        throw Error(ErrorCode::not_found, path, "there is no such case file", "check the path");
    const Json json = Json::parse(in, nullptr, false);
    if (json.is_discarded()) source.refuse("this is not JSON");
    try {
        knowKeys(json, {"schema", "id", "title", "question", "belief", "answer", "proof", "steps"},
                 source);
        if (text(json, "schema", source) != "driftscope/case/1")
            source.refuse("this is no case file");
        Case read;
        read.id = text(json, "id", source);
        read.title = text(json, "title", source);
        read.question = text(json, "question", source);
        read.belief = text(json, "belief", source);
        if (!json.contains("steps") || json["steps"].empty()) source.refuse("there is no step");
        for (const Json& step : json["steps"]) read.steps.push_back(stepOf(step, source));
        read.answer = text(json, "answer", source, false);
        if (json.contains("proof")) read.proof = proofOf(json["proof"], read.steps, source);
        return read;
    } catch (const Json::exception& error) {
        source.refuse(error.what());
    }
}

const std::vector<Case>& allCases() {
    static const std::vector<Case> cases = readAll();
    return cases;
}

const Case& caseNamed(const std::string& id) {
    std::string list;
    for (const Case& known : allCases()) {
        if (known.id == id) return known;
        list += (list.empty() ? "" : ", ") + known.id;
    }
    throw Error(ErrorCode::usage, "cases", "there is no case '" + id + "'",
                list.empty() ? "no case file is in " + casesFolder() : "it takes " + list);
}

}  // namespace driftscope
