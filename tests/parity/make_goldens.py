#!/usr/bin/env python3
"""Makes tests/data/golden: tiny seeded checkpoints and what the reference's eager code computes with them.

    OMP_NUM_THREADS=1 make_goldens.py [--out tests/data/golden] [--only NAME ...]

Needs torch, transformers (4.57.6 made the committed files), safetensors. Each NAME/ holds

    config.json, model.safetensors   the checkpoint, float32
    golden.json                      the tokens, the greedy continuation per dtype, the options under which Driftscope
                                     makes the same calls, whether cached logits compare, and with what it was made
    golden.safetensors               logits.<fp32|bf16|fp16>.<nocache|cache>  [batch, pos, vocab], each in its own dtype
                                     site.<name>                              float32, whole text, no cache

"nocache" is one pass over all tokens; "cache" is a prefill of 8 tokens and then one token at a time.
The sites have Driftscope's names and axes: stream [batch, pos, d_model], q, k, v, q_norm, k_norm, rot_q, rot_k
[batch, pos, head, d_head], pattern [batch, head, pos, key_pos], router_logits [batch, pos, expert].
"""
import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

import reference
from checkpoints import CHECKPOINTS, TOKENS, make_checkpoint, seed

PREFILL = 8
GREEDY = 24
# Sites that are another one's copy or sum, and scores, whose masked entries are no numbers, are left to parity.py.
LEFT_OUT = ("resid_pre", "resid_mid", "attn.z", "attn.scores", "attn.cache_k", "attn.cache_v", "moe.expert_weights",
            "moe.expert_indices", "moe.expert_out")


def make_golden(name, folder):
    make_checkpoint(name, folder)
    row = CHECKPOINTS[name]
    family = reference.family_of(folder)
    tensors, continued, margins = {}, {}, {}
    cached = [PREFILL] + [1] * (len(TOKENS) - PREFILL)
    for short, dtype in reference.DTYPES.items():
        tensors[f"logits.{short}.nocache"], sites = reference.run(folder, dtype, TOKENS)
        tensors[f"logits.{short}.cache"], _ = reference.run(folder, dtype, TOKENS, cached)
        continued[short], steps = reference.greedy(folder, dtype, TOKENS, GREEDY)
        margins[short] = min(steps)
        if short == "fp32":
            tensors.update({f"site.{site}": value for site, value in sites.items() if not site.endswith(LEFT_OUT)})
    for key, tensor in tensors.items():
        assert tensor.isfinite().all(), key
        assert not key.startswith("logits") or tensor.dtype == reference.DTYPES[key.split(".")[1]], key
    save_file({k: t.contiguous() for k, t in tensors.items()}, folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)
    code = {"reference": "tests/parity/internlm2.py, an eager transcription of the checkpoints' own code; transformers "
                         "has no InternLM2"} if family == "internlm2" else {}
    golden = dict(tokens=TOKENS, prefill=PREFILL, options=reference.FAMILIES[family].options, cached=row.cached,
                  greedy=continued, greedy_smallest_margin=margins, seed=seed(name),
                  script="tests/parity/make_goldens.py", **code, **reference.facts())
    text = "\n".join(join_numbers(json.dumps(golden, indent=2).split("\n")))
    (folder / "golden.json").write_text(text + "\n")
    report(name, folder, tensors, continued)


def report(name, folder, tensors, continued):
    """Says what makes a golden worth having: types and calls that differ, patterns and routes far from uniform."""
    apart = (tensors["logits.fp32.cache"] - tensors["logits.fp32.nocache"]).abs().max().item()
    half = (tensors["logits.bf16.nocache"].float() - tensors["logits.fp32.nocache"]).abs().max().item()
    top = torch.cat([t[:, :, -1].max(-1).values.flatten() for k, t in tensors.items() if k.endswith("pattern")])
    print(f"{name:20} {sum(p.stat().st_size for p in folder.iterdir()) / 1e3:4.0f} kB  cache against none {apart:.1e}  "
          f"bf16 {half:.1e}  logits to {tensors['logits.fp32.nocache'].abs().max().item():4.1f}  "
          f"top weight of 12 {top.mean().item():.2f}  greedy fp32 = bf16: {continued['fp32'] == continued['bf16']}")


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
    committed = [name for name, row in CHECKPOINTS.items() if row.committed]
    parser.add_argument("--only", nargs="*", choices=list(CHECKPOINTS), default=committed)
    args = parser.parse_args()
    reference.set_up()
    for name in args.only:
        make_golden(name, args.out / name)


if __name__ == "__main__":
    main()
