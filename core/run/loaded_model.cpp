// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/loaded_model.h"

#include <unistd.h>

#include "core/checkpoint/gguf_model.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/model/verify.h"
#include "core/nn/numerics.h"
#include "core/run/key_bias.h"

namespace driftscope {

at::ScalarType torch_type(StoredType type) {
    switch (type) {
        case StoredType::F64: return at::kDouble;
        case StoredType::F16: return at::kHalf;
        case StoredType::BF16: return at::kBFloat16;
        case StoredType::F32: return at::kFloat;
        default:
            throw Error(ErrorCode::unsupported, "weights",
                        "stored as " + std::string(type_name(type)));
    }
}

namespace {

/// Values as stored, where the file is mapped.
bool is_viewed(const BoundWeight& bound, bool rounds, const WeightForm& form) {
    // Values that have to be made, or gathered, are kept as widened copies are.
    return !rounds && form.type == torch_type(bound.tensor->type) && bound.rows.blocks <= 1 &&
           !bound.tensor->maker;
}

bool rounds_to(const BoundWeight& bound, const WeightForm& form) {
    return form.rounded_to &&
           significand_bits(*form.rounded_to) < significand_bits(torch_type(bound.tensor->type));
}

at::ScalarType most_common_type(const WeightTable& table) {
    std::map<StoredType, int64_t> bytes;  // by number of values
    for (const BoundWeight& weight : table.all()) {
        if (!weight.fused) bytes[weight.tensor->type] += weight.elements();
    }
    StoredType best = StoredType::F32;
    int64_t most = -1;
    for (const auto& [type, size] : bytes) {
        if (size > most) most = size, best = type;
    }
    return torch_type(best);
}

/// A copy when the bytes are misaligned for their type, else a view of the mapped file.
at::Tensor view_of(const TensorView& tensor) {
    const at::ScalarType type = torch_type(tensor.type);
    const auto options = at::TensorOptions().dtype(type);
    if (tensor.maker) {  // quantised, or in another order: made anew on each call
        at::Tensor made = at::empty(tensor.shape, options);
        tensor.read({static_cast<std::byte*>(made.data_ptr()), tensor.bytes});
        return made;
    }
    void* data = const_cast<std::byte*>(tensor.data);  // read-only mapping; never written
    if (reinterpret_cast<uintptr_t>(data) % c10::elementSize(type) == 0) {
        return at::from_blob(data, tensor.shape, options);
    }
    at::Tensor copy = at::empty(tensor.shape, options);
    std::memcpy(copy.data_ptr(), data, tensor.bytes);
    return copy;
}

/// The weight [out, in] as stored: a view of the file where its layout allows one. A transposed
/// matrix stays a view, so that products read the bytes in the order the file has them.
at::Tensor raw_weight(const BoundWeight& weight) {
    at::Tensor all = view_of(*weight.tensor);
    if (weight.transposed) all = all.t();
    const RowRuns& runs = weight.rows;
    if (runs.whole()) return all;
    if (runs.blocks == 1) return all.narrow(0, runs.first, runs.count);
    std::vector<int64_t> split = all.sizes().vec();
    split[0] = runs.step;
    split.insert(split.begin(), all.size(0) / runs.step);
    return all.reshape(split).narrow(1, runs.first, runs.count).flatten(0, 1);
}

std::string form_key(const std::string& name, const WeightForm& form) {
    std::string key = name + '|' + dtype_name(form.type);
    if (form.rounded_to) key += '|' + dtype_name(*form.rounded_to) + (form.sign > 0 ? '+' : '-');
    return key;
}

}  // namespace

std::shared_ptr<LoadedModel> LoadedModel::open(const std::filesystem::path& path,
                                               const std::filesystem::path& config) {
    std::shared_ptr<LoadedModel> model(new LoadedModel);
    const std::filesystem::path folder = model_folder(path);
    const ConfigText text =
        config.empty() ? read_config_text(folder, max_config_bytes)
                       : ConfigText{read_text_file(config, max_config_bytes), config.string(), {}};
    model->config_path_ = text.where;
    model->config_text_ = text.text;
    model->config_origins_ = text.origins;
    model->config_ = parse_config(model->config_text_, text.where);
    model->checkpoint_ = Checkpoint::open(folder);
    model->family_ = &family_by_id(model->config_.family);
    model->weights_ = WeightTable::bind(*model->family_, model->config_, *model->checkpoint_);
    model->stored_type_ = most_common_type(model->weights_);
    try {
        model->tokenizer_ = load_tokenizer(folder);
    } catch (const Error& error) {
        model->tokenizer_problem_ = error.what();
    }
    return model;
}

ModelConfig LoadedModel::config_with(const std::map<std::string, std::string>& flags) const {
    if (flags.empty()) return config_;
    return parse_config(config_text_, config_path_.string(), flags);
}

at::Tensor LoadedModel::weight(const std::string& canonical, const WeightForm& form) {
    const BoundWeight& bound = weights_.at(canonical);
    const at::ScalarType stored = torch_type(bound.tensor->type);
    const bool rounds = rounds_to(bound, form);
    if (is_viewed(bound, rounds, form)) return raw_weight(bound);
    const std::lock_guard lock(making_);
    // A rounding that changes nothing is not another form of the weight.
    const std::string key =
        form_key(bound.source_name, rounds ? form : WeightForm{form.type, std::nullopt, 1});
    if (const auto found = kept(key)) return *found;
    const at::Tensor raw = raw_weight(bound);
    if (!rounds && form.type == stored) return keep(key, raw);
    at::Tensor made = raw.to(form.type);
    if (rounds) {
        const at::Tensor low = raw.to(*form.rounded_to).to(form.type);
        made = form.sign > 0 ? low : 2 * made - low;
    }
    return keep(key, made);
}

at::Tensor LoadedModel::fused_weight(const std::vector<std::string>& names,
                                     const std::vector<at::Tensor>& parts,
                                     const std::vector<WeightForm>& forms) {
    std::string key = "fused";
    for (size_t i = 0; i < names.size(); ++i) key += ' ' + form_key(names[i], forms.at(i));
    const std::lock_guard lock(making_);
    if (const auto found = kept(key)) return *found;
    return keep(key, at::cat(parts, 0));
}

at::Tensor LoadedModel::derived(const std::string& key, const std::function<at::Tensor()>& make) {
    const std::lock_guard lock(making_);
    if (const auto found = kept(key)) return *found;
    return keep(key, make());
}

std::optional<at::Tensor> LoadedModel::kept(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->tensor;
}

at::Tensor LoadedModel::keep(const std::string& key, const at::Tensor& tensor) {
    const auto bytes = static_cast<int64_t>(tensor.nbytes());
    while (kept_bytes_ + bytes > most_kept() && !kept_.empty()) {
        kept_bytes_ -= static_cast<int64_t>(kept_.back().tensor.nbytes());
        index_.erase(kept_.back().key);
        kept_.pop_back();
    }
    if (bytes <= most_kept()) {
        kept_.push_front({key, tensor});
        index_[key] = kept_.begin();
        kept_bytes_ += bytes;
    }
    return tensor;
}

void LoadedModel::forget_weights() {
    const std::lock_guard lock(making_);
    kept_.clear();
    index_.clear();
    kept_bytes_ = 0;
}

int64_t LoadedModel::bytes_in(at::ScalarType type) const {
    int64_t elements = 0;
    for (const BoundWeight& weight : weights_.all()) {
        if (!weight.tied && !weight.fused) elements += weight.elements();
    }
    return elements * static_cast<int64_t>(c10::elementSize(type));
}

int64_t LoadedModel::bytes_kept(const WeightForm& form) const {
    int64_t elements = 0;
    for (const BoundWeight& weight : weights_.all()) {
        const bool rounds = rounds_to(weight, form);
        if (weight.tied || weight.fused || (form.rounded_to && !rounds)) continue;
        if (!is_viewed(weight, rounds, form)) elements += weight.elements();
    }
    return elements * static_cast<int64_t>(c10::elementSize(form.type));
}

int64_t LoadedModel::largest_weight() const {
    int64_t most = 0;
    for (const BoundWeight& weight : weights_.all()) most = std::max(most, weight.elements());
    return most;
}

int64_t LoadedModel::stored_bytes() const {
    size_t bytes = 0;
    for (const TensorView& tensor : checkpoint_->tensors()) bytes += tensor.stored_bytes();
    return static_cast<int64_t>(bytes);
}

int64_t LoadedModel::most_kept() {
    static const int64_t quarter =
        static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE) / 4;
    return quarter;
}

ModelInfo LoadedModel::info() const {
    ModelInfo info;
    const ModelConfig& c = config_;
    info.path = folder().string();
    info.name = folder().filename().string();
    info.family = c.family;
    info.architecture = c.architecture;
    info.stored_dtype = dtype_name(stored_type_);
    info.n_layers = c.n_layers, info.d_model = c.d_model, info.n_heads = c.n_heads;
    info.n_kv_heads = c.n_kv_heads, info.d_head = c.d_head, info.d_mlp = c.d_mlp;
    info.n_experts = c.n_experts, info.top_k = c.top_k;
    info.d_vocab = c.d_vocab, info.n_ctx = c.n_ctx;
    info.rotary = c.block.positions == PositionKind::rotary;
    info.free_key_bias = free_key_bias(*this, c);
    info.soft_cap = c.attn_softcap.has_value();
    for (const ConfigValue& value : c.values) {
        const char* origin = value.origin == Origin::file   ? "file"
                             : value.origin == Origin::flag ? "flag"
                                                            : "default";
        std::string note = value.note;
        if (const auto from = config_origins_.find(value.key); from != config_origins_.end())
            note += (note.empty() ? "" : "; ") + from->second;
        info.config.push_back({value.key, value.value, origin, value.used, note});
        if (!value.known)
            info.problems.push_back("config key '" + value.key + "' is unknown and unused");
    }
    for (const BoundWeight& weight : weights_.all()) {
        if (weight.fused) continue;
        info.tensors.push_back({weight.canonical,
                                weight.source_name + " (" + weight.tensor->source + ")",
                                weight.shape,
                                weight.tensor->stored_name(),
                                true,
                                {}});
        if (weight.tied) continue;
        info.parameters += weight.elements();
        const int64_t whole = std::max<int64_t>(1, weight.tensor->elements());
        info.bytes +=
            static_cast<int64_t>(weight.tensor->stored_bytes()) / whole * weight.elements() +
            static_cast<int64_t>(weight.tensor->stored_bytes()) % whole * weight.elements() / whole;
    }
    for (const std::string& name : weights_.unused()) {
        const TensorView* view = checkpoint_->find(name);
        info.tensors.push_back(
            {name, name + " (" + view->source + ")", view->shape, view->stored_name(), false, {}});
    }
    for (std::string& problem : model_problems({*family_, config_, *checkpoint_, weights_}))
        info.problems.push_back(std::move(problem));
    for (const std::string& note : checkpoint_->notes()) info.problems.push_back(note);
    if (tokenizer_) {
        info.tokenizer = tokenizer_->kind();
        info.tokenizer_hash = tokenizer_->hash();
    } else {
        info.problems.push_back("no tokenizer: " + tokenizer_problem_);
    }
    return info;
}

std::string LoadedModel::hash() const {
    read_weights({*family_, config_, *checkpoint_, weights_});
    Sha256 sum;
    const std::string config_hash = sha256_hex(config_text_);
    sum.update(config_hash);
    const std::string tokens = tokenizer_ ? tokenizer_->hash() : "no tokenizer";
    sum.update(tokens);
    for (const TensorView& tensor : checkpoint_->tensors()) {
        const std::string line = tensor.name + '\n' + shape_text(tensor.shape) + '\n' +
                                 std::string(type_name(tensor.type)) + '\n' +
                                 checkpoint_->tensor_hash(tensor) + '\n';
        sum.update(line);
    }
    return sum.hex();
}

}  // namespace driftscope
