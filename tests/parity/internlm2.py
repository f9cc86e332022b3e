"""InternLM2 in eager mode. transformers has no such model: the checkpoints carry their own code.

A transcription of that code's published operations and roundings, module by module under its names: one product for
the packed projections, tables of cosine and sine that grow with the text, scores divided by sqrt(d_head), mask added,
softmax in float32, everything else in the model's type.
"""
import json
import math
from types import SimpleNamespace

import torch
from safetensors.torch import load_file
from torch import nn
from transformers.cache_utils import DynamicCache


class RMSNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        y = x.to(torch.float32)
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * y.to(x.dtype)


class Rotary:
    """Tables [position, d_head] in float32. Linear divides positions; dynamic makes a new base when they grow."""

    def __init__(self, config, d_head):
        self.d_head, self.base, self.n_ctx = d_head, config.rope_theta, config.max_position_embeddings
        scaling = config.rope_scaling or {}
        self.kind, self.factor = scaling.get("type"), scaling.get("factor")
        self.inv_freq = self.frequencies(self.base)
        self.fill(self.n_ctx)

    def frequencies(self, base):
        return 1.0 / (base ** (torch.arange(0, self.d_head, 2).float() / self.d_head))

    def fill(self, length):
        self.length = length
        if self.kind == "dynamic" and length > self.n_ctx:
            grown = (self.factor * length / self.n_ctx) - (self.factor - 1)
            self.inv_freq = self.frequencies(self.base * grown ** (self.d_head / (self.d_head - 2)))
        t = torch.arange(length).to(torch.float32)
        if self.kind == "linear":
            t = t / self.factor
        angles = torch.einsum("i,j->ij", t, self.inv_freq)
        angles = torch.cat((angles, angles), -1)
        self.cos, self.sin = angles.cos(), angles.sin()

    def __call__(self, length, dtype):
        if length > self.length:
            self.fill(length)
        return self.cos[:length].to(dtype), self.sin[:length].to(dtype)


def rotate_half(x):
    first, second = x.chunk(2, -1)
    return torch.cat((-second, first), -1)


def apply_rotary_pos_emb(q, k, cos, sin):
    return (q * cos) + (rotate_half(q) * sin), (k * cos) + (rotate_half(k) * sin)


def repeated(x, times):
    if times == 1:
        return x
    batch, heads, length, width = x.shape
    return x[:, :, None].expand(batch, heads, times, length, width).reshape(batch, heads * times, length, width)


class Attention(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        self.layer, self.n_heads, self.n_kv = layer, config.num_attention_heads, config.num_key_value_heads
        self.head_dim = config.hidden_size // self.n_heads
        self.wqkv = nn.Linear(config.hidden_size, (self.n_heads + 2 * self.n_kv) * self.head_dim, bias=config.bias)
        self.wo = nn.Linear(self.n_heads * self.head_dim, config.hidden_size, bias=config.bias)
        self.rotary = Rotary(config, self.head_dim)

    def forward(self, x, mask, positions, cache):
        groups = self.n_heads // self.n_kv
        qkv = self.wqkv(x).unflatten(-1, (self.n_kv, groups + 2, self.head_dim))
        q = qkv[..., :groups, :].flatten(2, 3).transpose(1, 2)
        k, v = qkv[..., -2, :].transpose(1, 2), qkv[..., -1, :].transpose(1, 2)
        cos, sin = self.rotary(int(positions[-1]) + 1, v.dtype)
        q, k = apply_rotary_pos_emb(q, k, cos[positions][None, None], sin[positions][None, None])
        if cache is not None:
            k, v = cache.update(k, v, self.layer)
        k, v = repeated(k, groups), repeated(v, groups)
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(self.head_dim)
        scores = scores + mask
        pattern = nn.functional.softmax(scores, dim=-1, dtype=torch.float32).to(q.dtype)
        z = torch.matmul(pattern, v).transpose(1, 2).contiguous().flatten(2)
        return self.wo(z), pattern


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.w1 = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.w3 = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.w2 = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x):
        return self.w2(nn.functional.silu(self.w1(x)) * self.w3(x))


class Layer(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        self.attention = Attention(config, layer)
        self.feed_forward = FeedForward(config)
        self.attention_norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.ffn_norm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x, mask, positions, cache):
        x = x + self.attention(self.attention_norm(x), mask, positions, cache)[0]
        return x + self.feed_forward(self.ffn_norm(x))


class Body(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.tok_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config, n) for n in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class InternLM2(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.output = nn.Linear(config.hidden_size, config.vocab_size, bias=False)

    @classmethod
    def load(cls, folder, dtype):
        config = SimpleNamespace(**json.loads((folder / "config.json").read_text()))
        model = cls(config)
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model.to(dtype).eval()

    def forward(self, ids, past_key_values=None, use_cache=False):
        """ids [1, pos] -> .logits [1, pos, vocab] in the model's type, .past_key_values"""
        cache = (past_key_values or DynamicCache()) if use_cache else None
        start = cache.get_seq_length() if cache is not None else 0
        positions = torch.arange(start, start + ids.shape[1])
        x = self.model.tok_embeddings(ids)
        visible = torch.arange(start + ids.shape[1])[None] <= positions[:, None]
        mask = torch.zeros(visible.shape, dtype=x.dtype).masked_fill(~visible, torch.finfo(x.dtype).min)
        for layer in self.model.layers:
            x = layer(x, mask[None, None], positions, cache)
        return SimpleNamespace(logits=self.output(self.model.norm(x)), past_key_values=cache)
