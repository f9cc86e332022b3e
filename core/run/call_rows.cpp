// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/call_rows.h"

#include <algorithm>

namespace driftscope {

CallRows CallRows::of(const Numerics& n, int64_t start, int64_t length, int64_t keep,
                      int64_t prompt_end) {
    CallRows call{.start = start, .length = length, .keep = keep};
    if (n.pads == 0) return call;
    call.pad_start = n.pad_side == PadSide::left ? 0 : prompt_end;
    const bool reached = n.pad_side == PadSide::left
                             ? start == 0
                             : start < prompt_end && prompt_end <= start + length;
    if (reached)
        call.pads = n.pads;
    else if (start >= call.pad_start)
        call.pads_before = n.pads;
    return call;
}

namespace {

/// `filling` between the first `at` entries of x along `axis` and the others.
at::Tensor inserted(const at::Tensor& x, int64_t axis, int64_t at, const at::Tensor& filling) {
    return at::cat({x.narrow(axis, 0, at), filling, x.narrow(axis, at, x.size(axis) - at)}, axis);
}

}  // namespace

at::Tensor CallRows::with_pads(const at::Tensor& text, int64_t axis) const {
    if (pads == 0) return text;
    std::vector<int64_t> repeats(static_cast<size_t>(text.dim()), 1);
    repeats[static_cast<size_t>(axis)] = pads;
    return inserted(text, axis, pad_start - start, text.narrow(axis, 0, 1).repeat(repeats));
}

at::Tensor CallRows::keys_with_pads(const at::Tensor& text, int64_t axis) const {
    if (all_pads() == 0) return text;
    std::vector<int64_t> shape = text.sizes().vec();
    shape[static_cast<size_t>(axis)] = all_pads();
    return inserted(text, axis, pad_start, at::zeros(shape, text.options()));
}

at::Tensor CallRows::kept(const at::Tensor& value, int64_t axis) const {
    // One stretch of rows: pads stand at one end of it or outside.
    return value.narrow(axis, row(length - keep), keep);
}

std::pair<at::Tensor, int64_t> CallRows::text_keys(const at::Tensor& value,
                                                   int64_t key_start) const {
    if (all_pads() == 0) return {value, key_start};
    const int64_t n = value.size(-1), pad_end = pad_start + all_pads();
    const int64_t before = std::clamp<int64_t>(pad_start - key_start, 0, n);
    const int64_t after = std::clamp<int64_t>(pad_end - key_start, 0, n);
    const int64_t hidden = std::clamp<int64_t>(key_start - pad_start, 0, all_pads());
    return {at::cat({value.narrow(-1, 0, before), value.narrow(-1, after, n - after)}, -1),
            key_start - hidden};
}

}  // namespace driftscope
