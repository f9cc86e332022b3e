// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "core/engine.h"

namespace driftscope {

/// Work by stage, so that the time left is one estimate over all of them.
class Meter {
public:
    Meter(const Callbacks& callbacks, double total) : callbacks_(callbacks), total_(total) {}

    void stage(const std::string& name, double cost) {
        done_ += cost_;
        name_ = name;
        cost_ = cost;
        tell(0, 1);
    }
    /// What the work takes at most: told with every stage.
    void needs(int64_t bytes) { bytes_ = bytes; }
    void tell(double done, double of) const {
        if (!callbacks_.progress) return;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
        const double units = done_ + (of > 0 ? cost_ * done / of : 0);
        const double share = total_ > 0 ? std::min(1.0, units / total_) : 0;
        const double left = share > 0.02 ? spent.count() * (1 - share) / share : -1;
        callbacks_.progress({name_, units, total_, left, bytes_});
    }

private:
    const Callbacks& callbacks_;
    double total_, done_ = 0, cost_ = 0;
    int64_t bytes_ = 0;
    std::string name_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace driftscope
