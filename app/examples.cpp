// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/examples.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace driftscope {

namespace fs = std::filesystem;

namespace {

/// New tokens without a cache: each is a run over the whole text.
constexpr int kUncachedNewTokens = 24;

CompareRequest question(OptionValues a, OptionValues b, int newTokens = kDefaultNewTokens) {
    CompareRequest request;
    request.model_a = bundledModel();
    request.prompt = kDefaultPrompt;
    request.max_new_tokens = newTokens;
    request.options_a = std::move(a);
    request.options_b = std::move(b);
    return request;
}

std::vector<BuiltIn> makeExamples() {
    if (bundledModel().empty()) return {};
    return {
        {"precision", "float32 | bfloat16",
         "The same weights in two precisions: the texts part, and it is rounding.",
         question({{"dtype", "float32"}}, {{"dtype", "bfloat16"}})},
        {"mixtral", "Mixtral case",
         "Expert outputs added to the wrong tokens, a real bug of TransformerLens 1.16 to 2.1.",
         question({{"dtype", "float32"}, {"kv_cache", "off"}},
                  {{"dtype", "float32"}, {"kv_cache", "off"}, {"defects", "D-MOE-SCATTER"}},
                  kUncachedNewTokens)},
        {"kernel", "Another kernel",
         "Products summed in slices, as a GPU does it: another rounding of the same function.",
         question({{"dtype", "float32"}}, {{"dtype", "float32"}, {"matmul.order", "split-k"}})},
    };
}

}  // namespace

const std::vector<BuiltIn>& builtIns() {
    static const std::vector<BuiltIn> list = makeExamples();
    return list;
}

const BuiltIn* findBuiltIn(const std::string& id) {
    for (const BuiltIn& example : builtIns()) {
        if (example.id == id) return &example;
    }
    return nullptr;
}

std::string modelsFolder() {
    if (const char* named = std::getenv("DRIFTSCOPE_MODELS"); named && *named) return named;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path installed = program.parent_path().parent_path() / "share/driftscope/models";
        if (fs::is_directory(installed, error)) return installed.string();
    }
    return DRIFTSCOPE_SOURCE_MODELS;
}

std::string bundledModel() {
    const fs::path folder = fs::path(modelsFolder()) / "tiny-mixtral";
    std::error_code error;
    return fs::exists(folder / "config.json", error) ? folder.string() : std::string();
}

}  // namespace driftscope
