// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/conversion.h"
#include "core/data/progress.h"

#include <functional>
#include <stop_token>

namespace driftscope {

/// Writes an InternLM2 checkpoint as a Llama or the reverse (InternLM tools/convert2llama.py):
/// rows are only sliced and renamed, in the type they are stored in. The files are written into a
/// folder beside `out`, brought to the disk, opened again as the target family, and every slice's
/// hash is compared with that of the source; only then does the folder get its name. Tokenizer
/// files are copied. One file, or shards of at most 5 GB where the source has shards or more.
/// Memory: one packed tensor at most.
/// Errors: usage (`to` is no target; `out` is not empty); unsupported (another family, the same
/// family, GGUF, what the target cannot carry); unreadable (`out` cannot be written); mismatch
/// (the disk gave back other bytes, or the source changed meanwhile); cancelled; whatever opening
/// the model gives. On any of them nothing is left behind.
ConvertResult convert_checkpoint(const ConvertRequest& request,
                                 const std::function<void(const Progress&)>& progress = {},
                                 std::stop_token stop = {});

}  // namespace driftscope
