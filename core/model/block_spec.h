// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope {

enum class NormKind {
    rms,           ///< float32 normalise, cast, times weight (LlamaRMSNorm)
    rms_plus_one,  ///< float32 normalise, times 1 + weight in float32, cast (GemmaRMSNorm)
    layer          ///< mean and variance, weight and bias; one rounding (torch.nn.LayerNorm)
};

enum class PositionKind {
    rotary,   ///< queries and keys rotated, pairs (i, i + d/2)
    learned,  ///< a row of a table added to the embedding
    alibi     ///< slope · key index added to the scores
};

enum class FfnKind {
    gated,   ///< down(act(gate x) · up x)
    plain,   ///< down(act(up x))
    experts  ///< a mix of gated ones
};

enum class ResidualKind {
    serial,    ///< x + attn(ln1 x), then + mlp(ln2 ·)
    parallel,  ///< (mlp(ln2 x) + attn(ln1 x)) + x, in that order (GPT-NeoX)
    from_norm  ///< serial, the norm's output standing in for x (BLOOM)
};

/// Norm of queries and keys before the rotation.
enum class QkNorm {
    none,
    per_head,  ///< over d_head (Qwen 3, Gemma 3)
    whole      ///< over all heads of the projection (OLMoE)
};

/// How scores are scaled; see AttentionInput.
enum class ScoreRule {
    multiply,        ///< q·kᵀ rounded, times d^-0.5, rounded
    divide,          ///< q·kᵀ rounded, divided by √d, rounded
    divide_rounded,  ///< as divide, √d itself rounded to the dtype first (GPT-2)
    fused            ///< bias + d^-0.5 · q·kᵀ in one product, one rounding (BLOOM)
};

/// In which rows checkpoints of the family store queries, keys and values.
enum class QkvStore {
    separate,
    stacked,          ///< [Q of all heads | K | V]
    by_head,          ///< per head: q, k, v
    by_group,         ///< per key/value head: its query heads, k, v
    by_group_swapped  ///< the same read with v before k: only a defect does so
};

/// Which layers see a sliding window, where the config has one and no layer_types.
enum class WindowRule {
    every,
    even,     ///< layers 0, 2, … (Gemma 2)
    pattern,  ///< all but every n-th, n = sliding_window_pattern (Gemma 3)
    upper     ///< from layer max_window_layers on (Qwen 2, Qwen 3)
};

/// What one block computes. The block asks for these, never for the family.
struct BlockSpec {
    NormKind norm = NormKind::rms;
    PositionKind positions = PositionKind::rotary;
    FfnKind ffn = FfnKind::gated;
    ResidualKind residual = ResidualKind::serial;
    QkNorm qk_norm = QkNorm::none;
    ScoreRule score = ScoreRule::multiply;
    QkvStore qkv = QkvStore::separate;
    WindowRule window = WindowRule::every;
    bool post_norms = false;        ///< a norm after attention and after the MLP, before the add
    bool embed_norm = false;        ///< a norm after the embedding
    bool scaled_embed = false;      ///< embedding times √d_model, the factor rounded to the dtype
    bool partial_rotary = false;    ///< the config may rotate part of a head
    bool scaled_positions = false;  ///< linear rope scaling divides positions, not frequencies
    bool local_rope = false;        ///< sliding layers have rotary frequencies of their own
};

}  // namespace driftscope
