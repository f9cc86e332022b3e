// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convert.h"

#include "core/checkpoint/gguf_model.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/problems.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/model/convert_config.h"
#include "core/model/convert_folder.h"
#include "core/model/row_bytes.h"
#include "core/model/weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace driftscope {
namespace {

namespace fs = std::filesystem;

/// Where the rows of a canonical weight go in a tensor that is written.
struct PlannedPart {
    const BoundWeight* source = nullptr;
    RowRuns rows;
};
struct PlannedTensor {
    TensorPlan plan;
    std::vector<PlannedPart> parts;
};

const FamilySpec& target_family(const std::string& to) {
    if (to != "llama" && to != "internlm2")
        throw Error(ErrorCode::usage, "--to", in_quotes(to) + " is no family to convert to",
                    "write llama or internlm2");
    return family_by_id(to);
}

/// The target's tensors in forward order, with the source's weights that fill them.
class TensorPlanner {
public:
    TensorPlanner(const FamilySpec& family, const ModelConfig& config, const WeightTable& source)
        : family_(family), config_(config), source_(source) {}

    std::vector<PlannedTensor> plan() {
        const auto layered = [](const WeightRow& row) {
            return row.canonical.find("{L}") != std::string::npos;
        };
        const auto& rows = family_.weights;
        for (size_t begin = 0; begin < rows.size();) {
            size_t end = begin + 1;
            while (layered(rows[begin]) && end < rows.size() && layered(rows[end])) ++end;
            const int64_t layers = layered(rows[begin]) ? config_.n_layers : 1;
            for (int64_t layer = 0; layer < layers; ++layer)
                for (size_t i = begin; i < end; ++i) add(rows[i], layered(rows[i]) ? layer : -1);
            begin = end;
        }
        return std::move(out_);
    }

private:
    void add(const WeightRow& row, int64_t layer) {
        if (row.kind == WeightKind::tied || row.kind == WeightKind::fused ||
            !eval_condition(row.condition, config_, layer))
            return;
        const BoundWeight& source = source_.at(fill_pattern(row.canonical, layer));
        PlannedTensor& tensor = tensor_called(fill_pattern(row.pattern, layer), row, source);
        if (tensor.plan.type != source.tensor->type)
            throw Error(ErrorCode::unsupported, source.source_name,
                        "stored as " + source.tensor->stored_name() + " and packed beside " +
                            std::string(type_name(tensor.plan.type)) + " into " + tensor.plan.name);
        PlannedPart part{&source, {}};
        if (!row.rows.whole())
            part.rows = {eval_size(row.rows.first, config_), eval_size(row.rows.count, config_),
                         eval_size(row.rows.step, config_), eval_size(row.rows.blocks, config_)};
        tensor.parts.push_back(part);
    }

    PlannedTensor& tensor_called(const std::string& name, const WeightRow& row,
                                 const BoundWeight& source) {
        for (auto it = out_.rbegin(); it != out_.rend() && it - out_.rbegin() < 8; ++it)
            if (it->plan.name == name) return *it;
        PlannedTensor made{{name, source.tensor->type, {}, 0}, {}};
        made.plan.bytes = static_cast<size_t>(type_bits(made.plan.type)) / 8;
        for (const std::string& size : row.stored.empty() ? row.shape : row.stored) {
            made.plan.shape.push_back(eval_size(size, config_));
            made.plan.bytes *= static_cast<size_t>(made.plan.shape.back());
        }
        return out_.emplace_back(std::move(made));
    }

    const FamilySpec& family_;
    const ModelConfig& config_;
    const WeightTable& source_;
    std::vector<PlannedTensor> out_;
};

/// One conversion, step by step.
class Converter {
public:
    Converter(const ConvertRequest& request, const std::function<void(const Progress&)>& progress,
              std::stop_token stop)
        : request_(request), progress_(progress), stop_(std::move(stop)) {}

    ConvertResult convert() {
        const FamilySpec& to = target_family(request_.to);
        open_source();
        const FamilySpec& from = family_by_id(config_.family);
        require_other(from, to);
        ConvertedConfig target =
            convert_config(config_text_.text, config_text_.where, config_, from, to);
        table_ = WeightTable::bind(from, config_, *source_);
        ConvertFolder folder(request_.out);
        result_.out = folder.out().string();
        result_.from = from.id;
        result_.to = to.id;
        result_.config = std::move(target.keys);
        result_.notes = std::move(target.notes);
        note_left_out();
        write_tensors(TensorPlanner(to, target.config, *table_).plan(), folder);
        folder.write("config.json", target.text);
        result_.files.emplace_back("config.json");
        copy_files(folder);
        prove(to, target.config, folder);
        folder.commit();
        std::sort(result_.files.begin(), result_.files.end());
        return std::move(result_);
    }

private:
    void open_source() {
        if (request_.model.empty()) throw Error(ErrorCode::usage, "--model", "no folder was named");
        const fs::path folder = model_folder(request_.model);
        if (find_gguf(folder))
            throw Error(ErrorCode::unsupported, folder.string(),
                        "a GGUF file has no Hugging Face tensors to rename",
                        "Give a folder with safetensors or pytorch_model.bin");
        config_text_ = read_config_text(folder, max_config_bytes);
        config_ = parse_config(config_text_.text, config_text_.where);
        source_ = Checkpoint::open(folder);
        result_.model = fs::weakly_canonical(folder).string();
    }

    void require_other(const FamilySpec& from, const FamilySpec& to) const {
        if (from.id != "llama" && from.id != "internlm2")
            throw Error(ErrorCode::unsupported, config_text_.where,
                        "a model of family " + from.title + " cannot be written as " + to.title,
                        "InternLM2 and Llama can be converted into each other");
        if (from.id == to.id)
            throw Error(ErrorCode::unsupported, config_text_.where,
                        "the model is of family " + to.title + " already",
                        "Copy the folder, or convert to the other family");
    }

    void note_left_out() {
        for (const std::string& name : table_->unused())
            result_.notes.push_back("tensor " + in_quotes(name) +
                                    " is used by no weight of the family: left out");
        if (!table_->ignored().empty())
            result_.notes.push_back(std::to_string(table_->ignored().size()) + " buffers such as " +
                                    in_quotes(table_->ignored().front()) +
                                    " are computed from the config by everybody: left out");
        for (const std::string& note : source_->notes()) result_.notes.push_back(note);
    }

    void step(const char* stage, double done) const {
        if (stop_.stop_requested())
            throw Error(ErrorCode::cancelled, request_.out, "stopped; nothing was written");
        if (progress_) progress_({stage, done, static_cast<double>(result_.bytes), -1});
    }

    /// Sizes of the shards, in tensors: one, unless the source has shards or there is too much.
    std::vector<size_t> shard_ends(const std::vector<PlannedTensor>& tensors) const {
        size_t total = 0;
        for (const PlannedTensor& tensor : tensors) total += tensor.plan.bytes;
        const size_t files = source_->files().size();
        const size_t limit =
            std::min(static_cast<size_t>(request_.max_shard_bytes), (total + files - 1) / files);
        std::vector<size_t> ends;
        size_t bytes = 0;
        for (size_t i = 0; i < tensors.size(); ++i) {
            if (bytes > 0 && bytes + tensors[i].plan.bytes > limit) {
                ends.push_back(i);
                bytes = 0;
            }
            bytes += tensors[i].plan.bytes;
        }
        ends.push_back(tensors.size());
        return ends;
    }

    void write_tensors(const std::vector<PlannedTensor>& tensors, ConvertFolder& folder) {
        for (const PlannedTensor& tensor : tensors)
            result_.bytes += static_cast<int64_t>(tensor.plan.bytes);
        const std::vector<size_t> ends = shard_ends(tensors);
        nlohmann::json map = nlohmann::json::object();
        size_t first = 0, done = 0;
        for (size_t shard = 0; shard < ends.size(); first = ends[shard++]) {
            const std::string name = shard_name(shard, ends.size());
            std::vector<TensorPlan> plan;
            for (size_t i = first; i < ends[shard]; ++i) {
                plan.push_back(tensors[i].plan);
                map[tensors[i].plan.name] = name;
            }
            SafetensorsWriter writer(folder.part() / name, plan);
            for (size_t i = first; i < ends[shard]; ++i) {
                step("write", static_cast<double>(done));
                write_tensor(tensors[i], writer);
                done += tensors[i].plan.bytes;
            }
            writer.finish();
            result_.files.push_back(name);
        }
        if (ends.size() == 1) return;
        const nlohmann::json index = {{"metadata", {{"total_size", done}}}, {"weight_map", map}};
        folder.write("model.safetensors.index.json", index.dump(2) + "\n");
        result_.files.emplace_back("model.safetensors.index.json");
    }

    static void write_tensor(const PlannedTensor& tensor, SafetensorsWriter& writer) {
        const auto append = [&writer](std::span<const std::byte> bytes) { writer.append(bytes); };
        if (tensor.parts.front().rows.whole())
            return each_stretch(*tensor.parts.front().source, append);
        std::vector<std::byte> packed(tensor.plan.bytes);
        const size_t row = tensor.plan.bytes / static_cast<size_t>(tensor.plan.shape.front());
        for (const PlannedPart& part : tensor.parts)
            scatter_rows(gathered_bytes(*part.source), part.rows, row, packed);
        writer.append(packed);
    }

    void copy_files(ConvertFolder& folder) {
        const fs::path from = source_->folder();
        for (const std::string& name : tokenizer_files(from)) {
            folder.copy(from / name, name);
            result_.copied.push_back(name);
            result_.files.push_back(name);
        }
    }

    /// Opens what was written and compares every slice with its source, by hash.
    void prove(const FamilySpec& to, const ModelConfig& config, const ConvertFolder& folder) {
        const auto written = Checkpoint::open(folder.part());
        const WeightTable bound = WeightTable::bind(to, config, *written);
        double done = 0;
        for (const BoundWeight& source : table_->all()) {
            if (source.fused || source.tied) continue;
            step("prove", done);
            const BoundWeight& target = bound.at(source.canonical);
            ConvertedSlice slice{source.canonical,
                                 source.source_name,
                                 source.tensor->source,
                                 target.source_name,
                                 target.tensor->source,
                                 source.shape,
                                 source.tensor->stored_name(),
                                 0,
                                 rows_hash(source)};
            slice.bytes = source.elements() * (type_bits(source.tensor->type) / 8);
            done += static_cast<double>(slice.bytes);
            const std::string read_back = rows_hash(target);
            if (read_back != slice.hash || target.tensor->type != source.tensor->type)
                throw Error(ErrorCode::mismatch, slice.target,
                            "the file holds other bytes than " + slice.source + ": " + read_back +
                                ", not " + slice.hash,
                            "The disk or the memory is at fault; nothing was left behind");
            result_.slices.push_back(std::move(slice));
        }
        if (!source_->still_unchanged())
            throw Error(ErrorCode::mismatch, result_.model, "the model's files changed meanwhile",
                        "Convert again");
    }

    const ConvertRequest& request_;
    const std::function<void(const Progress&)>& progress_;
    std::stop_token stop_;
    ConfigText config_text_;
    ModelConfig config_;
    std::shared_ptr<const Checkpoint> source_;
    std::optional<WeightTable> table_;
    ConvertResult result_;
};

}  // namespace

ConvertResult convert_checkpoint(const ConvertRequest& request,
                                 const std::function<void(const Progress&)>& progress,
                                 std::stop_token stop) {
    return Converter(request, progress, std::move(stop)).convert();
}

}  // namespace driftscope
