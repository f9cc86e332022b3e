// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/model/config.h"

namespace driftscope {

/// What may be looked at when a verdict's cause is named. The judge itself sees none of it.
struct CauseInput {
    OptionValues options_a, options_b;  ///< complete
    const ModelConfig* config_a = nullptr;
    const ModelConfig* config_b = nullptr;
    bool same_model = true;                      ///< one folder
    std::vector<std::string> differing_tensors;  ///< names; empty when one folder or all equal
    bool rounded_copy = false;                   ///< B's tensors are A's, rounded to B's type
    bool tokens_differ = false;                  ///< the two tokenizers disagree on the prompt
    bool identical = false;                      ///< A = B bit for bit
    bool texts_differ = false;  ///< the same tokens were written and read as two texts
    int64_t positions = 0;
};

/// Names the option, config key, defect or weights behind a semantic or rounding verdict.
std::optional<Cause> name_cause(const Verdict& verdict, const CauseInput& input);

/// Differences that these tokens never reach, one sentence each.
std::vector<std::string> not_exercised(const CauseInput& input);

}  // namespace driftscope
