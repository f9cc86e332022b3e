// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <optional>

#include "core/data/site.h"

namespace driftscope {

struct ScoreTerms;

/// Looks at values where they are made. A tap must not change what it is given.
class Tap {
public:
    virtual ~Tap() = default;
    virtual bool wants(SiteKind kind) const = 0;
    /// `value` has the site's axes without batch, for the positions of the current call.
    virtual void take(SiteKind kind, const at::Tensor& value) = 0;
    /// The head whose scores are wanted term by term in the current block; base: none.
    virtual std::optional<int64_t> wants_terms() const { return std::nullopt; }
    /// Of one call, in float64: every tensor [1, pos, key_pos], keys from position 0; NaN, and not
    /// seen, where the cache holds no such key any more.
    virtual void take_terms(const ScoreTerms&) {}
};

/// The run without a tap: the observer test's other side.
class NullTap final : public Tap {
public:
    bool wants(SiteKind) const override { return false; }
    void take(SiteKind, const at::Tensor&) override {}
};

}  // namespace driftscope
