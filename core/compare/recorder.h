// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/run/tap.h"

namespace driftscope {

/// Holds the sites of one block (or of the ends of the model) until they are compared.
class Recorder final : public Tap {
public:
    bool wants(SiteKind) const override { return true; }
    void take(SiteKind kind, const at::Tensor& value) override { values_[kind] = value; }
    const std::map<SiteKind, at::Tensor>& values() const { return values_; }
    const at::Tensor* find(SiteKind kind) const {
        const auto found = values_.find(kind);
        return found == values_.end() ? nullptr : &found->second;
    }
    void clear() { values_.clear(); }
    int64_t bytes() const {
        size_t sum = 0;
        for (const auto& [kind, value] : values_) sum += value.nbytes();
        return static_cast<int64_t>(sum);
    }

private:
    std::map<SiteKind, at::Tensor> values_;
};

}  // namespace driftscope
