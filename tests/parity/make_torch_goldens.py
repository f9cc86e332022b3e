# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/torch: small files of torch.save in several forms, and expected.json with what
is in them (name to type, shape and the row-major little-endian bytes in hexadecimal). Run after
`pip install torch`; versions.json says with which version the committed files were made."""
import collections
import json
import pathlib
import platform
import sys

import torch

NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
         torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8", torch.bool: "BOOL"}


def describe(tensors):
    out = {}
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().clone().flatten().view(torch.uint8)
        out[name] = {"type": NAMES[tensor.dtype], "shape": list(tensor.shape),
                     "bytes": bytes(raw.tolist()).hex()}
    return out


def tensors_of_every_kind():
    torch.manual_seed(11)
    base = torch.randn(6, 4)
    module = torch.nn.Linear(3, 2)
    out = collections.OrderedDict()
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        out[str(dtype).split(".")[1]] = torch.randn(3, 5).to(dtype)
    out["whole"] = torch.arange(-3, 4)
    out["flags"] = torch.tensor([True, False, True])
    out["shared"] = base
    out["shared.rows"] = base[2:5]
    out["turned"] = base.t()
    out["every.other"] = base[::2, 1::2]
    out["scalar"] = torch.tensor(2.5)
    out["nothing"] = torch.empty(0, 4)
    out["parameter"] = module.weight
    return out


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    kinds = tensors_of_every_kind()
    torch.save(kinds, folder / "kinds.bin")
    torch.save(dict(kinds), folder / "dict.bin")
    torch.manual_seed(12)
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
    state = module.state_dict()  # carries _metadata
    torch.save(state, folder / "module.bin")
    torch.save(state, folder / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save(module, folder / "whole_module.bin")
    shards = folder / "shards"
    shards.mkdir(exist_ok=True)
    names = list(state)
    index = {}
    for number, part in enumerate((names[:2], names[2:]), 1):
        file = f"pytorch_model-{number:05d}-of-00002.bin"
        torch.save({name: state[name] for name in part}, shards / file)
        index.update({name: file for name in part})
    (shards / "pytorch_model.bin.index.json").write_text(json.dumps(
        {"metadata": {"total_size": 4 * sum(t.numel() for t in state.values())},
         "weight_map": index}, indent=1) + "\n")
    (folder / "expected.json").write_text(json.dumps(
        {"kinds": describe(kinds), "module": describe(state)}, indent=1) + "\n")
    (folder / "versions.json").write_text(json.dumps(
        {"torch": torch.__version__, "python": platform.python_version()}, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                      pathlib.Path(__file__).parents[1] / "data" / "torch"))
