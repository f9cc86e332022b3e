// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "core/data/case.h"
#include "core/data/model_diff.h"
#include "core/data/progress.h"

namespace driftscope {

/// Where the model of a step that converts it lies; same model and target, same folder.
std::string convertedFolder(const std::string& scratch, const std::string& model,
                            const std::string& to);

/// The first action of a step that converts: run B's folder (request.model_b) is made of run A's,
/// and both are read again, weight by weight. A folder that is there is used when it is what the
/// model of now gives and holds the bytes that were written, by their hashes; else it is made
/// again. It appears whole or not at all, whoever else makes it meanwhile, and nothing is taken
/// away that was not made here. Null for a step that converts nothing. Any thread. Errors: limit
/// (more than 8 MB); unreadable (the folder of converted models cannot be written); mismatch
/// (something else lies there); whatever convert_model() and diff_models() throw.
std::shared_ptr<const ModelDiff> prepareStep(const CaseStep& step,
                                             const std::function<void(const Progress&)>& progress,
                                             std::stop_token stop);

}  // namespace driftscope
