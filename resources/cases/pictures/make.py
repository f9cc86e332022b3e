#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the small pictures of the Cases start page out of pictures that `driftscope shots` draws.

    python3 resources/cases/pictures/make.py "./dev run"

Each case is one comparison of its bundled model and one view of it, in both themes. Needs Pillow.
"""
import pathlib
import shlex
import subprocess
import sys
import tempfile

from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
PROMPT = "Once upon a time there was a little fox who lived by the river."
WIDTH = 300     # pixels; shown at half of it
COLOURS = 64
# case: model, options of A, options of B, new tokens, view
CASES = {
    "mixtral": ("tiny-mixtral", "dtype=float32", "dtype=float32,defects=D-MOE-SCATTER", 16, "routing"),
    "split-qkv": ("tiny-neox", "dtype=float32", "dtype=float32,qkv=split-einsum", 0, "attention"),
    "bloom-cache": ("tiny-bloom", "dtype=float32", "dtype=float32,defects=D-KV-INIT", 8, "overview"),
    "internlm2": ("tiny-internlm2", "dtype=float16", "dtype=float16,layout=llama,attention=sdpa", 16, "logits"),
    "llama31": ("tiny-llama3", "dtype=float32", "dtype=float32,defects=D-ROPE-SCALING-IGNORED", 8, "overview"),
}


def draw(program, case, folder):
    model, a, b, tokens, view = CASES[case]
    subprocess.run(program + ["shots", "--out", str(folder), "--model", str(MODELS / model), "--a", a,
                              "--b", b, "--prompt", PROMPT, "--max-new-tokens", str(tokens)],
                   check=True, stdout=subprocess.DEVNULL)
    return view


def shrink(source, target):
    picture = Image.open(source).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    small = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = shlex.split(sys.argv[1])
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            view = draw(program, case, folder)
            for theme in ("light", "dark"):
                shrink(pathlib.Path(folder) / f"{view}-{theme}.png", HERE / f"{case}-{theme}.png")


if __name__ == "__main__":
    main()
