// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/options/option.h"

namespace driftscope {

namespace {

using K = OptionKind;
using S = SiteKind;

const std::vector<std::string> kFloatTypes = {"contract", "follow", "float32", "float64"};

OptionSpec choice(std::string id, std::string label, std::string group,
                  std::vector<std::string> values, S first, std::string help, std::string advice) {
    OptionSpec spec;
    spec.id = std::move(id);
    spec.label = std::move(label);
    spec.group = std::move(group);
    spec.fallback = values.front();
    spec.values = std::move(values);
    spec.first_site = first;
    spec.help = std::move(help);
    spec.advice = std::move(advice);
    return spec;
}

OptionSpec number(OptionSpec spec, K kind, double low, double high) {
    spec.kind = kind;
    spec.low = low;
    spec.high = high;
    return spec;
}

OptionSpec for_moe(OptionSpec spec) {
    spec.moe_only = true;
    return spec;
}

OptionSpec for_rotary(OptionSpec spec) {
    spec.rotary_only = true;
    return spec;
}

OptionSpec of_generation(OptionSpec spec) {
    spec.effect = OptionEffect::generation;
    spec.first_site.reset();
    return spec;
}

void add_precision(std::vector<OptionSpec>& t) {
    const std::string g = "Precision";
    t.push_back(
        choice("dtype", "dtype", g, {"as-stored", "float64", "float32", "bfloat16", "float16"},
               S::embed, "Weights and activations are held and computed in this type.",
               "float64 is the judge's own type. bfloat16 and float16 are 6 to 7 times slower than "
               "float32 on a CPU with LibTorch's products."));
    t.push_back(for_moe(choice(
        "router.dtype", "router product", g,
        {"contract", "follow", "float64", "float32", "bfloat16", "float16"}, S::router_logits,
        "x and W_gate are cast to this type before the router product. Contract: the model's "
        "dtype.",
        "Near-ties between experts flip here first. float32 costs next to nothing.")));
    t.push_back(for_moe(choice(
        "router.softmax", "router softmax", g, {"contract", "follow", "after-topk"},
        S::expert_weights,
        "Contract: softmax over all experts in float32, then top-k, then divided by their sum. "
        "Follow: softmax in the model's dtype. After-topk: top-k of the logits, then softmax.",
        "All three are the same function; only rounding and near-ties differ.")));
    t.push_back(for_moe(
        choice("router.combine_dtype", "expert weights", g, {"contract", "float32"}, S::mlp_out,
               "Type of the mixing weights. Contract (Hugging Face 4.x): the model's dtype. "
               "float32 (Hugging Face 5): kept until after the product.",
               "Matters in bfloat16 and float16 only.")));
    t.push_back(choice(
        "norm.dtype", "norm", g, kFloatTypes, S::ln1_scale,
        "Type of the norm's statistics and product. Contract: float32, then cast, then times the "
        "weight in the model's dtype.",
        "Follow shows what a norm in the model's dtype loses."));
    t.push_back(choice("softmax.dtype", "softmax", g, kFloatTypes, S::pattern,
                       "Type of the attention softmax. Contract: float32, then cast.",
                       "Needs attention=eager; the fused kernel has its own."));
    t.push_back(for_rotary(choice(
        "rope.dtype", "rope", g, kFloatTypes, S::rot_q,
        "Type of inverse frequencies, angles, cosines and sines. Contract: float32, then cast to "
        "the model's dtype.",
        "Follow in bfloat16 is a known bug of converters: the error grows with position.")));
    t.push_back(choice("logits.dtype", "logits", g, kFloatTypes, S::logits,
                       "Type of the unembedding product. Contract: the model's dtype.",
                       "float32 breaks the exact ties that bfloat16 logits are full of."));
    OptionSpec raised = choice(
        "raised", "raised steps", g, {"none"}, S::embed,
        "Steps computed in a type of their own, joined by +: embed, blocks.L.attn, blocks.L.mlp, "
        "unembed.",
        "What the precision plan of an attribution names: the few steps of a half-type run that "
        "need "
        "float32.");
    raised.kind = K::list;
    t.push_back(std::move(raised));
    t.push_back(choice(
        "raised.dtype", "their dtype", g, {"float32", "float64", "bfloat16", "float16"}, S::embed,
        "The type of the raised steps: their weights, activations and cache.",
        "Acts only where steps are raised. The stream is rounded where it enters a step of fewer "
        "digits."));
}

void add_attention(std::vector<OptionSpec>& t) {
    const std::string g = "Attention and cache";
    t.push_back(
        choice("qkv", "QKV", g, {"fused", "separate", "split-gemm", "split-einsum"}, S::q,
               "Fused: one product for Q, K and V. Separate: three. Split-gemm: one per head. "
               "Split-einsum: one batched product over heads, bias added after.",
               "Often bit-identical on a CPU; matmul.order shows what another kernel would do."));
    t.push_back(choice(
        "qkv.norm", "norm before QKV", g, {"shared", "per-head"}, S::q_input,
        "Shared: the norm is computed once and all heads read it. Per-head: the input is copied "
        "for "
        "each head and each copy goes through the norm, as TransformerLens does with "
        "use_split_qkv_input.",
        "Always bit-identical, since a norm works row by row: shown because it has been suspected. "
        "Needs qkv=split-gemm or split-einsum."));
    t.push_back(
        choice("kv_cache", "KV cache", g, {"on", "off"}, S::q,
               "Off: every new token runs the whole prefix again.",
               "Off is slow for long texts. Positions, masks and chunk sizes are what it tests."));
    t.push_back(choice("kv_cache.dtype", "cache dtype", g,
                       {"follow", "float32", "bfloat16", "float16"}, S::cache_k,
                       "Keys and values are held in the cache in this type.",
                       "Needs kv_cache=on. Half types round every key and value once."));
    t.push_back(
        number(choice("prefill.chunk", "prefill chunk", g, {"whole"}, S::q,
                      "Prompt tokens per call.", "Needs kv_cache=on. Small chunks are slow."),
               K::integer, 1, 1048576));
    t.push_back(choice("attention", "kernel", g, {"eager", "sdpa"}, S::z,
                       "Eager: scores, mask, softmax and mix as separate products. "
                       "Sdpa: LibTorch's fused kernel; it never makes the pattern.",
                       "Under sdpa the pattern shown is recomputed, and says so."));
    t.push_back(
        choice("attention.scale", "score scale", g, {"contract", "multiply", "divide"}, S::scores,
               "Scores are multiplied by d_head^-0.5 or divided by its square root. Contract: "
               "as Hugging Face does for this family.",
               "The same for d_head 64 and 256; one more rounding apart for 80 and 128."));
    t.push_back(
        number(choice("attention.window", "window", g, {"config", "off"}, S::scores,
                      "How many keys a query may see, itself included. Config: what the file says.",
                      "Nothing changes until the text is longer than the window."),
               K::integer, 1, 1048576));
    OptionSpec key_bias = number(
        choice("attention.key_bias", "key bias", g, {"as-stored"}, S::k,
               "N: a constant is added to the key biases of the dimensions that do not rotate, +N "
               "and -N in turn. Each query's scores move by one constant over all keys, which the "
               "softmax takes out again.",
               "The same function, with larger or smaller scores, which half types keep fewer "
               "digits of. The negative of a constant in the file takes it out."),
        K::real, -1000, 1000);
    key_bias.free_key_bias_only = true;
    t.push_back(std::move(key_bias));
    t.push_back(choice(
        "layout", "weight layout", g, {"as-stored", "llama"}, S::q,
        "Llama: InternLM2's packed wqkv is seen as Llama's three matrices and computed as Llama "
        "does, without writing a file. Bit for bit the model that `driftscope convert` writes.",
        "The bytes are the same; one product becomes three, and scores are multiplied instead of "
        "divided."));
}

void add_rope(std::vector<OptionSpec>& t) {
    const std::string g = "Positions";
    t.push_back(for_rotary(number(
        choice("rope.base", "rope base", g, {"config"}, S::rot_q, "Base of the rotary frequencies.",
               "A wrong base is fluent at first and drifts with "
               "position."),
        K::real, 1.0001, 1e12)));
    t.push_back(
        for_rotary(choice("rope.scaling", "rope scaling", g, {"config", "off"}, S::rot_q,
                          "Off: inverse frequencies as if the config named no scaling.",
                          "Llama 3.1 opened as Llama 3: looks right until the context grows.")));
    t.push_back(
        number(choice("context", "context", g, {"config"}, S::embed,
                      "Positions the model is said to have, in place of the config's: dynamic and "
                      "long rope scaling "
                      "begin past it, yarn and llama3 take it where the file names no original "
                      "context, and learned "
                      "positions end there.",
                      "Elsewhere nothing reads it. A capped n_ctx is inert on short texts."),
               K::integer, 1, 1e9));
}

void add_batch(std::vector<OptionSpec>& t) {
    const std::string g = "Batch";
    t.push_back(number(
        choice(
            "batch", "batch", g, {"alone"}, S::q,
            "N: the text is computed in one batch with N rows of other words; only its own row is "
            "compared.",
            "Tests batch invariance: products of other shapes may sum in another order. N rows "
            "cost N "
            "times more."),
        K::integer, 1, 1024));
    OptionSpec padding = choice(
        "padding", "padding", g, {"none"}, S::q,
        "Left:N puts N pad tokens before the text, right:N after the prompt, as a batch of unequal "
        "texts does: their keys are masked and positions count the text's own tokens only.",
        "The same function; sums over masked keys may be cut elsewhere. Right padding counts "
        "against a sliding window, as in Hugging Face.");
    padding.prefixes = {"left", "right"};
    padding.low = 1;
    padding.high = 65536;
    t.push_back(std::move(padding));
}

void add_other_code(std::vector<OptionSpec>& t) {
    const std::string g = "Other code";
    t.push_back(
        for_moe(choice("experts", "experts", g, {"own", "replay"}, S::expert_indices,
                       "Replay: this run takes the experts that the other run chose, block by "
                       "block and position by "
                       "position; their weights come from its own router, renormalised over them.",
                       "Shows what is left when no routing flips. One of the two runs at most; "
                       "text that a run writes "
                       "freely is made with its own experts.")));
    t.push_back(choice(
        "processing", "weight processing", g, {"none", "transformerlens"}, S::embed,
        "Transformerlens: its default processing, computed in float32: norms folded into what "
        "reads "
        "them, weights that write to a LayerNorm's stream and the unembedding centred, value "
        "biases "
        "folded.",
        "The same function: all logits of a position lose one constant. In half types the noise "
        "grows."));
    t.push_back(choice(
        "conventions", "conventions", g, {"huggingface", "transformerlens", "transformerlens-2"},
        S::ln1_scale,
        "Whose roundings: transformers 4.57 eager, or HookedTransformer 3.x: norms that divide, "
        "scores "
        "divided by the root, rotary tables by division, keys cached before the rotation, three "
        "products for Q, K and V. Transformerlens-2: 2.x, which keeps scores and LayerNorm in "
        "float32 "
        "up to one cast.",
        "The same function; what a port through TransformerLens rounds otherwise. Needs "
        "attention=eager."));
}

void add_kernels(std::vector<OptionSpec>& t) {
    const std::string g = "Kernels";
    t.push_back(choice(
        "matmul", "products", g, {"library"}, S::q,
        "Whose matrix products run. Library: LibTorch's calls as Hugging Face's eager code makes "
        "them.",
        ""));
    OptionSpec order = number(
        choice(
            "matmul.order", "summation order", g,
            {"library", "sequential", "pairwise", "split-k", "blocks"}, S::q,
            "Order in which products are summed: as another kernel would. Split-k:N sums N slices "
            "apart and adds them; blocks:N sums runs of N.",
            "Makes a GPU's rounding visible here. Sequential and pairwise are slow."),
        K::integer, 0, 0);
    order.kind = K::choice;
    order.prefixes = {"split-k", "blocks"};
    order.low = 1;
    order.high = 65536;
    t.push_back(order);
    t.push_back(choice(
        "accumulate", "accumulate", g, {"native", "float32", "float64"}, S::q,
        "Type the sums of matmul.order are kept in. Native: float32 for half types, else the "
        "dtype itself.",
        "Acts only where matmul.order is not library."));
    t.push_back(
        number(choice("threads", "threads", g, {"auto", "all"}, S::q,
                      "Threads of LibTorch and the BLAS during this run. Auto: all, but one for a "
                      "model of small "
                      "matrices, where threads wait for each other longer than they work.",
                      "Often bit-identical; products of large matrices may be cut elsewhere."),
               K::integer, 1, 1024));
}

void add_sampling(std::vector<OptionSpec>& t) {
    const std::string g = "Sampling";
    t.push_back(of_generation(choice(
        "sample", "decoding", g, {"greedy", "sample"}, S::logits,
        "Greedy takes the largest logit, the lowest id on ties. Sample draws with Gumbel noise "
        "that A and B share by position and token id.",
        "With shared noise a draw parts only where the distributions do.")));
    t.push_back(of_generation(
        number(choice("temperature", "temperature", g, {"1"}, S::logits,
                      "Logits are divided by it before the draw.", "Acts with sample=sample."),
               K::real, 0.01, 100)));
    t.push_back(of_generation(
        number(choice("top_k", "top-k", g, {"off"}, S::logits,
                      "Only the k largest logits may be drawn.", "Acts with sample=sample."),
               K::integer, 1, 10000000)));
    t.push_back(of_generation(
        number(choice("top_p", "top-p", g, {"1"}, S::logits,
                      "Only the smallest set of tokens whose probabilities reach p may be drawn.",
                      "Acts with sample=sample."),
               K::real, 1e-6, 1)));
    t.push_back(
        of_generation(number(choice("seed", "seed", g, {"0"}, S::logits, "Start of the noise.",
                                    "Acts with sample=sample and with draws."),
                             K::integer, 0, 9007199254740991.0)));
    t.push_back(of_generation(number(choice("draws", "draws", g, {"off"}, S::logits,
                                            "N: besides the one text of each run, N pairs of texts "
                                            "are drawn with noise that A and B share; "
                                            "how many part, and where, stands with the verdict.",
                                            "One greedy text that parts is one case; this is its "
                                            "base rate. Costs N times the two texts; the "
                                            "larger number of A and B counts."),
                                     K::integer, 1, 1000)));
    OptionSpec decode = choice(
        "decode", "text of the tokens", g, {"files", "llama", "internlm2"}, S::logits,
        "Whose rules make the text that is read of the tokens that were written. Files: those of "
        "the class that tokenizer_config.json names, LlamaTokenizer or InternLM2Tokenizer, else "
        "the tokens as they stand. InternLM2Tokenizer draws . , ? ! and 's to the word before and "
        "puts other spaces at special tokens.",
        "Ids, logits and every site stay as they are: only the text differs. Needs a "
        "sentencepiece tokenizer.");
    decode.effect = OptionEffect::display;
    decode.first_site.reset();
    t.push_back(std::move(decode));
}

std::vector<OptionSpec> make_table() {
    std::vector<OptionSpec> table;
    add_precision(table);
    add_attention(table);
    add_rope(table);
    add_batch(table);
    add_kernels(table);
    add_other_code(table);
    add_sampling(table);
    OptionSpec defects =
        choice("defects", "defects", "Defects", {"none"}, S::embed,
               "Deliberate, labelled reproductions of known bugs.",
               "For learning and for testing the judge. A banner says so while one is on.");
    defects.kind = K::list;
    table.push_back(std::move(defects));
    return table;
}

}  // namespace

const std::vector<OptionSpec>& all_options() {
    static const std::vector<OptionSpec> table = make_table();
    return table;
}

}  // namespace driftscope
