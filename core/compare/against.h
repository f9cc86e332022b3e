// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/compare/compare_models.h"

namespace driftscope {

/// What a trace says of the run that made it, in its metadata: enough to make the run again.
struct TraceStamp {
    std::string model_hash;  ///< as RunSummary::hash
    std::vector<int32_t> tokens;
    int64_t n_prompt = 0;  ///< positions of the first stretch, the rest one by one
    OptionValues options;  ///< complete
};
std::map<std::string, std::string> stamp_metadata(const TraceStamp& stamp);
/// Errors: format when a key is missing or cannot be read; `where` names the file.
TraceStamp read_stamp(const std::map<std::string, std::string>& metadata, const std::string& where);

/// Run B alone against a stored trace in place of run A: the trace's tokens and calls, its options
/// with those of B on top, every site that the trace holds. No float64 run: the verdict is
/// identical, non-finite or none.
/// Errors: not_found, unreadable, format (the file is no such trace), mismatch (another model,
/// other tokens), usage (a question that needs run A).
CompareOutcome compare_against(const CompareRequest& request, const CompareContext& context);

}  // namespace driftscope
