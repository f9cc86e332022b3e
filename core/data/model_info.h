// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope {

struct ConfigEntry {
    std::string key, value;
    std::string origin;  ///< "file", "default", "flag"
    bool used = true;    ///< false: present in the file, read by nothing here
    std::string note;
};

struct TensorEntry {
    std::string name;    ///< canonical name, or the file's where nothing binds it
    std::string source;  ///< name in the file and the file, "model.norm.weight (model.safetensors)"
    std::vector<int64_t> shape;
    std::string dtype;  ///< "BF16"
    bool used = true;
    std::string hash;  ///< sha256 of the bytes as stored; empty: not hashed yet
};

/// What is known of a model after its headers were read.
struct ModelInfo {
    std::string path;  ///< folder, absolute
    std::string name;  ///< last part of the path
    std::string family, architecture, stored_dtype;
    int64_t n_layers = 0, d_model = 0, n_heads = 0, n_kv_heads = 0, d_head = 0, d_mlp = 0;
    int64_t n_experts = 0, top_k = 0, d_vocab = 0, n_ctx = 0;
    int64_t parameters = 0, bytes = 0;
    std::string tokenizer;  ///< kind, or empty when the folder has none
    std::string tokenizer_hash;
    std::vector<ConfigEntry> config;
    std::vector<TensorEntry> tensors;
    std::vector<std::string> problems;  ///< notes for the user, never fatal ones
    bool rotary = true;                 ///< positions by rotation; else learned or ALiBi
    bool free_key_bias = false;         ///< keys have biases in dimensions that do not rotate
    bool soft_cap = false;              ///< scores are capped, which no fused kernel does
    bool moe() const { return n_experts > 0; }
};

}  // namespace driftscope
