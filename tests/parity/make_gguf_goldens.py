# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/gguf: one tiny GGUF file per storage type with seeded random blocks, and what
the Python package gguf makes of them (float32, little-endian, row-major). Run after `pip install
gguf numpy`; versions.json says with which versions the committed files were made."""
import json
import pathlib
import platform
import sys

import gguf
import numpy as np
from importlib.metadata import version

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1",
         "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]
# Where the float16 numbers of a block are: the rest of its bytes may be anything.
HALVES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
          "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
ROWS, BLOCKS = 3, 2


def random_bytes(name, rng):
    kind = gguf.GGMLQuantizationType[name]
    values, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = BLOCKS if values > 1 else 64
    if name in ("F32", "F16", "BF16"):
        wide = rng.standard_normal((ROWS, blocks)).astype(np.float32)
        wide[0, :4] = [0.0, -0.0, 1e-6, -65504.0]
        if name == "F32":
            return wide
        if name == "F16":
            return wide.astype(np.float16)
        return (wide.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8).reshape(ROWS, -1)
    data = rng.integers(0, 256, (ROWS * blocks, size), dtype=np.uint8)
    for at in HALVES[name]:
        # Normal and subnormal, both signs; one block of zeros.
        scale = (rng.standard_normal(ROWS * blocks) * 10.0 ** rng.integers(-7, 2, ROWS * blocks))
        scale[0] = 0.0
        data[:, at:at + 2] = scale.astype(np.float16).view(np.uint8).reshape(-1, 2)
    return data.reshape(ROWS, -1)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(TYPES):
        rng = np.random.default_rng(1000 + number)
        kind = gguf.GGMLQuantizationType[name]
        data = random_bytes(name, rng)
        writer = gguf.GGUFWriter(folder / f"{name}.gguf", "llama")
        plain = name in ("F32", "F16")
        writer.add_tensor("probe.weight", data, raw_dtype=None if plain else kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        tensor = gguf.GGUFReader(folder / f"{name}.gguf").tensors[0]
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert values.dtype == np.float32 and np.isfinite(values).all(), name
        (folder / f"{name}.f32").write_bytes(values.astype("<f4").tobytes())
    (folder / "versions.json").write_text(json.dumps(
        {"gguf": version("gguf"), "numpy": np.__version__, "python": platform.python_version()},
        indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                      pathlib.Path(__file__).parents[1] / "data" / "gguf"))
