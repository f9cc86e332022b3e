#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/data/sentencepiece: two small vocabularies (BPE and unigram with byte fallback, trained here on the
sentences below) and the ids that transformers' LlamaTokenizer gives texts with "legacy" true and false.

Needs transformers and sentencepiece; golden.json says which versions made the committed files.
"""
import io
import json
import random
from pathlib import Path

import sentencepiece
import transformers
from transformers import AddedToken, LlamaTokenizer

OUT = Path(__file__).resolve().parents[1] / "data/sentencepiece"
SENTENCES = [
    "Once upon a time there was a little fox who lived by the river.",
    "The fox and the river were old friends, and the river told the fox where the fish were.",
    "One day the little fox went up the hill to see where the river came from.",
    "There was a house on the hill, and in the house there was an old woman with a cat.",
    "Where are you going, little fox, said the old woman, and who told you the way?",
    "Was it 12 or 345 days, or 6789? Nobody knew; the café was naïve about the straße.",
    "def fox(n): return n if n < 2 else fox(n - 1) + fox(n - 2)"]
MODELS = {"bpe": dict(model_type="bpe", vocab_size=420, normalization_rule_name="identity",
                      remove_extra_whitespaces=False),
          "unigram": dict(model_type="unigram", vocab_size=360, normalization_rule_name="identity",
                          remove_extra_whitespaces=True)}
PARTS = ["fox", "the river", "little", " ", "  ", "   ", "\n", "\t", "<s>", "</s>", "<unk>", "<|turn|>", "<plain>", "\u2581",
         "Once", ".", ",", "é", "日本", "🦊", "\u00a0", "ﬁ", "12", "345", "a", "t", "\x00", "<", "s>", ""]
COUNT = 300


def texts():
    """Every part alone, every pair with a marker, and random runs of parts."""
    marks = PARTS[3:5] + PARTS[8:14]
    yield from PARTS
    for mark in marks:
        for part in PARTS[:14]:
            yield mark + part
            yield part + mark
    chance = random.Random(20260)
    for _ in range(COUNT):
        yield "".join(chance.choice(PARTS) for _ in range(chance.randint(2, 7)))


def tokenizer(path, legacy):
    made = LlamaTokenizer(str(path), legacy=legacy, add_bos_token=True, add_eos_token=False)
    made.add_special_tokens({"additional_special_tokens": ["<|turn|>"]})
    made.add_tokens([AddedToken("<plain>", normalized=False)])
    return made


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    facts = {"transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__,
             "script": "tests/parity/make_legacy_goldens.py", "cases": []}
    for name, how in MODELS.items():
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES * 20), model_writer=model, byte_fallback=True, character_coverage=1.0,
            hard_vocab_limit=False, num_threads=1, minloglevel=2, **how)
        path = OUT / f"{name}.model"
        path.write_bytes(model.getvalue())
        for legacy in (True, False):
            made = tokenizer(path, legacy)
            folder = OUT / "tmp"
            config = Path(made.save_pretrained(folder)[0])
            keys = json.loads(config.read_text())
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
            rows = [[text, made.encode(text)] for text in dict.fromkeys(texts())]
            facts["cases"].append({"model": name, "legacy": legacy, "config": keys, "rows": rows})
    lines = json.dumps(facts).replace("], [\"", "],\n[\"").replace("}, {\"model", "},\n{\"model")
    (OUT / "golden.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
