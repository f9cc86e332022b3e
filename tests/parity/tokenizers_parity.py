#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token ids against the libraries whose files they come from, on random strings.

    tokenizers_parity.py make DIR DATA   DIR/NAME: the tokenizer, its texts, and what its library makes of them
    tokenizers_parity.py compare DIR     DIR/NAME/program.json against that: a table, and the first differences

DATA is a folder of *.json, *.json.gz (Hugging Face tokenizers) and *.model (sentencepiece). Between the two, for every
NAME:  driftscope tokenize --model DIR/NAME/FILE --lines DIR/NAME/lines --no-bos --json > DIR/NAME/program.json
(run_tokenizers.sh does it). Needs the packages tokenizers and sentencepiece. Exit status 1 if a line differs.
"""
import gzip
import json
import random
import sys
from pathlib import Path

SEED, COUNT, WITH_ADDED = 20260101, 20_000, 2_000
STAND_IN = "\U0010fffd"  # for the NUL piece of InternLM2, which the library refuses
BLOCKS = [(0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F),
          (0x1100, 0x11FF), (0x1E00, 0x206F), (0x2580, 0x259F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
          (0xFB00, 0xFB4F), (0xFE00, 0xFE0F), (0xFEFF, 0xFFFF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF), (0x200B, 0x200F)]
SPACES = " \t\n\r\v\f\x00\x1c\x85\xa0\u2003\u2028\u3000\u2581 "
WORDS = ["Once", "upon", "I'll", "DON'T", "we've", "12345", "3.14", "  ", "\n\n", "naïve", "straße", "日本語", "привет", "🦊", "a\u0301",
         "e\u0301\u0323", "한국어", "ﷺ", "<|", "|>", "</", "\r\n", "....", "__init__", "₂", "Ⅷ", "½", "ǅ", "'S", "ſ", "K"]


def character(chance):
    kind = chance.random()
    if kind < 0.35:
        low, high = chance.choice(BLOCKS)
        point = chance.randint(low, high)
    elif kind < 0.45:
        point = ord(chance.choice(SPACES))
    elif kind < 0.55:
        point = chance.choice([chance.randint(0, 31), 127, chance.randint(128, 159)])
    else:  # any plane, each as likely
        point = chance.randint(0, 16) * 0x10000 + chance.randint(0, 0xFFFF)
    return "" if 0xD800 <= point <= 0xDFFF else chr(point)


def some_bytes(chance):
    """One text as bytes: characters, words, or bytes that are no UTF-8."""
    kind, length = chance.random(), chance.choice([0, 1, 2, 3, 5, 8, 13, 30, 60])
    if kind < 0.45:
        return "".join(character(chance) for _ in range(length)).encode()
    if kind < 0.8:
        parts = [chance.choice(WORDS) if chance.random() < 0.7 else character(chance) for _ in range(length)]
        return chance.choice(["", " ", " "]).join(parts).encode()
    if kind < 0.9:
        return chance.randbytes(length)
    whole = "".join(character(chance) for _ in range(length)).encode()  # cut, repeated or dropped bytes
    at = chance.randint(0, len(whole))
    return whole[:at] + chance.randbytes(chance.randint(0, 2)) + whole[at + chance.randint(0, 3):]


def escaped(raw):
    return b"".join(b"\\\\" if b == 92 else bytes([b]) if 32 <= b < 127 else b"\\x%02x" % b for b in raw)


def without_nul_piece(model):
    """The model with the piece that is a NUL byte renamed; and whether there was one. Fields: sentencepiece_model.proto."""
    def varint(at):
        value = shift = 0
        while True:
            value |= (model[at] & 127) << shift
            shift += 7
            at += 1
            if model[at - 1] < 128:
                return value, at

    def number(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])

    out, at, found = b"", 0, False
    parts = []
    while at < len(model):
        begin = at
        tag, at = varint(at)
        assert tag & 7 == 2, "a ModelProto holds messages only"
        size, at = varint(at)
        body, at = model[at:at + size], at + size
        if tag == 10 and body.startswith(b"\x0a\x01\x00"):
            name = STAND_IN.encode()
            body, found = b"\x0a" + bytes([len(name)]) + name + body[3:], True
            parts.append(number(tag) + number(len(body)) + body)
        else:
            parts.append(model[begin:at])
    return out + b"".join(parts), found


class HuggingFace:
    def __init__(self, data):
        import tokenizers
        self.tokenizer = tokenizers.Tokenizer.from_str(data.decode())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.added = [token["content"] for token in json.loads(data)["added_tokens"]]
        self.library = f"tokenizers {tokenizers.__version__}"

    def ids(self, texts):
        return [row.ids for row in self.tokenizer.encode_batch(texts, add_special_tokens=False)]


class Sentencepiece:
    added = []

    def __init__(self, data):
        import sentencepiece
        model, self.nul = without_nul_piece(data)
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.library = f"sentencepiece {sentencepiece.__version__}"

    def ids(self, texts):
        if not self.nul:
            return self.processor.encode(texts)
        # None: the stand-in itself is in the text, about which the renamed model cannot be asked.
        return [None if STAND_IN in text else self.processor.encode(text.replace("\0", STAND_IN)) for text in texts]


def make(folder, data):
    for path in sorted(data.iterdir()):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        model = path.suffix == ".model"
        reference = (Sentencepiece if model else HuggingFace)(raw)
        chance = random.Random(SEED)
        texts = [some_bytes(chance) for _ in range(COUNT)]
        for _ in range(WITH_ADDED if reference.added else 0):
            texts.append(some_bytes(chance) + chance.choice(reference.added).encode() + some_bytes(chance))
        place = folder / path.name.removesuffix(".gz")
        place.mkdir(parents=True, exist_ok=True)
        (place / ("tokenizer.model" if model else "tokenizer.json")).write_bytes(raw)
        (place / "lines").write_bytes(b"".join(escaped(text) + b"\n" for text in texts))
        ids = reference.ids([text.decode("utf-8", "replace") for text in texts])
        (place / "expected.json").write_text(json.dumps({"library": reference.library, "lines": ids}))
        (place / "program.json").unlink(missing_ok=True)
        print(f"{place.name}: {len(texts)} texts", file=sys.stderr)


def compare(folder):
    failed = False
    for place in sorted(folder.iterdir()):
        expected = json.loads((place / "expected.json").read_text())
        got = json.loads((place / "program.json").read_text())["lines"]
        texts = (place / "lines").read_bytes().split(b"\n")[:-1]
        pairs = [row for row in zip(texts, expected["lines"], got, strict=True) if row[1] is not None]
        wrong = [row for row in pairs if row[1] != row[2]]
        print(f"{place.name:24} {expected['library']:22} {len(pairs) - len(wrong)} of {len(pairs)} equal")
        for text, theirs, ours in wrong[:5]:
            print(f"    {text.decode()}\n        {theirs}\n        {ours}")
        failed |= bool(wrong) or not pairs
    return failed


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "make":
        make(Path(sys.argv[2]), Path(sys.argv[3]))
    elif len(sys.argv) == 3 and sys.argv[1] == "compare":
        sys.exit(compare(Path(sys.argv[2])))
    else:
        sys.exit(__doc__)
