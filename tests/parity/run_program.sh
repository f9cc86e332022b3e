#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run_program.sh PROGRAM DIR: runs the program for each row of DIR/jobs, one process per core.
# A row: folder, file, arguments, with tabs between. What generate prints becomes the file; what the
# program says goes to FILE.log. A family the program does not know is asked for once.
set -euo pipefail

job() {
    local program=$1 row folder file arguments out
    IFS=$'\t' read -r -a row <<<"$2"
    folder=${row[0]} file=${row[1]} arguments=("${row[@]:2}")
    out=/dev/null
    if [[ ${arguments[0]} == generate ]]; then out=$folder/$file; fi
    "$program" "${arguments[@]}" >"$out" 2>"$folder/$file.log" || [[ $? -lt 126 ]]
}

checkpoint() {  # PROGRAM FOLDER: the rows of one checkpoint
    local row rows
    rm -f "$2"/program.*
    mapfile -t rows < <(grep -F "$2"$'\t' "$jobs")
    for row in "${rows[@]}"; do
        job "$1" "$row"
        if grep -qs 'none of the families known' "$2"/program.*.log; then return; fi
    done
    printf 'driftscope: parity: ran %s\n' "${2##*/}" >&2
}

cores=$(nproc)  # which would heed the OMP_NUM_THREADS below
export -f job checkpoint
export jobs=$2/jobs QT_QPA_PLATFORM=offscreen OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1
cut -f 1 "$jobs" | uniq |
    xargs -d '\n' -P "$cores" -n 1 bash -euc 'checkpoint "$@"' - "$1"
