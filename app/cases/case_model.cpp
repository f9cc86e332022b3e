// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cases/case_model.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/files.h"

namespace driftscope {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Hashes = std::map<std::string, std::string>;

constexpr std::uintmax_t kMostBytes = 8'000'000;
constexpr const char* kStamp = "driftscope-conversion.json";
constexpr const char* kSchema = "driftscope/conversion/1";

std::string fileHash(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    Sha256 sum;
    std::array<char, 1 << 16> part{};
    while (in.read(part.data(), part.size()) || in.gcount() > 0)
        sum.update({part.data(), static_cast<std::size_t>(in.gcount())});
    if (!in.eof()) throw Error(ErrorCode::unreadable, file.string(), "the file cannot be read");
    return sum.hex();
}

/// Of every file of a folder but the stamp.
Hashes fileHashes(const fs::path& folder) {
    Hashes hashes;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && name != kStamp) hashes[name] = fileHash(entry.path());
    }
    return hashes;
}

/// The stamp of a folder that was made here; null: it was not.
Json stampOf(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(folder, error))) return nullptr;
    std::ifstream in(folder / kStamp);
    Json stamp = Json::parse(in, nullptr, false);
    const bool ours = stamp.is_object() && stamp.value("schema", "") == kSchema;
    return ours ? stamp : Json(nullptr);
}

/// A conversion on its way into the folder of a step.
class ConvertedModel {
public:
    ConvertedModel(const CaseStep& step, std::stop_token stop)
        : m_model(step.request.model_a), m_to(step.convert_b), m_folder(step.request.model_b),
          m_stop(std::move(stop)) {}

    void make(const std::function<void(const Progress&)>& progress) {
        m_source = fileHashes(m_model);
        if (isCurrent()) return;
        refuseLarge();
        refuseUnwritable();
        const fs::path fresh = beside("new");
        try {
            convert_model({m_model.string(), m_to, fresh.string()}, progress, m_stop);
            writeStamp(fresh);
            takePlace(fresh);
        } catch (...) {
            std::error_code ignored;
            fs::remove_all(fresh, ignored);  // its name is this process's own
            throw;
        }
    }

private:
    bool isCurrent() const {
        const Json stamp = stampOf(m_folder);
        return stamp.is_object() && stamp.value("to", "") == m_to &&
               stamp.value("source", Hashes{}) == m_source &&
               stamp.value("files", Hashes{}) == fileHashes(m_folder);
    }

    void refuseLarge() const {
        std::uintmax_t bytes = 0;
        for (const auto& [name, hash] : m_source) bytes += fs::file_size(m_model / name);
        if (bytes <= kMostBytes) return;
        throw Error(ErrorCode::limit, m_model.string(),
                    "a case converts a model of at most 8 MB, and this one has " +
                        std::to_string(bytes) + " bytes",
                    "convert it with 'driftscope convert' and compare the two folders");
    }

    void refuseUnwritable() const {
        std::error_code error;
        fs::create_directories(m_folder.parent_path(), error);
        if (!error && ::access(m_folder.parent_path().c_str(), W_OK | X_OK) == 0) return;
        throw Error(ErrorCode::unreadable, m_folder.parent_path().string(),
                    "the converted model of this case cannot be written there",
                    "make the folder writable, or set XDG_CACHE_HOME to one that is");
    }

    fs::path beside(const char* what) const {
        static std::atomic<int> count{0};
        return m_folder.parent_path() /
               ("." + m_folder.filename().string() + "." + what + "-" + std::to_string(::getpid()) +
                "-" + std::to_string(++count));
    }

    void writeStamp(const fs::path& folder) const {
        const Json stamp = {{"schema", kSchema},
                            {"model", m_model.string()},
                            {"to", m_to},
                            {"source", m_source},
                            {"files", fileHashes(folder)}};
        std::ofstream out(folder / kStamp);
        out << stamp.dump(1) << "\n";
        out.close();
        if (!out) {
            throw Error(ErrorCode::unreadable, (folder / kStamp).string(),
                        "the file cannot be written", "is the disk full?");
        }
    }

    void takePlace(const fs::path& fresh) const {
        std::error_code error;
        const fs::path old = beside("old");
        if (fs::exists(fs::symlink_status(m_folder, error))) {
            if (!stampOf(m_folder).is_object()) {
                throw Error(ErrorCode::mismatch, m_folder.string(),
                            "something that was not made here lies where the converted model "
                            "belongs",
                            "move it away");
            }
            fs::rename(m_folder, old, error);
        }
        fs::rename(fresh, m_folder, error);
        discard(old);
        if (!error) return;
        if (!isCurrent()) {  // else another program was faster, with the same
            throw Error(ErrorCode::unreadable, m_folder.string(),
                        "the converted model cannot get its place: " + error.message(),
                        "make the folder writable, or set XDG_CACHE_HOME to one that is");
        }
        discard(fresh);
    }

    /// A folder that was made here, and nothing else.
    static void discard(const fs::path& folder) {
        std::error_code ignored;
        if (stampOf(folder).is_object()) fs::remove_all(folder, ignored);
    }

    fs::path m_model;
    std::string m_to;
    fs::path m_folder;
    std::stop_token m_stop;
    Hashes m_source;
};

}  // namespace

std::string convertedFolder(const std::string& scratch, const std::string& model,
                            const std::string& to) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(model, error);
    Sha256 place;
    place.update(whole.string());
    return (fs::path(scratch) / ("converted-" + place.hex().substr(0, 8)) /
            (whole.filename().string() + "-as-" + to))
        .string();
}

std::shared_ptr<const ModelDiff> prepareStep(const CaseStep& step,
                                             const std::function<void(const Progress&)>& progress,
                                             std::stop_token stop) {
    if (step.convert_b.empty()) return nullptr;
    try {
        ConvertedModel(step, stop).make(progress);
    } catch (const fs::filesystem_error& error) {
        throw Error(ErrorCode::unreadable, error.path1().string(), error.code().message());
    }
    return std::make_shared<const ModelDiff>(
        diff_models(step.request.model_a, step.request.model_b, progress, stop));
}

}  // namespace driftscope
