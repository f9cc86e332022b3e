// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/options/effects.h"

#include <algorithm>

namespace driftscope {

bool differ_in_forward(const OptionValues& a, const OptionValues& b) {
    const auto ids = differing_options(expand_aliases(a), expand_aliases(b));
    return std::any_of(ids.begin(), ids.end(), [](const std::string& id) {
        return option(id).effect == OptionEffect::forward;
    });
}

bool changes_text_only(const DefectSpec& defect) {
    const size_t equals = defect.alias_of.find('=');
    return equals != std::string::npos &&
           option(defect.alias_of.substr(0, equals)).effect == OptionEffect::display;
}

}  // namespace driftscope
