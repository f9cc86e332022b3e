"""Runs a checkpoint in the reference and gathers every value that has a Driftscope site.

The reference is transformers' eager attention, and internlm2.py for the one family it does not have. FAMILIES says per
family which module's input or output is which site.
"""
import contextlib
import dataclasses
import json
import os
import sys
from types import SimpleNamespace

import torch
import transformers
from torch.overrides import TorchFunctionMode
from transformers import AutoModelForCausalLM
from transformers.cache_utils import DynamicCache

from internlm2 import InternLM2

GREEDY = 64  # tokens that ./dev parity compares
# Its schedules, by the length of calls with a cache. The program's trace cuts a text into equal calls, and so does
# the reference.
CACHES = {"off": None, "1 a call": 1, "5 a call": 5}
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


# --- From a module's value to a site's: f(value, sizes) ------------------------------------------

def same(value, sizes):
    return value


def first(value, sizes):
    return value[0] if isinstance(value, tuple) else value


def in_batch(value, sizes):
    return value.unsqueeze(0)


def heads(value, sizes):
    """[…, heads * d_head] -> [batch, pos, head, d_head]"""
    return value.flatten(2).unflatten(-1, (-1, sizes.d_head))


def part(n, of):
    return lambda value, sizes: value.chunk(of, -1)[n]


def third(n):
    """Rows are all of Q, all of K, all of V (GPT-2)."""
    return lambda value, sizes: heads(value.chunk(3, -1)[n], sizes)


def within_head(n):
    """Rows are [head][q, k, v][d_head] (GPT-NeoX, BLOOM)."""
    return lambda value, sizes: value.unflatten(-1, (sizes.n_heads, 3, sizes.d_head))[..., n, :]


def within_group(n):
    """Rows are [key/value head][its query heads, key, value][d_head] (InternLM2)."""
    def pick(value, sizes):
        groups = sizes.n_heads // sizes.n_kv
        value = value.unflatten(-1, (sizes.n_kv, groups + 2, sizes.d_head))
        return value[..., :groups, :].flatten(2, 3) if n == 0 else value[..., groups + n - 1, :]
    return pick


def stacked(n):
    """Rows are all of Q, all of K, all of V with fewer key/value heads (Phi-3)."""
    def pick(value, sizes):
        return heads(value.split([sizes.n_heads * sizes.d_head] + [sizes.n_kv * sizes.d_head] * 2, -1)[n], sizes)
    return pick


def fused(path, pick):
    return [(path, f"attn.{letter}", pick(n)) for n, letter in enumerate("qkv")]


# --- Which module is which site ------------------------------------------------------------------
# Rows (path within the block, site, pick); "<" before a path means the module's input, "" is the block itself. A
# row whose module a block has not (a plain MLP between experts) is passed over there.

BLOCK = [("<", "resid_pre", same), ("", "resid_post", first)]
NORMS = [("input_layernorm", "ln1.normalized", same), ("post_attention_layernorm", "ln2.normalized", same)]
MID = [("<post_attention_layernorm", "resid_mid", same)]
SEPARATE = [(f"self_attn.{letter}_proj", f"attn.{letter}", heads) for letter in "qkv"]
OUT = [("<self_attn.o_proj", "attn.z", heads), ("self_attn.o_proj", "attn_out", same)]
QK_NORM = [("self_attn.q_norm", "attn.q_norm", heads), ("self_attn.k_norm", "attn.k_norm", heads)]
# Gemma 3 puts heads before positions ahead of its norms.
QK_NORM_TURNED = [(path, site, lambda value, sizes: value.transpose(1, 2)) for path, site, _ in QK_NORM]
GATED = [("mlp.gate_proj", "mlp.gate", same), ("mlp.up_proj", "mlp.up", same), ("<mlp.down_proj", "mlp.post", same)]
MLP_OUT = [("mlp", "mlp_out", first)]


def experts(moe):
    return [(f"{moe}.gate", "moe.router_logits", in_batch), (moe, "mlp_out", first)]


LLAMA = BLOCK + NORMS + MID + SEPARATE + OUT + GATED + MLP_OUT
# The post norms' outputs are what attention and MLP add.
GEMMA2 = BLOCK + SEPARATE + GATED + OUT[:1] + [
    ("input_layernorm", "ln1.normalized", same), ("post_attention_layernorm", "attn_out", same),
    ("<pre_feedforward_layernorm", "resid_mid", same), ("pre_feedforward_layernorm", "ln2.normalized", same),
    ("post_feedforward_layernorm", "mlp_out", same)]
NEOX = BLOCK + NORMS + MID + fused("attention.query_key_value", within_head) + [
    ("<attention.dense", "attn.z", heads), ("attention.dense", "attn_out", same),
    ("mlp.dense_h_to_4h", "mlp.up", same), ("<mlp.dense_4h_to_h", "mlp.post", same),
    ("mlp.dense_4h_to_h", "mlp_out", same)]
BLOOM = [(path.replace("attention.", "self_attention.") if "layernorm" not in path else path, site, pick)
         for path, site, pick in NEOX]
GPT2 = BLOCK + fused("attn.c_attn", third) + [
    ("ln_1", "ln1.normalized", same), ("<attn.c_proj", "attn.z", heads), ("attn.c_proj", "attn_out", same),
    ("<ln_2", "resid_mid", same), ("ln_2", "ln2.normalized", same), ("mlp.c_fc", "mlp.up", same),
    ("<mlp.c_proj", "mlp.post", same), ("mlp.c_proj", "mlp_out", same)]
INTERNLM2 = BLOCK + fused("attention.wqkv", within_group) + [
    ("attention_norm", "ln1.normalized", same), ("<attention.wo", "attn.z", heads), ("attention.wo", "attn_out", same),
    ("<ffn_norm", "resid_mid", same), ("ffn_norm", "ln2.normalized", same), ("feed_forward.w1", "mlp.gate", same),
    ("feed_forward.w3", "mlp.up", same), ("<feed_forward.w2", "mlp.post", same), ("feed_forward", "mlp_out", same)]
PHI3 = BLOCK + NORMS + MID + OUT + MLP_OUT + fused("self_attn.qkv_proj", stacked) + [
    ("mlp.gate_up_proj", "mlp.gate", part(0, 2)), ("mlp.gate_up_proj", "mlp.up", part(1, 2)),
    ("<mlp.down_proj", "mlp.post", same)]


@dataclasses.dataclass
class Family:
    rows: list
    options: str = "qkv=separate"  # under which Driftscope makes the same calls
    blocks: str = "model.layers"
    final: str = "model.norm"
    embed: str = ""                # module whose output is embed; "" is block 0's input
    embed_norm: str = ""
    experts: str = ""              # the block's module that holds .experts


FAMILIES = {
    "llama": Family(LLAMA),
    "mistral": Family(LLAMA),
    "qwen2": Family(LLAMA),
    "gemma": Family(LLAMA),
    "qwen3": Family(LLAMA + QK_NORM),
    "gemma2": Family(GEMMA2),
    "gemma3_text": Family(GEMMA2 + QK_NORM_TURNED),
    "mixtral": Family(BLOCK + NORMS + MID + SEPARATE + OUT + experts("block_sparse_moe"), experts="block_sparse_moe"),
    "olmoe": Family(BLOCK + NORMS + MID + SEPARATE + OUT + QK_NORM + experts("mlp"), experts="mlp"),
    "qwen3_moe": Family(LLAMA + QK_NORM + experts("mlp")[:1], experts="mlp"),
    "phi3": Family(PHI3, "qkv=fused"),
    "internlm2": Family(INTERNLM2, "qkv=fused"),
    "gpt2": Family(GPT2, "qkv=fused", "transformer.h", "transformer.ln_f"),
    "gpt_neox": Family(NEOX, "qkv=fused", "gpt_neox.layers", "gpt_neox.final_layer_norm"),
    "bloom": Family(BLOOM, "qkv=fused", "transformer.h", "transformer.ln_f", "transformer.word_embeddings",
                    "transformer.word_embeddings_layernorm"),
}


def family_of(folder):
    return json.loads((folder / "config.json").read_text())["model_type"]


def load(folder, dtype):
    """A fresh model: with dynamic rotary scaling a pass leaves its base behind."""
    if family_of(folder) == "internlm2":
        return InternLM2.load(folder, dtype)
    return AutoModelForCausalLM.from_pretrained(folder, torch_dtype=dtype, attn_implementation="eager").eval()


def sizes_of(config):
    n_heads = config.num_attention_heads
    return SimpleNamespace(n_heads=n_heads, n_kv=getattr(config, "num_key_value_heads", None) or n_heads,
                           d_head=getattr(config, "head_dim", None) or config.hidden_size // n_heads)


class Sites(TorchFunctionMode):
    """While entered, gathers the calls' values; .joined() gives them for the whole text, by site.

    Values that leave no module are caught at the function that makes them: rotated heads, scores, patterns, what goes
    into the cache, routes.
    """

    def __init__(self, model, family):
        super().__init__()
        self.model, self.family = model, FAMILIES[family]
        self.serial = not getattr(model.config, "use_parallel_residual", False)
        self.sizes = sizes_of(model.config)
        self.calls = {}  # site -> values, one for each call
        self.layer = 0
        self.route = None
        self.exits = contextlib.ExitStack()

    def __enter__(self):
        for hook in self.hooks():
            self.exits.callback(hook.remove)
        code = sys.modules[type(self.model).__module__]
        for owner, name, wrapped in ((code, "apply_rotary_pos_emb", self.rotated),
                                     (DynamicCache, "update", self.cached)):
            if hasattr(owner, name):
                original = getattr(owner, name)
                setattr(owner, name, wrapped(original))
                self.exits.callback(setattr, owner, name, original)
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.exits.close()

    def hooks(self):
        family = self.family
        used = set()
        yield from self.hook(self.model, family.final, "ln_final.normalized", same)
        if family.embed:
            yield from self.hook(self.model, family.embed, "embed", same)
            yield from self.hook(self.model, family.embed_norm, "embed_ln.normalized", same)
        for n, block in enumerate(self.model.get_submodule(family.blocks)):
            yield block.register_forward_pre_hook(lambda m, i, n=n: setattr(self, "layer", n))
            if n == 0 and not family.embed:
                yield from self.hook(block, "<", "embed", same)
            modules = dict(block.named_modules())
            for path, site, pick in family.rows:
                if path.removeprefix("<") in modules:
                    used.add(path)
                    yield from self.hook(block, path, f"blocks.{n}.{site}", pick)
            for e, expert in enumerate(getattr(modules.get(family.experts), "experts", [])):
                yield expert.register_forward_hook(lambda m, i, out, e=e: self.expert(e, out))
        lost = {row[0] for row in family.rows} - used
        assert lost <= {row[0] for row in GATED}, lost  # no block of Qwen3-MoE need have a plain MLP

    def hook(self, root, path, site, pick):
        if site.endswith("resid_mid") and not self.serial:
            return
        module = root.get_submodule(path.removeprefix("<"))
        if path.startswith("<"):
            yield module.register_forward_pre_hook(
                lambda m, i, k: self.keep(site, pick(i[0] if i else k["hidden_states"], self.sizes)), with_kwargs=True)
        else:
            yield module.register_forward_hook(lambda m, i, out: self.keep(site, pick(out, self.sizes)))

    def keep(self, site, value):
        with torch._C.DisableTorchFunction():
            self.calls.setdefault(site, []).append(value.detach().clone())

    def in_block(self, site, value):
        self.keep(f"blocks.{self.layer}.{site}", value)

    def rotated(self, original):
        def call(q, k, *args, **kwargs):
            q, k = original(q, k, *args, **kwargs)
            self.in_block("attn.rot_q", q.transpose(1, 2))
            self.in_block("attn.rot_k", k.transpose(1, 2))
            return q, k
        return call

    def cached(self, original):
        def call(cache, k, v, *args, **kwargs):
            self.in_block("attn.cache_k", k.transpose(1, 2))
            self.in_block("attn.cache_v", v.transpose(1, 2))
            return original(cache, k, v, *args, **kwargs)
        return call

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function is torch.nn.functional.softmax and args[0].dim() == 4:
            self.in_block("attn.scores", args[0])
            probabilities = function(*args, **kwargs)
            self.in_block("attn.pattern", probabilities.to(self.model.output_dtype))
            return probabilities
        result = function(*args, **kwargs)
        if function is torch.topk:
            self.route = result.values
            self.indices = result.indices
            self.in_block("moe.expert_indices", result.indices.unsqueeze(0))
            self.in_block("moe.expert_out", torch.zeros(0))
        elif function is torch.Tensor.to and args[0] is self.route:
            self.route = None
            self.in_block("moe.expert_weights", result.unsqueeze(0))
        return result

    def expert(self, e, out):
        """out: the expert's rows in the order of (slot, token)."""
        values = self.calls[f"blocks.{self.layer}.moe.expert_out"]
        if not values[-1].numel():
            values[-1] = torch.zeros(1, *self.indices.shape, out.shape[-1], dtype=out.dtype)
        slot, token = torch.where(self.indices.T == e)
        values[-1][0, token, slot] = out

    def joined(self):
        joined = {}
        for site, values in self.calls.items():
            keys = site.endswith(("attn.scores", "attn.pattern"))
            joined[site] = join_by_key(values) if keys else torch.cat(values, 1)
            assert joined[site].isfinite().all() or keys, site
        return joined


def join_by_key(calls):
    """Calls' [batch, head, pos, key_pos] over the keys each could see -> the whole square; NaN where no value was made.

    A call's last key is its last position; with a window the cache no longer holds the first.
    """
    length = sum(call.shape[2] for call in calls)
    whole = torch.full((*calls[0].shape[:2], length, length), torch.nan, dtype=calls[0].dtype)
    at = 0
    for call in calls:
        at += call.shape[2]
        whole[:, :, at - call.shape[2]:at, at - call.shape[3]:at] = call
    return whole


@torch.no_grad()
def run(folder, dtype, tokens, calls=None):
    """One pass over the tokens, or with a cache calls of these lengths -> (logits [1, pos, vocab], sites)"""
    model, ids = load(folder, dtype), torch.tensor([tokens])
    model.output_dtype = dtype
    logits, past = [], None
    with Sites(model, family_of(folder)) as sites:
        for at, length in zip(*starts(calls or [len(tokens)])):
            kwargs = dict(past_key_values=past) if past is not None else {}
            step = model(ids[:, at:at + length], use_cache=calls is not None, **kwargs)
            past = step.past_key_values
            logits.append(step.logits)
    return torch.cat(logits, 1), sites.joined()


def chunks(size, tokens):
    return None if size is None else [min(size, len(tokens) - at) for at in range(0, len(tokens), size)]


def starts(calls):
    return [sum(calls[:n]) for n in range(len(calls))], calls


@torch.no_grad()
def greedy(folder, dtype, tokens, n, cache=True):
    """(n tokens, per step the distance between the best and the second logit)"""
    model, ids = load(folder, dtype), torch.tensor([tokens])
    if isinstance(model, InternLM2):
        return plain_greedy(model, ids, n, cache)
    made = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=n, do_sample=False,
                          eos_token_id=None, pad_token_id=0, use_cache=cache, output_logits=True,
                          return_dict_in_generate=True)
    best = torch.stack(made.logits).float().topk(2, -1).values
    return made.sequences[0, ids.shape[1]:].tolist(), (best[..., 0] - best[..., 1]).flatten().tolist()


def plain_greedy(model, ids, n, cache):
    made, margins, past, step = [], [], None, ids
    for _ in range(n):
        out = model(step, past_key_values=past, use_cache=cache)
        past, last = out.past_key_values, out.logits[0, -1].float()
        best = last.topk(2).values
        made.append(int(last.argmax()))
        margins.append((best[0] - best[1]).item())
        new = torch.tensor([[made[-1]]])
        step = new if cache else torch.cat((step, new), 1)
    return made, margins


def facts():
    return dict(torch=torch.__version__, transformers=transformers.__version__, attention="eager",
                threads=torch.get_num_threads(), cpu_capability=torch.backends.cpu.get_cpu_capability())


def set_up():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
