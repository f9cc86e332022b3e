// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include "core/nn/numerics.h"

namespace driftscope {

/// Which rows one call computes: positions of the text and, with padding, the pad tokens among
/// them. A *row* counts pads too and is what keys, masks and the cache go by; a *position* does
/// not.
struct CallRows {
    int64_t start = 0, length = 0;  ///< positions of the text
    int64_t keep = 0;               ///< of these the last `keep` belong to the stretch
    int64_t pads = 0;               ///< pad tokens that this call computes
    int64_t pads_before = 0;        ///< pad tokens that earlier calls left in the cache
    int64_t pad_start = 0;  ///< row of the first pad, which is also the position it stands at

    /// Left padding stands before position 0, right padding before `prompt_end`; both are computed
    /// with the call that reaches them.
    static CallRows of(const Numerics& n, int64_t start, int64_t length, int64_t keep,
                       int64_t prompt_end);

    int64_t rows() const { return length + pads; }
    int64_t all_pads() const { return pads + pads_before; }
    /// Rows of this call and all before it.
    int64_t rows_so_far() const { return start + length + all_pads(); }
    /// Row within the call of the text's i-th position of the call.
    int64_t row(int64_t i) const { return i + (start + i >= pad_start ? pads : 0); }

    /// `text` has a row per position of the call along `axis`; with rows for the pads put in:
    /// copies of the first, whose values nobody reads.
    at::Tensor with_pads(const at::Tensor& text, int64_t axis) const;
    /// Rows of the call along `axis` to those of the stretch's own positions.
    at::Tensor kept(const at::Tensor& value, int64_t axis) const;
    /// Keys along the last axis, the first being row `key_start`, to those of the text; the
    /// position of the first of them.
    std::pair<at::Tensor, int64_t> text_keys(const at::Tensor& value, int64_t key_start) const;
    /// As with_pads, along the axis of all keys so far, pads filled with zeros.
    at::Tensor keys_with_pads(const at::Tensor& text, int64_t axis) const;
};

}  // namespace driftscope
