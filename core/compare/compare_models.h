// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "core/compare/lockstep.h"
#include "core/compare/site_values.h"
#include "core/engine.h"
#include "core/tokenizer/class_decoder.h"

namespace driftscope {

/// Plain (untapped) runs that were made before, by everything that decides their bits.
using PlainRuns = std::map<std::string, PlainRun>;

struct CompareContext {
    std::shared_ptr<LoadedModel> model_a, model_b;  ///< the same object when one folder
    std::map<std::string, std::string> provenance;
    PlainRuns* plain_runs = nullptr;
    uint64_t id = 0;  ///< of the comparison, first picture and final one
    const Callbacks* callbacks = nullptr;
    std::stop_token stop;
};

struct CompareOutcome {
    std::shared_ptr<Comparison> comparison;
    std::shared_ptr<PatternStore> patterns;
    ValueRecipe recipe;
};

/// Generation of both runs, a first picture of A | B, the judge's runs, the observer test, hashes.
CompareOutcome compare_models(const CompareRequest& request, const CompareContext& context);

/// Prompt ids: given, or by the model's tokenizer; checked against the vocabulary and the context.
std::vector<int32_t> prompt_tokens(const LoadedModel& model, const std::string& prompt,
                                   const std::vector<int32_t>& given);
/// The ids that a run with these options reads in place of `ids`: D-BOS and D-DOUBLE-BOS change
/// them. Errors: usage, where no beginning token is known.
std::vector<int32_t> own_tokens(const LoadedModel& model, const OptionValues& options,
                                std::vector<int32_t> ids);
PieceOf piece_function(const LoadedModel& model);
/// The class whose rules make the text of a run with these options; nothing: the tokens as they
/// stand.
std::optional<TokenizerClass> text_rules(const LoadedModel& model, const OptionValues& options);
/// What is noted with a run whose text these rules made.
std::string text_note(TokenizerClass rules);
/// The text of tokens by these rules, or their ids when there is no tokenizer.
std::string decode_text(const LoadedModel& model, const OptionValues& options,
                        const GeneratedText& text);
/// Resolves one side's options against its model.
RunPlan make_plan(const std::shared_ptr<LoadedModel>& model, const OptionValues& options);
std::vector<int64_t> end_tokens(const LoadedModel& model);

}  // namespace driftscope
