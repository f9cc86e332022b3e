#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run_tokenizers.sh PROGRAM DIR: the program's half of tokenizers_parity.py.
set -euo pipefail
for place in "$2"/*/; do
    file=$(echo "$place"tokenizer.*)
    "$1" tokenize --model "$file" --lines "$place/lines" --no-bos --json >"$place/program.json"
done
