// SPDX-License-Identifier: GPL-3.0-or-later
// Before anything runs: both plans, what cannot be compared, what is said of it, the memory, the
// calls.
#include "core/compare/comparer.h"

#include <algorithm>
#include <set>

#include "core/compare/memory_budget.h"
#include "core/data/error.h"
#include "core/options/option.h"
#include "core/tokenizer/tokenizer_ends.h"

namespace driftscope {

namespace {

const std::set<std::string> kTypeOptions = {
    "dtype",      "router.dtype", "router.combine_dtype", "norm.dtype", "softmax.dtype",
    "rope.dtype", "logits.dtype", "kv_cache.dtype",       "accumulate", "threads",
    "raised",     "raised.dtype"};
const std::set<std::string> kCallOptions = {"kv_cache", "prefill.chunk", "kv_cache.dtype"};

}  // namespace

void Comparer::prepare() {
    const CompareRequest& r = out_->request;
    a_ = make_plan(context_.model_a, r.options_a);
    b_ = make_plan(context_.model_b, r.options_b);
    const ModelConfig &ca = a_.config, &cb = b_.config;
    if (ca.n_layers != cb.n_layers || ca.d_model != cb.d_model || ca.n_heads != cb.n_heads ||
        ca.d_vocab != cb.d_vocab || ca.n_experts != cb.n_experts || ca.top_k != cb.top_k) {
        throw Error(ErrorCode::mismatch, b_.model->folder().string(),
                    "its sizes are not those of model A, so there is nothing to compare value "
                    "by value",
                    "choose a model with the same layers, width, heads and vocabulary");
    }
    refuse_replay();
    const std::vector<int32_t> given = prompt_tokens(*a_.model, r.prompt, r.tokens);
    prompt_ = own_tokens(*a_.model, r.options_a, given);
    if (r.max_new_tokens < 0 || r.max_new_tokens > 100000) {
        throw Error(ErrorCode::usage, "max-new-tokens", "must be from 0 to 100000");
    }
    const bool own = !one_model() && r.tokens.empty() && b_.model->tokenizer();
    prompt_b_ =
        own_tokens(*b_.model, r.options_b, own ? prompt_tokens(*b_.model, r.prompt, {}) : given);
    tokens_differ_ = prompt_b_ != prompt_;
    out_->n_layers = static_cast<int>(ca.n_layers);
    out_->n_heads = static_cast<int>(ca.n_heads);
    out_->n_kv_heads = static_cast<int>(ca.n_kv_heads);
    out_->n_prompt = static_cast<int>(prompt_.size());
    out_->differing = differing_options(r.options_a, r.options_b);
    if (!one_model()) out_->differing.insert(out_->differing.begin(), "model");
    if (!r.config_b.empty()) warn_of_config();
    summary(out_->a, a_, r.options_a);
    summary(out_->b, b_, r.options_b);
    if (tokens_differ_) {
        out_->warnings.push_back("A and B read different token ids (" + first_other_id() +
                                 "); what follows compares both on A's ids, and B's own text "
                                 "begins with its own");
    }
}

void Comparer::state_memory() {
    const CompareRequest& r = out_->request;
    MemoryQuestion question{a_, b_};
    question.first_stretch = static_cast<int64_t>(prompt_.size());
    question.positions = question.first_stretch + r.max_new_tokens;
    question.judged = r.judge;
    question.attributed = r.attribute;
    question.by_option = one_model() && out_->differing.size() > 1;
    question.same_function = types_only();
    out_->memory = memory_budget(question);
    meter_.needs(out_->memory.total());
    if (const std::string doubt = check_memory(out_->memory); !doubt.empty())
        out_->warnings.push_back(doubt);
}

bool Comparer::types_only() const {
    const auto& d = out_->differing;
    return std::all_of(d.begin(), d.end(), [](const auto& id) {
        return id != "model" &&
               (kTypeOptions.count(id) > 0 || option(id).effect != OptionEffect::forward);
    });
}

void Comparer::refuse_replay() {
    const bool a = a_.numerics.replay, b = b_.numerics.replay;
    if (a && b) {
        throw Error(ErrorCode::usage, "option experts",
                    "both runs replay: neither makes choices that the other could take",
                    "set experts=own in one of them");
    }
    if ((a || b) && a_.config.dense != b_.config.dense) {
        throw Error(ErrorCode::mismatch, "option experts",
                    "the two models have experts in other blocks", "set experts=own");
    }
    for (auto* side : {a ? &out_->a : nullptr, b ? &out_->b : nullptr}) {
        if (side)
            side->notes.push_back(
                "experts of the other run on the compared positions; text "
                "written freely is made with its own");
    }
}

std::string Comparer::first_other_id() const {
    const auto [x, y] =
        std::mismatch(prompt_.begin(), prompt_.end(), prompt_b_.begin(), prompt_b_.end());
    if (x == prompt_.end() || y == prompt_b_.end()) {
        return std::to_string(prompt_.size()) + " | " + std::to_string(prompt_b_.size()) + " ids";
    }
    return "position " + std::to_string(x - prompt_.begin()) + ": " + std::to_string(*x) + " | " +
           std::to_string(*y);
}

void Comparer::warn_of_config() {
    std::string text =
        "B reads these weights under another config.json: shapes match, meaning differs";
    int listed = 0;
    for (const ConfigValue& value : a_.config.values) {
        const ConfigValue* other = b_.config.value(value.key);
        if (!value.used || (other && other->value == value.value)) continue;
        text += (listed++ == 0 ? ": " : "; ") + value.key + " " + value.value + " | " +
                (other ? other->value : "absent");
    }
    for (const ConfigValue& value : b_.config.values) {
        if (!value.used || a_.config.value(value.key)) continue;
        text += (listed++ == 0 ? ": " : "; ") + value.key + " absent | " + value.value;
    }
    if (listed == 0) text += " nowhere: every value that is read is the same";
    out_->warnings.push_back(text);
}

void Comparer::summary(RunSummary& s, const RunPlan& plan, const OptionValues& options) {
    s.model = plan.model->folder().string();
    s.family = plan.config.family;
    s.dtype = dtype_name(plan.numerics.dtype);
    s.options = complete(options);
    if (plan.numerics.sdpa)
        s.notes.push_back(
            "attention by LibTorch's fused kernel: scores and "
            "pattern are never made");
    for (const std::string& id : parse_defects(s.options.at("defects"))) {
        s.notes.push_back("deliberate defect: " + id);
    }
}

bool Comparer::only_cache_defects() const {
    const auto on = [](const OptionValues& options) {
        const auto ids = parse_defects(value_of(options, "defects"));
        return std::set<std::string>(ids.begin(), ids.end());
    };
    const auto a = on(out_->a.options), b = on(out_->b.options);
    std::vector<std::string> differ;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                  std::back_inserter(differ));
    return std::all_of(differ.begin(), differ.end(),
                       [](const std::string& id) { return find_defect(id)->later_calls; });
}

int64_t Comparer::first_stretch() {
    const auto n = static_cast<int64_t>(prompt_.size());
    const auto& d = out_->differing;
    const bool only_calls = !d.empty() && std::all_of(d.begin(), d.end(), [this](const auto& id) {
        return kCallOptions.count(id) > 0 || (id == "defects" && only_cache_defects());
    });
    if (!only_calls || tokens_.size() > prompt_.size() || n < 2) return n;
    out_->warnings.push_back(
        "Only the cache or the calls differ: the last quarter of the "
        "prompt is fed token by token");
    return n - std::max<int64_t>(1, n / 4);
}

LockstepJob Comparer::make_job() {
    LockstepJob job;
    if (a_.config.n_experts > 0) {
        job.routes_a = std::make_shared<RouteStore>();
        job.routes_b = std::make_shared<RouteStore>();
        a_.numerics.routes = job.routes_b;
        b_.numerics.routes = job.routes_a;
    }
    job.a = a_, job.b = b_;
    job.tokens = tokens_;
    job.n_prompt = static_cast<int64_t>(prompt_.size());
    job.first_stretch = first_stretch();
    job.same_function = types_only();
    job.piece = piece_function(*a_.model);
    job.progress = [this](double done, double total) { meter_.tell(done, total); };
    job.stop = context_.stop;
    fill_tokens();
    if (tokens_.size() == 1) {
        out_->warnings.push_back(
            "One token only: rotary embedding, masks, caches and expert "
            "scatter cannot show a difference at position 0");
    }
    if (a_.model->tokenizer() && doubled_bos(*a_.model->tokenizer(), tokens_)) {
        out_->warnings.push_back(
            "The prompt begins with the beginning-of-sequence token twice "
            "(most tokenizers add it to a text that has it already)");
    }
    return job;
}

void Comparer::fill_tokens() {
    const PieceOf piece = piece_function(*a_.model);
    for (size_t i = 0; i < tokens_.size(); ++i) {
        const bool special = a_.model->tokenizer() && a_.model->tokenizer()->is_special(tokens_[i]);
        out_->tokens.push_back({tokens_[i], piece(tokens_[i]), special, i >= prompt_.size()});
    }
}

}  // namespace driftscope
