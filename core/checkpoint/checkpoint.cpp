// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

#include "core/checkpoint/gguf_model.h"
#include "core/checkpoint/gguf_tensors.h"
#include "core/checkpoint/problems.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/tensor_facts.h"
#include "core/checkpoint/torch_archive.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace driftscope {
namespace {

namespace fs = std::filesystem;

/// The names that one format has in a model folder.
struct FileNames {
    const char* single;
    const char* index;
    const char* ending;  ///< of the shards
};
constexpr FileNames all_names[] = {
    {"model.safetensors", "model.safetensors.index.json", ".safetensors"},
    {"pytorch_model.bin", "pytorch_model.bin.index.json", ".bin"},
};
constexpr size_t max_index_bytes = 32u << 20;
constexpr const char* folder_hint =
    "Give a folder with config.json and model.safetensors (or its index and shards), or a GGUF "
    "file";

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

/// Names of the folder's files that end in `ending`, sorted.
std::vector<std::string> names_ending_in(const fs::path& folder, std::string_view ending) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::string name = it->path().filename().string();
        if (name.ends_with(ending)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

fs::path model_folder(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (path.empty() || status.type() == fs::file_type::not_found)
        throw Error(ErrorCode::not_found, path.empty() ? "model" : path.string(),
                    path.empty() ? "no folder was named" : "no such folder", folder_hint);
    if (error)
        throw Error(ErrorCode::unreadable, path.string(), "cannot look at it: " + error.message());
    if (status.type() == fs::file_type::directory) return path;
    const std::string extension = path.extension().string();
    if (status.type() == fs::file_type::regular && extension == ".gguf") return path;
    const std::string name = path.filename().string();
    if (status.type() == fs::file_type::regular &&
        (extension == ".safetensors" || name == "config.json" || name == all_names[0].index ||
         name == all_names[1].index || (extension == ".bin" && name.starts_with("pytorch_model"))))
        return path.has_parent_path() ? path.parent_path() : fs::path(".");
    throw Error(ErrorCode::usage, path.string(), "neither a model folder nor a file of one",
                folder_hint);
}

/// Builds a Checkpoint: opens the files, merges their tensors, gathers problems and notes.
class CheckpointReader {
public:
    explicit CheckpointReader(const fs::path& path) : out_(new Checkpoint) {
        out_->folder_ = model_folder(path);
    }

    std::shared_ptr<const Checkpoint> read() {
        const fs::path& folder = out_->folder_;
        const auto found = std::find_if(
            std::begin(all_names), std::end(all_names), [&folder](const FileNames& names) {
                return is_there(folder / names.single) || is_there(folder / names.index);
            });
        if (found != std::end(all_names)) {
            read_folder(*found);
        } else if (const auto gguf = find_gguf(folder)) {
            add_gguf(*gguf);
        } else {
            nothing_to_open();
        }
        problems_.raise_if_any(folder.string());
        if (is_folder(folder)) note_other_files();
        finish();
        return out_;
    }

private:
    using WeightMap = std::map<std::string, std::string>;

    void note(std::string text) { out_->notes_.push_back(std::move(text)); }

    void read_folder(const FileNames& names) {
        const fs::path& folder = out_->folder_;
        sharded_ = !is_there(folder / names.single);
        if (sharded_) return read_shards(names);
        add_file(names.single, nullptr);
        if (is_there(folder / names.index))
            note(std::string(names.index) + " is in the folder: not read, " + names.single +
                 " comes first");
    }

    [[noreturn]] void nothing_to_open() const {
        const std::string folder = out_->folder_.string();
        std::string hint = folder_hint;
        for (const FileNames& names : all_names)
            for (const std::string& other : names_ending_in(out_->folder_, names.ending))
                if (hint == folder_hint)
                    hint = "It holds " + in_quotes(other) + " and no index: rename it to " +
                           names.single + " if it is the whole model";
        throw Error(ErrorCode::not_found, folder,
                    std::string("neither ") + all_names[0].single + " nor " + all_names[0].index +
                        ", pytorch_model.bin or a GGUF file is in the folder",
                    hint);
    }

    /// Opens one file; with a weight map, takes only the tensors that the map gives to it.
    void add_file(const std::string& name, const WeightMap* map) {
        try {
            if (name.ends_with(".bin")) {
                TorchFile file = TorchFile::open(out_->folder_ / name);
                out_->files_.push_back(file.file);
                for (const std::string& each : file.content.notes) note(name + ": " + each);
                add_tensors(file.content.tensors, name, map);
                return;
            }
            SafetensorsFile file = SafetensorsFile::open(out_->folder_ / name);
            out_->files_.push_back(file.file());
            for (const auto& [key, value] : file.metadata()) out_->metadata_.emplace(key, value);
            add_tensors(file.tensors(), name, map);
        } catch (const Error& e) {
            problems_.add(e.code(), name + ": " + e.message() +
                                        (e.hint().empty() ? "" : " (" + e.hint() + ")"));
        }
    }

    void add_tensors(const std::vector<TensorView>& tensors, const std::string& file,
                     const WeightMap* map) {
        for (const TensorView& tensor : tensors)
            if (!map || belongs(*map, tensor.name, file)) out_->tensors_.push_back(tensor);
    }

    void add_gguf(const fs::path& path) {
        const std::vector<GgufFile> files = open_gguf(path);
        out_->tensors_ = gguf_tensors(files, path.string());
        for (const GgufFile& file : files) {
            out_->files_.push_back(file.file);
            for (const auto& [key, value] : file.content.metadata)
                if (const auto* text = std::get_if<std::string_view>(&value))
                    out_->metadata_.emplace(key, *text);
        }
    }

    bool belongs(const WeightMap& map, const std::string& tensor, const std::string& file) {
        if (!seen_.insert(tensor).second)
            problems_.add(ErrorCode::format,
                          "tensor " + in_quotes(tensor) + " is in more than one shard");
        const auto mapped = map.find(tensor);
        if (mapped == map.end()) {
            note(file + ": tensor " + in_quotes(tensor) + " is not in the index: not read");
            return false;
        }
        return mapped->second == file;
    }

    void read_shards(const FileNames& names) {
        const fs::path path = out_->folder_ / names.index;
        const WeightMap map =
            parse_index(read_text_file(path, max_index_bytes), path.string(), names.ending);
        std::set<std::string> shards;
        for (const auto& [tensor, file] : map) shards.insert(file);
        for (const std::string& shard : shards) add_file(shard, &map);
        std::set<std::string_view> found;
        for (const TensorView& tensor : out_->tensors_) found.insert(tensor.name);
        std::set<std::string> opened;
        for (const auto& file : out_->files_) opened.insert(file->path().filename().string());
        for (const auto& [tensor, file] : map)
            if (opened.contains(file) && !found.contains(tensor))
                problems_.add(ErrorCode::format, "tensor " + in_quotes(tensor) +
                                                     " is in the index for " + file +
                                                     " and not in that file");
    }

    void note_other_files() {
        std::set<std::string> opened;
        for (const auto& file : out_->files_) opened.insert(file->path().filename().string());
        for (const char* ending : {".safetensors", ".bin", ".pth", ".gguf"})
            for (const std::string& name : names_ending_in(out_->folder_, ending))
                if (!opened.contains(name))
                    note(name + " is in the folder and not " +
                         (sharded_ ? "in the index" : "part of the model") + ": not read");
    }

    void finish() {
        auto& tensors = out_->tensors_;
        std::sort(tensors.begin(), tensors.end(),
                  [](const TensorView& a, const TensorView& b) { return a.name < b.name; });
        for (size_t i = 1; i < tensors.size(); ++i)
            if (tensors[i].name == tensors[i - 1].name)
                problems_.add(ErrorCode::format,
                              "tensor " + in_quotes(tensors[i].name) + " is there twice");
        problems_.raise_if_any(out_->folder_.string());
        for (const TensorView& tensor : tensors) out_->total_bytes_ += tensor.stored_bytes();
    }

    std::shared_ptr<Checkpoint> out_;
    Problems problems_;
    bool sharded_ = false;
    std::set<std::string> seen_;
};

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& path) {
    return CheckpointReader(path).read();
}

const TensorView* Checkpoint::find(std::string_view name) const {
    const auto found = std::lower_bound(
        tensors_.begin(), tensors_.end(), name,
        [](const TensorView& tensor, std::string_view wanted) { return tensor.name < wanted; });
    return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

std::string Checkpoint::known_hash(const TensorView& tensor) const {
    const auto facts = known_facts(*this, tensor);
    return facts ? facts->hash : std::string();
}

std::string Checkpoint::tensor_hash(const TensorView& tensor) const {
    return tensor_facts(*this, tensor).hash;
}

bool Checkpoint::still_unchanged() const {
    return std::all_of(files_.begin(), files_.end(),
                       [](const auto& file) { return file->still_unchanged(); });
}

}  // namespace driftscope
