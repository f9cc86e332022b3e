#!/usr/bin/env python3
"""Bit for bit against the reference: the two halves of ./dev parity that need Python.

    parity.py make DIR [NAME ...]      checkpoints, what the reference makes of them, and DIR/jobs for run_program.sh
    parity.py compare DIR [NAME ...]   what run_program.sh has written against it: a table on stdout and in DIR/table.txt,
                                       and DIR/table.md for README.md

A NAME is a checkpoint or a family; none means all. See README.md here.
"""
import argparse
import dataclasses
import json
import math
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import reference
from checkpoints import CHECKPOINTS, TOKENS, make_checkpoint

LIMIT = 0.999
TYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
ALIKE = "matmul=library,attention=eager,threads=1"
# The reference's projections all read what the first norm gives.
SAME_AS = {"attn.q_input": "ln1.normalized", "attn.k_input": "ln1.normalized", "attn.v_input": "ln1.normalized"}
UNKNOWN = "is none of the families known here"


def file_name(short, cache):
    return f"{short}-{cache.split()[0]}"


def chosen(names):
    known = {family_name(name) for name in CHECKPOINTS} | set(CHECKPOINTS)
    for name in names:
        if name not in known:
            sys.exit(f"parity: no checkpoint or family {name}; there are {', '.join(sorted(known))}")
    return [name for name in CHECKPOINTS if not names or name in names or family_name(name) in names]


def family_name(name):
    row = CHECKPOINTS[name]
    return "internlm2" if row.internlm2 is not None else row.config.model_type


# --- The reference, and what the program is to do ------------------------------------------------

def make(folder, names):
    makers = ("checkpoints.py", "reference.py", "internlm2.py")
    newest = max(Path(__file__).with_name(name).stat().st_mtime for name in makers)
    jobs = []
    for n, name in enumerate(names):
        place = folder / name
        if not (place / "reference.json").exists() or (place / "reference.json").stat().st_mtime < newest:
            print(f"parity: reference {n + 1}/{len(names)}: {name}", file=sys.stderr)
            make_checkpoint(name, place / "model")
            make_reference(name, place)
        jobs += jobs_of(name, place)
    (folder / "jobs").write_text("".join("\t".join(job) + "\n" for job in jobs))


def make_reference(name, place):
    model = place / "model"
    tokens = {}
    for short, dtype in reference.DTYPES.items():
        for cache, size in reference.CACHES.items():
            logits, sites = reference.run(model, dtype, TOKENS, reference.chunks(size, TOKENS))
            sites["logits"] = logits
            save_file({site: value.contiguous() for site, value in sites.items()},
                      place / f"reference.{file_name(short, cache)}.safetensors",
                      metadata={"order": json.dumps(list(sites))})
        for cache in (False, True):
            tokens[f"{short}-{'on' if cache else 'off'}"] = reference.greedy(model, dtype, TOKENS, reference.GREEDY, cache)
    (place / "reference.json").write_text(json.dumps(dict(reference.facts(), tokens=tokens)))


def jobs_of(name, place):
    """Rows: folder, file the program writes to or "-" for stdout, its arguments."""
    model, text = str(place / "model"), ",".join(map(str, TOKENS))
    same = f"{ALIKE},{reference.FAMILIES[family_name(name)].options}"
    for short, dtype in TYPES.items():
        for cache, size in reference.CACHES.items():
            how = "kv_cache=off" if size is None else f"kv_cache=on,prefill.chunk={size}"
            out = f"program.{file_name(short, cache)}.safetensors"
            yield [str(place), out, "trace", "--model", model, "--tokens", text, "--set",
                   f"{same},dtype={dtype},{how}", "--out", str(place / out)]
        for cache in ("off", "on"):
            yield [str(place), f"program.{short}-{cache}.json", "generate", "--json", "--model", model, "--tokens", text,
                   "--set", f"{same},dtype={dtype},kv_cache={cache}", "--max-new-tokens", str(reference.GREEDY)]


# --- The comparison ------------------------------------------------------------------------------

@dataclasses.dataclass
class Sum:
    """What one row of the table says: a family's checkpoints in one type and cache."""
    checkpoints: int = 0
    elements: int = 0
    equal: int = 0
    distance: float = 0.0
    first: str = ""
    tokens: int = 0
    tokens_equal: int = 0
    trouble: str = ""

    def share(self):
        return self.equal / self.elements if self.elements else math.nan

    def fails(self):
        return bool(self.trouble) or not self.share() >= LIMIT or self.tokens_equal < LIMIT * self.tokens


def compare(folder, names):
    """-> (exit status, the table's lines, the table in Markdown)"""
    sums, notes, unpaired = {}, [], {}
    for name in names:
        place, family = folder / name, family_name(name)
        first_log = place / f"program.{file_name('fp32', 'off')}.safetensors.log"
        if first_log.exists() and UNKNOWN in first_log.read_text():
            sums[family, "", ""] = Sum(trouble="not known to this program yet")
            continue
        for short in TYPES:
            for cache, size in reference.CACHES.items():
                row = sums.setdefault((family, short, cache), Sum())
                row.checkpoints += 1
                compare_sites(name, place, file_name(short, cache), row, notes, unpaired)
                if size in (None, 1):
                    compare_tokens(name, place, f"{short}-{'off' if size is None else 'on'}", row, notes)
    lines = [f"{'family':12} {'type':5} {'cache':9} {'shapes':>6} {'elements':>9} {'bit-equal':>10} {'largest':>8} "
             f"{'tokens':>9}  first site not equal"]
    for (family, short, cache), row in sums.items():
        lines.append(line_of(family, short, cache, row))
    known = [row for (_, short, _), row in sums.items() if short]
    failed = [row for row in known if row.fails()]
    lines += ["", *notes, ""] if notes else [""]
    lines += [f"only the {side} has {', '.join(sorted(sites))}" for side, sites in sorted(unpaired.items())]
    lines.append(f"{len(known) - len(failed)} of {len(known)} rows at {100 * LIMIT:g} % or more")
    return (1 if failed or not known else 0), lines, markdown(sums)


def markdown(sums):
    """Family by type and cache: share of equal elements in percent, rounded down, and largest distance."""
    columns = [(short, cache) for short in TYPES for cache in reference.CACHES]
    lines = ["| family | shapes | elements | " + " | ".join(f"{short} {cache}" for short, cache in columns) + " |",
             "|---|--:|--:|" + "--:|" * len(columns)]
    for family in dict.fromkeys(family for family, short, _ in sums if short):
        rows = [sums[family, *column] for column in columns]
        cells = [row.trouble or f"{math.floor(row.share() * 1e5) / 1e3:g}, {row.distance:.1g}" for row in rows]
        lines.append(f"| {family} | {rows[0].checkpoints} | {sum(row.elements for row in rows)} | {' | '.join(cells)} |")
    total = [sums[key] for key in sums if key[1]]
    equal, elements = sum(row.equal for row in total), sum(row.elements for row in total)
    tokens, same = sum(row.tokens for row in total), sum(row.tokens_equal for row in total)
    return lines + ["", f"{equal} of {elements} elements and {same} of {tokens} greedy tokens are equal."]


def line_of(family, short, cache, row):
    if not short:
        return f"{family:12} {row.trouble}"
    share = math.floor(row.share() * 1e5) / 1e3 if row.elements else math.nan  # 100 means all
    tokens = f"{row.tokens_equal}/{row.tokens}" if row.tokens else ""
    return (f"{family:12} {short:5} {cache:9} {row.checkpoints:6} {row.elements:9} {share:9.3f}% {row.distance:8.1e} "
            f"{tokens:>9}  {row.trouble or row.first}")


def compare_sites(name, place, which, row, notes, unpaired):
    ours_at = place / f"program.{which}.safetensors"
    if not ours_at.exists():
        log = ours_at.with_name(ours_at.name + ".log")
        row.trouble = f"{name}: {log.read_text().strip().splitlines()[-1] if log.exists() else 'not run'}"
        return
    ours, theirs = load_file(ours_at), load_file(place / f"reference.{which}.safetensors")
    for site in order(place, which):
        if site not in ours:
            unpaired.setdefault("reference", set()).add(without_block(site))
    firsts = []
    for n, site in enumerate(ordered(ours, order(place, which))):
        source = counterpart(site)
        if source not in theirs:
            unpaired.setdefault("program", set()).add(without_block(site))
            continue
        equal, distance = equal_elements(site, ours[site], theirs, source)
        if equal is None:
            row.trouble = f"{name} {site}: {list(ours[site].shape)} for {list(theirs[source][0].shape)}"
            return
        row.elements += equal.numel()
        row.equal += int(equal.sum())
        row.distance = max(row.distance, distance)
        if not equal.all():
            firsts.append(f"{site} ({int((~equal).sum())} of {equal.numel()}, distance {distance:.1e})")
    if firsts:
        row.first = row.first or f"{name} {firsts[0]}"
        notes.append(f"{name} {which}: {firsts[0]}; {len(firsts)} sites in all")


def order(place, which):
    """The reference's sites as it came by them."""
    with safe_open(place / f"reference.{which}.safetensors", "pt") as file:
        return json.loads(file.metadata()["order"])


def ordered(ours, theirs):
    rank = {site: n for n, site in enumerate(theirs)}
    return sorted(ours, key=lambda site: (rank.get(counterpart(site), len(rank)), site))


def without_block(site):
    return ".".join(site.split(".")[2:]) if site.startswith("blocks.") else site


def counterpart(site):
    kind = without_block(site)
    return site[:len(site) - len(kind)] + SAME_AS.get(kind, kind)


def equal_elements(site, ours, theirs, source):
    """(which elements are equal, relative distance); (None, 0) where shapes differ

    Masked scores are no numbers: they count only where the program took them for some, or gave them weight.
    """
    want = theirs[source][0]
    if ours.shape != want.shape:
        return None, 0.0
    wrong = torch.zeros(0, dtype=torch.bool)
    if site.endswith(("attn.scores", "attn.pattern")):
        seen = visible(theirs[source.replace("pattern", "scores")][0])
        hidden = ~visible(ours) if site.endswith("scores") else ours == 0
        wrong = hidden[~seen & ~hidden]  # as many False as there are such
        ours, want = ours[seen], want[seen]
    ours, want = ours.double(), want.double()
    equal = ours == want
    apart = (ours - want).norm().item()
    return torch.cat((equal.flatten(), wrong)), apart / max(want.norm().item(), 1e-30) if apart else 0.0


def visible(scores):
    """Which keys a query sees: masks add the lowest finite value or -inf; NaN is a key that the cache has dropped."""
    return scores > torch.finfo(scores.dtype).min / 4


def compare_tokens(name, place, which, row, notes):
    theirs, margins = json.loads((place / "reference.json").read_text())["tokens"][which]
    path = place / f"program.{which}.json"
    try:
        ours = json.loads(path.read_text())["tokens"]
    except (OSError, ValueError, KeyError) as error:
        row.trouble = row.trouble or f"{name}: no tokens ({error})"
        return
    eos = json.loads((place / "model/config.json").read_text()).get("eos_token_id")
    if ours and ours[-1] == eos:  # ours ends there; the reference was told to run on
        theirs = theirs[:len(ours)]
    row.tokens += len(theirs)
    same = next((n for n, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    row.tokens_equal += same
    if same < len(theirs):
        notes.append(f"{name} {which}: token {same} is {ours[same] if same < len(ours) else 'missing'} for "
                     f"{theirs[same]}; the reference's margin there is {margins[same]:.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("half", choices=("make", "compare"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    reference.set_up()
    names = chosen(args.names)
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.half == "make":
        make(args.folder, names)
        return
    status, lines, table = compare(args.folder, names)
    (args.folder / "table.txt").write_text("\n".join(lines) + "\n")
    (args.folder / "table.md").write_text("\n".join(table) + "\n")
    print("\n".join(lines))
    sys.exit(status)


if __name__ == "__main__":
    main()
