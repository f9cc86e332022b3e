"""The tiny seeded checkpoints that goldens and ./dev parity are made of: one row of CHECKPOINTS each.

make_checkpoint() writes config.json and model.safetensors (float32) into a folder. Widths are 24 to 48, two or three
layers, a vocabulary of 97; weights are random at a scale where attention and routing are far from uniform, biases and
norms are not trivial.
"""
import dataclasses
import json
import re
import shutil

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (AutoModelForCausalLM, BloomConfig, Gemma2Config, Gemma3TextConfig, GemmaConfig, GPT2Config,
                          GPTNeoXConfig, LlamaConfig, MistralConfig, MixtralConfig, OlmoeConfig, Phi3Config,
                          Qwen2Config, Qwen3Config, Qwen3MoeConfig)

transformers.logging.set_verbosity_error()  # one YaRN factor below differs from the contexts' ratio, on purpose
TOKENS = [5, 61, 17, 90, 3, 44, 44, 72, 8, 29, 53, 11]


@dataclasses.dataclass
class Checkpoint:
    config: transformers.PretrainedConfig
    committed: bool = False  # its golden lies in tests/data/golden; the others are made for ./dev parity alone
    cached: bool = True      # False: a cached pass is another function per call (see README.md, "Not cached")
    scale: dict = dataclasses.field(default_factory=dict)  # regular expression of names -> factor on those weights
    tweak: object = None     # called with the model before it is saved
    bare: bool = False       # tensor names without "transformer.", as on the hub
    drop: tuple = ()         # keys taken out of config.json: what older files lack and readers must derive
    internlm2: dict = None   # not None: a Llama repacked as InternLM2, with these keys in its config.json


IDS = dict(bos_token_id=1, eos_token_id=2, pad_token_id=0)
COMMON = dict(vocab_size=97, hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=6,
              num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
              tie_word_embeddings=False)
LLAMA = dict(COMMON, rope_theta=10000.0)
SMALL = dict(COMMON, hidden_size=40, intermediate_size=56, pad_token_id=0)
MOE = dict(SMALL, hidden_size=32, intermediate_size=48, moe_intermediate_size=16, num_experts=8, num_experts_per_tok=3,
           num_attention_heads=4)
OLMOE = dict(SMALL, hidden_size=32, intermediate_size=16, num_experts=8, num_experts_per_tok=3, num_attention_heads=4)
MIXTRAL = dict(COMMON, intermediate_size=40, num_local_experts=4, num_experts_per_tok=2, rope_theta=1000000.0,
               sliding_window=None)
GPT2 = dict(vocab_size=97, n_positions=128, n_layer=2, **IDS)
NEOX = dict(vocab_size=97, hidden_size=32, intermediate_size=80, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=128, rotary_pct=0.25, **IDS)
BLOOM = dict(vocab_size=97, hidden_size=36, n_layer=2, n_head=6, **IDS)
GEMMA = dict(SMALL, head_dim=16, num_attention_heads=3, num_key_value_heads=1, tie_word_embeddings=True)
# The embedding is multiplied by sqrt(hidden_size) on its way in.
GEMMA_SCALE = {r"embed_tokens": 0.35}
# Normed heads of length 1 would give scores of about 1 and patterns near uniform.
QK_SCALE = {r"self_attn\.[qk]_norm": 1.8}
PHI3 = dict(SMALL, hidden_size=32, num_attention_heads=4, partial_rotary_factor=0.75)


def longrope(width):
    return dict(type="longrope", short_factor=[1 + 0.1 * i for i in range(width)],
                long_factor=[2 + 1.5 * i for i in range(width)])


def loud_queries_and_keys(model):
    """As in Pythia, whose query and key biases are very large in some heads: scores in the hundreds."""
    for layer in model.gpt_neox.layers:
        bias = layer.attention.query_key_value.bias.data
        bias.view(layer.attention.config.num_attention_heads, 3, -1)[0, :2] *= 40


CHECKPOINTS = {
    # Three query heads to a key/value head.
    "llama": Checkpoint(LlamaConfig(**LLAMA), True),
    # All biases, 3 layers, one key/value head for five query heads.
    "llama-bias": Checkpoint(LlamaConfig(**dict(
        LLAMA, num_hidden_layers=3, hidden_size=40, num_attention_heads=5, num_key_value_heads=1, attention_bias=True,
        mlp_bias=True)), True),
    # The head is the embedding; d_head is not d_model / n_heads.
    "llama-tied": Checkpoint(LlamaConfig(**dict(LLAMA, head_dim=12, tie_word_embeddings=True)), True),
    "llama-llama3": Checkpoint(LlamaConfig(**dict(LLAMA, head_dim=16, rope_theta=500000.0, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=64))), True),
    "llama-linear": Checkpoint(LlamaConfig(**dict(LLAMA, rope_scaling=dict(rope_type="linear", factor=4.0))), True),
    # The text is longer than the 8 positions, so that the base grows, with a cache at each token.
    "llama-dynamic": Checkpoint(LlamaConfig(**dict(
        LLAMA, max_position_embeddings=8, rope_scaling=dict(rope_type="dynamic", factor=2.0))), True, cached=False),
    "llama-yarn": Checkpoint(LlamaConfig(**dict(LLAMA, head_dim=16, max_position_embeddings=1024, rope_scaling=dict(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=256))), True),
    # The window is shorter than the text and than the prefill.
    "mistral": Checkpoint(MistralConfig(**dict(COMMON, head_dim=10, rope_theta=1000000.0, sliding_window=4)), True),
    "mixtral": Checkpoint(MixtralConfig(**MIXTRAL), True),
    "mixtral-8": Checkpoint(MixtralConfig(**dict(
        MIXTRAL, hidden_size=32, intermediate_size=24, num_attention_heads=4, num_local_experts=8)), True),

    # The text is longer than the original context.
    "llama-llama3-past": Checkpoint(LlamaConfig(**dict(LLAMA, rope_theta=500000.0, rope_scaling=dict(
        rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=8)))),
    "llama-yarn-past": Checkpoint(LlamaConfig(**dict(LLAMA, head_dim=20, max_position_embeddings=64, rope_scaling=dict(
        rope_type="yarn", factor=8.0, original_max_position_embeddings=8, mscale=1.0, mscale_all_dim=0.5)))),
    "llama-linear-past": Checkpoint(LlamaConfig(**dict(
        LLAMA, max_position_embeddings=8, rope_scaling=dict(rope_type="linear", factor=2.5)))),
    "mistral-5": Checkpoint(MistralConfig(**dict(
        COMMON, hidden_size=40, num_attention_heads=5, num_key_value_heads=1, rope_theta=1000000.0, sliding_window=7))),
    "mistral-full": Checkpoint(MistralConfig(**dict(
        COMMON, num_key_value_heads=6, sliding_window=None, tie_word_embeddings=True))),
    "mixtral-window": Checkpoint(MixtralConfig(**dict(
        MIXTRAL, num_hidden_layers=3, hidden_size=40, num_attention_heads=5, num_key_value_heads=5,
        num_experts_per_tok=3, sliding_window=4))),

    "gpt2": Checkpoint(GPT2Config(n_embd=30, n_head=5, **GPT2), True),
    "gpt2-inverse": Checkpoint(GPT2Config(**dict(
        GPT2, n_layer=3, n_embd=24, n_head=3, n_inner=56, scale_attn_by_inverse_layer_idx=True)), True, bare=True),
    "gpt2-upcast": Checkpoint(GPT2Config(n_embd=24, n_head=4, reorder_and_upcast_attn=True,
                                         scale_attn_by_inverse_layer_idx=True, **GPT2), True),
    "gpt2-unscaled": Checkpoint(GPT2Config(n_embd=36, n_head=3, scale_attn_weights=False, **GPT2),
                                scale={r"c_attn\.weight": 0.5}),

    # Parallel residual, 4 of 16 dimensions turn, loud biases.
    "gpt_neox": Checkpoint(GPTNeoXConfig(**NEOX), True, tweak=loud_queries_and_keys),
    "gpt_neox-serial": Checkpoint(GPTNeoXConfig(**dict(
        NEOX, hidden_size=40, intermediate_size=56, num_attention_heads=5, rotary_pct=0.5,
        use_parallel_residual=False)), True),
    "gpt_neox-tied": Checkpoint(GPTNeoXConfig(**dict(
        NEOX, hidden_size=32, num_attention_heads=4, num_hidden_layers=3, rotary_pct=1.0, attention_bias=False,
        tie_word_embeddings=True))),

    # Six heads: no power of two, two of ALiBi's slopes come from the second series.
    "bloom": Checkpoint(BloomConfig(**BLOOM), True),
    "bloom-post": Checkpoint(BloomConfig(**dict(
        BLOOM, hidden_size=32, n_head=4, apply_residual_connection_post_layernorm=True)), True, bare=True),
    "bloom-12": Checkpoint(BloomConfig(**dict(BLOOM, hidden_size=48, n_layer=3, n_head=12))),

    "internlm2": Checkpoint(LlamaConfig(**dict(LLAMA, hidden_size=36, intermediate_size=56)), True, internlm2=dict()),
    "internlm2-dynamic": Checkpoint(LlamaConfig(**dict(
        LLAMA, hidden_size=32, num_attention_heads=4, max_position_embeddings=8)), True, cached=False,
        internlm2=dict(rope_scaling=dict(type="dynamic", factor=2.0))),
    "internlm2-bias": Checkpoint(LlamaConfig(**dict(
        LLAMA, num_hidden_layers=3, hidden_size=40, num_attention_heads=5, num_key_value_heads=1,
        attention_bias=True)), internlm2=dict(bias=True)),
    "internlm2-linear": Checkpoint(LlamaConfig(**dict(LLAMA, num_key_value_heads=6)),
                                   internlm2=dict(rope_scaling=dict(type="linear", factor=3.0))),

    "qwen2": Checkpoint(Qwen2Config(**dict(SMALL, num_attention_heads=5, num_key_value_heads=1,
                                           tie_word_embeddings=True)), True),
    # Block 0 sees everything, blocks 1 and 2 four keys; the file names the rule, not the layers.
    "qwen2-window": Checkpoint(Qwen2Config(**dict(
        SMALL, hidden_size=36, num_hidden_layers=3, use_sliding_window=True, sliding_window=4, max_window_layers=1)),
        True, drop=("layer_types",)),
    "qwen2-yarn": Checkpoint(Qwen2Config(**dict(
        SMALL, num_attention_heads=4, head_dim=12, rope_theta=1000000.0,
        rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=8)))),

    "qwen3": Checkpoint(Qwen3Config(**dict(SMALL, hidden_size=32, num_attention_heads=4, head_dim=16,
                                           tie_word_embeddings=True)), True,
                        scale=QK_SCALE),
    "qwen3-window": Checkpoint(Qwen3Config(**dict(
        SMALL, hidden_size=32, num_attention_heads=3, num_key_value_heads=1, head_dim=12, num_hidden_layers=3,
        attention_bias=True, use_sliding_window=True, sliding_window=5, max_window_layers=1)), True, scale=QK_SCALE),
    "qwen3-mha": Checkpoint(Qwen3Config(**dict(SMALL, num_attention_heads=5, num_key_value_heads=5, head_dim=8)),
                            scale=QK_SCALE),

    # Block 1 has a plain MLP.
    "qwen3_moe": Checkpoint(Qwen3MoeConfig(**dict(
        MOE, num_hidden_layers=3, norm_topk_prob=True, head_dim=12, mlp_only_layers=[1])), True, scale=QK_SCALE),
    "qwen3_moe-raw": Checkpoint(Qwen3MoeConfig(**dict(MOE, norm_topk_prob=False, head_dim=8, decoder_sparse_step=2,
                                                      tie_word_embeddings=True)), True, scale=QK_SCALE),
    "qwen3_moe-window": Checkpoint(Qwen3MoeConfig(**dict(
        MOE, num_experts=5, num_experts_per_tok=2, head_dim=10, norm_topk_prob=True, attention_bias=True,
        use_sliding_window=True, sliding_window=4)), scale=QK_SCALE),

    "olmoe": Checkpoint(OlmoeConfig(**dict(OLMOE, num_key_value_heads=4)), True, scale=QK_SCALE),
    "olmoe-clip": Checkpoint(OlmoeConfig(**dict(OLMOE, norm_topk_prob=True, clip_qkv=1.5)), True, scale=QK_SCALE),
    "olmoe-bias": Checkpoint(OlmoeConfig(**dict(
        OLMOE, hidden_size=40, num_attention_heads=5, num_key_value_heads=5, num_experts_per_tok=2, attention_bias=True,
        tie_word_embeddings=True)), scale=QK_SCALE),

    "gemma": Checkpoint(GemmaConfig(**GEMMA), True, scale=GEMMA_SCALE),
    "gemma-gqa": Checkpoint(GemmaConfig(**dict(GEMMA, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
                                               head_dim=8)), scale=GEMMA_SCALE),
    "gemma-bias": Checkpoint(GemmaConfig(**dict(GEMMA, hidden_size=24, num_attention_heads=5, num_key_value_heads=5,
                                                head_dim=6, attention_bias=True)), scale=GEMMA_SCALE),

    # Windows of four keys in blocks 0 and 2; caps low enough to bend scores and logits; scaled by 24^-0.5, not 16^-0.5.
    "gemma2": Checkpoint(Gemma2Config(**dict(
        GEMMA, hidden_size=32, num_hidden_layers=3, sliding_window=4, query_pre_attn_scalar=24,
        attn_logit_softcapping=4.0, final_logit_softcapping=5.0)), True, scale=GEMMA_SCALE, drop=("layer_types",)),
    "gemma2-uncapped": Checkpoint(Gemma2Config(**dict(
        GEMMA, hidden_size=24, num_attention_heads=4, num_key_value_heads=2, head_dim=12, sliding_window=5, query_pre_attn_scalar=12,
        attention_bias=True, attn_logit_softcapping=None, final_logit_softcapping=None)), True, scale=GEMMA_SCALE),
    "gemma2-full": Checkpoint(Gemma2Config(**dict(
        GEMMA, num_attention_heads=5, num_key_value_heads=5, head_dim=8, sliding_window=64, query_pre_attn_scalar=8,
        attn_logit_softcapping=3.0, final_logit_softcapping=None)), scale=GEMMA_SCALE),

    # Blocks 0 and 1 see four keys and turn by the local base; block 2 sees all and divides its frequencies by 8.
    "gemma3": Checkpoint(Gemma3TextConfig(**dict(
        GEMMA, hidden_size=32, num_hidden_layers=3, sliding_window=4, sliding_window_pattern=3,
        query_pre_attn_scalar=16, rope_theta=1000000.0, rope_local_base_freq=10000.0,
        rope_scaling=dict(rope_type="linear", factor=8.0))), True, scale=GEMMA_SCALE, drop=("layer_types",)),
    "gemma3-alternate": Checkpoint(Gemma3TextConfig(**dict(
        GEMMA, num_attention_heads=4, num_key_value_heads=2, head_dim=12, sliding_window=6, sliding_window_pattern=2,
        query_pre_attn_scalar=20, rope_theta=500000.0, final_logit_softcapping=5.0)), scale=GEMMA_SCALE),
    "gemma3-bias": Checkpoint(Gemma3TextConfig(**dict(
        GEMMA, num_attention_heads=5, num_key_value_heads=1, head_dim=8, sliding_window=3, attention_bias=True,
        query_pre_attn_scalar=8, tie_word_embeddings=False))),

    "phi3": Checkpoint(Phi3Config(**dict(PHI3, sliding_window=4)), True),
    # Below the original context: short factors, and the attention factor of the longer context all the same.
    "phi3-longrope-short": Checkpoint(Phi3Config(**dict(
        PHI3, max_position_embeddings=512, original_max_position_embeddings=128, rope_scaling=longrope(3))), True),
    # Above it: long factors; with a cache the prefill of 8 turns by the short ones.
    "phi3-longrope-long": Checkpoint(Phi3Config(**dict(
        PHI3, hidden_size=30, num_attention_heads=5, num_key_value_heads=5, partial_rotary_factor=1.0,
        max_position_embeddings=128, original_max_position_embeddings=8, rope_scaling=longrope(3))), True,
        cached=False),
    "phi3-tied": Checkpoint(Phi3Config(**dict(PHI3, hidden_size=48, num_attention_heads=3, num_key_value_heads=3,
                                              num_hidden_layers=3, tie_word_embeddings=True))),
}

# First match wins. Gemma's norms multiply by 1 + w; the rest by w.
NORM = re.compile(r"(norm|layernorm|layer_norm|ln_\w+)\.weight$")
EMBEDDING = re.compile(r"(embed_tokens|wte|wpe|word_embeddings|embed_in)\.weight$")
TRANSPOSED = re.compile(r"\.c_(attn|proj|fc)\.weight$")  # GPT-2 stores [in, out]


def random_weight(name, shape, random, gemma):
    noise = torch.randn(shape, generator=random)
    if NORM.search(name):
        return 0.2 * noise if gemma else 1 + 0.2 * noise
    if name.endswith("bias"):
        return 0.2 * noise
    if EMBEDDING.search(name):
        return noise
    return 1.5 * noise / (shape[0] if TRANSPOSED.search(name) else shape[-1]) ** 0.5


def make_checkpoint(name, folder):
    row = CHECKPOINTS[name]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    row.config.torch_dtype = "float32"
    model = AutoModelForCausalLM.from_config(row.config)
    random = torch.Generator().manual_seed(seed(name))
    for key, parameter in model.named_parameters():
        parameter.data = random_weight(key, parameter.shape, random, row.config.model_type.startswith("gemma"))
        for pattern, factor in row.scale.items():
            if re.search(pattern, key):
                parameter.data *= factor
    if row.tweak:
        row.tweak(model)
    model.generation_config = transformers.GenerationConfig()
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if row.bare:
        tensors = load_file(folder / "model.safetensors")
        save_file({key.removeprefix("transformer."): value for key, value in tensors.items()},
                  folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    if row.internlm2 is not None:
        config = as_internlm2(config, row.internlm2, folder)
    if row.internlm2 is not None or row.drop:
        config = {key: value for key, value in config.items() if key not in row.drop}
        (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (folder / "model.safetensors").chmod(0o644)


def seed(name):
    return 20250 + list(CHECKPOINTS).index(name)


INTERNLM2_NAMES = [("model.embed_tokens", "model.tok_embeddings"), ("lm_head", "output"),
                   ("self_attn.o_proj", "attention.wo"),
                   ("mlp.gate_proj", "feed_forward.w1"), ("mlp.up_proj", "feed_forward.w3"),
                   ("mlp.down_proj", "feed_forward.w2"), ("input_layernorm", "attention_norm"),
                   ("post_attention_layernorm", "ffn_norm")]


def as_internlm2(config, extra, folder):
    """Repacks the folder's Llama: rows of wqkv are [key/value head][its query heads, key, value][d_head]."""
    llama = load_file(folder / "model.safetensors")
    n_kv, d_head = config["num_key_value_heads"], config["head_dim"]
    packed = {}
    for key, value in llama.items():
        if (part := re.match(r"(.*)\.self_attn\.q_proj\.(weight|bias)$", key)):
            parts = [llama[f"{part[1]}.self_attn.{letter}_proj.{part[2]}"] for letter in "qkv"]
            parts = [p.unflatten(0, (n_kv, -1, d_head)) for p in parts]
            packed[f"{part[1]}.attention.wqkv.{part[2]}"] = torch.cat(parts, 1).flatten(0, 2).contiguous()
        elif not re.search(r"self_attn\.[kv]_proj", key):
            for old, new in INTERNLM2_NAMES:
                key = key.replace(old, new)
            packed[key] = value
    save_file(packed, folder / "model.safetensors", metadata={"format": "pt"})
    kept = ("bos_token_id", "eos_token_id", "hidden_act", "hidden_size", "initializer_range", "intermediate_size",
            "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
            "rms_norm_eps", "rope_theta", "tie_word_embeddings", "use_cache", "vocab_size")
    own = dict(architectures=["InternLM2ForCausalLM"], model_type="internlm2", attn_implementation="eager", bias=False,
               pad_token_id=2, rope_scaling=None, torch_dtype="float32")
    return {key: config[key] for key in kept} | own | extra
