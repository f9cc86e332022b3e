// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace driftscope {

/// A folder that appears whole or not at all: files go into a hidden one beside it.
class ConvertFolder {
public:
    /// Errors: usage (no name; a folder with something in it); unreadable (a file; cannot be made).
    explicit ConvertFolder(const std::string& out);
    /// Removes everything unless commit() was reached.
    ~ConvertFolder();
    ConvertFolder(const ConvertFolder&) = delete;
    ConvertFolder& operator=(const ConvertFolder&) = delete;

    const std::filesystem::path& out() const { return out_; }    ///< absolute
    const std::filesystem::path& part() const { return part_; }  ///< where files go meanwhile

    /// Errors: unreadable.
    void write(const std::string& name, const std::string& text);
    void copy(const std::filesystem::path& from, const std::string& name);
    /// Gives the folder its name. Errors: unreadable.
    void commit();

private:
    std::filesystem::path out_, part_;
    std::filesystem::path made_;  ///< topmost parent folder made here; empty: all were there
};

/// Names of the files in a model folder that belong to its tokenizer or to generation.
std::vector<std::string> tokenizer_files(const std::filesystem::path& folder);

}  // namespace driftscope
