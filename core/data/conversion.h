// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope {

/// A checkpoint to be written again under another family's names and row order.
struct ConvertRequest {
    std::string model;  ///< folder, as Checkpoint::open takes it
    std::string to;     ///< family: "llama" or "internlm2"
    std::string out;    ///< folder that is not there yet, or is empty
    /// Largest file of tensors that is written, as transformers' save_pretrained has it.
    int64_t max_shard_bytes = 5'000'000'000;
};

/// One stretch of rows that went from a tensor of the source to one of the written files.
struct ConvertedSlice {
    std::string weight;  ///< canonical name, "blocks.0.attn.W_Q"
    std::string
        source;  ///< tensor and rows, "model.layers.0.attention.wqkv.weight[0:64 of every 128]"
    std::string source_file;
    std::string target;  ///< tensor and rows in the written file
    std::string target_file;
    std::vector<int64_t> shape;
    std::string dtype;  ///< "BF16"
    int64_t bytes = 0;
    std::string hash;  ///< sha256 of the rows, equal in the source and read back from the disk
};

/// What became of a key of config.json.
struct ConvertedKey {
    std::string key;   ///< as in the source; a key that only the target has is named as there
    std::string what;  ///< "renamed", "changed", "dropped", "made explicit", "kept"
    std::string from;  ///< JSON text, empty: absent
    std::string to;
    std::string note;  ///< why
};

/// A conversion done and proved.
struct ConvertResult {
    std::string model, out;              ///< folders, absolute
    std::string from, to;                ///< families
    std::vector<ConvertedSlice> slices;  ///< in forward order
    std::vector<ConvertedKey>
        config;                       ///< keys that are not simply taken over, and what others drop
    std::vector<std::string> files;   ///< names of all files written
    std::vector<std::string> copied;  ///< those that were copied as they are
    std::vector<std::string> notes;   ///< what was not carried over, what computes otherwise
    int64_t bytes = 0;                ///< of all tensors
};

}  // namespace driftscope
