// SPDX-License-Identifier: GPL-3.0-or-later
// What both runs write freely, and what is said of two texts.
#include "core/compare/comparer.h"

#include <algorithm>

#include "core/compare/base_rate.h"
#include "core/data/text_difference.h"
#include "core/options/option.h"
#include "core/run/generate.h"

namespace driftscope {

GenerateJob Comparer::text_job(Side side, const RunPlan& plan, const OptionValues& options) const {
    GenerateJob job;
    job.prompt = side == Side::a ? prompt_ : prompt_b_;
    job.max_new_tokens = out_->request.max_new_tokens;
    job.sampling = sampling_from(options);
    job.eos = end_tokens(*plan.model);
    job.piece = piece_function(*plan.model);
    return job;
}

GeneratedText Comparer::write_text(const RunPlan& plan, const GenerateJob& job) const {
    Numerics free = plan.numerics;
    free.replay = false;  // the other run writes another text
    Runner runner(plan.model, plan.config, Exec(free, false));
    return generate_text(runner, job, context_.stop);
}

GeneratedText Comparer::generate_side(Side side, const RunPlan& plan, const OptionValues& options) {
    GenerateJob job = text_job(side, plan, options);
    job.on_step = [&](int index, const GenerationStep& step) {
        meter_.tell(index + 1, job.max_new_tokens);
        if (context_.callbacks->token) context_.callbacks->token({side, index, step});
    };
    GeneratedText text = write_text(plan, job);
    text.text = decode_text(*plan.model, options, text);
    if (const auto rules = text_rules(*plan.model, options))
        (side == Side::a ? out_->a : out_->b).notes.push_back(text_note(*rules));
    return text;
}

int Comparer::draws_of(const OptionValues& options) {
    const std::string& value = options.at("draws");
    return value == "off" ? 0 : std::stoi(value);
}

void Comparer::draw_texts(const Generation& g) {
    const int draws = std::max(draws_of(out_->a.options), draws_of(out_->b.options));
    if (draws == 0 || g.b.stopped == "failed") return;
    meter_.stage("draws", 2.0 * draws);
    const BaseRate rate = base_rate(draws, [&](Side side, int draw) {
        meter_.tell(draw + (side == Side::b ? 0.5 : 0.0), draws);
        const bool first = side == Side::a;
        GenerateJob job =
            text_job(side, first ? a_ : b_, first ? out_->a.options : out_->b.options);
        job.sampling.greedy = false;
        job.sampling.seed += static_cast<uint64_t>(draw) + 1;
        const GeneratedText text = write_text(first ? a_ : b_, job);
        std::vector<int32_t> ids;
        for (const GenerationStep& step : text.steps) ids.push_back(step.id);
        return text.stopped == "cancelled" ? std::vector<int32_t>() : ids;
    });
    base_rate_ = base_rate_text(rate, out_->request.max_new_tokens);
}

void Comparer::generate() {
    tokens_ = prompt_;
    if (out_->request.max_new_tokens == 0) return;
    Generation g;
    meter_.stage("generate A", 1);
    g.a = generate_side(Side::a, a_, out_->request.options_a);
    meter_.stage("generate B", 1);
    try {
        g.b = generate_side(Side::b, b_, out_->request.options_b);
    } catch (const c10::Error&) {
        // B cannot be computed: the lockstep run says where.
        g.b.stopped = "failed";
    } catch (const StepFailed&) {
        g.b.stopped = "failed";
    }
    const size_t both = std::min(g.a.steps.size(), g.b.steps.size());
    for (size_t i = 0; i < both && !g.first_split; ++i) {
        if (g.a.steps[i].id != g.b.steps[i].id) g.first_split = static_cast<int>(i);
    }
    if (!g.first_split && g.a.steps.size() != g.b.steps.size() && g.b.stopped != "failed" &&
        g.a.stopped != "cancelled" && g.b.stopped != "cancelled") {
        g.first_split = static_cast<int>(both);
    }
    for (const GenerationStep& step : g.a.steps) tokens_.push_back(step.id);
    warn_of_texts(g);
    draw_texts(g);
    out_->generation = std::move(g);
}

void Comparer::warn_of_texts(const Generation& g) {
    const auto apart = text_difference(g);
    if (!apart) return;
    const auto shown = [](const std::string& character) {
        return character.empty() ? std::string("the end") : '"' + character + '"';
    };
    const auto rules = [](const RunPlan& plan, const OptionValues& options) {
        const auto found = text_rules(*plan.model, options);
        return found ? to_string(*found) + "'s rules" : std::string("the tokens as they stand");
    };
    const CompareRequest& r = out_->request;
    const std::string why =
        apart->pieces ? "the two vocabularies write these ids otherwise"
                      : "A by " + rules(a_, r.options_a) + ", B by " + rules(b_, r.options_b);
    out_->warnings.push_back("The same tokens, two texts: " + why + "; character " +
                             std::to_string(apart->character + 1) + " is " + shown(apart->a) +
                             " in A and " + shown(apart->b) +
                             " in B. Ids, logits and sites do not depend on it");
}

}  // namespace driftscope
