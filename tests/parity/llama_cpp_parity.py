#!/usr/bin/env python3
"""llama.cpp against the program: float32 logits of checkpoints in tests/data/golden, written as GGUF.

    llama_cpp_parity.py make DIR       DIR/NAME/model.gguf, llama.cpp's logits beside it, DIR/jobs for run_program.sh
    llama_cpp_parity.py compare DIR    what run_program.sh has written against them: a table on stdout
    llama_cpp_parity.py keep DIR       copies the logits, and the files of KEPT, to tests/data/llama.cpp

Where it runs: see README.md here. Needs the Python package gguf, and LOGITS, the program made of llama_cpp_logits.c.
"""
import argparse
import json
import math
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np

GOLDEN = Path(__file__).resolve().parents[1] / "data/golden"
KEEP = GOLDEN.with_name("llama.cpp")
LOGITS = os.environ.get("LOGITS", "llama_cpp_logits")
# One file for each way in which llama.cpp's converter reorders weights.
KEPT = ("llama-llama3", "gpt2", "bloom", "mixtral", "internlm2")
# Checkpoints that llama.cpp computes: name -> its architecture. Left out are windows that it ignores (Mistral, Phi-3),
# a layer without experts among experts (Qwen 3 MoE) and scores divided by another width (Gemma 2).
CHECKPOINTS = {
    "llama": "llama", "llama-llama3": "llama", "llama-linear": "llama", "llama-tied": "llama", "mixtral": "llama",
    "mixtral-8": "llama", "gpt2": "gpt2", "gpt_neox": "gptneox", "gpt_neox-serial": "gptneox", "bloom": "bloom",
    "internlm2": "internlm2", "qwen2": "qwen2", "qwen3": "qwen3", "olmoe": "olmoe", "gemma": "gemma",
    "gemma3": "gemma3"}
# ggml looks GELU up in a table of 65536 float16 values, by the argument rounded to float16.
HALF_GELU = {"gpt2", "gptneox", "bloom", "gemma", "gemma3"}


def golden(name):
    return json.loads((GOLDEN / name / "config.json").read_text())


def read_safetensors(path):
    """{name: float32 array}"""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    out = {}
    for name, row in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = row["data_offsets"]
            assert row["dtype"] == "F32", (path, name, row["dtype"])
            out[name] = np.frombuffer(data[8 + size + begin:8 + size + end], "<f4").reshape(row["shape"])
    return out


# --- A checkpoint as GGUF, as llama.cpp's convert_hf_to_gguf.py writes it ------------------------

class Sizes:
    def __init__(self, config):
        first = lambda *keys: next((config[key] for key in keys if config.get(key) is not None), None)  # noqa: E731
        self.width = first("hidden_size", "n_embd")
        self.layers = first("num_hidden_layers", "n_layer")
        self.heads = first("num_attention_heads", "n_head")
        self.kv = first("num_key_value_heads") or self.heads
        self.d_head = first("head_dim") or self.width // self.heads
        self.mlp = first("intermediate_size", "n_inner") or 4 * self.width
        self.context = first("max_position_embeddings", "n_positions", "seq_length") or 128
        self.rotated = int(self.d_head * (first("rotary_pct") or 1.0))


def paired(weight, heads):
    """Each head's halves become pairs: llama.cpp turns neighbours."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def changed(arch, name, weight, s):
    """The converter's tensors for one of ours: [(name, array)]"""
    if arch == "gpt2" and name.endswith(".weight") and ".c_" in name:
        weight = weight.T
    if arch in ("bloom", "gptneox") and "query_key_value" in name:
        weight = weight.reshape(s.heads, 3, s.d_head, -1).swapaxes(0, 1).reshape(weight.shape)
    if arch == "llama" and "q_proj" in name:
        weight = paired(weight, s.heads)
    if arch == "llama" and "k_proj" in name:
        weight = paired(weight, s.kv)
    if arch.startswith("gemma") and name.endswith("norm.weight"):
        weight = weight + np.float32(1)
    if arch == "internlm2" and "wqkv" in name:
        parts = weight.reshape(s.kv, s.heads // s.kv + 2, s.d_head, -1)
        flat = lambda part: part.reshape(-1, weight.shape[1])  # noqa: E731
        stem = name.replace("wqkv", "w{}")
        return [(stem.format("q"), paired(flat(parts[:, :-2]), s.heads)),
                (stem.format("k"), paired(flat(parts[:, -2]), s.kv)), (stem.format("v"), flat(parts[:, -1]))]
    return [(name, weight)]


def stacked_experts(tensors):
    """One tensor of [expert, …] for each layer's matrices of one kind."""
    out, stacks = {}, {}
    for name, weight in tensors.items():
        if ".experts." in name:
            before, after = name.split(".experts.")
            expert, kind = after.split(".", 1)
            stacks.setdefault(f"{before}.experts.{kind}", {})[int(expert)] = weight
        else:
            out[name] = weight
    return out | {name: np.stack([stack[e] for e in sorted(stack)]) for name, stack in stacks.items()}


def llama3_factors(rope, base, rotated):
    turns = 2 * math.pi * base ** (np.arange(0, rotated, 2, dtype=np.float64) / rotated)
    smooth = (rope["original_max_position_embeddings"] / turns - rope["low_freq_factor"]) / (
        rope["high_freq_factor"] - rope["low_freq_factor"])
    smooth = smooth.clip(0, 1)
    return (1 / ((1 - smooth) / rope["factor"] + smooth)).astype(np.float32)


def write_keys(writer, config, s):
    writer.add_context_length(s.context)
    writer.add_embedding_length(s.width)
    writer.add_block_count(s.layers)
    writer.add_feed_forward_length(s.mlp)
    writer.add_head_count(s.heads)
    writer.add_head_count_kv(s.kv)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("no_vocab")
    for key in ("layer_norm_epsilon", "layer_norm_eps"):
        if key in config:
            writer.add_layer_norm_eps(config[key])
    if "rms_norm_eps" in config:
        writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
        writer.add_key_length(s.d_head)
        writer.add_value_length(s.d_head)
    if "rope_theta" in config:
        writer.add_rope_freq_base(config["rope_theta"])
        writer.add_rope_dimension_count(s.rotated)
    if "use_parallel_residual" in config:
        writer.add_parallel_residual(config["use_parallel_residual"])
    if "num_experts_per_tok" in config:
        writer.add_expert_count(config.get("num_experts") or config["num_local_experts"])
        writer.add_expert_used_count(config["num_experts_per_tok"])
    if config["model_type"].startswith("gemma3"):
        writer.add_sliding_window(config["sliding_window"])
        writer.add_sliding_window_pattern(config["sliding_window_pattern"])
        writer.add_rope_freq_base_swa(config["rope_local_base_freq"])
    rope = config.get("rope_scaling") or {}
    if rope.get("rope_type", rope.get("type")) == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if rope.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_factors(rope, config["rope_theta"], s.rotated))
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])


def write_gguf(name, path):
    arch, config = CHECKPOINTS[name], golden(name)
    s = Sizes(config)
    writer = gguf.GGUFWriter(path, arch)
    write_keys(writer, config, s)
    number = next(kind for kind, known in gguf.MODEL_ARCH_NAMES.items() if known == arch)
    names = gguf.get_tensor_name_map(number, s.layers)
    for theirs, weight in stacked_experts(read_safetensors(GOLDEN / name / "model.safetensors")).items():
        for part, values in changed(arch, theirs, weight, s):
            if arch == "bloom":
                part = part.removeprefix("transformer.")
            stored = names.get_name(part, try_suffixes=(".weight", ".bias"))
            if stored is None:
                sys.exit(f"llama.cpp has no name for {part} of {name}")
            writer.add_tensor(stored, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# --- The three commands --------------------------------------------------------------------------

def make(folder):
    jobs = []
    for name in CHECKPOINTS:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        write_gguf(name, place / "model.gguf")
        facts = json.loads((GOLDEN / name / "golden.json").read_text())
        tokens = [str(id) for id in facts["tokens"]]
        subprocess.run([LOGITS, str(place / "model.gguf"), str(place / "logits.f32"), *tokens], check=True)
        for which, model in (("folder", GOLDEN / name), ("gguf", place / "model.gguf")):
            out = f"program.{which}.safetensors"
            jobs.append([str(place), out, "trace", "--model", str(model), "--tokens", ",".join(tokens), "--set",
                         "dtype=float32,threads=1", "--sites", "logits", "--out", str(place / out)])
    (folder / "jobs").write_text("".join("\t".join(job) + "\n" for job in jobs))


def tolerance(name):
    """Relative, from type and depth: a block has some twelve roundings in a row, the head two, each at most the unit
    2^-24 times the root of the longest sum (a sum's errors are as good as random), on both sides; with the table of
    GELU two roundings of 2^-11 more for each block."""
    s = Sizes(golden(name))
    longest = max(s.width, s.mlp, s.heads * s.d_head)
    bound = 2 * 2.0 ** -24 * math.sqrt(longest) * (12 * s.layers + 2)
    return bound + (2 * 2.0 ** -11 * s.layers if CHECKPOINTS[name] in HALF_GELU else 0)


def compare(folder):
    print(f"{'checkpoint':16} {'llama.cpp':10} {'folder':>9} {'GGUF':>9} {'bound':>9} {'first of 97 equal':>18}")
    worst = 0.0
    for name, arch in CHECKPOINTS.items():
        theirs = np.fromfile(folder / name / "logits.f32", "<f4").astype(np.float64)
        ours = {}
        for which in ("folder", "gguf"):
            read = read_safetensors(folder / name / f"program.{which}.safetensors")["logits"]
            ours[which] = read.astype(np.float64).reshape(-1)
        apart = [np.linalg.norm(x - theirs) / np.linalg.norm(theirs) for x in ours.values()]
        best = [x.reshape(len(theirs) // golden(name)["vocab_size"], -1).argmax(1) for x in (theirs, ours["folder"])]
        worst = max(worst, *(each / tolerance(name) for each in apart))
        print(f"{name:16} {arch:10} {apart[0]:9.1e} {apart[1]:9.1e} {tolerance(name):9.1e} "
              f"{(best[0] == best[1]).sum():>15}/{len(best[0])}")
    return 0 if worst <= 1 else 1


def keep(folder):
    KEEP.mkdir(exist_ok=True)
    for name in CHECKPOINTS:
        shutil.copyfile(folder / name / "logits.f32", KEEP / f"{name}.f32")
        if name in KEPT:
            shutil.copyfile(folder / name / "model.gguf", KEEP / f"{name}.gguf")
    facts = {"script": "tests/parity/llama_cpp_parity.py", "packages": installed("libllama0", "libggml0", "python3-gguf"),
             "bounds": {name: float(f"{tolerance(name):.3g}") for name in CHECKPOINTS}}
    (KEEP / "versions.json").write_text(json.dumps(facts, indent=2) + "\n")


def installed(*packages):
    lines = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *packages], check=True,
                           capture_output=True, text=True).stdout.split("\n")
    return dict(line.split(" ") for line in lines if line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=("make", "compare", "keep"))
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    sys.exit({"make": make, "compare": compare, "keep": keep}[args.command](args.folder))


if __name__ == "__main__":
    main()
