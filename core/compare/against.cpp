// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/against.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "core/checkpoint/safetensors.h"
#include "core/compare/logit_sums.h"
#include "core/compare/memory_budget.h"
#include "core/data/error.h"
#include "core/options/option.h"
#include "core/run/trace_run.h"

namespace driftscope {

namespace {

const char* const kFormat = "driftscope/trace/1";

int64_t whole_number(std::string_view text, const std::string& where, const std::string& key) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) {
        throw Error(ErrorCode::format, where, "its " + key + " cannot be read",
                    "make the trace again with 'driftscope trace'");
    }
    return value;
}

at::ScalarType tensor_type(const TensorView& tensor) {
    return tensor.type == StoredType::I64 ? at::kLong : torch_type(tensor.type);
}

at::Tensor read_tensor(const TensorView& tensor) {
    const at::Tensor out = at::empty(tensor.shape, at::TensorOptions().dtype(tensor_type(tensor)));
    tensor.read({static_cast<std::byte*>(out.data_ptr()), tensor.bytes});
    return out;
}

class Against {
public:
    Against(const CompareRequest& request, const CompareContext& context)
        : request_(request), context_(context), file_(SafetensorsFile::open(request.against)),
          stamp_(read_stamp(file_.metadata(), request.against)), model_(*context.model_a) {}

    CompareOutcome run() {
        refuse();
        OptionValues options = stamp_.options;
        for (const auto& [id, value] : request_.options_b) options[id] = value;
        plan_ = make_plan(context_.model_a, options);
        fill_runs(options);
        read_trace();
        state_memory();
        compare();
        judge_sites();
        out_->complete = true;
        CompareOutcome outcome{out_, patterns(), {}};
        outcome.recipe.request = out_->request;
        return outcome;
    }

private:
    [[noreturn]] void usage(const std::string& what) const {
        throw Error(ErrorCode::usage, "against", what, "leave it out, or compare two runs");
    }

    void refuse() {
        if (context_.model_a != context_.model_b)
            usage("a stored trace stands for model and config of A");
        if (request_.attribute) usage("there is no run A whose steps could be switched");
        if (request_.max_new_tokens > 0) usage("a stored trace has its own tokens");
        if (!request_.options_a.empty()) usage("the options of A are those of the trace");
        const std::string hash = model_.hash();
        if (hash != stamp_.model_hash) {
            throw Error(ErrorCode::mismatch, request_.against,
                        "it was made of another model: fingerprint " +
                            stamp_.model_hash.substr(0, 16) + "…, while " +
                            model_.folder().string() + " has " + hash.substr(0, 16) + "…",
                        "restore the model's files, or make the trace again");
        }
        if (request_.prompt.empty() && request_.tokens.empty()) return;
        const auto tokens = prompt_tokens(model_, request_.prompt, request_.tokens);
        if (tokens != stamp_.tokens) {
            throw Error(ErrorCode::mismatch, request_.against,
                        "it was made of " + std::to_string(stamp_.tokens.size()) +
                            " other tokens than the " + std::to_string(tokens.size()) +
                            " that are asked for",
                        "give no prompt, so that the trace's tokens are taken");
        }
    }

    void fill_runs(const OptionValues& options) {
        Comparison& c = *out_;
        c.id = context_.id;
        c.request = request_;
        c.provenance = context_.provenance;
        const ModelConfig& config = plan_.config;
        c.n_layers = static_cast<int>(config.n_layers);
        c.n_heads = static_cast<int>(config.n_heads);
        c.n_kv_heads = static_cast<int>(config.n_kv_heads);
        c.n_prompt = static_cast<int>(stamp_.n_prompt);
        c.differing = differing_options(stamp_.options, options);
        c.a.model = request_.against;
        c.b.model = model_.folder().string();
        c.a.options = complete(stamp_.options);
        c.b.options = complete(options);
        c.a.notes = {"a stored trace: nothing of run A was computed"};
        for (RunSummary* run : {&c.a, &c.b}) {
            run->family = config.family;
            run->hash = stamp_.model_hash;
            run->dtype = dtype_name(resolve_numerics(run->options, model_.stored_type()).dtype);
        }
        const PieceOf piece = piece_function(model_);
        for (const int32_t id : stamp_.tokens)
            c.tokens.push_back({id, piece(id),
                                model_.tokenizer() && model_.tokenizer()->is_special(id),
                                c.tokens.size() >= static_cast<size_t>(stamp_.n_prompt)});
    }

    /// Which sites the file holds; nothing is read yet.
    void read_trace() {
        for (const TensorView& tensor : file_.tensors()) {
            const auto site = parse_site(tensor.name);
            if (!site || (!is_usable(tensor.type) && tensor.type != StoredType::I64)) {
                throw Error(ErrorCode::format, request_.against,
                            "its tensor " + tensor.name + " is no site that can be compared",
                            "make the trace again with 'driftscope trace'");
            }
            stored_[*site] = &tensor;
        }
        if (stored_.empty()) {
            throw Error(ErrorCode::format, request_.against, "it holds no site",
                        "make the trace again with 'driftscope trace'");
        }
    }

    /// Before anything runs, and before a value is read.
    void state_memory() {
        StoredSites stored;
        for (const auto& [site, tensor] : stored_) {
            int64_t values = tensor->elements();
            stored.bytes += static_cast<int64_t>(tensor->bytes);
            // Chosen experts are whole numbers of 8 bytes, whatever the run's type.
            stored.values += tensor->type == StoredType::I64 ? 2 * values : values;
            const bool slots =
                site.kind == SiteKind::expert_weights || site.kind == SiteKind::expert_out;
            if (slots) values *= std::max<int64_t>(1, plan_.config.n_experts);
            stored.largest = std::max(stored.largest, values);
        }
        MemoryQuestion question{plan_, plan_};
        question.stored = &stored;
        question.judged = false;
        question.first_stretch = stamp_.n_prompt;
        question.positions = static_cast<int64_t>(stamp_.tokens.size());
        out_->memory = memory_budget(question);
        const std::string doubt = check_memory(
            out_->memory, "use a trace of fewer tokens or fewer sites, or free memory");
        if (!doubt.empty()) out_->warnings.push_back(doubt);
        if (context_.callbacks->progress)
            context_.callbacks->progress({"compare", 0, 1, -1, out_->memory.total()});
    }

    void compare() {
        std::vector<std::string> names;
        for (const auto& [site, tensor] : stored_) {
            names.push_back(to_string(site));
            a_[site] = read_tensor(*tensor);
        }
        const auto made = trace_sites(plan_, stamp_.tokens, names, stamp_.n_prompt, context_.stop);
        for (const auto& [name, value] : made) b_[*parse_site(name)] = value;
        for (const auto& [site, value] : a_) {
            SiteSums sums(site);
            const at::Tensor* other = b_.count(site) > 0 ? &b_.at(site) : nullptr;
            sums.present(true, other != nullptr);
            if (other && value.sizes() != other->sizes()) {
                throw Error(ErrorCode::mismatch, request_.against,
                            "its " + to_string(site) + " has another shape than this run makes",
                            "make the trace again");
            }
            if (other) sums.add_pair(flat(a_, site), flat(b_, site));
            sums_.push_back(std::move(sums));
        }
        // Forward order: what has no block stands before or behind all of them.
        const auto place = [](const SiteSums& sums) {
            const Site site = sums.site();
            const int part = site.layer >= 0 ? 1 : site.kind < SiteKind::resid_pre ? 0 : 2;
            return std::tuple(part, site.layer, site.kind);
        };
        std::stable_sort(sums_.begin(), sums_.end(),
                         [&](const SiteSums& x, const SiteSums& y) { return place(x) < place(y); });
    }

    /// By expert where the choice is stored too.
    static FlatSite flat(const std::map<Site, at::Tensor>& values, const Site& site) {
        const at::Tensor& value = values.at(site);
        const bool slots =
            site.kind == SiteKind::expert_weights || site.kind == SiteKind::expert_out;
        const auto chosen = values.find({SiteKind::expert_indices, site.layer});
        return flatten(site.kind,
                       slots && chosen != values.end() ? by_expert(value, chosen->second) : value);
    }

    void judge_sites() {
        Comparison& c = *out_;
        Evidence evidence;
        LockstepResult result;
        const Site logits{SiteKind::logits, -1};
        evidence.same_logits = true;
        if (a_.count(logits) > 0 && b_.count(logits) > 0) measure_logits(result);
        for (const SiteSums& sums : sums_) {
            c.sites.push_back(sums.finish());
            if (!sums.compared()) {
                evidence.sites.push_back({.site = sums.site(), .equal = false});
                continue;
            }
            evidence.sites.push_back(
                {.site = sums.site(), .equal = sums.all_equal(), .non_finite = sums.non_finite()});
        }
        evidence.function = result.function;
        c.verdict = judge(evidence);
        for (const SiteMetrics& m : c.sites) {
            const auto at =
                std::find_if(m.by_pos.begin(), m.by_pos.end(), [](double d) { return !(d <= 0); });
            if (at == m.by_pos.end()) continue;
            c.first_divergence =
                Divergence{m.site, static_cast<int>(at - m.by_pos.begin()), *at, 0};
            break;
        }
        if (c.verdict.kind == VerdictKind::none) {
            c.verdict.rule =
                "run A is a stored trace, so no float64 run says whether this is rounding";
        }
    }

    void measure_logits(LockstepResult& result) {
        LockstepJob job;
        job.a = job.b = plan_;
        job.tokens = stamp_.tokens;
        job.n_prompt = static_cast<int64_t>(stamp_.tokens.size());
        job.piece = piece_function(model_);
        LogitSums sums(job);
        sums.add(a_.at({SiteKind::logits, -1}), b_.at({SiteKind::logits, -1}), 0, result);
        sums.finish(result);
        out_->logits = result.logits;
        out_->a.loss = result.loss_a;
        out_->b.loss = result.loss_b;
    }

    std::shared_ptr<PatternStore> patterns() const {
        return std::make_shared<PatternStore>(std::array{plan_.config, plan_.config},
                                              std::array{plan_.numerics, plan_.numerics}, 0);
    }

    const CompareRequest& request_;
    const CompareContext& context_;
    SafetensorsFile file_;
    TraceStamp stamp_;
    LoadedModel& model_;
    RunPlan plan_;
    std::shared_ptr<Comparison> out_ = std::make_shared<Comparison>();
    std::map<Site, const TensorView*> stored_;
    std::map<Site, at::Tensor> a_, b_;
    std::vector<SiteSums> sums_;
};

}  // namespace

std::map<std::string, std::string> stamp_metadata(const TraceStamp& stamp) {
    std::string tokens;
    for (const int32_t id : stamp.tokens)
        tokens += (tokens.empty() ? "" : ",") + std::to_string(id);
    return {{"trace", kFormat},
            {"model_hash", stamp.model_hash},
            {"tokens", tokens},
            {"n_prompt", std::to_string(stamp.n_prompt)},
            {"options", format_options(complete(stamp.options))}};
}

TraceStamp read_stamp(const std::map<std::string, std::string>& metadata,
                      const std::string& where) {
    const auto value = [&](const char* key) -> const std::string& {
        const auto found = metadata.find(key);
        if (found != metadata.end()) return found->second;
        throw Error(ErrorCode::format, where, std::string("it has no ") + key + " in its metadata",
                    "make the trace with 'driftscope trace' of this version");
    };
    if (value("trace") != kFormat) {
        throw Error(ErrorCode::unsupported, where, "it is a trace of the form " + value("trace"),
                    "make the trace with 'driftscope trace' of this version");
    }
    TraceStamp stamp;
    stamp.model_hash = value("model_hash");
    const std::string& tokens = value("tokens");
    for (size_t at = 0; at <= tokens.size();) {
        const size_t end = std::min(tokens.find(',', at), tokens.size());
        const int64_t id =
            whole_number(std::string_view(tokens).substr(at, end - at), where, "tokens");
        stamp.tokens.push_back(static_cast<int32_t>(std::min<int64_t>(id, INT32_MAX)));
        at = end + 1;
    }
    stamp.n_prompt = whole_number(value("n_prompt"), where, "n_prompt");
    if (stamp.n_prompt < 1 || stamp.n_prompt > static_cast<int64_t>(stamp.tokens.size())) {
        throw Error(ErrorCode::format, where, "its n_prompt is not within its tokens",
                    "make the trace again with 'driftscope trace'");
    }
    try {
        stamp.options = parse_options(value("options"));
    } catch (const Error& error) {
        throw Error(ErrorCode::format, where, "its options cannot be read: " + error.message(),
                    "make the trace again with 'driftscope trace'");
    }
    return stamp;
}

CompareOutcome compare_against(const CompareRequest& request, const CompareContext& context) {
    return Against(request, context).run();
}

}  // namespace driftscope
