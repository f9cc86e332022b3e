// SPDX-License-Identifier: GPL-3.0-or-later
// Expected kind and first site of every row were written from its definition, before the code.
#include "core/options/option.h"

namespace driftscope {

namespace {

using S = SiteKind;

const std::vector<std::string> kRotary = {
    "llama",     "mistral", "mixtral", "gpt_neox", "internlm2",   "qwen2", "qwen3",
    "qwen3_moe", "olmoe",   "gemma",   "gemma2",   "gemma3_text", "phi3"};
const std::vector<std::string> kScaled = {"llama", "mistral", "mixtral",   "gpt_neox", "internlm2",
                                          "qwen2", "qwen3",   "qwen3_moe", "olmoe",    "phi3"};
const std::vector<std::string> kEvery = {
    "llama", "mistral",   "mixtral", "gpt2",  "gpt_neox", "bloom",       "internlm2", "qwen2",
    "qwen3", "qwen3_moe", "olmoe",   "gemma", "gemma2",   "gemma3_text", "phi3"};
const std::vector<std::string> kGrouped = {"llama", "mistral", "mixtral",     "internlm2",
                                           "qwen2", "qwen3",   "qwen3_moe",   "olmoe",
                                           "gemma", "gemma2",  "gemma3_text", "phi3"};
/// Without a cap on the scores, which no fused kernel has.
const std::vector<std::string> kUncapped = {
    "llama", "mistral", "mixtral",   "gpt2",  "gpt_neox", "bloom",       "internlm2",
    "qwen2", "qwen3",   "qwen3_moe", "olmoe", "gemma",    "gemma3_text", "phi3"};
const std::vector<std::string> kMoe = {"mixtral", "qwen3_moe", "olmoe"};
const std::vector<std::string> kWindowed = {"mistral",   "mixtral", "qwen2",       "qwen3",
                                            "qwen3_moe", "gemma2",  "gemma3_text", "phi3"};
const std::string kDecode = "a call that reads a cache: new tokens, or a prompt in chunks";

void add_mixture(std::vector<DefectSpec>& t) {
    t.push_back(
        {"D-MOE-SCATTER", "MoE combine indexes batch only (single-thread outcome)",
         "For each expert in ascending order only the last routed pair of the call counts; its "
         "weight times the expert's output is added at every position of the call.",
         "TransformerLens 1.16.0 to 2.1.0 (PR #521, fixed by PR #652)",
         "at least 2 tokens in a call", kMoe, "semantic", S::mlp_out, ""});
    t.push_back({"D-ROUTER-NORENORM",
                 "chosen experts' weights not renormalised",
                 "The top-k probabilities are used as they are; they sum to less than 1.",
                 "TransformerLens 3.0.0 to 3.7.1 (Mixtral)",
                 "a config that renormalises",
                 {"mixtral", "qwen3_moe"},
                 "semantic",
                 S::expert_weights,
                 ""});
    t.push_back({"D-ROUTER-ORDER",
                 "router: top-k of the logits, then softmax",
                 "Softmax over the chosen logits only; the same function, rounded otherwise.",
                 "TransformerLens 1.16.0 to 2.1.0",
                 "half types, mostly",
                 {"mixtral"},
                 "rounding",
                 S::expert_weights,
                 "router.softmax=after-topk"});
    t.push_back(
        {"D-MOE-WEIGHT-DTYPE", "mixing weights kept in float32",
         "Routing weights multiply in float32 and the product is cast, as transformers 5 does.",
         "Hugging Face transformers 4.x against 5", "half types", kMoe, "rounding", S::mlp_out,
         "router.combine_dtype=float32"});
}

void add_rope(std::vector<DefectSpec>& t) {
    t.push_back({"D-ROPE-BASE", "RoPE base left at its default, 10 000",
                 "rope_theta of the config is ignored.",
                 "TransformerLens 1.16.0 to 2.1.0 (Mixtral), to 2.8.0 (Llama 3)",
                 "a position of 1 or more, and a config whose base is not 10 000", kRotary,
                 "semantic", S::rot_q, "rope.base=10000"});
    t.push_back({"D-ROPE-SCALING-IGNORED", "RoPE scaling ignored: 3.1 loaded as 3.0",
                 "rope_scaling of the config is read as if it were null.",
                 "Llama 3.1 opened under the name of Llama 3 (TransformerLens issue #691)",
                 "a position of 1 or more, and a config with a scaling", kScaled, "semantic",
                 S::rot_q, "rope.scaling=off"});
    t.push_back(
        {"D-ROPE-OLDCTX", "RoPE scaling with the wrong original context",
         "The original context of llama3 and yarn scaling is a quarter of what the config says, as "
         "a capped n_ctx of 2048 is of 8192.",
         "TransformerLens 2.8.1 to 2.15.1 (PR #764, fixed by PR #910)",
         "a position of 1 or more, and a config with llama3 or yarn scaling", kScaled, "semantic",
         S::rot_q, ""});
    t.push_back({"D-ROPE-CONVENTION", "RoPE pairs (2i, 2i+1) on half-split weights",
                 "Neighbouring dimensions are rotated together, as Meta's original files want it.",
                 "loaders that mix Meta's and Hugging Face's layouts", "a position of 1 or more",
                 kRotary, "semantic", S::rot_q, ""});
    t.push_back({"D-ROPE-DYN-DROPPED",
                 "dynamic NTK scaling dropped",
                 "rope_scaling of type dynamic is ignored.",
                 "converters of InternLM2 (InternLM issue #612)",
                 "a text longer than the context, and a config with dynamic scaling",
                 {"llama", "internlm2", "mistral"},
                 "semantic",
                 S::rot_q,
                 "rope.scaling=off"});
    // A position's value at rot_k is that of the call that made it: rotated by the base of that
    // call's length with and without a cache, so equal. The keys of an older base are those of
    // earlier calls: they are in the cache (cache_k, which the other run does not make), and the
    // scores are the first site that both runs make and that reads them.
    t.push_back(
        {"D-ROPE-DYN-CACHED",
         "dynamic NTK with keys cached under an older base",
         "Keys keep the rotation of the call that made them: what upstream does with a cache. "
         "Against "
         "kv_cache=off, which rotates all of them by the current base.",
         "Hugging Face transformers and InternLM2: upstream-faithful, cache-inconsistent",
         "kv_cache=off in the other run, a text longer than the context, and a config with dynamic "
         "scaling",
         {"llama", "internlm2", "mistral"},
         "semantic",
         S::scores,
         "kv_cache=on"});
    t.push_back({"D-NCTX", "context capped at 2048", "n_ctx is 2048 whatever the config says.",
                 "TransformerLens (many models)",
                 "learned positions, or a rope scaling that the context bounds, and a text past "
                 "2048 tokens",
                 kRotary, "identical", S::rot_q, "context=2048"});
    t.push_back({"D-LONGROPE-IGNORED",
                 "LongRoPE factors ignored",
                 "Phi-3's short and long factors and their attention factor are left out.",
                 "TransformerLens issue #894",
                 "a position of 1 or more, and a config with longrope",
                 {"phi3"},
                 "semantic",
                 S::rot_q,
                 "rope.scaling=off"});
    t.push_back({"D-POS-RESTART",
                 "positions restart in each call",
                 "A call that reads a cache counts its positions from 0.",
                 "the generic cache bug of hand-written decoders",
                 kDecode,
                 {"llama", "mistral", "mixtral", "gpt2", "gpt_neox", "internlm2", "qwen2", "qwen3",
                  "qwen3_moe", "olmoe", "gemma", "gemma2", "gemma3_text", "phi3"},
                 "semantic",
                 S::rot_q,
                 "",
                 {},
                 {{"gpt2", S::embed}}});
}

void add_projections(std::vector<DefectSpec>& t) {
    t.push_back(
        {"D-SPLIT-QSUM", "queries summed over the head copies",
         "q = n_heads · (x W_Q) + b_Q: the einsum that projects split inputs sums their copies.",
         "TransformerLens 1.13.0 to 1.15.0 (gemma-7b; fixed by PR #520)", "always", kEvery,
         "semantic", S::q, ""});
    t.push_back({"D-SPLIT-KVHEADS", "keys and values from n_heads copies",
                 "Inputs are copied n_heads times for weights that have n_kv_heads heads.",
                 "TransformerLens to 1.15.0 (issues #519, #558)",
                 "fewer key/value heads than heads", kGrouped, "failed", S::k, ""});
    t.push_back({"D-WQKV-CONTIG",
                 "wqkv read as [Q | K | V]",
                 "InternLM2's packed rows are cut as if all queries came first.",
                 "converters made for Phi-3's layout",
                 "more than one key/value head",
                 {"internlm2"},
                 "semantic",
                 S::q,
                 ""});
    t.push_back({"D-WQKV-NEOX",
                 "wqkv read head by head",
                 "InternLM2's packed rows are cut in thirds per head, as GPT-NeoX packs them: the "
                 "same rows "
                 "where every head has its own key and value.",
                 "converters made for GPT-NeoX's layout",
                 "never: inert where it fits, refused elsewhere",
                 {"internlm2"},
                 "identical",
                 S::q,
                 ""});
    t.push_back(
        {"D-WQKV-KV-SWAP",
         "wqkv with keys and values swapped",
         "The row of each group that holds the key is read as the value and the other way round.",
         "hand-written converters",
         "always",
         {"internlm2"},
         "semantic",
         S::k,
         ""});
    t.push_back(
        {"D-GPT2-CONV1D",
         "attention's output matrix not transposed",
         "attn.c_proj is square and stored [in, out]; read as [out, in] it loads without a word.",
         "loaders of GPT-2",
         "always",
         {"gpt2"},
         "semantic",
         S::attn_out,
         ""});
    t.push_back({"D-TIED-HEAD-MISSING", "tied head left at zero",
                 "The file has no lm_head and the loader does not take the embedding for it.",
                 "loaders", "a tied head", kEvery, "semantic", S::logits, ""});
}

void add_cache(std::vector<DefectSpec>& t) {
    t.push_back(
        {"D-ALIBI-TOPROWS",
         "ALiBi: first rows of the matrix in every call",
         "Rows 0 to q−1 of the relative matrix are added; a decoded token takes row 0, all zeros.",
         "TransformerLens 1.10.0 to 2.8.1 (issue #776, fixed by PR #777)",
         kDecode,
         {"bloom"},
         "semantic",
         S::scores,
         ""});
    t.push_back({"D-ALIBI-QLEN",
                 "ALiBi built over the query length",
                 "The bias spans the call's own keys; earlier keys get none.",
                 "keras-hub Falcon (issue #2861)",
                 kDecode,
                 {"bloom"},
                 "semantic",
                 S::scores,
                 ""});
    t.push_back({"D-ALIBI-SLOPES",
                 "ALiBi slopes as if heads were a power of two",
                 "Slope k of n is 2^(−8k/n) for every n.",
                 "TransformerLens to 3.9.0",
                 "a head count that is no power of two",
                 {"bloom"},
                 "semantic",
                 S::scores,
                 ""});
    t.push_back({"D-ALIBI-STALE",
                 "ALiBi from a matrix of a longer run",
                 "Last rows of a matrix that is 512 longer: a constant for each row, which softmax "
                 "does not "
                 "see and half types do.",
                 "TransformerLens 2.9.0 on",
                 "always",
                 {"bloom"},
                 "rounding",
                 S::scores,
                 ""});
    t.push_back({"D-KV-INIT", "a zero row in the cache is attended",
                 "The cache starts with a key and a value of zeros that no mask hides.",
                 "a guess in TransformerLens issue #776", "a cache", kEvery, "semantic", S::pattern,
                 ""});
    t.push_back({"D-KV-MASK", "mask cut to the query",
                 "A call sees the keys it made itself and none of the cache.",
                 "a guess in TransformerLens issue #776", kDecode, kEvery, "semantic", S::scores,
                 ""});
    t.push_back({"D-KV-UPDATE", "last cached key overwritten",
                 "The first new key and value of a call also land on the last cached ones.",
                 "a guess in TransformerLens issue #776", kDecode, kEvery, "semantic", S::scores,
                 ""});
    t.push_back({"D-SWA-WINDOW", "window one key too wide",
                 "A query sees W + 1 keys, its own included.",
                 "Hugging Face transformers 4.39 to 4.52 (eager)", "a text longer than the window",
                 kWindowed, "semantic", S::scores, ""});
    t.push_back({"D-SWA-DROPPED", "window ignored", "Every key is seen although a window is set.",
                 "loaders", "a text longer than the window", kWindowed, "semantic", S::scores,
                 "attention.window=off"});
}

void add_tokens(std::vector<DefectSpec>& t) {
    t.push_back({"D-BOS", "beginning token the other way round",
                 "The beginning token is left out where the text has one and put before it where "
                 "it has none.",
                 "TransformerLens default_prepend_bos against tokenizers without",
                 "a known beginning token", kEvery, "tokens", S::embed, ""});
    t.push_back({"D-DOUBLE-BOS", "beginning token twice",
                 "A text that begins with the beginning token gets another one.",
                 "chat templates whose text is tokenised with BOS once more (Llama 3)",
                 "a text that begins with the beginning token", kEvery, "tokens", S::embed, ""});
    // The ids are those of the run without it, so that no value of the forward pass can differ:
    // identical. Only the text that is made of the ids afterwards is another one.
    t.push_back(
        {"D-TOKENIZER-SWAP",
         "InternLM2's tokens read by LlamaTokenizer",
         "Tokens become text by LlamaTokenizer's rules, not by InternLM2Tokenizer's: spaces "
         "before . , ? ! and 's stay, those at special tokens move.",
         "InternLM's tools/convert2llama.py, which saves the tokenizer as LlamaTokenizer",
         "new tokens, a model that names InternLM2Tokenizer, and a text with a special "
         "token or with a space before . , ? ! or 's",
         {"internlm2"},
         "identical",
         S::logits,
         "decode=llama"});
}

void add_numerics(std::vector<DefectSpec>& t) {
    t.push_back({"D-ATTN-IMPL-LOST", "eager attention became sdpa",
                 "The config's attn_implementation is dropped, and the fused kernel runs.",
                 "InternLM2 converted to Llama (InternLM issue #771)", "half types, mostly",
                 kUncapped, "rounding", S::z, "attention=sdpa"});
    t.push_back({"D-BATCH", "computed among other rows",
                 "The text shares its products with seven other rows.",
                 "TransformerLens issue #661; any batched server",
                 "kernels that cut a larger product otherwise", kEvery, "rounding", S::q,
                 "batch=7"});
    t.push_back({"D-TL-PROCESSING", "TransformerLens's weight processing",
                 "Norms folded, writing weights and unembedding centred, value biases folded: "
                 "legitimate, the "
                 "logits of a position lose a constant.",
                 "TransformerLens's default load (issues #693, #685)", "always", kEvery, "rounding",
                 S::embed, "processing=transformerlens"});
    t.push_back({"D-SOFTCAP-DROPPED",
                 "soft cap lost in the fused kernel",
                 "attention=sdpa leaves out the cap on the scores, as the fused kernel ignores the "
                 "argument.",
                 "Hugging Face transformers 4.57 (Gemma 2 with sdpa)",
                 "attention=sdpa",
                 {"gemma2"},
                 "semantic",
                 S::z,
                 ""});
    t.push_back({"D-GEMMA-1PLUSW",
                 "norm weight used as w, not 1 + w",
                 "The stored weight multiplies as it is.",
                 "loaders",
                 "always",
                 {"gemma", "gemma2", "gemma3_text"},
                 "semantic",
                 S::ln1_normalized,
                 ""});
    t.push_back({"D-GEMMA-EMBSCALE",
                 "embedding not scaled",
                 "The factor √d_model is left out.",
                 "loaders",
                 "always",
                 {"gemma", "gemma2", "gemma3_text"},
                 "semantic",
                 S::embed,
                 ""});
    t.push_back({"D-NEOX-SOFTMAX",
                 "rotation and scores in float32",
                 "Cosines and sines stay float32, so that queries, keys and scores do.",
                 "Hugging Face transformers 4.42 against 4.57 (GPT-NeoX)",
                 "half types, mostly",
                 {"gpt_neox"},
                 "rounding",
                 S::rot_q,
                 ""});
}

}  // namespace

const std::vector<DefectSpec>& all_defects() {
    static const std::vector<DefectSpec> table = [] {
        std::vector<DefectSpec> t;
        add_mixture(t);
        add_rope(t);
        add_projections(t);
        add_cache(t);
        add_tokens(t);
        add_numerics(t);
        for (DefectSpec& defect : t) defect.later_calls = defect.shown_if == kDecode;
        return t;
    }();
    return table;
}

}  // namespace driftscope
