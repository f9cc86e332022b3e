// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/family.h"

namespace driftscope {

// One function per family, in the file of its name; listed once, in families.cpp.
FamilySpec llama_family();
FamilySpec mistral_family();
FamilySpec mixtral_family();
FamilySpec gpt2_family();
FamilySpec gpt_neox_family();
FamilySpec bloom_family();
FamilySpec internlm2_family();
FamilySpec qwen2_family();
FamilySpec qwen3_family();
FamilySpec qwen3_moe_family();
FamilySpec olmoe_family();
FamilySpec gemma_family();
FamilySpec gemma2_family();
FamilySpec gemma3_family();
FamilySpec phi3_family();

}  // namespace driftscope
