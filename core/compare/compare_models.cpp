// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/compare_models.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "core/compare/against.h"
#include "core/compare/attribution.h"
#include "core/compare/base_rate.h"
#include "core/compare/memory_budget.h"
#include "core/compare/replay_gap.h"
#include "core/compare/weight_diff.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/data/text_difference.h"
#include "core/judge/cause.h"
#include "core/judge/position_shape.h"
#include "core/judge/symptoms.h"
#include "core/options/effects.h"
#include "core/run/generate.h"
#include "core/tokenizer/tokenizer_ends.h"

namespace driftscope {

namespace {

/// Work by stage, so that the time left is one estimate over all of them.
class Meter {
public:
    Meter(const Callbacks& callbacks, double total) : callbacks_(callbacks), total_(total) {}

    void stage(const std::string& name, double cost) {
        done_ += cost_;
        name_ = name;
        cost_ = cost;
        tell(0, 1);
    }
    /// What the work takes at most: told with every stage.
    void needs(int64_t bytes) { bytes_ = bytes; }
    void tell(double done, double of) const {
        if (!callbacks_.progress) return;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
        const double units = done_ + (of > 0 ? cost_ * done / of : 0);
        const double share = total_ > 0 ? std::min(1.0, units / total_) : 0;
        const double left = share > 0.02 ? spent.count() * (1 - share) / share : -1;
        callbacks_.progress({name_, units, total_, left, bytes_});
    }

private:
    const Callbacks& callbacks_;
    double total_, done_ = 0, cost_ = 0;
    int64_t bytes_ = 0;
    std::string name_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

const std::set<std::string> kTypeOptions = {
    "dtype",      "router.dtype", "router.combine_dtype", "norm.dtype", "softmax.dtype",
    "rope.dtype", "logits.dtype", "kv_cache.dtype",       "accumulate", "threads",
    "raised",     "raised.dtype"};
const std::set<std::string> kCallOptions = {"kv_cache", "prefill.chunk", "kv_cache.dtype"};

class Comparer {
public:
    Comparer(const CompareRequest& request, const CompareContext& context)
        : context_(context), out_(std::make_shared<Comparison>()),
          meter_(*context.callbacks, work(request)) {
        out_->id = context.id;
        out_->request = request;
        out_->provenance = context.provenance;
    }

    CompareOutcome run() {
        prepare();
        state_memory();
        generate();
        LockstepJob job = make_job();
        job.judged = judged_at_once(job);
        meter_.stage(job.judged ? "judge" : "compare", job.judged ? 10 : 2);
        LockstepResult first = run_lockstep(job);
        fill(first, job);
        if (first.positions == 0 && first.failed.empty()) cancelled();
        const bool decided = job.judged || !first.failed.empty() || !out_->request.judge ||
                             apart_ == VerdictKind::identical || apart_ == VerdictKind::non_finite;
        // The picture first: proof and judge follow.
        if (!decided && !context_.stop.stop_requested() && context_.callbacks->partial) {
            context_.callbacks->partial(std::make_shared<const Comparison>(*out_));
        }
        observe(job, first);
        if (!decided && !context_.stop.stop_requested()) {
            job.judged = true;
            meter_.stage("judge", 10);
            LockstepResult judged = run_lockstep(job);
            if (judged.positions == static_cast<int64_t>(job.tokens.size())) {
                fill(judged, job);
                first = std::move(judged);
            }
        }
        replay_experts(job, first);
        take_apart(job, first);
        finish(job, first);
        return {out_, first.patterns, recipe(job, first)};
    }

private:
    /// Where nobody waits for a first picture and the runs without a tap differ, so that there is
    /// something to judge, A and B need not be run once more before the judge does.
    bool judged_at_once(const LockstepJob& job) {
        const bool replays = a_.numerics.replay || b_.numerics.replay;
        if (!out_->request.judge || context_.callbacks->partial || replays) return false;
        meter_.stage("observer", 2);
        try {
            return plain(a_, job, out_->a).hash != plain(b_, job, out_->b).hash;
        } catch (const Error&) {  // stopped, or B cannot be computed: the lockstep run says so
            return false;
        } catch (const c10::Error&) {
            return false;
        }
    }

    /// Values can be made again for the positions that were compared.
    ValueRecipe recipe(const LockstepJob& job, const LockstepResult& r) const {
        ValueRecipe out{out_->request, job.tokens,  job.first_stretch, {},
                        job.routes_a,  job.routes_b};
        out.tokens.resize(std::min(out.tokens.size(), static_cast<size_t>(r.positions)));
        out.files = file_keys(*context_.model_a, *context_.model_b);
        return out;
    }

    static double work(const CompareRequest& request) {
        return 2 + 2 + (request.judge ? 10 : 0) + (request.max_new_tokens > 0 ? 2 : 0) +
               (request.attribute ? 40 : 0) + 0.5;
    }

    [[noreturn]] static void cancelled() {
        throw Error(ErrorCode::cancelled, "compare", "stopped before anything was compared");
    }

    bool one_model() const { return context_.model_a == context_.model_b; }

    void prepare() {
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
        prompt_b_ = own_tokens(*b_.model, r.options_b,
                               own ? prompt_tokens(*b_.model, r.prompt, {}) : given);
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

    /// Before anything runs: what the whole comparison takes at most.
    void state_memory() {
        const CompareRequest& r = out_->request;
        MemoryQuestion question{a_, b_};
        question.first_stretch = static_cast<int64_t>(prompt_.size());
        question.positions = question.first_stretch + r.max_new_tokens;
        question.judged = r.judge;
        question.attributed = r.attribute;
        question.by_option = one_model() && out_->differing.size() > 1;
        question.same_function = types_only();
        question.picture_first = context_.callbacks->partial != nullptr;
        out_->memory = memory_budget(question);
        meter_.needs(out_->memory.total());
        if (const std::string doubt = check_memory(out_->memory); !doubt.empty())
            out_->warnings.push_back(doubt);
    }

    /// Nothing differs but types and what is no matter of the compared positions.
    bool types_only() const {
        const auto& d = out_->differing;
        return std::all_of(d.begin(), d.end(), [](const auto& id) {
            return id != "model" &&
                   (kTypeOptions.count(id) > 0 || option(id).effect != OptionEffect::forward);
        });
    }

    /// Experts are taken by block and position from a run that chooses for itself.
    void refuse_replay() {
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

    /// "position 3: 5 | 7", or how many there are where one is the other's beginning.
    std::string first_other_id() const {
        const auto [x, y] =
            std::mismatch(prompt_.begin(), prompt_.end(), prompt_b_.begin(), prompt_b_.end());
        if (x == prompt_.end() || y == prompt_b_.end()) {
            return std::to_string(prompt_.size()) + " | " + std::to_string(prompt_b_.size()) +
                   " ids";
        }
        return "position " + std::to_string(x - prompt_.begin()) + ": " + std::to_string(*x) +
               " | " + std::to_string(*y);
    }

    /// B's own config over the same weights: every value in force that differs.
    void warn_of_config() {
        std::string text = "B reads these weights under " + b_.model->config_path().string() +
                           ": shapes match, meaning differs";
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

    static void summary(RunSummary& s, const RunPlan& plan, const OptionValues& options) {
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

    /// What a side writes freely.
    GenerateJob text_job(Side side, const RunPlan& plan, const OptionValues& options) const {
        GenerateJob job;
        job.prompt = side == Side::a ? prompt_ : prompt_b_;
        job.max_new_tokens = out_->request.max_new_tokens;
        job.sampling = sampling_from(options);
        job.eos = end_tokens(*plan.model);
        job.piece = piece_function(*plan.model);
        return job;
    }

    GeneratedText write_text(const RunPlan& plan, const GenerateJob& job) const {
        Numerics free = plan.numerics;
        free.replay = false;  // the other run writes another text
        Runner runner(plan.model, plan.config, Exec(free, false));
        return generate_text(runner, job, context_.stop);
    }

    GeneratedText generate_side(Side side, const RunPlan& plan, const OptionValues& options) {
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

    static int draws_of(const OptionValues& options) {
        const std::string& value = options.at("draws");
        return value == "off" ? 0 : std::stoi(value);
    }

    /// How often the two part when both draw with the same noise: said with the verdict, never
    /// judged.
    void draw_texts(const Generation& g) {
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

    void generate() {
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

    /// The tokens are the same, and people see two texts.
    void warn_of_texts(const Generation& g) {
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

    /// The defects that differ are all such as one call over the whole prompt never shows.
    bool only_cache_defects() const {
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

    /// Token by token from where on: after the prompt; or in its last quarter when only the cache
    /// or the calls differ and nothing is generated.
    int64_t first_stretch() {
        const auto n = static_cast<int64_t>(prompt_.size());
        const auto& d = out_->differing;
        const bool only_calls =
            !d.empty() && std::all_of(d.begin(), d.end(), [this](const auto& id) {
                return kCallOptions.count(id) > 0 || (id == "defects" && only_cache_defects());
            });
        if (!only_calls || tokens_.size() > prompt_.size() || n < 2) return n;
        out_->warnings.push_back(
            "Only the cache or the calls differ: the last quarter of the "
            "prompt is fed token by token");
        return n - std::max<int64_t>(1, n / 4);
    }

    LockstepJob make_job() {
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

    void fill_tokens() {
        const PieceOf piece = piece_function(*a_.model);
        for (size_t i = 0; i < tokens_.size(); ++i) {
            const bool special =
                a_.model->tokenizer() && a_.model->tokenizer()->is_special(tokens_[i]);
            out_->tokens.push_back({tokens_[i], piece(tokens_[i]), special, i >= prompt_.size()});
        }
    }

    Evidence evidence(const LockstepResult& r, const LockstepJob& job) const {
        Evidence e;
        e.judged = job.judged;
        e.same_logits = r.same_logits;
        e.function = r.function;
        for (const SiteSums& sums : r.sites) {
            if (!sums.compared()) continue;
            SiteEvidence s;
            s.site = sums.site();
            s.equal = sums.all_equal();
            s.non_finite = sums.non_finite();
            s.delta64 = sums.worst_delta64();
            const auto a = sums.noise(Side::a), b = sums.noise(Side::b);
            s.error_a = a.error, s.band_a = a.band, s.error_b = b.error, s.band_b = b.band;
            e.sites.push_back(s);
        }
        return e;
    }

    void fill(const LockstepResult& r, const LockstepJob& job) {
        Comparison& c = *out_;
        c.cancelled = r.positions < static_cast<int64_t>(job.tokens.size()) && r.failed.empty();
        c.sites.clear();
        const auto n = static_cast<size_t>(r.positions);
        for (const SiteSums& sums : r.sites) {
            SiteMetrics m = sums.finish();
            for (auto* list : {&m.by_pos, &m.band_by_pos, &m.delta64_by_pos}) {
                if (list->size() > n) list->resize(n);
            }
            if (m.in_a || m.in_b) c.sites.push_back(std::move(m));
        }
        c.tokens.resize(std::max<size_t>(std::min(c.tokens.size(), n), r.failed.empty() ? 0 : 1));
        c.logits = r.logits;
        c.routing = r.routing;
        c.a.calls = r.calls_a, c.b.calls = r.calls_b;
        c.a.loss = r.loss_a, c.b.loss = r.loss_b;
        c.a.peak_bytes =
            a_.model->bytes_in(a_.numerics.dtype) + r.cache_bytes_a + r.activation_bytes_a;
        c.b.peak_bytes =
            b_.model->bytes_in(b_.numerics.dtype) + r.cache_bytes_b + r.activation_bytes_b;
        if (c.generation) {
            c.generation->b_forced = r.b_forced;
            c.generation->error_at_step = r.error_at_step;
            c.generation->fragility = r.fragility;
        }
        c.heads = r.patterns->thumbs();
        c.verdict = r.failed.empty() ? judge(evidence(r, job)) : failed_verdict(r);
        c.first_divergence = first_divergence();
        shape();
        explain(r);
        c.symptoms = c.verdict.kind == VerdictKind::none
                         ? std::vector<Symptom>()
                         : fitting_symptoms(symptom_rules(), measure(c, masks_differ(r)));
    }

    /// How the distance goes along the text: of the function at its first site, else of the logits.
    void shape() {
        Comparison& c = *out_;
        const Verdict& v = c.verdict;
        c.positions.reset();
        if (v.kind == VerdictKind::identical || v.kind == VerdictKind::failed) return;
        const Site site = v.site ? *v.site : Site{SiteKind::logits, -1};
        for (const SiteMetrics& m : c.sites) {
            if (m.site != site) continue;
            const bool function = v.site && !m.delta64_by_pos.empty();
            c.positions = position_shape(site, function ? m.delta64_by_pos : m.by_pos,
                                         function ? same_limit(v) : 0);
        }
    }

    /// Whether another mask is what makes the scores of the verdict's site another function.
    std::optional<bool> masks_differ(const LockstepResult& r) {
        Verdict& v = out_->verdict;
        if (!v.site || v.site->kind != SiteKind::scores) return std::nullopt;
        for (const SiteSums& sums : r.sites) {
            if (sums.site() != *v.site || !sums.compared()) continue;
            const int64_t entries = sums.masked_in_one();
            if (entries > 0) {
                v.remarks.push_back("the mask differs: " + std::to_string(entries) +
                                    " entries of " + to_string(*v.site) +
                                    " are hidden in one run only");
            }
            return entries > 0;
        }
        return std::nullopt;
    }

    static Verdict failed_verdict(const LockstepResult& r) {
        Verdict v;
        v.kind = VerdictKind::failed;
        v.site = r.failed_at;
        v.rule = "B cannot be computed: " + r.failed;
        return v;
    }

    /// The earliest site, and there the first position, whose error leaves the band of A | B. Where
    /// rounding alone is at work and every routing flip is explained, what lies outside is the
    /// consequence of those flips, and the runs part nowhere.
    std::optional<Divergence> first_divergence() const {
        const bool unexplained = out_->routing && out_->routing->unexplained > 0;
        if (!out_->verdict.site && !out_->verdict.excess && !unexplained) return std::nullopt;
        for (const SiteMetrics& m : out_->sites) {
            if (!outside(m)) continue;
            for (size_t p = 0; p < std::min(m.by_pos.size(), m.band_by_pos.size()); ++p) {
                if (m.by_pos[p] > m.band_by_pos[p]) {
                    return Divergence{m.site, static_cast<int>(p), m.by_pos[p], m.band_by_pos[p]};
                }
            }
        }
        return std::nullopt;
    }

    /// A site leaves the band when its root mean square over positions does, or when the verdict
    /// names it: one position beyond three standard deviations is chance.
    bool outside(const SiteMetrics& m) const {
        if (out_->verdict.site == m.site) return true;
        double error = 0, band = 0;
        for (size_t p = 0; p < m.band_by_pos.size(); ++p) {
            error += m.by_pos[p] * m.by_pos[p];
            band += m.band_by_pos[p] * m.band_by_pos[p];
        }
        return error > band;
    }

    void explain(const LockstepResult& r) {
        CauseInput in;
        in.options_a = out_->a.options, in.options_b = out_->b.options;
        in.config_a = &a_.config, in.config_b = &b_.config;
        in.same_model = one_model();
        if (!one_model()) {
            if (!weights_) weights_ = diff_weights(*a_.model, *b_.model);
            in.differing_tensors = weights_->differing;
            in.rounded_copy = weights_->rounded_copy;
        }
        in.tokens_differ = tokens_differ_;
        in.positions = r.positions;
        in.texts_differ = out_->generation && text_difference(*out_->generation);
        in.identical = out_->verdict.kind == VerdictKind::identical && !tokens_differ_;
        out_->verdict.cause = name_cause(out_->verdict, in);
        out_->verdict.not_exercised = not_exercised(in);
        apart_ = out_->verdict.kind;
        if (tokens_differ_) tell_apart(out_->verdict);
    }

    /// Different ids are semantic by themselves; the models were judged apart, on A's.
    void tell_apart(Verdict& v) const {
        if (v.kind == VerdictKind::none) return;
        std::string text = "on A's ids the models are " + to_string(v.kind);
        if (!v.rule.empty()) text += ": " + v.rule;
        if (v.site) text += "; first at " + to_string(*v.site);
        v.remarks.insert(v.remarks.begin(), text);
        v.kind = VerdictKind::semantic;
        v.rule = "the runs read different token ids (" + first_other_id() + ")";
        v.site.reset();
    }

    /// What is left of the distance where one run takes the other's experts: asked where one
    /// flipped.
    void replay_experts(const LockstepJob& job, const LockstepResult& r) {
        const bool flipped = out_->routing && out_->routing->tokens_with_a_flip > 0;
        const bool whole = r.positions == static_cast<int64_t>(job.tokens.size());
        if (!flipped || !whole || !r.failed.empty() || context_.stop.stop_requested()) return;
        meter_.stage("replay", 2);
        try {
            const ReplayGap gap = replay_gap(job);
            out_->routing->a_experts_in_b = gap.a_experts_in_b;
            out_->routing->b_experts_in_a = gap.b_experts_in_a;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::cancelled) throw;
        }
    }

    PlainRun plain(const RunPlan& plan, const LockstepJob& job, const RunSummary& summary) {
        if (plan.numerics.replay)
            return run_plain(plan, job);  // the other run decides its bits too
        std::string key = summary.model + '|' + format_options(summary.options) + '|' +
                          std::to_string(job.first_stretch);
        for (const auto& file : plan.model->checkpoint().files()) key += '|' + file->cache_key();
        key += '|' + sha256_hex(plan.model->config_text());
        for (int32_t id : job.tokens) key += ',' + std::to_string(id);
        auto& known = *context_.plain_runs;
        if (const auto found = known.find(key); found != known.end()) return found->second;
        return known[key] = run_plain(plan, job);
    }

    /// The parts of A | B, when they were asked for and there is a difference to take apart.
    void take_apart(const LockstepJob& job, const LockstepResult& r) {
        const bool same = out_->verdict.kind == VerdictKind::identical;
        if (!out_->request.attribute || same || !r.failed.empty() || tokens_differ_) return;
        if (context_.stop.stop_requested()) return;
        meter_.stage("attribute", 40);
        AttributionJob parts{job,
                             out_->request.options_a,
                             out_->request.options_b,
                             one_model(),
                             {},
                             [this](double done, double total) { meter_.tell(done, total); }};
        if (out_->generation && out_->generation->first_split) {
            const auto at =
                static_cast<int64_t>(prompt_.size()) - 1 + *out_->generation->first_split;
            if (at < r.positions) parts.split = at;
        }
        try {
            AttributionResult result = attribute(parts);
            if (out_->generation) {
                for (const Share& step : result.parts.steps)
                    if (parts.split && step.undoes_split)
                        out_->generation->undone_by.push_back(step.id);
            }
            out_->attribution = std::move(result.parts);
            out_->components = std::move(result.components);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::cancelled) throw;
        }
    }

    void observe(const LockstepJob& job, const LockstepResult& r) {
        if (context_.stop.stop_requested() || !r.failed.empty()) return;
        meter_.stage("observer", 2);
        ObserverProof& proof = out_->observer;
        try {
            const PlainRun a = plain(a_, job, out_->a), b = plain(b_, job, out_->b);
            proof = {true,
                     a.hash == r.hash_a && b.hash == r.hash_b,
                     r.hash_a,
                     r.hash_b,
                     a.hash,
                     b.hash,
                     a.seconds + b.seconds};
            const auto n = static_cast<double>(job.tokens.size());
            out_->a.seconds = a.seconds, out_->b.seconds = b.seconds;
            out_->a.tokens_per_s = a.seconds > 0 ? n / a.seconds : 0;
            out_->b.tokens_per_s = b.seconds > 0 ? n / b.seconds : 0;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::cancelled) throw;
        }
    }

    void finish(const LockstepJob& job, const LockstepResult& r) {
        if (!context_.stop.stop_requested()) {
            meter_.stage("hash", 0.5);
            out_->a.hash = a_.model->hash();
            out_->b.hash = one_model() ? out_->a.hash : b_.model->hash();
        } else {
            out_->cancelled = true;
        }
        const bool acts = !one_model() || differ_in_forward(out_->a.options, out_->b.options);
        if (r.same_logits && !out_->differing.empty() && acts &&
            out_->verdict.kind == VerdictKind::identical) {
            out_->verdict.remarks.push_back(
                "These settings are bit-identical on this machine; matmul.order shows what another "
                "kernel would do");
        }
        if (job.same_function && out_->verdict.kind == VerdictKind::rounding) {
            out_->verdict.remarks.push_back(
                "the same function by construction: only types differ; "
                "the evidence is the band");
        }
        if (!base_rate_.empty()) out_->verdict.remarks.push_back(base_rate_);
        out_->complete = !out_->cancelled;
    }

    const CompareContext& context_;
    std::shared_ptr<Comparison> out_;
    Meter meter_;
    RunPlan a_, b_;
    std::vector<int32_t> prompt_, prompt_b_, tokens_;
    VerdictKind apart_ = VerdictKind::none;  ///< of the models, on the same ids
    bool tokens_differ_ = false;
    std::string base_rate_;  ///< of free running; empty: not asked for
    std::optional<WeightDiff> weights_;
};

}  // namespace

CompareOutcome compare_models(const CompareRequest& request, const CompareContext& context) {
    if (!request.against.empty()) return compare_against(request, context);
    return Comparer(request, context).run();
}

}  // namespace driftscope
