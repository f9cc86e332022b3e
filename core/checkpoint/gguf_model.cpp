// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf_model.h"

#include "core/checkpoint/gguf_config.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/problems.h"
#include "core/data/error.h"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <system_error>

namespace driftscope {
namespace {

namespace fs = std::filesystem;

/// The name of one part of a split model, taken apart.
struct SplitName {
    std::string stem;
    int part = 0, count = 0;
};

std::optional<SplitName> split_name(const std::string& name) {
    static const std::regex pattern("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf");
    std::smatch match;
    if (!std::regex_match(name, match, pattern)) return std::nullopt;
    return SplitName{match[1], std::stoi(match[2]), std::stoi(match[3])};
}

std::string part_name(const SplitName& split, int part) {
    char numbers[32];
    std::snprintf(numbers, sizeof numbers, "-%05d-of-%05d.gguf", part, split.count);
    return split.stem + numbers;
}

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

}  // namespace

std::optional<fs::path> find_gguf(const fs::path& place) {
    if (is_file(place)) return place.extension() == ".gguf" ? std::optional(place) : std::nullopt;
    for (const char* name : {"model.safetensors", "model.safetensors.index.json",
                             "pytorch_model.bin", "pytorch_model.bin.index.json"})
        if (is_file(place / name)) return std::nullopt;
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(place, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        const auto split = split_name(name);
        if (name.ends_with(".gguf") && (!split || split->part == 1)) names.push_back(name);
    }
    if (names.empty()) return std::nullopt;
    std::sort(names.begin(), names.end());
    if (names.size() > 1)
        throw Error(ErrorCode::usage, place.string(),
                    "the folder holds several GGUF models, among them " + in_quotes(names[0]) +
                        " and " + in_quotes(names[1]),
                    "Name the file instead of the folder");
    return place / names.front();
}

std::vector<GgufFile> open_gguf(const fs::path& path) {
    const auto split = split_name(path.filename().string());
    std::vector<GgufFile> files;
    if (!split) {
        files.push_back(GgufFile::open(path));
    } else {
        for (int part = 1; part <= split->count; ++part) {
            const fs::path each = path.parent_path() / part_name(*split, part);
            if (!is_file(each))
                throw Error(
                    ErrorCode::not_found, each.string(), "this part of the split model is missing",
                    "All " + std::to_string(split->count) + " parts must lie in one folder");
            files.push_back(GgufFile::open(each));
        }
    }
    if (files.empty())
        throw Error(ErrorCode::format, path.string(), "its name says that it is part of 0 parts");
    const int64_t count = files.front().content.whole("split.count").value_or(0);
    if (count > 1 && count != static_cast<int64_t>(files.size()))
        throw Error(ErrorCode::mismatch, path.string(),
                    "it is part of a model of " + std::to_string(count) + " files, its name says " +
                        std::to_string(files.size()),
                    "Give the parts the names that llama-gguf-split gave them");
    return files;
}

ConfigText read_config_text(const fs::path& place, size_t max_bytes) {
    if (const auto path = find_gguf(place)) {
        GgufConfig config = gguf_config(open_gguf(*path), path->string());
        return {std::move(config.text), path->string(), std::move(config.origins)};
    }
    const fs::path path = place / "config.json";
    return {read_text_file(path, max_bytes), path.string(), {}};
}

}  // namespace driftscope
