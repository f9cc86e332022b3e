// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include "core/data/site.h"

namespace driftscope {

/// Looks at values where they are made. A tap must not change what it is given.
class Tap {
public:
    virtual ~Tap() = default;
    virtual bool wants(SiteKind kind) const = 0;
    /// `value` has the site's axes without batch, for the positions of the current call.
    virtual void take(SiteKind kind, const at::Tensor& value) = 0;
};

/// The run without a tap: the observer test's other side.
class NullTap final : public Tap {
public:
    bool wants(SiteKind) const override { return false; }
    void take(SiteKind, const at::Tensor&) override {}
};

}  // namespace driftscope
