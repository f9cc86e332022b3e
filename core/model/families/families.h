// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/family.h"

namespace driftscope {

// One function per family, in the file of its name; listed once, in families.cpp.
FamilySpec llama_family();
FamilySpec mistral_family();
FamilySpec mixtral_family();

}  // namespace driftscope
