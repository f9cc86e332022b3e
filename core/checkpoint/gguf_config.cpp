// SPDX-License-Identifier: GPL-3.0-or-later
// Keys: gguf 0.19 constants.py (Keys); what each stands for: llama.cpp convert_hf_to_gguf.py,
// `set_gguf_parameters`; values that llama.cpp does not store: its src/llama-model.cpp.
#include "core/checkpoint/gguf_config.h"

#include "core/checkpoint/gguf_names.h"
#include "core/checkpoint/problems.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>
#include <utility>

namespace driftscope {
namespace {

using Json = nlohmann::ordered_json;

/// A number as config.json had it: the shortest decimal of a float32.
Json decimal(double value) {
    if (static_cast<double>(static_cast<float>(value)) != value) return value;
    char buffer[64];
    const auto end =
        std::to_chars(std::begin(buffer), std::end(buffer), static_cast<float>(value)).ptr;
    double out = value;
    std::from_chars(buffer, end, out);
    return out;
}

/// A key of config.json and the metadata key, without the architecture, that holds its value.
struct KeyPair {
    const char* theirs;
    const char* stored;
};

class ConfigWriter {
public:
    ConfigWriter(const std::vector<GgufFile>& files, const std::string& where)
        : files_(files), content_(files.front().content), where_(where),
          architecture_(gguf_architecture(content_, where)),
          prefix_(*content_.text("general.architecture") + ".") {}

    GgufConfig write() {
        set("architectures", Json::array({std::string(architecture_.architecture)}),
            "GGUF metadata general.architecture");
        set("model_type", std::string(architecture_.model_type),
            "GGUF metadata general.architecture");
        const std::string_view type = architecture_.model_type;
        if (type == "gpt2")
            write_gpt2();
        else if (type == "gpt_neox")
            write_gpt_neox();
        else if (type == "bloom")
            write_bloom();
        else
            write_llama_like();
        write_ends();
        problems_.raise_if_any(where_, "Convert the model again with a current llama.cpp");
        return {out_.dump(2, ' ', false, Json::error_handler_t::replace), std::move(origins_)};
    }

private:
    void set(const std::string& key, Json value, std::string origin) {
        out_[key] = std::move(value);
        origins_[key] = std::move(origin);
    }
    void fixed(const std::string& key, Json value) {
        set(key, std::move(value),
            "llama.cpp's fixed value for " + std::string(architecture_.name));
    }

    const GgufTensor* tensor(std::string_view name) const {
        for (const GgufFile& file : files_)
            for (const GgufTensor& each : file.content.tensors)
                if (each.name == name) return &each;
        return nullptr;
    }

    /// The number of `stored`, which may be a list of equal ones (one for each layer).
    std::optional<double> number(const std::string& stored) {
        const GgufArray* list = content_.array(prefix_ + stored);
        if (!list) return content_.real(prefix_ + stored);
        const std::vector<double> all = list->numbers();
        if (!all.empty() && std::equal(all.begin() + 1, all.end(), all.begin())) return all.front();
        problems_.add(ErrorCode::unsupported,
                      prefix_ + stored + " differs between layers, which is not computed");
        return std::nullopt;
    }

    void copy_number(const KeyPair& pair, bool required) {
        const auto value = number(pair.stored);
        if (value && std::isfinite(*value)) {
            const bool whole = *value == std::floor(*value) && std::abs(*value) < 0x1p53;
            const Json json = whole ? Json(static_cast<int64_t>(*value)) : decimal(*value);
            set(pair.theirs, json, "GGUF metadata " + prefix_ + pair.stored);
        } else if (required) {
            problems_.add(ErrorCode::format,
                          "the metadata key " + prefix_ + pair.stored + " is missing or no number");
        }
    }
    void required(std::initializer_list<KeyPair> pairs) {
        for (const KeyPair& pair : pairs) copy_number(pair, true);
    }
    void optional(std::initializer_list<KeyPair> pairs) {
        for (const KeyPair& pair : pairs) copy_number(pair, false);
    }

    /// True, with its origin, if the file has a tensor.
    void flag(const std::string& key, const std::string& name, bool if_there = true) {
        const bool there = tensor(name) != nullptr;
        set(key, there == if_there, "GGUF tensor " + name + (there ? "" : " is absent"));
    }

    void write_vocabulary() {
        if (const GgufTensor* embedding = tensor("token_embd.weight");
            embedding && embedding->shape.size() == 2)
            set("vocab_size", embedding->shape[0], "GGUF tensor token_embd.weight");
        else
            problems_.add(ErrorCode::format, "the tensor token_embd.weight is missing");
        flag("tie_word_embeddings", "output.weight", false);
    }

    void write_ends() {
        for (const KeyPair& pair : {KeyPair{"bos_token_id", "tokenizer.ggml.bos_token_id"},
                                    KeyPair{"eos_token_id", "tokenizer.ggml.eos_token_id"}})
            if (const auto id = content_.whole(pair.stored))
                set(pair.theirs, *id, std::string("GGUF metadata ") + pair.stored);
    }

    void write_gpt2() {
        write_vocabulary();
        required({{"n_embd", "embedding_length"},
                  {"n_layer", "block_count"},
                  {"n_head", "attention.head_count"},
                  {"n_positions", "context_length"},
                  {"layer_norm_epsilon", "attention.layer_norm_epsilon"}});
        optional({{"n_inner", "feed_forward_length"}});
        fixed("activation_function", "gelu_new");
    }

    void write_gpt_neox() {
        write_vocabulary();
        required({{"hidden_size", "embedding_length"},
                  {"num_hidden_layers", "block_count"},
                  {"num_attention_heads", "attention.head_count"},
                  {"intermediate_size", "feed_forward_length"},
                  {"max_position_embeddings", "context_length"},
                  {"layer_norm_eps", "attention.layer_norm_epsilon"}});
        optional({{"rotary_emb_base", "rope.freq_base"}});
        write_partial("rotary_pct");
        if (const auto parallel = content_.truth(prefix_ + "use_parallel_residual"))
            set("use_parallel_residual", *parallel,
                "GGUF metadata " + prefix_ + "use_parallel_residual");
    }

    void write_bloom() {
        write_vocabulary();
        required({{"hidden_size", "embedding_length"},
                  {"n_layer", "block_count"},
                  {"n_head", "attention.head_count"},
                  {"layer_norm_epsilon", "attention.layer_norm_epsilon"}});
        optional({{"seq_length", "context_length"}});
    }

    /// The share of a head that is rotated, so that share × width gives the stored width again.
    void write_partial(const char* key) {
        const auto rotated = number("rope.dimension_count");
        const double width = head_width();
        if (!rotated || width <= 0) return;
        double share = *rotated / width;
        if (std::floor(share * width) < *rotated) share = std::nextafter(share, 2.0);
        set(key, share, "GGUF metadata " + prefix_ + "rope.dimension_count");
    }

    double head_width() {
        if (const auto stored = number("attention.key_length")) return *stored;
        const auto heads = number("attention.head_count"), width = number("embedding_length");
        return heads && width && *heads > 0 ? std::floor(*width / *heads) : 0.0;
    }

    void write_llama_like() {
        const std::string_view type = architecture_.model_type;
        write_vocabulary();
        required({{"hidden_size", "embedding_length"},
                  {"num_hidden_layers", "block_count"},
                  {"num_attention_heads", "attention.head_count"},
                  {"intermediate_size", "feed_forward_length"},
                  {"max_position_embeddings", "context_length"},
                  {"rms_norm_eps", "attention.layer_norm_rms_epsilon"}});
        optional(
            {{"num_key_value_heads", "attention.head_count_kv"}, {"rope_theta", "rope.freq_base"}});
        if (type != "internlm2") write_head_width();
        if (type == "internlm2")
            flag("bias", "blk.0.attn_q.bias");
        else if (type != "qwen2" && type != "phi3" && type != "mixtral")
            flag("attention_bias", "blk.0.attn_q.bias");
        if (type == "llama") flag("mlp_bias", "blk.0.ffn_down.bias");
        write_experts();
        if (type.starts_with("gemma")) write_gemma();
        if (type == "phi3")
            write_phi3();
        else
            write_scaling();
    }

    void write_head_width() {
        const bool stored = content_.value(prefix_ + "attention.key_length") != nullptr;
        const bool whole_head =
            architecture_.model_type == "llama" || architecture_.model_type == "mixtral";
        if (stored)
            required({{"head_dim", "attention.key_length"}});
        else if (whole_head)
            optional({{"head_dim", "rope.dimension_count"}});
    }

    void write_experts() {
        const std::string_view type = architecture_.model_type;
        if (type == "mixtral") {
            required({{"num_local_experts", "expert_count"},
                      {"num_experts_per_tok", "expert_used_count"}});
        } else if (type == "qwen3_moe") {
            required({{"num_experts", "expert_count"},
                      {"num_experts_per_tok", "expert_used_count"},
                      {"moe_intermediate_size", "expert_feed_forward_length"}});
            fixed("norm_topk_prob", true);
        } else if (type == "olmoe") {
            required(
                {{"num_experts", "expert_count"}, {"num_experts_per_tok", "expert_used_count"}});
            fixed("norm_topk_prob", false);
        }
    }

    void write_gemma() {
        const std::string_view type = architecture_.model_type;
        if (type == "gemma") {
            fixed("hidden_act", "gelu_pytorch_tanh");
            return;
        }
        fixed("hidden_activation", "gelu_pytorch_tanh");
        optional({{"sliding_window", "attention.sliding_window"},
                  {"attn_logit_softcapping", "attn_logit_softcapping"},
                  {"final_logit_softcapping", "final_logit_softcapping"}});
        // Only the 27B models scale by another width than the head's; the file does not say it.
        const double layers = number("block_count").value_or(0);
        const bool large = layers == (type == "gemma2" ? 46 : 62);
        const double width = number("embedding_length").value_or(0);
        const double heads = number("attention.head_count").value_or(0);
        if (large && heads > 0)
            fixed("query_pre_attn_scalar", decimal(width / heads));
        else
            fixed("query_pre_attn_scalar", decimal(head_width()));
        if (type != "gemma2")
            optional({{"rope_local_base_freq", "rope.freq_base_swa"},
                      {"sliding_window_pattern", "attention.sliding_window_pattern"}});
    }

    static std::vector<double> table(const GgufTensor& tensor) {
        const GgmlBlock block = ggml_block(tensor.type);
        std::vector<float> values(tensor.data.size() / static_cast<size_t>(block.bytes) *
                                  static_cast<size_t>(block.values));
        dequantize(tensor.type, tensor.data, values.data());
        return {values.begin(), values.end()};
    }

    static Json list(const std::vector<double>& values) {
        Json out = Json::array();
        for (const double value : values) out.push_back(decimal(value));
        return out;
    }

    void write_phi3() {
        write_partial("partial_rotary_factor");
        optional({{"original_max_position_embeddings", "rope.scaling.original_context_length"}});
        if (number("attention.sliding_window").value_or(0) > 0)
            optional({{"sliding_window", "attention.sliding_window"}});
        const GgufTensor *near = tensor("rope_factors_short.weight"),
                         *far = tensor("rope_factors_long.weight");
        if (!near || !far) return;
        set("rope_scaling",
            Json{{"type", "longrope"},
                 {"short_factor", list(table(*near))},
                 {"long_factor", list(table(*far))}},
            "GGUF tensors rope_factors_short.weight, rope_factors_long.weight");
    }

    void write_scaling() {
        if (const GgufTensor* factors = tensor("rope_freqs.weight")) return write_llama3(*factors);
        const auto kind = content_.text(prefix_ + "rope.scaling.type");
        const auto factor = number("rope.scaling.factor");
        if (!kind || *kind == "none" || !factor || *factor == 1.0) return;
        Json scaling{{"rope_type", *kind}, {"factor", decimal(*factor)}};
        if (const auto original = number("rope.scaling.original_context_length"))
            scaling["original_max_position_embeddings"] = static_cast<int64_t>(*original);
        if (*kind == "yarn")
            for (const KeyPair& pair : {KeyPair{"attention_factor", "rope.scaling.attn_factor"},
                                        KeyPair{"beta_fast", "rope.scaling.yarn_beta_fast"},
                                        KeyPair{"beta_slow", "rope.scaling.yarn_beta_slow"}})
                if (const auto value = number(pair.stored)) scaling[pair.theirs] = decimal(*value);
        set("rope_scaling", scaling, "GGUF metadata " + prefix_ + "rope.scaling.*");
    }

    /// Finds the parameters that give the stored factors (transformers modeling_rope_utils.py,
    /// _compute_llama3_parameters): the file holds their result only.
    void write_llama3(const GgufTensor& stored) {
        const std::vector<double> factors = table(stored);
        const double factor =
            factors.empty() ? 1.0 : *std::max_element(factors.begin(), factors.end());
        if (factor == 1.0) return;
        const double base = number("rope.freq_base").value_or(10000.0);
        double original = number("rope.scaling.original_context_length").value_or(8192.0);
        for (size_t i = 0; i < factors.size(); ++i) {
            const double share = static_cast<double>(i) / static_cast<double>(factors.size());
            const double turns = original / (2 * std::numbers::pi * std::pow(base, share));
            const double smooth = std::clamp((turns - 1.0) / 3.0, 0.0, 1.0);
            const double expected = 1.0 / ((1.0 - smooth) / factor + smooth);
            if (std::abs(factors[i] / expected - 1.0) < 1e-4) continue;
            problems_.add(ErrorCode::unsupported,
                          "rope_freqs.weight follows no rule known here: factor " +
                              std::to_string(i) + " is " + std::to_string(factors[i]) +
                              ", the rule of Llama 3.1 gives " + std::to_string(expected));
            return;
        }
        set("rope_scaling",
            Json{{"rope_type", "llama3"},
                 {"factor", decimal(factor)},
                 {"low_freq_factor", 1.0},
                 {"high_freq_factor", 4.0},
                 {"original_max_position_embeddings", static_cast<int64_t>(original)}},
            "GGUF tensor rope_freqs.weight");
    }

    const std::vector<GgufFile>& files_;
    const GgufContent& content_;
    const std::string& where_;
    const GgufArchitecture& architecture_;
    std::string prefix_;
    Json out_ = Json::object();
    std::map<std::string, std::string> origins_;
    Problems problems_;
};

}  // namespace

GgufConfig gguf_config(const std::vector<GgufFile>& files, const std::string& where) {
    return ConfigWriter(files, where).write();
}

}  // namespace driftscope
