// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/result_key.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

namespace fs = std::filesystem;

/// Changes when a file of the folder is replaced.
std::string folderStamp(const std::string& folder) {
    if (folder.empty()) return {};
    std::vector<std::string> lines;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        const auto size = at->file_size(ignored);
        const auto time = at->last_write_time(ignored).time_since_epoch().count();
        lines.push_back(at->path().filename().string() + "/" + std::to_string(size) + "/" +
                        std::to_string(time));
    }
    std::sort(lines.begin(), lines.end());
    std::string text = "\n" + folder;
    for (const std::string& line : lines) text += "\n" + line;
    return text;
}

std::string fileStamp(const std::string& file) {
    if (file.empty()) return {};
    std::error_code ignored;
    const auto size = fs::file_size(file, ignored);
    const auto time = fs::last_write_time(file, ignored).time_since_epoch().count();
    return "\n" + file + "/" + std::to_string(size) + "/" + std::to_string(time);
}

OptionValues filledIn(const OptionValues& values) {
    try {
        return complete(values);
    } catch (const Error&) {
        return values;  // the engine will say what is wrong
    }
}

}  // namespace

std::string resultKey(const CompareRequest& request) {
    CompareRequest full = request;
    full.options_a = filledIn(request.options_a);
    full.options_b = filledIn(request.options_b);
    return full.fingerprint() + folderStamp(request.model_a) + folderStamp(request.model_b) +
           fileStamp(request.config_b) + fileStamp(request.against);
}

}  // namespace driftscope
