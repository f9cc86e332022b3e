#!/usr/bin/env python3
"""Trains tiny-mixtral, the mixture-of-experts language model that ships with the program.

    train.py train  --corpus DIR --work DIR --out DIR [--minutes 100] [--export-after 15]
    train.py report --corpus DIR --work DIR --out DIR       held-out loss, expert shares, samples, loss.svg
    train.py verify --out DIR                               against transformers; where bfloat16 parts

The model is the Mixtral architecture at toy size, written out below in one class, so that the file
needs torch, numpy, tokenizers and safetensors only (`verify` also needs transformers; see requirements.txt).
Training is bounded by the first rank's processor time, not by steps, so that a busy machine changes nothing:
the learning rate follows a cosine over --minutes, and a run that was stopped goes on from its checkpoint in --work
with the time that it had left.
"""
import argparse
import csv
import json
import math
import os
import re
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CONFIG = dict(
    architectures=["MixtralForCausalLM"], model_type="mixtral", torch_dtype="bfloat16",
    vocab_size=2048, hidden_size=192, intermediate_size=208, num_hidden_layers=5,
    num_attention_heads=6, num_key_value_heads=2, head_dim=32, hidden_act="silu",
    num_local_experts=8, num_experts_per_tok=2, router_aux_loss_coef=0.02, router_jitter_noise=0.0,
    output_router_logits=False, max_position_embeddings=1024, rope_theta=1000000.0, rms_norm_eps=1e-5,
    sliding_window=None, attention_dropout=0.0, initializer_range=0.02, tie_word_embeddings=True,
    bos_token_id=0, eos_token_id=0, use_cache=True)
END = "<|endoftext|>"
END_ID = 0
SOURCES = {"stories": 0.45, "tales": 0.35, "books": 0.20}  # share of the training tokens

PROMPTS = [
    "Once upon a time there was a little fox who lived by the river.",
    "One day, Tom and his sister went to the park with a red ball.",
    "The king had three sons, and the youngest of them",
    "There was once an old woman who lived in a small house near the forest.",
    "\"Why are you crying?\" asked the bird.",
]

# ----------------------------------------------------------------------------------------- texts


def repair_mojibake(text):
    """UTF-8 that was once read as Windows-1252 (and lost its undefined bytes on the way)."""
    for bad, good in (("â€œ", '"'), ("â€™", "'"), ("â€˜", "'"), ("â€“", "--"), ("â€”", "--"), ("â€¦", "...")):
        text = text.replace(bad, good)
    text = re.sub("â€\x9d?", '"', text)  # the closing quote's last byte has no character in Windows-1252
    return re.sub("[ÂÃ].?", "", text)


def plain_punctuation(text):
    table = {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "--", "…": "...", "\u00a0": " ", "\ufeff": "", "_": ""}
    text = text.translate(str.maketrans(table))
    return re.sub(r"[ \t]+", " ", text)


def read_stories(corpus):
    """One document per story. A line break without a blank line ends a story, except before a short part."""
    text = plain_punctuation(repair_mojibake((corpus / "tinystories_944k.txt").read_text(encoding="utf-8")))
    documents = []
    for part in re.split(r"(?<!\n)\n(?!\n)", re.sub(r"\n *\n+", "\n\n", text)):
        part = re.sub(r" *\n+ *", "\n", part.strip())
        if documents and len(part) < 200 and not part.startswith("Once"):
            documents[-1] += "\n" + part
        else:
            documents.append(part)
    return [d for d in documents if len(d) > 100]


def read_tales(corpus, split):
    """One document per tale, its sentences joined again."""
    tales = {}
    with open(corpus / f"fairytaleqa_{split}.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tales.setdefault(row["document_id"], []).append(row["text"].strip())
    return [plain_punctuation(repair_mojibake(" ".join(sentences))) for sentences in tales.values()]


def read_books(corpus):
    """One document per book: header, footer, contents, headings and verse dropped, lines of a paragraph joined."""
    books = []
    for path in sorted(corpus.glob("*.txt")):
        if path.name.startswith("tinystories"):
            continue
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        text = text[text.index("*** START OF"):text.index("*** END OF")].split("\n", 1)[1]
        paragraphs = []
        for paragraph in re.split(r"\n\s*\n", text):
            lines = [line for line in paragraph.split("\n") if line.strip()]
            if not lines or all(line.startswith(" ") for line in lines):
                continue  # verse, letters' heads, contents
            joined = plain_punctuation(" ".join(line.strip() for line in lines))
            letters = [c for c in joined if c.isalpha()]
            if not letters or sum(c.isupper() for c in letters) > 0.5 * len(letters):
                continue  # a heading
            if re.search(r"Gutenberg|Produced by|[Ee]text|http|\[Illustration|^CHAPTER|^Chapter", joined):
                continue
            paragraphs.append(joined)
        books.append("\n".join(paragraphs))
    return books


def texts(corpus):
    """{source: (training documents, held-out documents)}"""
    stories = read_stories(corpus)
    cut = len(stories) * 19 // 20
    books = read_books(corpus)
    books_train = [b[:len(b) * 24 // 25] for b in books]
    books_held = [b[len(b) * 24 // 25:] for b in books]
    tales_train = read_tales(corpus, "train") + read_tales(corpus, "test")
    tales_held = read_tales(corpus, "val")
    # A tale can be told in a book too: only tales that the training texts do not hold are held out.
    seen = shingles(" ".join(books_train + tales_train))
    tales_held = [t for t in tales_held if len(s := shingles(t)) and len(s & seen) < 0.05 * len(s)]
    seen |= shingles(" ".join(tales_held))
    return {"stories": (stories[:cut], stories[cut:]), "tales": (tales_train, tales_held),
            "books": (books_train, books_held)}


def shingles(text):
    words = re.findall(r"[a-z']+", text.lower())
    return {hash(tuple(words[i:i + 6])) for i in range(0, max(0, len(words) - 5))}


def make_tokenizer(documents, path):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=CONFIG["vocab_size"], special_tokens=[END], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(documents, trainer)
    assert tokenizer.token_to_id(END) == END_ID and tokenizer.get_vocab_size() == CONFIG["vocab_size"]
    tokenizer.save(str(path))


def prepare(corpus, work):
    """Makes the tokenizer and the token streams, once: {source}.{train|held}.npy, documents closed by END."""
    from tokenizers import Tokenizer
    if not (work / "tokenizer.json").exists():
        documents = texts(corpus)
        # Equal say for the simple stories, which are the smallest source, in the choice of pieces.
        make_tokenizer([d for name, (train, _) in documents.items() for d in train * (3 if name == "stories" else 1)],
                       work / "tokenizer.part")
        tokenizer = Tokenizer.from_file(str(work / "tokenizer.part"))
        for name, splits in documents.items():
            for split, docs in zip(("train", "held"), splits):
                ids = [i for e in tokenizer.encode_batch(docs) for i in e.ids + [END_ID]]
                np.save(work / f"{name}.{split}.npy", np.array(ids, dtype=np.int16))
        (work / "tokenizer.part").rename(work / "tokenizer.json")
    return {(name, split): np.load(work / f"{name}.{split}.npy").astype(np.int64)
            for name in SOURCES for split in ("train", "held")}


class Batches:
    """Windows of the training streams. A third of them starts where a document starts, as prompts do."""

    def __init__(self, streams, seed):
        self.streams = {name: streams[name, "train"] for name in SOURCES}
        self.starts = {name: np.concatenate(([0], np.flatnonzero(s == END_ID) + 1)) for name, s in self.streams.items()}
        self.random = np.random.default_rng(seed)

    def next(self, rows, length):
        windows = []
        names = self.random.choice(list(SOURCES), size=rows, p=list(SOURCES.values()))
        for name in names:
            stream = self.streams[name]
            last = len(stream) - length - 1
            at = self.random.choice(self.starts[name]) if self.random.random() < 1 / 3 else self.random.integers(last)
            windows.append(stream[min(at, last):][:length + 1])
        batch = torch.from_numpy(np.stack(windows))
        return batch[:, :-1], batch[:, 1:]


# ----------------------------------------------------------------------------------------- model


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + CONFIG["rms_norm_eps"])
        return self.weight.to(x.dtype) * y.to(x.dtype)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.n_heads, self.n_kv_heads = CONFIG["num_attention_heads"], CONFIG["num_key_value_heads"]
        self.d_head, d_model = CONFIG["head_dim"], CONFIG["hidden_size"]
        self.q_proj = nn.Linear(d_model, self.n_heads * self.d_head, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.o_proj = nn.Linear(self.n_heads * self.d_head, d_model, bias=False)

    def forward(self, x, cos, sin, past):
        batch, pos, _ = x.shape
        q = self.q_proj(x).view(batch, pos, self.n_heads, self.d_head).transpose(1, 2)
        k = self.k_proj(x).view(batch, pos, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = self.v_proj(x).view(batch, pos, self.n_kv_heads, self.d_head).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if past is not None:
            k = torch.cat([past["k"], k], 2) if "k" in past else k
            v = torch.cat([past["v"], v], 2) if "v" in past else v
            past["k"], past["v"] = k, v
        group = self.n_heads // self.n_kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        z = F.scaled_dot_product_attention(q, k, v, is_causal=pos > 1)
        return self.o_proj(z.transpose(1, 2).reshape(batch, pos, -1))


def rotate(x, cos, sin):
    low, high = x.chunk(2, dim=-1)
    return x * cos.to(x.dtype) + torch.cat([-high, low], -1) * sin.to(x.dtype)


class Experts(nn.Module):
    """The weights of all experts in three tensors; tokens are sorted by expert and each expert sees its rows once."""

    def __init__(self):
        super().__init__()
        n, d_model, d_expert = CONFIG["num_local_experts"], CONFIG["hidden_size"], CONFIG["intermediate_size"]
        self.gate = nn.Linear(d_model, n, bias=False)
        self.w13 = nn.Parameter(torch.empty(n, 2 * d_expert, d_model))
        self.w2 = nn.Parameter(torch.empty(n, d_model, d_expert))

    def forward(self, x):
        n, top_k = CONFIG["num_local_experts"], CONFIG["num_experts_per_tok"]
        rows = x.reshape(-1, x.shape[-1])
        chances = self.gate(rows).float().softmax(-1)
        weights, chosen = chances.topk(top_k, -1)
        weights = weights / weights.sum(-1, keepdim=True)
        order = chosen.flatten().argsort(stable=True)
        counts = torch.bincount(chosen.flatten(), minlength=n)
        token = order // top_k
        parts, at = [], 0
        gathered = rows[token]
        for count, w13, w2 in zip(counts.tolist(), self.w13.unbind(), self.w2.unbind()):
            if count:
                gate, up = F.linear(gathered[at:at + count], w13).chunk(2, -1)
                parts.append(F.linear(F.silu(gate) * up, w2))
            at += count
        y = torch.cat(parts) * weights.flatten()[order].unsqueeze(-1).to(parts[0].dtype)
        out = torch.zeros(rows.shape, dtype=y.dtype).index_add(0, token, y)
        share = counts.float() / counts.sum()  # of the token-slots; sums to 1
        balance = n * top_k * (share * chances.mean(0)).sum()  # as Hugging Face's load_balancing_loss_func counts it
        return out.view(x.shape), balance, counts


class Block(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.input_layernorm = RmsNorm(CONFIG["hidden_size"])
        self.post_attention_layernorm = RmsNorm(CONFIG["hidden_size"])
        self.self_attn = Attention()
        self.block_sparse_moe = Experts()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, cos, sin, past):
        x = x + self.dropout(self.self_attn(self.input_layernorm(x), cos, sin, past))
        y, balance, counts = self.block_sparse_moe(self.post_attention_layernorm(x))
        return x + self.dropout(y), balance, counts


class TinyMixtral(nn.Module):
    def __init__(self, dropout=0.0):
        super().__init__()
        self.embed_tokens = nn.Embedding(CONFIG["vocab_size"], CONFIG["hidden_size"])
        self.layers = nn.ModuleList(Block(dropout) for _ in range(CONFIG["num_hidden_layers"]))
        self.norm = RmsNorm(CONFIG["hidden_size"])
        self.dropout = nn.Dropout(dropout)
        half = torch.arange(0, CONFIG["head_dim"], 2).float() / CONFIG["head_dim"]
        angles = torch.outer(torch.arange(CONFIG["max_position_embeddings"]).float(), CONFIG["rope_theta"] ** -half)
        angles = torch.cat([angles, angles], -1)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                out = name.endswith(("o_proj.weight", "w2"))
                nn.init.normal_(parameter, std=0.02 if name.startswith("embed") else
                                parameter.shape[-1] ** -0.5 * (0.3 if out else 0.7))

    def forward(self, ids, past=None, at=0):
        """logits [batch, pos, vocab], balance loss, tokens per layer and expert. `past`: one dict per layer."""
        cos, sin = self.cos[at:at + ids.shape[1]], self.sin[at:at + ids.shape[1]]
        x = self.dropout(self.embed_tokens(ids))
        balances, counts = [], []
        for n, layer in enumerate(self.layers):
            x, balance, count = layer(x, cos, sin, past[n] if past else None)
            balances.append(balance)
            counts.append(count)
        return F.linear(self.norm(x), self.embed_tokens.weight), torch.stack(balances).mean(), torch.stack(counts)


def hugging_face_state(model):
    """{Hugging Face name: tensor in bfloat16}; the head is tied and so is not among them."""
    state = {}
    for name, tensor in model.state_dict().items():
        tensor = tensor.detach().to(torch.bfloat16)
        if name.endswith("block_sparse_moe.w13"):
            for expert, both in enumerate(tensor):
                for part, half in zip(("w1", "w3"), both.chunk(2)):
                    state[f"model.{name[:-3]}experts.{expert}.{part}.weight"] = half.contiguous().clone()
        elif name.endswith("block_sparse_moe.w2"):
            for expert, down in enumerate(tensor):
                state[f"model.{name[:-2]}experts.{expert}.w2.weight"] = down.contiguous().clone()
        else:
            state[f"model.{name}"] = tensor.contiguous().clone()
    return state


def load_exported(out, dtype):
    """The model as a user of the exported files sees it: bfloat16 weights, widened to dtype."""
    from safetensors.torch import load_file
    stored = load_file(out / "model.safetensors")
    model = TinyMixtral()
    state = {}
    for name in model.state_dict():
        if name.endswith("block_sparse_moe.w13"):
            experts = [torch.cat([stored[f"model.{name[:-3]}experts.{e}.{p}.weight"] for p in ("w1", "w3")])
                       for e in range(CONFIG["num_local_experts"])]
            state[name] = torch.stack(experts)
        elif name.endswith("block_sparse_moe.w2"):
            state[name] = torch.stack([stored[f"model.{name[:-2]}experts.{e}.w2.weight"]
                                       for e in range(CONFIG["num_local_experts"])])
        else:
            state[name] = stored[f"model.{name}"]
    model.load_state_dict(state)
    return model.to(dtype).eval()


def write_atomically(path, write):
    part = path.with_name(path.name + ".part")
    write(part)
    part.chmod(0o644)
    os.replace(part, path)


def export(model, work, out):
    from safetensors.torch import save_file
    out.mkdir(parents=True, exist_ok=True)
    tokenizer_config = dict(tokenizer_class="PreTrainedTokenizerFast", eos_token=END, bos_token=END, pad_token=END,
                            add_bos_token=False, add_eos_token=False, add_prefix_space=False,
                            clean_up_tokenization_spaces=False, model_max_length=CONFIG["max_position_embeddings"])
    generation_config = dict(bos_token_id=END_ID, eos_token_id=END_ID, do_sample=False)
    for name, value in (("config.json", CONFIG), ("tokenizer_config.json", tokenizer_config),
                        ("generation_config.json", generation_config)):
        write_atomically(out / name, lambda p, v=value: p.write_text(json.dumps(v, indent=2) + "\n"))
    write_atomically(out / "tokenizer.json", lambda p: p.write_bytes((work / "tokenizer.json").read_bytes()))
    write_atomically(out / "model.safetensors",
                     lambda p: save_file(hugging_face_state(model), p, metadata={"format": "pt"}))


# ----------------------------------------------------------------------------------------- training


@torch.no_grad()
def held_out(model, streams, tokens=None, length=256):
    """({source: mean loss in nats per token}, share of the tokens per layer and expert)"""
    model.eval()
    losses, counts = {}, 0
    for name in SOURCES:
        stream = torch.from_numpy(streams[name, "held"][:tokens])
        rows = (len(stream) - 1) // length
        total = 0.0
        for row in range(0, rows, 16):
            at = range(row * length, min(row + 16, rows) * length, length)
            ids = torch.stack([stream[a:a + length] for a in at])
            targets = torch.stack([stream[a + 1:a + length + 1] for a in at])
            logits, _, count = model(ids)
            total += F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="sum").item()
            counts = counts + count
        losses[name] = total / (rows * length)
    model.train()
    # Each token takes top_k experts: a share counts the tokens that an expert sees, and all of them sum to top_k.
    return losses, counts.float() / counts[0].sum() * CONFIG["num_experts_per_tok"]


class Ranks:
    """Processes with one thread each that share a step's rows and average their gradients.

    On a busy machine this is much faster than threads, which wait for each other at every matrix product.
    """

    def __init__(self, count, n_parameters):
        self.count = count
        self.gradients = torch.zeros(count, n_parameters).share_memory_()
        self.clock = torch.zeros(1, dtype=torch.float64).share_memory_()
        self.barrier = torch.multiprocessing.get_context("spawn").Barrier(count)

    def average(self, rank, parameters):
        """Afterwards every rank holds the same gradients, so all of them take the same optimizer step."""
        self.gradients[rank] = torch.cat([p.grad.flatten() for p in parameters])
        self.barrier.wait()
        mean = self.gradients.mean(0)
        for p, part in zip(parameters, mean.split([p.numel() for p in parameters])):
            p.grad = part.view_as(p)
        self.barrier.wait()

    def agree(self, rank, seconds):
        """Rank 0's time, to all."""
        if rank == 0:
            self.clock[0] = seconds
        self.barrier.wait()
        return self.clock.item()


def train(args):
    args.work.mkdir(parents=True, exist_ok=True)
    streams = prepare(args.corpus, args.work)
    ranks = Ranks(args.ranks, sum(p.numel() for p in TinyMixtral().parameters()))
    print({f"{n}.{s}": len(v) for (n, s), v in streams.items()}, "parameters", ranks.gradients.shape[1], flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an orderly exit takes the ranks along
    torch.multiprocessing.spawn(train_rank, (args, ranks), nprocs=args.ranks, daemon=True)


def train_rank(rank, args, ranks):
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    streams = prepare(args.corpus, args.work)
    model = TinyMixtral(args.dropout).train()
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
                                   {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), eps=1e-9, fused=True)
    step, tokens, spent, exported = 0, 0, 0.0, False
    checkpoint = args.work / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        for group in optimizer.param_groups:
            group["fused"] = True
        step, tokens, spent, exported = (saved[k] for k in ("step", "tokens", "spent", "exported"))
    batches = Batches(streams, (args.seed, step, rank))
    torch.manual_seed(args.seed + 1000 * step + rank)  # dropout
    log = Log(args.work / "log.csv") if rank == 0 else None
    budget, began, before = args.minutes * 60, time.process_time(), spent
    saved_at = noted_at = spent
    while (spent := ranks.agree(rank, before + time.process_time() - began)) < budget:
        done = spent / budget
        rate = args.rate * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        # Long windows only at the end: attention to far tokens is learnt fast, and short windows are cheap.
        length = 256 if done < 0.85 else 512 if done < 0.95 else 1024
        ids, targets = batches.next(max(1, args.batch // length // ranks.count), length)
        logits, balance, _ = model(ids)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        (loss + CONFIG["router_aux_loss_coef"] * balance).backward()
        ranks.average(rank, parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, tokens = step + 1, tokens + ids.numel() * ranks.count
        if rank != 0:
            continue
        log.losses.append(loss.item())
        if spent - noted_at > args.note_every:
            log.note(spent, step, tokens, rate, held_out(model, streams, 4096))
            noted_at = spent
        if not exported and spent > args.export_after * 60:
            export(model, args.work, args.out)
            exported = True
        if spent - saved_at > 180:
            save_checkpoint(checkpoint, model, optimizer, step=step, tokens=tokens, spent=spent, exported=exported)
            saved_at = spent
    if rank == 0:
        export(model, args.work, args.out)
        log.note(spent, step, tokens, rate, held_out(model, streams, 4096))
        save_checkpoint(checkpoint, model, optimizer, step=step, tokens=tokens, spent=spent, exported=True)


def save_checkpoint(path, model, optimizer, **counters):
    state = dict(model=model.state_dict(), optimizer=optimizer.state_dict(), **counters)
    write_atomically(path, lambda part: torch.save(state, part))


class Log:
    """log.csv: one row for each note, with the mean training loss since the last one."""

    def __init__(self, path):
        new = not path.exists()
        self.file = open(path, "a", newline="")
        self.writer = csv.writer(self.file)
        self.losses = []
        if new:
            shares = [f"L{n}E{e}" for n in range(CONFIG["num_hidden_layers"]) for e in range(CONFIG["num_local_experts"])]
            self.writer.writerow(["minutes", "step", "tokens", "rate", "loss", *(f"held_{n}" for n in SOURCES), *shares])

    def note(self, spent, step, tokens, rate, held):
        losses, shares = held
        loss = np.mean(self.losses) if self.losses else math.nan
        self.writer.writerow([f"{spent / 60:.2f}", step, tokens, f"{rate:.6f}", f"{loss:.4f}",
                              *(f"{losses[n]:.4f}" for n in SOURCES), *(f"{s:.4f}" for s in shares.flatten().tolist())])
        self.file.flush()
        self.losses = []
        print(f"{spent / 60:6.2f} min  step {step}  tokens {tokens / 1e6:.2f}M  loss {loss:.3f}  held",
              {n: round(v, 3) for n, v in losses.items()}, f"share {shares.min():.3f}..{shares.max():.3f}", flush=True)


# ----------------------------------------------------------------------------------------- report


@torch.no_grad()
def greedy(model, ids, count):
    """Greedy continuation with a key/value cache, token by token after the prompt; stops after END."""
    past = [{} for _ in model.layers]
    logits, _, _ = model(torch.tensor([ids]), past)
    made, at = [], len(ids)
    while True:
        made.append(logits[0, -1].float().argmax().item())
        if len(made) == count or made[-1] == END_ID:
            return made
        logits, _, _ = model(torch.tensor([made[-1:]]), past, at)
        at += 1


def first_difference(a, b):
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), None)


def report(args):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    streams = prepare(args.corpus, args.work)
    model = load_exported(args.out, torch.float32)
    losses, shares = held_out(model, streams)
    model.eval()
    result = dict(parameters=sum(p.numel() for p in model.parameters()),
                  bytes=(args.out / "model.safetensors").stat().st_size,
                  tokens={f"{n}.{s}": len(v) for (n, s), v in streams.items()},
                  held_out={n: round(v, 4) for n, v in losses.items()},
                  perplexity={n: round(math.exp(v), 2) for n, v in losses.items()},
                  expert_shares=[[round(s, 4) for s in layer] for layer in shares.tolist()],
                  smallest_share=round(shares.min().item(), 4), largest_share=round(shares.max().item(), 4), samples=[])
    for prompt in PROMPTS:
        ids = tokenizer.encode(prompt).ids
        result["samples"].append(dict(prompt=prompt, prompt_tokens=len(ids),
                                      text=tokenizer.decode(greedy(model, ids, 60))))
    if (args.work / "log.csv").exists():
        with open(args.work / "log.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        result["training"] = {k: rows[-1][k] for k in ("minutes", "step", "tokens", "loss")}
        draw(rows, Path(__file__).with_name("loss.svg"))
    print(json.dumps(result, indent=1))


def draw(rows, path):
    """The training loss and the three held-out losses over the tokens seen, as an SVG."""
    width, height, left, bottom, top, right = 720, 360, 56, 44, 16, 150
    curves = {"training": "loss", **{f"held out: {n}": f"held_{n}" for n in SOURCES}}
    colours = ["#444444", "#d55e00", "#0072b2", "#009e73"]
    x_max = max(int(r["tokens"]) for r in rows) / 1e6
    values = [float(r[c]) for r in rows for c in curves.values()]
    low, high = math.floor(min(values) * 2) / 2, min(6.0, math.ceil(max(values) * 2) / 2)

    def x(v):
        return left + (width - left - right) * v / x_max

    def y(v):
        return top + (height - top - bottom) * (high - min(v, high)) / (high - low)

    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for n in range(int((high - low) * 2) + 1):
        v = low + n / 2
        svg.append(f'<path d="M{left} {y(v):.1f}H{width - right}" stroke="#dddddd"/>'
                   f'<text x="{left - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.1f}</text>')
    for v in range(0, int(x_max) + 1, max(1, round(x_max / 8))):
        svg.append(f'<text x="{x(v):.1f}" y="{height - bottom + 18}" text-anchor="middle">{v}</text>')
    svg.append(f'<text x="{(left + width - right) / 2}" y="{height - 8}" text-anchor="middle">tokens seen (millions)</text>'
               f'<text x="14" y="{height / 2}" text-anchor="middle" transform="rotate(-90 14 {height / 2})">loss (nats per token)</text>')
    for n, ((label, column), colour) in enumerate(zip(curves.items(), colours)):
        points = " ".join(f'{x(int(r["tokens"]) / 1e6):.1f},{y(float(r[column])):.1f}' for r in rows)
        svg.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
                   f'<text x="{width - right + 10}" y="{top + 14 + 18 * n}" fill="{colour}">{label} '
                   f'{float(rows[-1][column]):.2f}</text>')
    path.write_text("\n".join(svg) + "\n</svg>\n")


def verify(args):
    """The exported folder, read by transformers, against the class above; and where bfloat16 leaves float32.

    transformers' eager attention is what the program computes bit for bit, so its parting is the one to quote:
    in bfloat16 the class above, whose attention is fused, rounds elsewhere and parts elsewhere.
    """
    import transformers
    from transformers import AutoModelForCausalLM, AutoTokenizer
    transformers.logging.set_verbosity_error()
    print("transformers", transformers.__version__, "torch", torch.__version__, "threads", torch.get_num_threads())
    tokenizer = AutoTokenizer.from_pretrained(args.out)
    dtypes = (torch.float32, torch.bfloat16)
    theirs = [AutoModelForCausalLM.from_pretrained(args.out, torch_dtype=dtype, attn_implementation="eager").eval()
              for dtype in dtypes]
    ours = [load_exported(args.out, dtype) for dtype in dtypes]
    for prompt in PROMPTS:
        ids = tokenizer(prompt).input_ids
        batch, mask = torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long)
        with torch.no_grad():
            made = [m.generate(batch, attention_mask=mask, max_new_tokens=200, do_sample=False,
                               pad_token_id=END_ID)[0, len(ids):].tolist() for m in theirs]
            apart = [(a(batch).logits.float() - b(batch)[0].float()).abs().max().item() for a, b in zip(theirs, ours)]
        print(f"{prompt!r}: largest logit difference {apart[0]:.1e} (float32), {apart[1]:.1e} (bfloat16);",
              f"greedy float32 the same: {made[0] == greedy(ours[0], ids, 200)};",
              f"float32 and bfloat16 part at token {first_difference(*made)} of {len(made[0])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("mode", choices=("train", "report", "verify"))
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--work", type=Path, help="token streams, checkpoint.pt and log.csv; outside the repository")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--export-after", type=float, default=15, help="minutes until a first, unfinished export")
    parser.add_argument("--note-every", type=float, default=120, help="seconds between rows of log.csv")
    parser.add_argument("--batch", type=int, default=2048, help="tokens per step")
    parser.add_argument("--ranks", type=int, default=2, help="processes; one for each core")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    {"train": train, "report": report, "verify": verify}[args.mode](args)


if __name__ == "__main__":
    main()
