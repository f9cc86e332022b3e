// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/comparison.h"
#include "core/data/conversion.h"
#include "core/data/error.h"
#include "core/data/model_diff.h"
#include "core/data/model_info.h"
#include "core/data/progress.h"
#include "core/data/rope_facts.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace driftscope {

// The second door to core: what reads and writes model files and computes nothing. Needs no engine
// and no thread of its own; every function may be called from any thread.

/// See core/model/convert.h. Errors: as there.
ConvertResult convert_model(const ConvertRequest& request,
                            const std::function<void(const Progress&)>& progress,
                            std::stop_token stop);

/// See core/model/diff.h. Errors: as there.
ModelDiff diff_models(const std::string& a, const std::string& b,
                      const std::function<void(const Progress&)>& progress, std::stop_token stop);

/// Reads a model's weights, after which Engine::open() of the same files knows their hashes and
/// what is odd about their values. Errors: as core/model/diff.h.
void verify_model(const std::string& folder, const std::function<void(const Progress&)>& progress,
                  std::stop_token stop);

/// Many texts cut into tokens by one tokenizer.
struct TokenizedTexts {
    std::vector<std::vector<int32_t>> ids;
    std::string kind;  ///< Tokenizer::kind
};

/// `path` as Engine::tokenize takes it. Errors: as there.
TokenizedTexts tokenize_texts(const std::string& path, const std::vector<std::string>& texts,
                              bool add_bos);

/// What a config.json alone says.
struct ConfigRead {
    std::vector<ConfigEntry> entries;
    std::vector<std::string> problems;  ///< keys that nothing here knows
};

/// Reads a config.json apart from its weights. Errors: as core/model/config.h.
ConfigRead read_config(const std::string& config_file);

/// The rotary embedding of a model under another config.json (empty: its own) and the options that
/// change it; null: it does not rotate. Reads the config alone. Errors: as core/model/config.h.
RopeFactsPtr read_rope(const std::string& model, const std::string& config_file,
                       const OptionValues& options);

}  // namespace driftscope
