#!/usr/bin/env python3
"""Trains the small dense models of the five cases, with Hugging Face's own model classes.

    train_cases.py NAME --corpus DIR --work DIR --out DIR [--minutes 9] [--from DIR]     NAME: see MODELS
    train_cases.py report --corpus DIR --work DIR --out DIR                              held-out loss, samples

Texts, tokenizer and token streams are train.py's (--work is shared with it). --minutes counts this
process's processor time; the learning rate follows a cosine over it. --from starts from another
trained folder of the same shapes, as Llama 3.1 was made from Llama 3.
"""
import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import transformers

import train as common

COMMON = dict(vocab_size=2048, bos_token_id=0, eos_token_id=0, torch_dtype="bfloat16", use_cache=True)
LLAMA = dict(hidden_size=192, intermediate_size=512, num_hidden_layers=5, num_attention_heads=6, num_key_value_heads=2,
             head_dim=32, rope_theta=500000.0, rms_norm_eps=1e-5, tie_word_embeddings=False, attention_bias=False)
MODELS = {
    # Six heads: no power of two, so that the slopes of ALiBi come in two series.
    "tiny-bloom": lambda: transformers.BloomConfig(
        hidden_size=192, n_layer=5, n_head=6, seq_length=1024, hidden_dropout=0.0, attention_dropout=0.0,
        apply_residual_connection_post_layernorm=False, **COMMON),
    # As Pythia: a quarter of each head rotates, attention and MLP in parallel, biases, a head of its own.
    "tiny-neox": lambda: transformers.GPTNeoXConfig(
        hidden_size=192, intermediate_size=768, num_hidden_layers=5, num_attention_heads=6, rotary_pct=0.25,
        rotary_emb_base=10000, max_position_embeddings=1024, use_parallel_residual=True, tie_word_embeddings=False,
        **COMMON),
    # Becomes tiny-internlm2 by `driftscope convert --to internlm2`; dynamic NTK acts past 1024 positions only.
    "tiny-llama": lambda: transformers.LlamaConfig(
        max_position_embeddings=1024, rope_scaling={"type": "dynamic", "factor": 2.0}, **LLAMA, **COMMON),
    "tiny-llama3": lambda: transformers.LlamaConfig(
        max_position_embeddings=2048,
        rope_scaling={"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                      "original_max_position_embeddings": 512}, **LLAMA, **COMMON),
}
K_BIAS = 9.0  # see enlarge_key_biases


def enlarge_key_biases(model):
    """Adds +-9 to the key biases of the dimensions that do not rotate, the sign alternating.

    Each query's scores then shift by one constant (q . c) over all keys, which the softmax takes out
    again: the function is the same in exact arithmetic, but the scores are as large as Pythia's, whose
    trained key biases do the same, and float32 loses what bfloat16 lost before.
    """
    config = model.config
    size = config.hidden_size // config.num_attention_heads
    rotary = int(size * config.rotary_pct)
    sign = torch.tensor([1.0, -1.0]).repeat(size)[: size - rotary]
    with torch.no_grad():
        for layer in model.gpt_neox.layers:
            bias = layer.attention.query_key_value.bias.view(config.num_attention_heads, 3, size)
            bias[:, 1, rotary:] += K_BIAS * sign


@torch.no_grad()
def held_out(model, streams, tokens=8192, length=256):
    model.eval()
    losses = {}
    for name in common.SOURCES:
        stream = streams[name, "held"]
        rows = min(tokens, len(stream) - 1) // length
        total = 0.0
        for row in range(rows):
            window = torch.from_numpy(stream[row * length:(row + 1) * length + 1])
            logits = model(window[None, :-1]).logits[0].float()
            total += F.cross_entropy(logits, window[1:], reduction="sum").item()
        losses[name] = round(total / (rows * length), 4)
    model.train()
    return losses


def export(model, name, args, log):
    if name == "tiny-neox":
        enlarge_key_biases(model)
    model.to(torch.bfloat16).save_pretrained(args.out, safe_serialization=True)
    config = json.loads((args.out / "config.json").read_text())
    config = {k: v for k, v in config.items() if k not in ("transformers_version", "_attn_implementation_autoset")}
    config["torch_dtype"] = config.pop("dtype", "bfloat16")
    (args.out / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (args.out / "tokenizer.json").write_bytes((args.work / "tokenizer.json").read_bytes())
    tokenizer_config = dict(tokenizer_class="PreTrainedTokenizerFast", eos_token=common.END, bos_token=common.END,
                            pad_token=common.END, add_bos_token=False, add_eos_token=False, add_prefix_space=False,
                            clean_up_tokenization_spaces=False)
    (args.out / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=2) + "\n")
    (args.log or args.out / "log.csv").write_text(log)


def train(args):
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    streams = common.prepare(args.corpus, args.work)
    config = MODELS[args.name]()
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa" if "llama" in args.name else "eager")
    model = model.float()
    if args.start:
        other = transformers.AutoModelForCausalLM.from_pretrained(args.start, torch_dtype=torch.float32)
        model.load_state_dict(other.state_dict())
    model.train()
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
                                   {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), eps=1e-9, fused=True)
    batches = common.Batches(streams, (args.seed, 0))
    budget, began, step, tokens, losses, noted = args.minutes * 60, time.process_time(), 0, 0, [], 0.0
    log = "minutes,tokens,loss," + ",".join(f"held_{n}" for n in common.SOURCES) + "\n"
    while (spent := time.process_time() - began) < budget:
        done = spent / budget
        rate = args.rate * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        length = 256 if done < 0.8 else 512 if done < 0.93 else 1024
        ids, targets = batches.next(max(1, args.batch // length), length)
        loss = F.cross_entropy(model(ids, use_cache=False).logits.flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, tokens = step + 1, tokens + ids.numel()
        losses.append(loss.item())
        if spent - noted > 60:
            noted = spent
            log += f"{spent / 60:.2f},{tokens},{np.mean(losses):.4f},{','.join(map(str, held_out(model, streams).values()))}\n"
            print(log.splitlines()[-1], flush=True)
            losses = []
    held = held_out(model, streams, 1 << 20)
    log += f"{budget / 60:.2f},{tokens},{np.mean(losses):.4f},{','.join(map(str, held.values()))}\n"
    print(log.splitlines()[-1], flush=True)
    export(model, args.name, args, log)


def report(args):
    """Of a finished folder: held-out loss of the stored bfloat16 weights, widened, and what it writes."""
    streams = common.prepare(args.corpus, args.work)
    model = transformers.AutoModelForCausalLM.from_pretrained(args.out, torch_dtype=torch.float32,
                                                              attn_implementation="eager")
    print(sum(p.numel() for p in model.parameters()), held_out(model, streams, 1 << 20))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(args.out / "tokenizer.json"))
    for prompt in common.PROMPTS:
        ids = torch.tensor([tokenizer(prompt)["input_ids"]])
        made = model.generate(ids, max_new_tokens=50, do_sample=False, pad_token_id=0)
        print(repr(tokenizer.decode(made[0])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=(*MODELS, "report"))
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--log", type=Path, help="where the loss curve goes (default: log.csv in --out)")
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    report(args) if args.name == "report" else train(args)


if __name__ == "__main__":
    main()
