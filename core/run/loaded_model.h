// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/checkpoint/checkpoint.h"
#include "core/data/model_info.h"
#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/weights.h"
#include "core/tokenizer/tokenizer.h"

namespace driftscope {

/// How a weight is handed out.
struct WeightForm {
    at::ScalarType type = at::kFloat;
    /// Not none: first rounded to this type; with sign −1 mirrored, 2w − round(w): the two equally
    /// likely rounding errors of a noise pass.
    std::optional<at::ScalarType> rounded_to;
    int sign = 1;
};

/// A model folder, open: headers read, weights mapped and widened on demand. Runs that advance side
/// by side ask for weights from several threads: each copy is made once.
class LoadedModel {
public:
    /// Errors: as Checkpoint::open, load_config, WeightTable::bind.
    /// `config`: another file to read as config.json, over the same weights.
    static std::shared_ptr<LoadedModel> open(const std::filesystem::path& folder,
                                             const std::filesystem::path& config = {});

    const std::filesystem::path& folder() const { return checkpoint_->folder(); }
    const Checkpoint& checkpoint() const { return *checkpoint_; }
    const ModelConfig& config() const { return config_; }
    const std::filesystem::path& config_path() const { return config_path_; }
    const std::string& config_text() const { return config_text_; }
    const FamilySpec& family() const { return *family_; }
    const WeightTable& weights() const { return weights_; }
    /// The config with flags such as rope.base; weights are those of this folder.
    ModelConfig config_with(const std::map<std::string, std::string>& flags) const;
    /// The type most of the weights are stored in.
    at::ScalarType stored_type() const { return stored_type_; }

    /// Null when the folder has none or it cannot be read; see tokenizer_problem().
    const std::shared_ptr<const Tokenizer>& tokenizer() const { return tokenizer_; }
    const std::string& tokenizer_problem() const { return tokenizer_problem_; }

    /// The weight in the form asked for, [out, in]. Kept while the budget allows.
    at::Tensor weight(const std::string& canonical, const WeightForm& form);
    /// Several weights stacked by rows, made from `parts`: the same weights, each in its own of
    /// `forms` (in a noise pass every weight is rounded by a sign of its own).
    at::Tensor fused_weight(const std::vector<std::string>& names,
                            const std::vector<at::Tensor>& parts,
                            const std::vector<WeightForm>& forms);
    /// What `make` gives, kept under `key` as widened weights are.
    at::Tensor derived(const std::string& key, const std::function<at::Tensor()>& make);
    bool has(const std::string& canonical) const { return weights_.contains(canonical); }
    /// Bytes of all weights in a type (what a run in that type holds).
    int64_t bytes_in(at::ScalarType type) const;
    /// Bytes that all weights take when each is asked for in this form: none where it is read where
    /// the file is mapped, or where `form` rounds and rounding changes nothing (another form).
    int64_t bytes_kept(const WeightForm& form) const;
    /// Elements of the largest weight, and bytes of all as the files store them.
    int64_t largest_weight() const;
    int64_t stored_bytes() const;
    /// Widened copies of one model are kept up to so many bytes: a quarter of the machine's memory.
    static int64_t most_kept();
    /// Drops widened copies; mapped bytes stay.
    void forget_weights();

    ModelInfo info() const;
    /// sha256 over config.json, the tokenizer's file and every tensor's hash and name. Reads all.
    std::string hash() const;

private:
    LoadedModel() = default;
    at::Tensor keep(const std::string& key, const at::Tensor& tensor);
    std::optional<at::Tensor> kept(const std::string& key);

    std::shared_ptr<const Checkpoint> checkpoint_;
    std::filesystem::path config_path_;
    std::string config_text_;
    std::map<std::string, std::string> config_origins_;  ///< of values not from config.json
    ModelConfig config_;
    const FamilySpec* family_ = nullptr;
    WeightTable weights_;
    at::ScalarType stored_type_ = at::kFloat;
    std::shared_ptr<const Tokenizer> tokenizer_;
    std::string tokenizer_problem_;

    struct Kept {
        std::string key;
        at::Tensor tensor;
    };
    std::recursive_mutex making_;  ///< held while a kept weight is looked up or made
    std::list<Kept> kept_;         ///< most recently used first
    std::unordered_map<std::string, std::list<Kept>::iterator> index_;
    int64_t kept_bytes_ = 0;
};

at::ScalarType torch_type(StoredType type);

}  // namespace driftscope
