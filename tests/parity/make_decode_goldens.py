#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/data/sentencepiece/decode.json: the texts that LlamaTokenizer of transformers and InternLM2Tokenizer, the
class that comes with InternLM2's models, decode rows of ids to, for the two vocabularies of make_legacy_goldens.py.

    make_decode_goldens.py tokenization_internlm2.py     (the file of the model; its SHA-256 is kept)

Needs transformers, sentencepiece and protobuf; decode.json says which versions made the committed file.
"""
import hashlib
import importlib.util
import json
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece
import transformers
from transformers import AddedToken, LlamaTokenizer

DATA = Path(__file__).resolve().parents[1] / "data/sentencepiece"
COUNT = 110
INSIDE = 300  # a piece that the config makes a special token, as InternLM2's chat markers are
MODELS = ("bpe", "unigram")
LLAMA = ({"legacy": True}, {"legacy": False}, {"legacy": False, "add_prefix_space": False},
         {"legacy": True, "clean_up_tokenization_spaces": True})
INTERNLM2 = ({}, {"bos_token": "<|turn|>"})
TEXTS = ("Once upon a time , there was a fox .", "Where are you going , fox ? Nobody 's here !", " fox 've 're 'm ' n't .",
         "a  b   c . , ?", ". , ! ?", "the river", "日本 🦊 é .", "\n .\n,")


def internlm2_class(path):
    spec = importlib.util.spec_from_file_location("tokenization_internlm2", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # save_pretrained asks for the file of the class
    spec.loader.exec_module(module)
    return module.InternLM2Tokenizer


def make(kind, path, keys):
    special = AddedToken("<|im|>", special=True, normalized=False)
    made = kind(str(path), added_tokens_decoder={INSIDE: special}, additional_special_tokens=["<|turn|>", "<|im|>"], **keys)
    made.add_tokens([AddedToken("<plain>", normalized=False)])
    return made


def rows(processor, made):
    """Single tokens that are not letters, texts with their ids, and random runs of both."""
    size = processor.get_piece_size()
    marks = [0, 1, 2, INSIDE, made.convert_tokens_to_ids("<|turn|>"), made.convert_tokens_to_ids("<plain>")]
    byte = processor.piece_to_id("<0xE6>")
    yield from ([mark] for mark in marks)
    yield from ([a, b] for a in marks for b in marks)
    texts = [processor.encode(text) for text in TEXTS]
    for ids in texts:
        yield ids
        yield ids[1:]
        yield from ([mark] + ids for mark in marks)
        yield from (ids + [mark] for mark in marks)
    chance = random.Random(20261)
    for _ in range(COUNT):
        row = []
        for _ in range(chance.randint(1, 5)):
            what = chance.random()
            if what < 0.35:
                row.append(chance.choice(marks))
            elif what < 0.6:
                row += chance.choice(texts)[:chance.randint(1, 6)]
            elif what < 0.7:
                row += processor.encode("日")[1:]
            elif what < 0.8:
                row.append(byte)  # the first byte of a character, its others missing
            else:
                row.append(chance.randrange(259, size))
        yield row


def main():
    code = Path(sys.argv[1])
    other = internlm2_class(code)
    facts = {"transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__,
             "tokenization_internlm2.py": hashlib.sha256(code.read_bytes()).hexdigest(),
             "script": "tests/parity/make_decode_goldens.py", "cases": []}
    for model in MODELS:
        path = DATA / f"{model}.model"
        processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        for kind, settings in ((LlamaTokenizer, LLAMA), (other, INTERNLM2)):
            for keys in settings:
                made = make(kind, path, keys)
                with tempfile.TemporaryDirectory() as folder:
                    made.save_pretrained(folder)
                    config = json.loads((Path(folder) / "tokenizer_config.json").read_text())
                config.pop("auto_map", None)
                pairs = [[ids, made.decode(ids)] for ids in rows(processor, made)]
                facts["cases"].append({"model": model, "class": kind.__name__, "keys": keys, "config": config, "rows": pairs})
    text = json.dumps(facts).replace("], [[", "],\n[[").replace("}, {\"model", "},\n{\"model")
    (DATA / "decode.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
