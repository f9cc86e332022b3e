// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/numerics.h"

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

std::string dtype_name(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return "float64";
        case at::kFloat: return "float32";
        case at::kBFloat16: return "bfloat16";
        case at::kHalf: return "float16";
        default: return c10::toString(type);
    }
}

at::ScalarType dtype_from_name(const std::string& name) {
    if (name == "float64") return at::kDouble;
    if (name == "float32") return at::kFloat;
    if (name == "bfloat16") return at::kBFloat16;
    if (name == "float16") return at::kHalf;
    throw Error(ErrorCode::internal, "dtype", "no such type: " + name);
}

int significand_bits(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return 53;
        case at::kBFloat16: return 8;
        case at::kHalf: return 11;
        default: return 24;
    }
}

double unit_roundoff(at::ScalarType type) { return std::ldexp(1.0, -significand_bits(type)); }

at::ScalarType wider(at::ScalarType a, at::ScalarType b) {
    return significand_bits(a) > significand_bits(b) ? a : b;
}

namespace {

/// contract = float32, but never narrower than the run (a float64 run stays float64 throughout).
at::ScalarType step_type(const std::string& value, at::ScalarType dtype) {
    if (value == "contract") return wider(at::kFloat, dtype);
    return value == "follow" ? dtype : dtype_from_name(value);
}

/// contract = the model's dtype.
at::ScalarType model_type(const std::string& value, at::ScalarType dtype) {
    return value == "contract" || value == "follow" ? dtype : dtype_from_name(value);
}

void resolve_order(Numerics& n, const OptionValues& o) {
    const std::string order = value_of(o, "matmul.order");
    const std::string accumulate = value_of(o, "accumulate");
    n.accumulate =
        accumulate == "native" ? wider(at::kFloat, n.dtype) : dtype_from_name(accumulate);
    const size_t colon = order.find(':');
    const std::string word = order.substr(0, colon);
    if (colon != std::string::npos) n.order_size = std::stoll(order.substr(colon + 1));
    if (word == "sequential") n.order = SumOrder::sequential;
    if (word == "pairwise") n.order = SumOrder::pairwise;
    if (word == "split-k") n.order = SumOrder::slices;
    if (word == "blocks") n.order = SumOrder::blocks;
}

struct SwitchRow {
    std::string_view id;
    bool DefectSwitches::* member;
};
constexpr SwitchRow kSwitches[] = {
    {"D-MOE-SCATTER", &DefectSwitches::moe_scatter},
    {"D-SPLIT-QSUM", &DefectSwitches::split_qsum},
    {"D-SPLIT-KVHEADS", &DefectSwitches::split_kvheads},
    {"D-POS-RESTART", &DefectSwitches::pos_restart},
    {"D-GPT2-CONV1D", &DefectSwitches::conv1d},
    {"D-ROPE-CONVENTION", &DefectSwitches::interleaved},
    {"D-NEOX-SOFTMAX", &DefectSwitches::neox_softmax},
    {"D-TIED-HEAD-MISSING", &DefectSwitches::tied_head_missing},
    {"D-SOFTCAP-DROPPED", &DefectSwitches::softcap_dropped},
    {"D-KV-INIT", &DefectSwitches::kv_init},
    {"D-KV-MASK", &DefectSwitches::kv_mask},
    {"D-KV-UPDATE", &DefectSwitches::kv_update},
};
constexpr std::pair<std::string_view, AlibiDefect> kAlibiSwitches[] = {
    {"D-ALIBI-TOPROWS", AlibiDefect::top_rows},
    {"D-ALIBI-QLEN", AlibiDefect::query_length},
    {"D-ALIBI-SLOPES", AlibiDefect::slopes},
    {"D-ALIBI-STALE", AlibiDefect::stale},
};

DefectSwitches defect_switches(const std::vector<std::string>& ids) {
    DefectSwitches on;
    for (const std::string& id : ids) {
        for (const SwitchRow& row : kSwitches)
            if (row.id == id) on.*row.member = true;
        for (const auto& [name, kind] : kAlibiSwitches) {
            if (name != id) continue;
            if (on.alibi != AlibiDefect::none) {
                throw Error(ErrorCode::usage, "option defects",
                            "only one of the ALiBi defects can be on at a time");
            }
            on.alibi = kind;
        }
    }
    return on;
}

/// N of "left:N", 0 where the value names none.
int64_t counted(const std::string& value) {
    const size_t colon = value.find(':');
    return colon == std::string::npos ? 0 : std::stoll(value.substr(colon + 1));
}

/// The rows that are computed beside the text's own.
void resolve_rows(Numerics& n, const OptionValues& o) {
    if (o.at("batch") != "alone") n.filler_rows = std::stoll(o.at("batch"));
    const std::string& padding = o.at("padding");
    n.pads = counted(padding);
    if (padding.starts_with("left")) n.pad_side = PadSide::left;
    if (padding.starts_with("right")) n.pad_side = PadSide::right;
    if (n.pads > 0 && n.defect.alibi != AlibiDefect::none) {
        throw Error(ErrorCode::usage, "option padding",
                    "the ALiBi defects are defined for texts without padding", "set padding=none");
    }
}

void resolve_layout(Numerics& n, const OptionValues& o) {
    const std::string& qkv = o.at("qkv");
    n.qkv = qkv == "separate"       ? QkvLayout::separate
            : qkv == "split-gemm"   ? QkvLayout::split_gemm
            : qkv == "split-einsum" ? QkvLayout::split_einsum
                                    : QkvLayout::fused;
    if (o.at("attention.key_bias") != "as-stored")
        n.key_bias = std::stod(o.at("attention.key_bias"));
    n.norm_per_head = o.at("qkv.norm") == "per-head";
    if (n.norm_per_head && n.qkv != QkvLayout::split_gemm && n.qkv != QkvLayout::split_einsum) {
        throw Error(ErrorCode::usage, "option qkv.norm",
                    "one product for all heads reads one input",
                    "set qkv=split-gemm or qkv=split-einsum, or qkv.norm=shared");
    }
    if (o.at("conventions") == "huggingface") return;
    n.conventions = o.at("conventions") == "transformerlens" ? Conventions::transformerlens
                                                             : Conventions::transformerlens2;
    // HookedTransformer holds W_Q, W_K and W_V apart, whatever the file does.
    if (n.qkv == QkvLayout::fused) n.qkv = QkvLayout::separate;
    if (n.sdpa) {
        throw Error(ErrorCode::usage, "option conventions",
                    "HookedTransformer has no fused attention kernel", "set attention=eager");
    }
}

}  // namespace

bool same_rows(const Numerics& a, const Numerics& b) {
    return a.use_cache == b.use_cache && a.prefill_chunk == b.prefill_chunk &&
           a.filler_rows == b.filler_rows && a.pad_side == b.pad_side && a.pads == b.pads;
}

Numerics resolve_numerics(const OptionValues& given, at::ScalarType stored) {
    const OptionValues o = complete(expand_aliases(given));
    Numerics n;
    n.dtype = o.at("dtype") == "as-stored" ? stored : dtype_from_name(o.at("dtype"));
    n.norm = step_type(o.at("norm.dtype"), n.dtype);
    n.softmax = step_type(o.at("softmax.dtype"), n.dtype);
    n.rope = step_type(o.at("rope.dtype"), n.dtype);
    n.logits = model_type(o.at("logits.dtype"), n.dtype);
    n.router = model_type(o.at("router.dtype"), n.dtype);
    n.combine = model_type(o.at("router.combine_dtype"), n.dtype);
    n.cache = model_type(o.at("kv_cache.dtype"), n.dtype);
    const std::string& router_rule = o.at("router.softmax");
    n.router_softmax = step_type(router_rule == "contract" ? "contract" : "follow", n.dtype);
    if (router_rule == "after-topk") n.router_rule = RouterSoftmax::after_topk;
    if (router_rule == "follow") n.router_rule = RouterSoftmax::follow;
    n.use_cache = o.at("kv_cache") == "on";
    if (o.at("prefill.chunk") != "whole") n.prefill_chunk = std::stoll(o.at("prefill.chunk"));
    n.sdpa = o.at("attention") == "sdpa";
    if (o.at("attention.scale") == "multiply") n.score = ScoreRule::multiply;
    if (o.at("attention.scale") == "divide") n.score = ScoreRule::divide;
    const std::string& threads = o.at("threads");
    if (threads != "auto") n.threads = threads == "all" ? -1 : std::stoi(threads);
    resolve_order(n, o);
    n.defect = defect_switches(parse_defects(o.at("defects")));
    n.replay = o.at("experts") == "replay";
    n.processed = o.at("processing") == "transformerlens";
    resolve_layout(n, o);
    resolve_rows(n, o);
    if (!n.use_cache && n.prefill_chunk > 0) {
        throw Error(ErrorCode::usage, "option prefill.chunk", "needs the cache",
                    "set kv_cache=on or prefill.chunk=whole");
    }
    if (!n.use_cache && o.at("kv_cache.dtype") != "follow") {
        throw Error(ErrorCode::usage, "option kv_cache.dtype", "needs the cache",
                    "set kv_cache=on or kv_cache.dtype=follow");
    }
    if (n.sdpa && o.at("softmax.dtype") != "contract") {
        throw Error(ErrorCode::usage, "option softmax.dtype",
                    "the fused kernel has a softmax of its own", "set attention=eager");
    }
    return n;
}

std::map<std::string, std::string> config_overrides(const OptionValues& given) {
    const OptionValues o = complete(expand_aliases(given));
    std::map<std::string, std::string> flags;
    for (const char* id : {"rope.base", "rope.scaling", "attention.window", "context"}) {
        if (o.at(id) != "config") flags[id] = o.at(id);
    }
    return flags;
}

}  // namespace driftscope
