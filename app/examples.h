// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// A comparison that the program brings along: a model and a question about it.
struct BuiltIn {
    std::string id;     ///< on the command line
    std::string title;  ///< English, translated on display
    std::string text;   ///< what it shows, one sentence
    CompareRequest request;
};

/// The built-in examples; the first is what a start without arguments shows. Empty when the
/// bundled model is not found.
const std::vector<BuiltIn>& builtIns();
/// Null when there is no such example.
const BuiltIn* findBuiltIn(const std::string& id);

/// The folder that holds the bundled models: the environment variable DRIFTSCOPE_MODELS, else
/// share/driftscope/models beside the executable's folder, else the source tree's.
std::string modelsFolder();
/// The bundled model's folder, "" when it is not there.
std::string bundledModel();

inline constexpr const char* kDefaultPrompt =
    "Once upon a time there was a little fox who lived by the river.";
inline constexpr int kDefaultNewTokens = 80;

}  // namespace driftscope
