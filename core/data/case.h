// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/sweep.h"

namespace driftscope {

/// Relative L2 of A | B over all values of a site, expected within bounds.
struct SiteBound {
    std::string site;
    std::optional<double> at_least, at_most;
};

/// What a step is expected to show, written from the definition of what it does. Only what is set
/// is checked.
struct Expectation {
    std::vector<std::string> kinds;   ///< the verdict is one of them
    std::optional<std::string> site;  ///< first site that is another function; "" = none
    std::string cause_kind, cause_id;
    std::string not_exercised;            ///< one of the entries holds this text
    std::string remark;                   ///< a remark or warning holds this text
    std::optional<double> loss_gap_min;   ///< loss of B − loss of A at least, nats
    std::optional<double> loss_gap_max;   ///< |loss of B − loss of A| at most, nats
    std::optional<int> routing_equal_in;  ///< in this block both choose the same experts
    std::optional<double> flips_min;      ///< share of positions with a flip in any block
    std::string shape;                    ///< how the distance goes along the text
    bool from_decode =
        false;  ///< logits equal bit for bit on the prompt, not on the first new token
    std::optional<bool> split;        ///< whether the free texts part
    std::string exact_site;           ///< at this site …
    std::optional<double> exact_max;  ///< … at most this share of the values is equal
    std::string slope_site;           ///< at this site …
    std::optional<double> slope;      ///< … B is this many times A …
    double slope_within = 0.01;       ///< … to this share of it
    std::vector<SiteBound> distances;
    std::string error_site;                 ///< at this site …
    std::optional<double> error_ratio_min;  ///< … B is so many times further from float64 than A
    std::optional<double> early_kl_max;     ///< KL at the first 16 positions at most, nats
    std::optional<double>
        late_kl_ratio_min;  ///< mean KL of the last quarter over the first quarter's
    std::optional<double> speed_ratio_min;  ///< tokens/s of A over those of B
    bool same_bytes = false;                ///< both runs' files have the same hash
    bool same_weights = false;  ///< weight by weight, unpacked, both files have the same hashes
    std::string config_key;     ///< a warning names this key as differing
};

/// One step of a case: one comparison, or a grid of them.
struct CaseStep {
    std::string id, title;
    std::string shows;  ///< what the instrument shows, one sentence
    CompareRequest request;
    std::string convert_b;  ///< run B's folder is A's converted to this family; empty: it is not
    std::vector<SweepAxis> axes;  ///< empty: one comparison
    Expectation expect;           ///< of a grid: of every cell that could be computed
    std::string missing;          ///< why it cannot run here ("tiny-bloom is not there")
};

/// A figure that proves an answer: one of the checks of a step, by its name.
struct CaseProof {
    std::string step, check;
};

/// A saved experiment.
struct Case {
    std::string id, title, question, belief;
    std::string answer;  ///< what it was in the end
    std::vector<CaseProof> proof;
    std::vector<CaseStep> steps;
};

/// One expectation against what was found.
struct CaseCheck {
    std::string what, expected, found;
    bool met = false;
};

}  // namespace driftscope
