// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/diff.h"

#include "core/checkpoint/gguf_model.h"
#include "core/checkpoint/tensor_facts.h"
#include "core/model/row_bytes.h"
#include "core/model/verify.h"

#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace driftscope {
namespace {

namespace fs = std::filesystem;

/// A model's files, bound; without tokenizer and torch.
struct Opened {
    explicit Opened(const fs::path& path) {
        // Facts are remembered by path: the same one that the engine opens.
        const fs::path folder = fs::weakly_canonical(model_folder(path));
        const ConfigText text = read_config_text(folder, max_config_bytes);
        config = parse_config(text.text, text.where);
        checkpoint = Checkpoint::open(folder);
        family = &family_by_id(config.family);
        weights = WeightTable::bind(*family, config, *checkpoint);
    }
    BoundModel bound() const { return {*family, config, *checkpoint, weights}; }
    std::string path() const { return checkpoint->folder().string(); }

    ModelConfig config;
    std::shared_ptr<const Checkpoint> checkpoint;
    const FamilySpec* family = nullptr;
    WeightTable weights;
};

const char* origin_name(Origin origin) {
    return origin == Origin::file ? "file" : origin == Origin::flag ? "flag" : "default";
}

std::vector<ConfigDiff> diff_configs(const ModelConfig& a, const ModelConfig& b) {
    std::vector<ConfigDiff> out;
    for (const ConfigValue& value : a.values) {
        ConfigDiff row{value.key, DiffKind::only_a, value.value, origin_name(value.origin), {},
                       {},        value.used};
        if (const ConfigValue* other = b.value(value.key)) {
            row.kind = other->value == value.value ? DiffKind::equal : DiffKind::different;
            row.value_b = other->value;
            row.origin_b = origin_name(other->origin);
            row.used = value.used || other->used;
        }
        out.push_back(std::move(row));
    }
    for (const ConfigValue& value : b.values)
        if (!a.value(value.key))
            out.push_back({value.key,
                           DiffKind::only_b,
                           {},
                           {},
                           value.value,
                           origin_name(value.origin),
                           value.used});
    return out;
}

/// One side of a TensorDiff.
struct Side {
    std::string source, dtype, hash;
    std::vector<int64_t> shape;
};

/// Whole tensors are hashed once and remembered; rows cut out of a packed one are hashed here.
Side side_of(const Checkpoint& checkpoint, const BoundWeight& weight) {
    const bool rows = !weight.rows.whole() && !weight.transposed;
    return {weight.source_name + " (" + weight.tensor->source + ")", weight.tensor->stored_name(),
            rows ? rows_hash(weight) : tensor_facts(checkpoint, *weight.tensor).hash, weight.shape};
}

Side side_of(const Checkpoint& checkpoint, const TensorView& tensor) {
    return {tensor.name + " (" + tensor.source + ")", tensor.stored_name(),
            tensor_facts(checkpoint, tensor).hash, tensor.shape};
}

/// Every weight under its canonical name in forward order, then what nothing binds.
std::vector<std::pair<std::string, Side>> sides(const Opened& model) {
    std::vector<std::pair<std::string, Side>> out;
    for (const BoundWeight& weight : model.weights.all())
        if (!weight.fused && !weight.tied)
            out.emplace_back(weight.canonical, side_of(*model.checkpoint, weight));
    for (const auto* names : {&model.weights.unused(), &model.weights.ignored()})
        for (const std::string& name : *names)
            out.emplace_back(name, side_of(*model.checkpoint, *model.checkpoint->find(name)));
    return out;
}

std::vector<TensorDiff> diff_tensors(const Opened& a, const Opened& b) {
    auto second = sides(b);
    std::map<std::string_view, const Side*> of_b;
    for (const auto& [name, side] : second) of_b.emplace(name, &side);
    std::vector<TensorDiff> out;
    for (auto& [name, side] : sides(a)) {
        TensorDiff row{name, DiffKind::only_a, side.source, {},        side.shape,
                       {},   side.dtype,       {},          side.hash, {}};
        if (const auto found = of_b.find(name); found != of_b.end()) {
            const Side& other = *found->second;
            const bool equal =
                other.hash == side.hash && other.shape == side.shape && other.dtype == side.dtype;
            row.kind = equal ? DiffKind::equal : DiffKind::different;
            row.source_b = other.source, row.shape_b = other.shape;
            row.dtype_b = other.dtype, row.hash_b = other.hash;
            of_b.erase(found);
        }
        out.push_back(std::move(row));
    }
    for (const auto& [name, side] : second)
        if (of_b.contains(name))
            out.push_back({name,
                           DiffKind::only_b,
                           {},
                           side.source,
                           {},
                           side.shape,
                           {},
                           side.dtype,
                           {},
                           side.hash});
    return out;
}

}  // namespace

ModelDiff diff_checkpoints(const fs::path& a, const fs::path& b,
                           const std::function<void(const Progress&)>& progress,
                           std::stop_token stop) {
    const Opened one(a), two(b);
    for (const Opened* model : {&one, &two}) read_weights(model->bound(), progress, stop);
    ModelDiff out;
    out.path_a = one.path(), out.path_b = two.path();
    out.family_a = one.family->id, out.family_b = two.family->id;
    out.config = diff_configs(one.config, two.config);
    out.tensors = diff_tensors(one, two);
    out.problems_a = model_problems(one.bound());
    out.problems_b = model_problems(two.bound());
    return out;
}

void verify_checkpoint(const fs::path& path, const std::function<void(const Progress&)>& progress,
                       std::stop_token stop) {
    const Opened model(path);
    read_weights(model.bound(), progress, std::move(stop));
}

}  // namespace driftscope
