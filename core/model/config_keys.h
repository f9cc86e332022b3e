// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope {

class ConfigDraft;

/// Reads every key of the family's key map but the rotary ones, with the flags `context` and
/// `attention.window`. Inner header of core/model.
void read_keys(ConfigDraft& draft);

/// Checks that the sizes fit each other and derives n_kv_heads and d_head where they were null:
/// call after read_keys and read_rope.
void check_sizes(ConfigDraft& draft);

}  // namespace driftscope
