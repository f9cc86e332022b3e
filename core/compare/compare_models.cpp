// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/compare_models.h"

#include "core/compare/against.h"
#include "core/compare/comparer.h"

namespace driftscope {

CompareOutcome compare_models(const CompareRequest& request, const CompareContext& context) {
    if (!request.against.empty()) return compare_against(request, context);
    return Comparer(request, context).run();
}

}  // namespace driftscope
