// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/checkpoint/problems.h"
#include "core/model/family.h"

#include <algorithm>

namespace driftscope {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view wanted) {
    return std::find(names.begin(), names.end(), wanted) != names.end();
}

}  // namespace

const std::vector<FamilySpec>& all_families() {
    static const std::vector<FamilySpec> families = {
        llama_family(), mistral_family(),   mixtral_family(), gpt2_family(),   gpt_neox_family(),
        bloom_family(), internlm2_family(), qwen2_family(),   qwen3_family(),  qwen3_moe_family(),
        olmoe_family(), gemma_family(),     gemma2_family(),  gemma3_family(), phi3_family(),
    };
    return families;
}

const FamilySpec& family_for(std::string_view model_type,
                             const std::vector<std::string>& architectures,
                             const std::string& where) {
    for (const FamilySpec& family : all_families())
        if (holds(family.model_types, model_type)) return family;
    for (const FamilySpec& family : all_families())
        if (!architectures.empty() && holds(family.architectures, architectures.front()))
            return family;
    std::string known;
    for (const FamilySpec& family : all_families())
        for (const std::string& name : family.model_types)
            known += (known.empty() ? "" : ", ") + name;
    std::string given;
    if (!model_type.empty()) given += "model_type " + in_quotes(model_type);
    if (!architectures.empty())
        given += (given.empty() ? "" : ", ") + std::string("architecture ") +
                 in_quotes(architectures.front());
    throw Error(ErrorCode::unsupported, where,
                given.empty() ? "neither model_type nor architectures says what model it is"
                              : given + " is none of the families known here",
                "Known: " + known);
}

const FamilySpec& family_by_id(std::string_view id) {
    for (const FamilySpec& family : all_families())
        if (family.id == id) return family;
    throw Error(ErrorCode::internal, "families", "no family " + in_quotes(id));
}

}  // namespace driftscope
