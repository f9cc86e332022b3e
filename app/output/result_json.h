// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/engine.h"

namespace driftscope {

using OrderedJson = nlohmann::ordered_json;

/// The objects of design §6.1: keys are never renamed within a version; NaN and infinities are
/// the texts "nan", "inf", "-inf".
/// @param command  what repeats the comparison; goes into its provenance
OrderedJson compareJson(const Comparison& comparison, const std::string& command);
OrderedJson generateJson(const GenerateResult& result);
OrderedJson tokenizeJson(const TokenizeResult& result);
OrderedJson inspectJson(const ModelInfo& model);
OrderedJson optionsJson();
OrderedJson benchJson(const BenchResult& result);

/// UTF-8 text that ends with a line end; what is no UTF-8 becomes U+FFFD.
std::string jsonText(const OrderedJson& json);

}  // namespace driftscope
