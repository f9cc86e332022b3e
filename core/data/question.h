// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/data/grid.h"

namespace driftscope {

/// One head's scores taken apart.
struct ScorePartsQuestion {
    int layer = 0, head = 0;
    bool operator==(const ScorePartsQuestion&) const = default;
};
/// What the stream after each block would say at one of the compared positions.
struct LensQuestion {
    int pos = 0;
    bool operator==(const LensQuestion&) const = default;
};
/// Values of one weight in two models' files; asks for no comparison.
struct WeightQuestion {
    std::string model_a, model_b;  ///< folders; B empty: the same as A
    std::string name;              ///< canonical, "blocks.0.attn.W_Q"
    bool operator==(const WeightQuestion&) const = default;
};
/// What only the view that asks wants to know.
using Question = std::variant<ScorePartsQuestion, LensQuestion, WeightQuestion>;

/// score = qk + bias + cap + mask, each [pos, key_pos] of one head in one run. Keys later than the
/// query, and keys that a rolling cache no longer holds, are NaN.
struct ScoreParts {
    Grid qk;          ///< q·kᵀ times the scale; empty: this run has no attention that can be shown
    Grid bias;        ///< ALiBi; empty: none
    Grid cap;         ///< what the soft cap adds; empty: there is none
    Grid seen;        ///< 1: the query may look at the key, 0: the mask hides it
    Grid score;       ///< before the mask
    double mask = 0;  ///< what a hidden key gets added: the type's lowest number, or −∞
    std::string dtype;  ///< in which the scores are made
    /// "captured": the run computes this very value. "recomputed": it has a kernel that computes
    /// it together with something else. "not available": it could not be made. `bias`: "none"
    /// where the run has none.
    std::string badge_qk, badge_bias, badge_mask;
    /// Largest |score − (qk + bias + cap)|: what one rounding in place of several makes.
    double residual = 0;
};
struct ScorePartsPair {
    ScoreParts a, b;
};

/// Final norm and unembedding of the stream after one block, in one run.
struct LensReading {
    int32_t best = -1;  ///< id of the likeliest token; −1: this run has no such block
    std::string piece;
    double best_share = std::numeric_limits<double>::quiet_NaN();   ///< its probability
    double final_share = std::numeric_limits<double>::quiet_NaN();  ///< of the run's last word
    int final_rank = -1;                                            ///< 0 = best
};
struct LensLayer {
    LensReading a, b;
    double kl = std::numeric_limits<double>::quiet_NaN();  ///< KL(A ‖ B), nats
};
/// The last layer is the run itself: its logits, bit for bit.
struct LogitLens {
    std::vector<LensLayer> layers;
    int32_t final_a = -1, final_b = -1;  ///< likeliest token of each run; −1: no such run
    std::string piece_a, piece_b;
    int first_split = -1;     ///< first layer whose likeliest tokens differ; −1: none
    int split_for_good = -1;  ///< first layer from which on they differ to the end; −1: none
};

/// A weight's values in one file.
struct WeightStats {
    std::string dtype;  ///< as stored; empty: this model has no such weight
    std::vector<int64_t> shape;
    int64_t count = 0, zeros = 0, non_finite = 0;
    double low = 0, high = 0, mean = 0, deviation = 0;  ///< of the finite values
    std::vector<int64_t> bins;                          ///< finite values, see WeightPair::edges
};
struct WeightPair {
    WeightStats a, b;
    /// Bins of both: edges[i] <= value < edges[i + 1], the last one with its upper edge.
    std::vector<double> edges;
    bool same_file = false;   ///< B is A: nothing to subtract
    bool comparable = false;  ///< the same shape in both
    std::string note;         ///< why there is no difference to show
    // A − B, element by element:
    int64_t equal = 0;  ///< elements with the same value (both NaN count as the same)
    double max_delta = 0, mean_delta = 0, mean_abs_delta = 0;
    std::vector<int64_t> max_at;      ///< index of the largest |A − B|
    std::vector<double> delta_edges;  ///< centred on 0
    std::vector<int64_t> delta_bins;
};

struct Answer {
    uint64_t comparison = 0;
    Question question;
    std::variant<ScorePartsPair, LogitLens, WeightPair> body;
};
using AnswerPtr = std::shared_ptr<const Answer>;

}  // namespace driftscope
