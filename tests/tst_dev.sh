#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev passes arguments, paths, streams, signals and exit statuses on as they are. A small program
# in a tree of its own stands in for driftscope; the packages are taken to be there.
set -u
source=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset DISPLAY WAYLAND_DISPLAY DRIFTSCOPE_PRESET CMAKE_PREFIX_PATH
export XDG_CACHE_HOME="$tmp/cache" Torch_DIR=/nonexistent  # set by hand: build on this system
tree="$tmp/a tree"
mkdir -p "$tree/app" "$tmp/else where"
cp -r "$source/dev" "$source/.ci" "$source/CMakePresets.json" "$tree"

cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(stand_in LANGUAGES CXX)
enable_testing()
add_compile_options(-Wall)
add_subdirectory(app)
add_test(NAME passes COMMAND true)
END
echo 'add_executable(driftscope main.cpp)' >"$tree/app/CMakeLists.txt"
cat >"$tree/app/main.cpp" <<'END'
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
volatile std::sig_atomic_t caught = 0;
extern "C" void note(int signal) { caught = signal; }
int main(int count, char** words) {
    const char* first = count > 1 ? words[1] : "";
    if (!std::strcmp(first, "exit")) return std::atoi(words[2]);
    if (!std::strcmp(first, "abort")) std::abort();
    if (!std::strcmp(first, "cat"))
        for (int c; (c = std::getchar()) != EOF;) std::putchar(c);
    else if (!std::strcmp(first, "pwd"))
        std::puts(getcwd(nullptr, 0));
    else if (!std::strcmp(first, "wait")) {
        std::signal(SIGTERM, note);
        std::puts("ready");
        std::fflush(stdout);
        for (int i = 0; i < 200 && !caught; ++i) usleep(50000);
        return caught ? 4 : 0;
    } else
        for (int i = 1; i < count; ++i) std::printf("%s\n", words[i]);
}
END

failures=0
expect() {  # WHAT WANTED GOT
    if [[ $2 == "$3" ]]; then return; fi
    printf 'FAILED: %s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
}
dev() { "$tree/dev" "$@" 2>"$tmp/stderr"; }

expect "help says what there is" 0 "$(dev help | grep -q 'run \[ARGS\]'; echo $?)"
expect "an unknown command: status 1, nothing on stdout" "1" "$(dev nonsense; echo $?)"

out=$(dev run 'two words' '*' 'naïve 字' '')
expect "status of the first run" 0 $?
expect "arguments as given, stdout the program's alone" $'two words\n*\nnaïve 字' "$out"
expect "the first build is not silent" 0 "$(grep -q configuring "$tmp/stderr"; echo $?)"
expect "nothing but the build folder is added" "CMakeLists.txt CMakePresets.json app build dev" \
    "$(cd "$tree" && echo *)"
dev run exit 0
expect "the second is" "" "$(cat "$tmp/stderr")"

expect "exit status" 3 "$(dev run exit 3; echo $?)"
expect "death by a signal" 134 "$(dev run abort; echo $?)"
expect "standard input" "a line" "$(echo 'a line' | dev run cat)"
expect "working folder" "$tmp/else where" "$(cd "$tmp/else where" && dev run pwd)"
expect "shell: command, status" "hello 5" "$(dev shell sh -c 'printf hello; exit 5'; echo " $?")"
ln -s "$tree/dev" "$tmp/link"
expect "the script by a relative path" "x" "$(cd "$tree" && ./dev run x 2>&1)"

: >"$tmp/out"
"$tree/dev" run wait >"$tmp/out" 2>"$tmp/stderr" &
child=$!
for _ in {1..100}; do
    grep -q ready "$tmp/out" && break
    sleep 0.05
done
kill -TERM "$child"
wait "$child"
expect "SIGTERM reaches the program, its status comes back" 4 $?

expect "no display: the report's path on stdout" "$tree/build/report/report.html" "$(dev run)"
expect "… and why on stderr" 0 "$(grep -q 'no display' "$tmp/stderr"; echo $?)"
expect "test ends with ctest's summary" 0 "$(dev test | grep -q '100% tests passed'; echo $?)"
expect "test fails where nothing is tested" 1 "$(dev test -R nothing >/dev/null; echo $(($? != 0)))"
expect "CI: the same summary" 0 "$("$tree/.ci/run" 2>/dev/null | grep -q '100% tests passed'; echo $?)"

# lint, with tools that only note what they were given
mkdir -p "$tmp/bin" "$tree/core/data" "$tree/ui" "$tree/tests"
for tool in clang-format clang-tidy shellcheck; do
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nfor word; do :; done\necho "$word" >>"%s/%s"\n' "$tmp" $tool >"$tmp/bin/$tool"
done
chmod +x "$tmp"/bin/*
: >"$tree/tests/tst_layering.cmake"
: >"$tree/core/data/old.cpp"
echo '#include "core/data/pair.h"' >"$tree/ui/user.cpp"
lint() { : >"$tmp/clang-tidy" && (PATH=$tmp/bin:$PATH && dev lint "$@"; echo $?) && sort "$tmp/clang-tidy"; }
every=$'0\napp/main.cpp\ncore/data/old.cpp\nui/user.cpp'
expect "lint without git: every source" "$every" "$(lint)"
if command -v git >/dev/null; then
    vcs() { git -C "$tree" -c user.name=t -c user.email=t@localhost "$@" >/dev/null 2>&1; }
    echo build >"$tree/.gitignore"
    vcs init && vcs add . && vcs commit -m start
    expect "lint of an unchanged tree" 0 "$(lint)"
    : >"$tree/core/data/pair.h"
    : >"$tree/core/data/new.cpp"
    expect "… of changed sources" $'0\ncore/data/new.cpp\nui/user.cpp' "$(lint)"
    expect "… of all" "${every/old.cpp/new.cpp$'\n'core/data/old.cpp}" "$(lint --all)"
fi
sed -i 's/^for word/exit 1 #/' "$tmp/bin/clang-tidy"
expect "a finding: status" 1 "$(lint --all)"

echo 'static int unused;' >>"$tree/app/main.cpp"
expect "a warning" $'x\n0' "$(dev run x; echo $?)"
expect "… is shown" 0 "$(grep -q 'warning:.*unused' "$tmp/stderr"; echo $?)"
expect "… and is an error for CI" 2 "$("$tree/.ci/run" >/dev/null 2>&1; echo $?)"

echo 'syntax error' >>"$tree/app/main.cpp"
expect "a failed build" "2" "$(dev run x; echo $?)"
expect "… shows the compiler's words" 0 "$(grep -q 'error:' "$tmp/stderr"; echo $?)"
dev clean
expect "clean" 1 "$(test -e "$tree/build"; echo $?)"
if ((EUID)); then
    chmod a-w "$tree"
    expect "a read-only tree" 2 "$(dev build; echo $?)"
    expect "… is named" 0 "$(grep -q 'must be writable' "$tmp/stderr"; echo $?)"
    chmod u+w "$tree"
fi

echo "$failures failed"
exit $((failures > 0))
