// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convert_folder.h"

#include "core/data/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>

namespace driftscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* hint = "Choose a place with enough room that you may write to";

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
    throw Error(ErrorCode::unreadable, path.string(), what, hint);
}

/// Brings a file or folder to the disk.
void sync(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) refuse(path, std::string("cannot be opened again: ") + std::strerror(errno));
    const int status = ::fsync(file);
    const int reason = errno;
    ::close(file);
    // Some file systems cannot sync a folder, which is no fault.
    if (status != 0 && reason != EINVAL)
        refuse(path, std::string("cannot be written: ") + std::strerror(reason));
}

void require_new(const fs::path& out) {
    std::error_code error;
    const fs::file_status status = fs::status(out, error);
    if (status.type() == fs::file_type::not_found) return;
    if (status.type() != fs::file_type::directory) refuse(out, "is a file, not a folder");
    const bool empty = fs::is_empty(out, error);
    if (error) refuse(out, "cannot be looked into: " + error.message());
    if (!empty)
        throw Error(ErrorCode::usage, out.string(), "the folder is there and not empty",
                    "name a new one: nothing is ever overwritten");
}

}  // namespace

ConvertFolder::ConvertFolder(const std::string& out) {
    if (out.empty()) throw Error(ErrorCode::usage, "--out", "no folder was named");
    std::error_code error;
    out_ = fs::weakly_canonical(fs::absolute(out, error), error);
    if (error) refuse(out, "cannot be looked at: " + error.message());
    if (!out_.has_filename()) out_ = out_.parent_path();
    require_new(out_);
    const fs::path parent = out_.parent_path();
    for (fs::path at = parent; !fs::exists(at, error) && at.has_relative_path();
         at = at.parent_path())
        made_ = at;
    fs::create_directories(parent, error);
    if (error) refuse(parent, "the folder cannot be made: " + error.message());
    const std::string stem = "." + out_.filename().string() + ".part-" + std::to_string(getpid());
    for (int n = 0; part_.empty(); ++n) {
        const fs::path candidate = parent / (stem + (n ? "-" + std::to_string(n) : ""));
        if (fs::create_directory(candidate, error))
            part_ = candidate;
        else if (error)
            refuse(parent, "cannot be written to: " + error.message());
    }
}

ConvertFolder::~ConvertFolder() {
    if (part_.empty()) return;
    std::error_code ignored;
    fs::remove_all(part_, ignored);
    if (made_.empty()) return;
    for (fs::path at = out_.parent_path(); fs::remove(at, ignored) && at != made_;)
        at = at.parent_path();
}

void ConvertFolder::write(const std::string& name, const std::string& text) {
    const fs::path path = part_ / name;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) refuse(path, std::string("cannot be made: ") + std::strerror(errno));
    std::string_view left = text;
    bool good = true;
    while (good && !left.empty()) {
        const ssize_t done = ::write(file, left.data(), left.size());
        if (done < 0 && errno == EINTR) continue;
        good = done > 0;
        if (good) left.remove_prefix(static_cast<size_t>(done));
    }
    good = good && ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!good) refuse(path, std::string("cannot be written: ") + std::strerror(reason));
}

void ConvertFolder::copy(const fs::path& from, const std::string& name) {
    std::error_code error;
    fs::copy_file(from, part_ / name, error);
    if (error) refuse(from, "cannot be copied: " + error.message());
    sync(part_ / name);
}

void ConvertFolder::commit() {
    sync(part_);
    require_new(out_);  // somebody may have been faster
    std::error_code error;
    fs::rename(part_, out_, error);
    if (error) refuse(out_, "the finished folder cannot get its name: " + error.message());
    part_.clear();
    sync(out_.parent_path());
}

std::vector<std::string> tokenizer_files(const fs::path& folder) {
    static constexpr std::array exact = {"tokenizer.json",
                                         "tokenizer.model",
                                         "tokenizer_config.json",
                                         "special_tokens_map.json",
                                         "vocab.json",
                                         "merges.txt",
                                         "added_tokens.json",
                                         "generation_config.json",
                                         "chat_template.jinja",
                                         "chat_template.json"};
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code each;
        if (!it->is_regular_file(each)) continue;
        const std::string name = it->path().filename().string();
        const bool code = name.starts_with("tokenization_") && name.ends_with(".py");
        if (code || std::find(exact.begin(), exact.end(), std::string_view(name)) != exact.end())
            names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace driftscope
