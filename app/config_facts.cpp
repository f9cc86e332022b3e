// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config_facts.h"

#include "core/data/comparison.h"
#include "core/data/error.h"
#include "ui/views/model_view.h"

namespace driftscope {

namespace {

RopeFactsPtr ropeOf(const std::string& model, const std::string& config,
                    const OptionValues& options) {
    try {
        return model.empty() ? nullptr : read_rope(model, config, options);
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace

ConfigFacts configFacts(const CompareRequest& request) {
    const std::string& b = request.model_b.empty() ? request.model_a : request.model_b;
    ConfigFacts facts;
    facts.rope = {ropeOf(request.model_a, {}, request.options_a),
                  ropeOf(b, request.config_b, request.options_b)};
    try {
        if (!request.config_b.empty()) facts.ofB = read_config(request.config_b);
    } catch (const Error&) {
        facts.ofB = {};
    }
    return facts;
}

void showConfigFacts(View* view, const ConfigFacts& facts) {
    auto* models = qobject_cast<ModelView*>(view);
    if (!models) return;
    models->setRope(facts.rope);
    models->setConfigOfB(facts.ofB.entries, facts.ofB.problems);
}

}  // namespace driftscope
