#!/usr/bin/env python3
"""Makes tests/data/lens: logits of HookedTransformer for four of the checkpoints in tests/data/golden (llama twice).

    OMP_NUM_THREADS=1 PYTHONPATH=FOLDER make_lens_goldens.py [--out tests/data/lens/VERSION]

FOLDER holds transformer_lens, 2.16.1 or 3.9.0, and the few packages its forward pass needs:

    pip install --no-deps --target FOLDER transformer-lens==2.16.1 einops fancy_einsum jaxtyping \\
        wadler_lindig beartype better_abc typeguard==4.4.2 rich markdown-it-py mdurl pygments

Each NAME.safetensors holds logits.<fp32|bf16>.<plain|processed>.<nocache|cache> [pos, vocab]: without and with the
default weight processing; "cache" is a prefill of 8 tokens and then one token at a time. Mixtral has float32 only: its
experts are nn.Linear of the default dtype, which a bfloat16 stream does not enter; 3.9.0 reads Mixtral from transformers 5 alone. Values of processed bfloat16 models
come from weights processed in float32 and then cast, as HookedTransformer.from_pretrained(dtype=bfloat16) does not do
but its documentation asks for.
"""
import argparse
import importlib
import importlib.metadata
import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

# Data sets and plotting, imported by the package and touched by no forward pass.
for name in ("accelerate", "datasets", "datasets.arrow_dataset", "datasets.iterable_dataset", "datasets.load", "pandas",
             "transformers_stream_generator", "wandb"):
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = MagicMock()

from transformer_lens import HookedTransformer, HookedTransformerConfig  # noqa: E402

try:
    from transformer_lens.past_key_value_caching import HookedTransformerKeyValueCache as Cache  # noqa: E402
except ImportError:  # 3.x
    from transformer_lens.cache.key_value_cache import TransformerLensKeyValueCache as Cache  # noqa: E402
from transformer_lens.pretrained.weight_conversions import (  # noqa: E402
    convert_gpt2_weights, convert_llama_weights, convert_mixtral_weights, convert_neox_weights)

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "golden"
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
CONVERT = {"llama": convert_llama_weights, "llama-llama3": convert_llama_weights, "gpt2": convert_gpt2_weights,
           "gpt_neox": convert_neox_weights, "mixtral": convert_mixtral_weights}
PREFILL = 8


def lens_config(hf, dtype):
    """As transformer_lens.loading_from_pretrained.convert_hf_model_config writes it for the architecture."""
    cfg = dict(d_vocab=hf.vocab_size, dtype=dtype, device="cpu", seed=0, default_prepend_bos=False)
    if hf.model_type == "gpt2":
        return cfg | dict(d_model=hf.n_embd, d_head=hf.n_embd // hf.n_head, n_heads=hf.n_head, d_mlp=hf.n_embd * 4,
                          n_layers=hf.n_layer, n_ctx=hf.n_positions, eps=hf.layer_norm_epsilon,
                          act_fn=hf.activation_function, normalization_type="LN")
    d_head = getattr(hf, "head_dim", None) or hf.hidden_size // hf.num_attention_heads
    cfg |= dict(d_model=hf.hidden_size, d_head=d_head, n_heads=hf.num_attention_heads, d_mlp=hf.intermediate_size,
                n_layers=hf.num_hidden_layers, n_ctx=hf.max_position_embeddings, act_fn=hf.hidden_act,
                positional_embedding_type="rotary", rotary_adjacent_pairs=False)
    if hf.model_type == "gpt_neox":
        return cfg | dict(eps=hf.layer_norm_eps, parallel_attn_mlp=True, normalization_type="LN",
                          rotary_dim=round(hf.rotary_pct * d_head))
    cfg |= dict(eps=hf.rms_norm_eps, n_key_value_heads=hf.num_key_value_heads, normalization_type="RMS",
                rotary_dim=d_head, rotary_base=int(hf.rope_theta), final_rms=True, gated_mlp=True)
    if getattr(hf, "rope_scaling", None):
        rope = hf.rope_scaling
        cfg |= dict(use_NTK_by_parts_rope=True, NTK_by_parts_factor=rope["factor"],
                    NTK_by_parts_low_freq_factor=rope["low_freq_factor"],
                    NTK_by_parts_high_freq_factor=rope["high_freq_factor"],
                    NTK_original_ctx_len=rope["original_max_position_embeddings"])
    if hf.model_type == "mixtral":
        cfg |= dict(num_experts=hf.num_local_experts, experts_per_token=hf.num_experts_per_tok)
    return cfg


def lens_model(name, dtype, processed):
    # Weights are processed in float32 and cast afterwards.
    work = torch.float32 if processed else dtype
    hf = AutoModelForCausalLM.from_pretrained(GOLDEN / name, torch_dtype=work, attn_implementation="eager")
    cfg = HookedTransformerConfig(**lens_config(hf.config, work))
    model = HookedTransformer(cfg, move_to_device=False)
    state = {key: value.detach().clone() for key, value in CONVERT[name](hf, cfg).items()}
    model.load_and_process_state_dict(state, fold_ln=processed, center_writing_weights=processed,
                                      center_unembed=processed, fold_value_biases=processed)
    if dtype != work:
        final = HookedTransformerConfig(**lens_config(hf.config, dtype))
        final.normalization_type = model.cfg.normalization_type
        cast = HookedTransformer(final, move_to_device=False)
        cast.load_state_dict({k: v.to(dtype) if k.rsplit(".", 1)[-1][:2] in ("W_", "b_", "_W", "_b", "w", "b") else v
                              for k, v in model.state_dict().items()}, strict=False)
        model = cast
    return model.eval()


@torch.no_grad()
def logits(model, tokens, cached):
    ids = torch.tensor([tokens])
    if not cached:
        return model(ids, return_type="logits")[0]
    past = Cache.init_cache(model.cfg, "cpu", 1)
    calls = [ids[:, :PREFILL]] + [ids[:, i:i + 1] for i in range(PREFILL, len(tokens))]
    return torch.cat([model(call, return_type="logits", past_kv_cache=past, attention_mask=torch.ones_like(call))[0]
                      for call in calls])


def main():
    parser = argparse.ArgumentParser()
    version = importlib.metadata.version("transformer-lens")
    parser.add_argument("--out", type=Path, default=GOLDEN.parent / "lens" / version)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name in CONVERT:
        if name == "mixtral" and version.startswith("3"):
            continue
        tokens = json.loads((GOLDEN / name / "golden.json").read_text())["tokens"]
        tensors = {}
        for short, dtype in DTYPES.items():
            if name == "mixtral" and short != "fp32":
                continue
            for processed in (False, True):
                model = lens_model(name, dtype, processed)
                for cached in (False, True):
                    key = f"logits.{short}.{'processed' if processed else 'plain'}.{'cache' if cached else 'nocache'}"
                    value = logits(model, tokens, cached)
                    assert value.isfinite().all() and value.dtype == dtype, (name, key, value.dtype)
                    tensors[key] = value.contiguous()
        save_file(tensors, out / f"{name}.safetensors", {"transformer_lens": version, "torch": torch.__version__,
                                                         "transformers": transformers.__version__})
        print(name, len(tensors), "tensors")


if __name__ == "__main__":
    main()
