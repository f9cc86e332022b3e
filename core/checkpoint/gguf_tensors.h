// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/tensor_view.h"

#include <string>
#include <vector>

namespace driftscope {

/// The tensors of a model's GGUF files (one, or the parts of a split model) as its family has them
/// in Hugging Face form: names, [out, in], rows where the converter of llama.cpp took them from.
///
/// Undone is what convert_hf_to_gguf.py does: the rows of q and k in pairs (llama, internlm2), q, k
/// and v apart or one after the other (internlm2, gptneox, bloom), matrices turned (gpt2), 1 added
/// to norms (gemma: the values are those of the file minus 1 in float32), experts stacked. Tensors
/// that are none of the family's keep their GGUF name; the tables of rotary factors (rope_freqs,
/// rope_factors_*) become part of the config instead, see gguf_config().
/// What is stored as F32, F16 or BF16 in order is a view of the file; everything else has a maker.
/// @param files  parsed headers; the first holds the metadata
/// Errors: unsupported (the architecture is none that is read here), format (sizes of q, k, v that
/// do not fit the head counts); all such problems in one Error.
std::vector<TensorView> gguf_tensors(const std::vector<GgufFile>& files, const std::string& where);

}  // namespace driftscope
