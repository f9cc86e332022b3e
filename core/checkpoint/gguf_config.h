// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf_file.h"

#include <map>
#include <string>
#include <vector>

namespace driftscope {

/// A config.json made from a GGUF file's metadata.
struct GgufConfig {
    std::string text;  ///< JSON
    /// Key of the JSON to where its value comes from: "GGUF metadata llama.block_count",
    /// "GGUF tensor token_embd.weight", "llama.cpp's fixed value for gemma2".
    std::map<std::string, std::string> origins;
};

/// The config.json that the model of these files had, as far as the metadata says. Keys that are
/// not stored and that the family gives a default are left out. Numbers that are float32 in the
/// file are written as the shortest decimal that gives the same float32 (1e-05, as config.json had
/// it). Llama 3's rotary factors (rope_freqs.weight) are turned back into the rule that makes them.
/// Errors: as gguf_architecture; format (a key is of the wrong kind or differs between layers);
/// unsupported (rotary factors that follow no known rule).
GgufConfig gguf_config(const std::vector<GgufFile>& files, const std::string& where);

}  // namespace driftscope
