// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/error.h"
#include "core/nn/attention.h"
#include "core/nn/exec.h"
#include "core/nn/mlp.h"
#include "core/nn/norm.h"
#include "core/nn/qkv.h"
#include "core/nn/rope.h"
#include "core/nn/route_store.h"
#include "core/run/call_rows.h"
#include "core/run/loaded_model.h"
#include "core/run/processed_weights.h"
#include "core/run/tap.h"

namespace driftscope {

/// A run's thread count: the option's, or as many as its matrices are worth.
int thread_count(const ModelConfig& config, const Numerics& numerics);

/// A run that cannot go on, and where: shapes that do not fit. A finding where it is run B.
class StepFailed : public Error {
public:
    StepFailed(SiteKind site, int layer, std::string text)
        : Error(ErrorCode::mismatch, to_string(Site{site, layer}), std::move(text)),
          site_{site, layer} {}
    const Site& site() const { return site_; }

private:
    Site site_;
};

/// One run of one model under one Numerics: hidden state, cache, block by block.
///
/// A *stretch* is a range of new positions; a run covers it in one or more calls (prefill.chunk),
/// or, without a cache, in one call over the whole prefix of which the last positions are taken.
/// Because a block reads nothing of a later call but its own cache, doing all calls of a stretch
/// in block L before any in block L+1 gives the same bits as call after call.
class Runner {
public:
    /// `config`: the model's, with the run's flags. `exec` decides plain, judge, noise.
    Runner(std::shared_ptr<LoadedModel> model, ModelConfig config, Exec exec);

    const ModelConfig& config() const { return config_; }
    const Numerics& num() const { return exec_.num(); }
    const Exec& exec() const { return exec_; }
    LoadedModel& model() { return *model_; }

    /// Starts a stretch at tokens[start .. start + length); `tokens` holds the whole prefix.
    /// `chunk`: tokens per call, 0 = all. Runs the embedding.
    void begin(std::span<const int32_t> tokens, int64_t start, int64_t length, int64_t chunk,
               Tap& tap);
    /// Runs block `layer` over the stretch. `held`: per call, choices to take instead of the own.
    void block(int layer, Tap& tap, const std::vector<at::Tensor>* held = nullptr);
    /// The two halves of block(), for runs that mix the arithmetic of two: attention with its
    /// residual add, then the MLP with its own.
    void attention_half(int layer, Tap& tap);
    void mlp_half(int layer, Tap& tap, const std::vector<at::Tensor>* held = nullptr);
    /// What passes from one half to the next in call `i` of the stretch: the stream and, in
    /// parallel blocks, attention's output that waits for the MLP's.
    struct Stream {
        at::Tensor x, pending;
    };
    Stream stream(size_t i) const {
        const CallState& call = raised_holds_ ? raised_->stretch_[i] : stretch_[i];
        return {call.x, call.pending};
    }
    /// Takes over another run's stream; the next step reads it in its own dtype.
    void set_stream(size_t i, const Stream& from);
    size_t stretch_calls() const { return stretch_.size(); }
    /// Goes on from where `other` stands: its stream, cache, calls and choices. Both are runs of
    /// one model under one Numerics. Nothing is copied: a step makes new tensors, it never writes
    /// into those of the step before.
    void take_state(const Runner& other);

    /// Final norm and unembedding: logits [length, d_vocab] of the stretch. `last_only`: of its
    /// last position.
    at::Tensor finish(Tap& tap, bool last_only = false);

    /// The logit lens: logits [d_vocab] that final norm and unembedding would make of the stream as
    /// it is now at a position of the stretch. Changes nothing; one row at a time, so that the last
    /// block's may round otherwise than finish().
    at::Tensor lens_at(int64_t position) const;

    /// All of the above; checks `stop` between blocks and throws cancelled.
    at::Tensor step(std::span<const int32_t> tokens, int64_t start, int64_t length, int64_t chunk,
                    Tap& tap, std::stop_token stop, bool last_only = false);

    /// Expert choices of the last block, per call, [rows of the call, top_k].
    const std::vector<at::Tensor>& routes() const { return routes_; }
    /// From now on every choice at a position of the text is put there as well.
    void record_routes(std::shared_ptr<RouteStore> store);
    const std::vector<Call>& calls() const { return calls_; }
    int64_t cache_bytes() const;
    int threads() const { return thread_count(config_, num()); }
    /// Applies this run's thread count to LibTorch and the BLAS.
    void use_threads() const;

private:
    struct CallState : CallRows {
        at::Tensor x = {};        ///< [1 + filler rows, rows, d_model]
        at::Tensor pending = {};  ///< attention's output, not yet added (parallel blocks)
        RopeAngles angles = {}, local_angles = {};
        /// Of every key so far, where the cache holds keys as they were before the rotation.
        RopeAngles key_angles = {}, local_key_angles = {};
    };
    struct LayerCache {
        at::Tensor k, v;  ///< [1, n_kv_heads, pos, d_head], the cache's type
    };

    WeightForm form(const std::string& name) const;
    at::Tensor weight(const std::string& name) const;
    /// `w` laid out as HookedTransformer holds it, where that decides how a product is summed.
    at::Tensor in_lens_layout(const std::string& name, const at::Tensor& w) const;
    /// A bias with keys in it after attention.key_bias; undefined where there is none.
    at::Tensor key_bias(const std::string& name, const QkvStore* fused) const;
    at::Tensor bias(const std::string& name) const;
    bool has(const std::string& name) const;
    bool lens() const { return driftscope::lens(num()); }
    /// Angles of the call's rows, or of all keys so far.
    RopeAngles angles_of(const CallState& call, const Frequencies& frequencies, bool keys) const;
    /// Who computes step `step` (this or raised_), with the stream handed over in its dtype.
    Runner& enter(size_t step);
    void begin_own(std::span<const int32_t> tokens, int64_t start, int64_t length, int64_t chunk,
                   Tap& tap);
    void attention_own(int layer, Tap& tap);
    void mlp_own(int layer, Tap& tap, const std::vector<at::Tensor>* held);
    at::Tensor finish_own(Tap& tap, bool last_only);
    /// What the final norm gives [1, rows, d_model] to logits [1, rows, d_vocab].
    at::Tensor unembed(const at::Tensor& normal) const;
    void embed(std::span<const int32_t> tokens, CallState& call);
    void rotate_angles(CallState& call);
    int64_t first_position(const CallState& call) const;
    at::Tensor summed_copies(int layer, const at::Tensor& q) const;
    /// The norm called `name` ("blocks.0.ln1") of x.
    NormResult normalise(const std::string& name, const at::Tensor& x) const;
    /// `out` through the norm called `name` where the model has one before the residual add.
    at::Tensor post_norm(const std::string& name, const at::Tensor& out) const;
    void attention_half(int layer, CallState& call);
    void mlp_half(int layer, CallState& call, const at::Tensor& held);
    /// The first norm of x, computed once for every head's input.
    HeadInputs head_inputs(int layer, const at::Tensor& x) const;
    at::Tensor attend(int layer, CallState& call, const at::Tensor& normal);
    /// Queries and new keys rotated by the call's angles; with unrotated keys in the cache the keys
    /// that attention reads.
    void rotate(int layer, CallState& call, at::Tensor& q, at::Tensor& k);
    at::Tensor rotated_cache(int layer, const CallState& call, const at::Tensor& keys) const;
    at::Tensor position_bias(const CallState& call, const AttentionInput& in) const;
    /// The other run's choices for the text's rows, −1 for all others. [rows, top_k].
    at::Tensor replayed(int layer, const CallState& call) const;
    at::Tensor mlp_of(int layer, CallState& call, const at::Tensor& normal, const at::Tensor& held);
    at::Tensor mix_experts(int layer, CallState& call, const at::Tensor& normal,
                           const at::Tensor& held);
    MlpWeights mlp_weights(const std::string& prefix) const;
    QkvResult project(int layer, const at::Tensor& x, const HeadInputs* copies) const;
    /// q or k ("q"): the norm before the rotation, clipping. x [1, pos, heads·d_head].
    at::Tensor condition(const std::string& letter, int layer, const at::Tensor& x) const;
    AttentionInput attention_input(int layer, const CallState& call) const;
    std::pair<at::Tensor, at::Tensor> remember(int layer, const CallState& call,
                                               const at::Tensor& k, const at::Tensor& v);
    void see(SiteKind kind, const CallState& call, const at::Tensor& value);
    void see_keys(SiteKind kind, const CallState& call, const at::Tensor& value, int64_t key_start);
    void see_terms(const CallState& call, const AttentionInput& in, int64_t head);
    void flush(Tap& tap);

    std::shared_ptr<LoadedModel> model_;
    ModelConfig config_;
    Exec exec_;
    Frequencies frequencies_, local_frequencies_;
    std::vector<LayerCache> cache_;
    std::vector<CallState> stretch_;
    std::vector<Call> calls_;
    std::vector<at::Tensor> routes_;
    std::shared_ptr<RouteStore> recorded_;
    std::shared_ptr<const ProcessedWeights> processed_;
    int64_t prompt_end_ = 0;                            ///< end of the first stretch
    std::map<SiteKind, std::vector<at::Tensor>> seen_;  ///< of the current block, by call
    Tap* tap_ = nullptr;
    std::unique_ptr<Runner> raised_;  ///< computes the steps that have an arithmetic of their own
    bool raised_holds_ = false;       ///< the stream is in raised_
};

}  // namespace driftscope
