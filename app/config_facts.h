// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rope_facts.h"
#include "core/files.h"

namespace driftscope {

struct CompareRequest;
class View;

/// What the configs alone tell of a request, before anything runs.
struct ConfigFacts {
    RopePair rope;
    ConfigRead ofB;  ///< of `config_b`; empty where B has none of its own
};

/// Reads small files only. What cannot be read stays empty: opening the model, or the run, says
/// why.
ConfigFacts configFacts(const CompareRequest& request);

/// To the view of the models; other views do not ask.
void showConfigFacts(View* view, const ConfigFacts& facts);

}  // namespace driftscope
