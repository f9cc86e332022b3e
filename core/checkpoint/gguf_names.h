// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf_file.h"

#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// What has to be done to a GGUF tensor, or several, to have the family's.
enum class GgufChange {
    none,
    unpair_q,     ///< rows of each head in pairs (x0, x_half, x1, ...): back to halves
    unpair_k,     ///< the same for the key heads
    transpose,    ///< [out, in] to [in, out]
    minus_one,    ///< norms that the converter added 1 to
    qkv_by_head,  ///< all q, all k, all v: back to q, k, v of each head
    qkv_by_group  ///< three tensors, q and k in pairs: back to one, q... k v of each group
};

/// One tensor in both namings, without ".weight" or ".bias"; {L} stands for the layer, {E} for the
/// expert (in `theirs` only: the GGUF tensor is a stack of experts).
struct GgufName {
    std::string_view stem;    ///< "blk.{L}.attn_q"
    std::string_view theirs;  ///< "model.layers.{L}.self_attn.q_proj"
    GgufChange change = GgufChange::none;
};

/// A `general.architecture` of llama.cpp and the family that it means.
struct GgufArchitecture {
    std::string_view name;          ///< "llama"
    std::string_view model_type;    ///< of config.json: "llama"
    std::string_view architecture;  ///< of config.json: "LlamaForCausalLM"
    std::vector<GgufName> names;
};

/// The architecture of a file. "llama" with experts is Mixtral.
/// Errors: format (none is named), unsupported, listing those that are read.
const GgufArchitecture& gguf_architecture(const GgufContent& content, const std::string& where);

}  // namespace driftscope
