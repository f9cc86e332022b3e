#!/usr/bin/env python3
"""Makes tests/data/golden: tiny seeded checkpoints and what Hugging Face's eager code computes with them.

    OMP_NUM_THREADS=1 make_goldens.py [--out tests/data/golden] [--only NAME ...]

Needs torch, transformers (4.57.6 made the committed files), safetensors. Each NAME/ holds

    config.json, model.safetensors   the checkpoint, float32
    golden.json                      the tokens, the greedy continuation per dtype, and with what it was made
    golden.safetensors               logits.<fp32|bf16|fp16>.<nocache|cache>   [batch, pos, vocab], each in its own dtype
                                     site.<name>                               float32, whole text, no cache

"nocache" is one pass over all tokens; "cache" is a prefill of 8 tokens and then one token at a time.
The sites have Driftscope's names and axes: stream [batch, pos, d_model], q, k, v, rot_q, rot_k [batch, pos, head, d_head],
pattern [batch, head, pos, key_pos], router_logits [batch, pos, expert].
"""
import argparse
import json
import os
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, MixtralConfig

TOKENS = [5, 61, 17, 90, 3, 44, 44, 72, 8, 29, 53, 11]
PREFILL = 8
GREEDY = 24
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

COMMON = dict(vocab_size=97, hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=6,
              num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
              tie_word_embeddings=False)
LLAMA = dict(COMMON, rope_theta=10000.0)

CHECKPOINTS = {
    # three query heads to a key/value head
    "llama": LlamaConfig(**LLAMA),
    # all biases, 3 layers, one key/value head for five query heads
    "llama-bias": LlamaConfig(**dict(LLAMA, num_hidden_layers=3, hidden_size=40, num_attention_heads=5,
                                     num_key_value_heads=1, attention_bias=True, mlp_bias=True)),
    # the head is the embedding; d_head is not d_model / n_heads
    "llama-tied": LlamaConfig(**dict(LLAMA, head_dim=12, tie_word_embeddings=True)),
    "llama-llama3": LlamaConfig(**dict(LLAMA, head_dim=16, rope_theta=500000.0, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64))),
    "llama-linear": LlamaConfig(**dict(LLAMA, rope_scaling=dict(rope_type="linear", factor=4.0))),
    # the text is longer than the 8 positions, so that the base grows, with a cache at each token
    "llama-dynamic": LlamaConfig(**dict(LLAMA, max_position_embeddings=8,
                                        rope_scaling=dict(rope_type="dynamic", factor=2.0))),
    "llama-yarn": LlamaConfig(**dict(LLAMA, head_dim=16, max_position_embeddings=1024, rope_scaling=dict(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=256))),
    # the window is shorter than the text and than the prefill
    "mistral": MistralConfig(**dict(COMMON, head_dim=10, rope_theta=1000000.0, sliding_window=4)),
    "mixtral": MixtralConfig(**dict(COMMON, intermediate_size=40, num_local_experts=4, num_experts_per_tok=2,
                                    rope_theta=1000000.0, sliding_window=None)),
    "mixtral-8": MixtralConfig(**dict(COMMON, hidden_size=32, intermediate_size=24, num_attention_heads=4,
                                      num_local_experts=8, num_experts_per_tok=2, rope_theta=1000000.0,
                                      sliding_window=None)),
}


def make_checkpoint(config, seed, folder):
    """Random weights at a scale where attention and routing are far from uniform; biases and norms are not trivial."""
    config.torch_dtype = "float32"
    model = AutoModelForCausalLM.from_config(config)
    random = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=random)
        if name.endswith("norm.weight"):
            parameter.data = 1 + 0.2 * noise
        elif name.endswith("bias"):
            parameter.data = 0.2 * noise
        elif name == "model.embed_tokens.weight":
            parameter.data = noise
        else:
            parameter.data = 1.5 * noise / parameter.shape[-1] ** 0.5
    model.generation_config = transformers.GenerationConfig()
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)


class Sites:
    """Forward hooks that gather values under Driftscope's names."""

    def __init__(self, model):
        self.values = {}
        self.hooks = []
        self.config = model.config
        self.d_head = model.model.layers[0].self_attn.head_dim
        inner = model.model
        self.after(inner.embed_tokens, "embed")
        self.after(inner.norm, "ln_final.normalized")
        for n, layer in enumerate(inner.layers):
            block = f"blocks.{n}"
            self.after(layer.input_layernorm, f"{block}.ln1.normalized")
            for letter in "qkv":
                self.after(getattr(layer.self_attn, f"{letter}_proj"), f"{block}.attn.{letter}", self.heads)
            self.after(layer.self_attn, f"{block}.attn_out", lambda v: v[0])
            self.after(layer.self_attn, f"{block}.attn.pattern", lambda v: v[1])
            self.after(layer.post_attention_layernorm, f"{block}.ln2.normalized")
            if hasattr(layer, "block_sparse_moe"):
                self.after(layer.block_sparse_moe.gate, f"{block}.moe.router_logits", lambda v: v.unsqueeze(0))
                self.after(layer.block_sparse_moe, f"{block}.mlp_out", lambda v: v[0])
            else:
                self.after(layer.mlp.gate_proj, f"{block}.mlp.gate")
                self.after(layer.mlp.up_proj, f"{block}.mlp.up")
                self.after(layer.mlp, f"{block}.mlp_out")
            self.after(layer, f"{block}.resid_post", lambda v: v[0] if isinstance(v, tuple) else v)
        # The rotated heads leave no module, so the function that makes them is wrapped.
        self.code = __import__(type(inner).__module__, fromlist=["apply_rotary_pos_emb"])
        self.rotate = self.code.apply_rotary_pos_emb
        self.code.apply_rotary_pos_emb = self.rotated

    def after(self, module, name, pick=lambda v: v):
        self.hooks.append(module.register_forward_hook(lambda m, i, out: self.keep(name, pick(out))))

    def keep(self, name, value):
        self.values[f"site.{name}"] = value.detach().clone().contiguous()

    def heads(self, value):
        return value.unflatten(-1, (-1, self.d_head))

    def rotated(self, q, k, *args, **kwargs):
        q, k = self.rotate(q, k, *args, **kwargs)
        n = sum(name.endswith("rot_q") for name in self.values)
        self.keep(f"blocks.{n}.attn.rot_q", q.transpose(1, 2))
        self.keep(f"blocks.{n}.attn.rot_k", k.transpose(1, 2))
        return q, k

    def remove(self):
        self.code.apply_rotary_pos_emb = self.rotate
        for hook in self.hooks:
            hook.remove()


def with_cache(model, ids):
    step = model(ids[:, :PREFILL], use_cache=True)
    logits = [step.logits]
    for at in range(PREFILL, ids.shape[1]):
        step = model(ids[:, at:at + 1], past_key_values=step.past_key_values, use_cache=True)
        logits.append(step.logits)
    return torch.cat(logits, 1)


def greedy(model, ids):
    """(the tokens, the smallest distance between the best and the second logit on the way)"""
    made = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=GREEDY, do_sample=False,
                          eos_token_id=None, pad_token_id=0, use_cache=True, output_logits=True,
                          return_dict_in_generate=True)
    best = torch.stack(made.logits).float().topk(2, -1).values
    return made.sequences[0, ids.shape[1]:].tolist(), (best[..., 0] - best[..., 1]).min().item()


@torch.no_grad()
def make_golden(name, config, seed, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make_checkpoint(config, seed, folder)
    ids = torch.tensor([TOKENS])
    tensors, continued, margins = {}, {}, {}
    for short, dtype in DTYPES.items():
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=dtype, attn_implementation="eager").eval()
        # With dynamic rotary scaling a pass leaves its base behind: the pass without a cache comes first, on a fresh model.
        sites = Sites(model) if dtype == torch.float32 else None
        tensors[f"logits.{short}.nocache"] = model(ids, use_cache=False, output_attentions=sites is not None).logits
        if sites:
            sites.remove()
            tensors.update(sites.values)
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=dtype, attn_implementation="eager").eval()
        tensors[f"logits.{short}.cache"] = with_cache(model, ids)
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=dtype, attn_implementation="eager").eval()
        continued[short], margins[short] = greedy(model, ids)
    for key, tensor in tensors.items():
        assert tensor.isfinite().all() and (not key.startswith("logits") or tensor.dtype == DTYPES[key.split(".")[1]]), key
    save_file({k: t.contiguous() for k, t in tensors.items()}, folder / "golden.safetensors")
    for path in folder.glob("*.safetensors"):
        path.chmod(0o644)
    golden = dict(tokens=TOKENS, prefill=PREFILL, greedy=continued, greedy_smallest_margin=margins, seed=seed,
                  script="tests/parity/make_goldens.py", torch=torch.__version__, transformers=transformers.__version__,
                  attention="eager", threads=torch.get_num_threads(),
                  cpu_capability=torch.backends.cpu.get_cpu_capability())
    text = json.dumps(golden, indent=2)
    text = "\n".join(join_numbers(text.split("\n")))
    (folder / "golden.json").write_text(text + "\n")
    apart = (tensors["logits.fp32.cache"] - tensors["logits.fp32.nocache"]).abs().max().item()
    print(f"{name:14} {sum(p.stat().st_size for p in folder.iterdir()) / 1e3:6.0f} kB  "
          f"cache against no cache {apart:.1e}  greedy fp32 = bf16: {continued['fp32'] == continued['bf16']}")


def join_numbers(lines):
    """Lists of numbers on one line, for people."""
    joined = []
    for line in lines:
        if joined and joined[-1].endswith(("[", ",")) and line.strip().rstrip(",").isdigit():
            joined[-1] += line.strip() if joined[-1].endswith("[") else " " + line.strip()
        elif joined and joined[-1][-1].isdigit() and line.strip().rstrip(",") == "]":
            joined[-1] += line.strip()
        else:
            joined.append(line)
    return joined


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "data/golden")
    parser.add_argument("--only", nargs="*", choices=list(CHECKPOINTS), default=list(CHECKPOINTS))
    args = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    transformers.logging.set_verbosity_error()
    for seed, (name, config) in enumerate(CHECKPOINTS.items(), start=20250):
        if name in args.only:
            make_golden(name, config, seed, args.out / name)


if __name__ == "__main__":
    main()
