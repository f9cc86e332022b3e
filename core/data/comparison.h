// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/data/grid.h"
#include "core/data/memory_budget.h"
#include "core/data/site.h"

namespace driftscope {

enum class Side { a = 0, b = 1 };

/// Values of every option by id, as text; what is missing has its default.
using OptionValues = std::map<std::string, std::string>;

/// What to compare. Value type: copied into the worker.
struct CompareRequest {
    std::string model_a;
    std::string model_b;          ///< empty = the same folder as A, opened once
    std::string prompt;           ///< used when tokens is empty
    std::vector<int32_t> tokens;  ///< ids given directly
    int max_new_tokens = 0;
    OptionValues options_a, options_b;  ///< unknown ids are an error
    std::string config_b;               ///< another config.json for run B, over the same weights
    bool attribute = false;             ///< also say which option and which step makes how much
    bool judge = true;                  ///< false: no float64 runs, verdict only identical or none
    std::string against;  ///< a stored trace (.safetensors) in place of run A; empty: A is run
    /// Canonical text of everything that decides the result; equal text, equal result.
    std::string fingerprint() const;
};

struct TokenInfo {
    int32_t id = 0;
    std::string piece;  ///< raw bytes; may be part of a UTF-8 character
    bool special = false;
    bool generated = false;  ///< made by A, not part of the prompt
};

/// One call of the model: first absolute position and count.
struct Call {
    int64_t start = 0, length = 0;
};

struct RunSummary {
    std::string model;  ///< folder
    std::string family;
    std::string hash;      ///< sha256 over config, tokenizer and tensors; empty: not hashed yet
    std::string dtype;     ///< compute dtype, resolved ("bfloat16")
    OptionValues options;  ///< complete, defaults filled in
    std::vector<Call> calls;
    double seconds = 0;  ///< of the plain (untapped) run
    double tokens_per_s = 0;
    int64_t peak_bytes = 0;  ///< weights held + cache + activations of this run
    double loss = 0;         ///< mean next-token cross entropy over the compared positions, nats
    std::vector<std::string> notes;  ///< kernels chosen, defaults taken, values rounded
};

/// A | B at one site.
struct SiteMetrics {
    Site site;
    bool in_a = false, in_b = false;  ///< false: this run never makes the value
    double exact = 0, max_abs = 0, mean_abs = 0, rel_l2 = 0, nmse = 0, cosine = 1;
    double max_ulp = 0, p99_ulp = 0, slope = 1, r2 = 1;
    double delta64 = 0;               ///< |A64−B64|, worst position
    double error_a = 0, error_b = 0;  ///< |A−A64|, |B−B64|, worst position
    double band = 0;                  ///< noise band of A|B, worst position
    std::vector<double> by_pos;       ///< relative L2 of A|B at each compared position
    std::vector<double> band_by_pos;  ///< empty when not judged
    std::vector<double> delta64_by_pos;
    bool non_finite = false;
};

enum class VerdictKind { none, identical, rounding, semantic, unclear, non_finite, failed };
/// "identical", "rounding", ..., "non-finite".
std::string to_string(VerdictKind kind);

struct Cause {
    std::string kind;  ///< "option", "config", "defect", "weights", "tokens"
    std::string id, text;
};

struct Verdict {
    VerdictKind kind = VerdictKind::none;
    std::string rule;  ///< the rule with its numbers, one or two sentences
    double delta = 0, delta64 = 0, floor64 = 0, error_a = 0, error_b = 0, share = 0, band = 0;
    double amplification = 0;
    std::optional<Site> excess;  ///< first site where a run leaves its own noise band
    std::optional<Site> site;    ///< first site that is another function
    std::vector<std::string> not_exercised;
    std::vector<std::string> remarks;  ///< another representation, one-token warning, ...
    std::optional<Cause> cause;
};

/// What one option, one of several known bugs, or one step's arithmetic contributes to the distance
/// of B from A.
struct Share {
    /// Option id; defect id; or step: "embed", "blocks.3.attn", "unembed".
    std::string id;
    double mean = 0;            ///< nats of KL: mean of the forward and the reverse order
    double half_gap = 0;        ///< half the difference of the two orders: the interaction
    double repaired = 0;        ///< KL left when this alone is as in A
    bool undoes_split = false;  ///< with this alone as in A, the first split token is A's
};

/// The error of one component three ways, each a distance at its output (relative L2, worst
/// position).
struct ComponentError {
    Site site;  ///< output of the component: embed, blocks.L.attn_out, blocks.L.mlp_out, logits
    double isolated = 0;    ///< B's arithmetic on A's input: what the component does by itself
    double propagated = 0;  ///< A's arithmetic on B's input: what it passes on
    double injected = 0;    ///< at the logits, when B's arithmetic runs in this component alone
};

/// How the distance of A and B goes along the text.
struct PositionShape {
    std::string kind;   ///< "growth", "step", "flat", "none"
    Site site;          ///< where it was read
    int step_at = -1;   ///< first position after the step
    double figure = 0;  ///< growth: exponent of distance over position; step: ratio after | before
    std::string text;   ///< one sentence with the figures
};

/// A rule of resources/symptoms.json that the measurements meet.
struct Symptom {
    std::string id, text, check;  ///< `check`: what confirms it
};

/// A point of the precision plan's curve: what is left of the distance with that many steps as in
/// A.
struct PlanPoint {
    int steps = 0;   ///< as in A
    double kl = 0;   ///< mean KL(A ‖ run) that is left, nats
    std::string id;  ///< the step that this point has as in A and the point before has not
};

/// A | B taken apart by switching arithmetic, never stored values. Shares sum to `whole`.
struct Attribution {
    double whole = 0;  ///< mean KL(A ‖ B) over the compared positions, nats
    std::vector<Share> options, steps;
    /// Smallest set of steps found that, computed as in A, leaves at most `plan_target`: none of
    /// them can be dropped, each drop was run.
    std::vector<std::string> plan;
    double plan_target = 0, plan_kl = 0;
    /// Distance against steps as in A, from none (the whole distance) to all, one step more at each
    /// point: the plan's largest shares first, the last of them being the plan, then the rest in
    /// the order in which the search would have given them up last. Every point was run.
    std::vector<PlanPoint> curve;
    std::string note;  ///< why a part is missing; empty: nothing is
    int runs = 0;
    double seconds = 0;
};

struct Divergence {
    Site site;
    int pos = 0;
    double error = 0, band = 0;
};

struct RoutingLayer {
    int layer = 0;
    double disagreement = 0;  ///< share of positions whose expert sets differ
    double min_margin = 0;    ///< smallest gap between slot k and k+1, router logits of A
    std::vector<int> experts_a, experts_b;     ///< [pos * top_k], largest weight first
    std::vector<double> weights_a, weights_b;  ///< [pos * top_k]
    std::vector<double> margin_a, margin_b;    ///< [pos], gap k | k+1 in router logits
    std::vector<double> margin_ulp;            ///< [pos], margin of A in ulp of its router dtype
    std::vector<uint8_t> flip;                 ///< [pos] 1: the sets differ
    std::vector<uint8_t> explained;      ///< [pos] 1: flip within the band of the router logits
    std::vector<double> load_a, load_b;  ///< [expert], share of all choices
};

struct Routing {
    int n_experts = 0, top_k = 0;
    std::vector<RoutingLayer> layers;
    double tokens_with_a_flip = 0;         ///< share of positions with a flip in any layer
    std::vector<double> cumulative_flips;  ///< [pos] share of positions up to here with a flip
    int unexplained = 0;
    /// Mean KL(A ‖ B) left over the compared positions with the other run's experts, nats: A's
    /// choices in B, and B's choices in A. Empty: not asked for.
    std::optional<double> a_experts_in_b, b_experts_in_a;
};

struct Candidate {
    int32_t id = 0;
    std::string piece;
    double logprob = 0;
};

/// One generated token with what else could have been.
struct GenerationStep {
    int32_t id = 0;
    std::string piece;
    double logprob = 0;
    double margin = 0;           ///< top1 − top2 logit
    double margin_ulp = 0;       ///< the same in ulp of the compute dtype at the top logit
    std::vector<Candidate> top;  ///< best ten, largest first
};

struct GeneratedText {
    std::vector<GenerationStep> steps;
    std::string text;
    std::string stopped;  ///< "eos", "length", "cancelled"
};

struct Generation {
    GeneratedText a, b;                    ///< free running
    std::optional<int> first_split;        ///< first step where the ids differ
    std::vector<GenerationStep> b_forced;  ///< B's own step at each position of A's text
    std::vector<double> error_at_step;     ///< max |A−B| of the two best logits, teacher-forced
    /// From run A alone: noise of A's own band at the two best logits against their margin, [step];
    /// 1 and more: rounding alone may turn this token.
    std::vector<double> fragility;
    /// Steps whose arithmetic, alone as in A, gives A's token at the first split. Empty: not asked
    /// for.
    std::vector<std::string> undone_by;
};

struct LogitMetrics {
    std::vector<double> kl_ab, kl_ba, js;  ///< [pos], nats
    std::vector<double> loss_a, loss_b;    ///< [pos], NaN at the last position
    std::vector<uint8_t> top1_equal;       ///< [pos]
    std::vector<int> rank_a, rank_b;       ///< [pos] of the next token, 0 = best; −1 at the end
    std::vector<int> best_rank_in_b;       ///< [pos] rank in B of A's best token, 0 = the same
    std::vector<int32_t> best_a, best_b;   ///< [pos] ids of the best tokens
    std::vector<std::string> best_piece_a, best_piece_b;  ///< [pos] their bytes
    double top1_agreement = 0, top5_agreement = 0;
    double max_kl = 0;
};

struct ObserverProof {
    bool done = false, identical = false;
    std::string hash_a, hash_b, plain_hash_a, plain_hash_b;  ///< sha256 of the logits
    double seconds = 0;
};

/// A thumbnail of one head, at most 24 × 24 (largest weight in each cell), for the mosaic.
struct HeadThumb {
    int layer = 0, head = 0;
    Grid a, b;
    double max_diff = 0;  ///< largest |A−B| over the whole pattern
    /// Queries of the whole pattern whose strongest key is another one in B; −1: not comparable.
    int moved = -1;
    /// Mean over the queries of the entropy of their weights, nats, over the whole pattern; NaN:
    /// there is no pattern, or it is not finite.
    double entropy_a = std::numeric_limits<double>::quiet_NaN(),
           entropy_b = std::numeric_limits<double>::quiet_NaN();
    bool captured_a = true, captured_b = true;
};

struct Comparison {
    uint64_t id = 0;  ///< names what the engine keeps for further questions
    CompareRequest request;
    bool complete = false;  ///< false: a first picture, the judge still runs
    bool cancelled = false;
    RunSummary a, b;
    std::vector<std::string> differing;  ///< option ids whose values differ, and "model"
    int n_layers = 0, n_heads = 0, n_kv_heads = 0;
    std::vector<TokenInfo> tokens;  ///< the compared positions
    int n_prompt = 0;
    Verdict verdict;
    std::optional<Divergence> first_divergence;
    std::optional<Attribution> attribution;
    std::vector<ComponentError> components;  ///< forward order; empty: not asked for
    std::optional<PositionShape> positions;
    std::vector<Symptom> symptoms;  ///< rules that fit, best first; empty with a verdict: none fits
    std::vector<SiteMetrics> sites;  ///< forward order
    LogitMetrics logits;
    std::optional<Routing> routing;
    std::optional<Generation> generation;
    ObserverProof observer;
    MemoryBudget memory;                ///< stated before the runs
    std::vector<HeadThumb> heads;       ///< [layer * n_heads + head]
    std::vector<std::string> warnings;  ///< to show above everything
    std::map<std::string, std::string> provenance;
};
using ComparisonPtr = std::shared_ptr<const Comparison>;

/// One head's pattern in both runs. Masked entries are NaN.
struct AttentionPair {
    uint64_t comparison = 0;
    int layer = 0, head = 0;
    Grid a, b, diff;               ///< [pos, key_pos]; diff = a − b, formed in float64
    std::string badge_a, badge_b;  ///< "captured", "recomputed", "not available"
};
using AttentionPtr = std::shared_ptr<const AttentionPair>;

/// One site's values in both runs of a comparison, row-major in the site's axes.
struct ValuePair {
    uint64_t comparison = 0;
    Site site;
    std::vector<std::string> axes;  ///< "pos", "head", "d_head", ...; `pos` is an absolute position
    std::vector<int64_t> shape_a, shape_b;
    std::vector<double> a, b;      ///< exact; masked entries NaN; empty where a run never makes it
    std::string dtype_a, dtype_b;  ///< type the run made them in, "bfloat16"
    std::string badge_a, badge_b;  ///< "recomputed", "not available"
    /// Whether both are there with the same shape, so that a[i] belongs to b[i].
    bool comparable() const { return !a.empty() && shape_a == shape_b && a.size() == b.size(); }
};
using ValuesPtr = std::shared_ptr<const ValuePair>;

/// A token that a run just made, while it runs.
struct LiveToken {
    Side side = Side::a;
    int index = 0;
    GenerationStep step;
};

}  // namespace driftscope
