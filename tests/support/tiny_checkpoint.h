// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/tensor_view.h"
#include "core/model/config.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace driftscope::test {

/// A tensor to be written; `bytes` row-major, little-endian.
struct RawTensor {
    std::string name;
    StoredType type = StoredType::F32;
    std::vector<int64_t> shape;
    std::string bytes;
};

/// What a tiny model looks like. Sizes that the family does not know are left out of its config.
struct TinyModel {
    std::string family = "llama";  ///< FamilySpec::id
    int64_t n_layers = 2, d_model = 32, n_heads = 4, n_kv_heads = 2, d_mlp = 48;
    int64_t d_head = 0;                ///< 0: leave it out, so d_model / n_heads
    int64_t n_experts = 4, top_k = 2;  ///< families with experts only
    int64_t d_vocab = 96, n_ctx = 64;
    bool tied = false;
    StoredType type = StoredType::F32;  ///< F64, F32, F16 or BF16
    uint64_t seed = 1;
    int shards = 1;                ///< above 1: an index and so many files
    bool stacked_experts = false;  ///< store experts stacked, as transformers 5 may
    /// Further or replaced keys of config.json, values as JSON text; empty text drops the key.
    std::map<std::string, std::string> config = {};
    /// Further files of the folder by name, such as a tokenizer's.
    std::map<std::string, std::string> files = {};
};

/// The text of config.json.
std::string tiny_config(const TinyModel& model);

/// All tensors that the family's weight rows ask for. Values depend on seed and canonical name
/// only (never on layout, order or sharding): uniform with variance 1/fan-in, norms near 1, biases
/// near 0, rounded to nearest even into `type`.
std::vector<RawTensor> tiny_tensors(const TinyModel& model);

/// Writes config.json, model.safetensors (or index and shards) and `files` into `folder`, which is
/// made. Of a model that was written there before, no tokenizer.model stays.
void write_tiny_checkpoint(const std::filesystem::path& folder, const TinyModel& model);

/// One such model of every family in the registry, each in `folder`/<FamilySpec::id>. `rope_base`:
/// text for config.json's rotary base in families that have the key; empty: as the family has it.
void write_tiny_families(const std::filesystem::path& folder, const TinyModel& like = {},
                         const std::string& rope_base = {});

/// A whole safetensors file: header padded to a multiple of 8, tensors in the order given.
std::string safetensors_bytes(const std::vector<RawTensor>& tensors,
                              const std::map<std::string, std::string>& metadata = {});

/// A file with this header text and data, its length field being `length` if that is not negative.
std::string raw_safetensors(const std::string& header, const std::string& data = {},
                            int64_t length = -1);

/// Replaces a file's content. Throws std::runtime_error if it cannot.
void write_file(const std::filesystem::path& path, const std::string& bytes);

/// `value` rounded to nearest even, as little-endian bytes of `type`.
std::string stored_bytes(double value, StoredType type);

}  // namespace driftscope::test
