// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "app/command_line/command_line.h"
#include "app/interrupt_watcher.h"
#include "app/run_window.h"
#include "core/engine.h"

namespace {

/// Threads that wait for work sleep instead of spinning: a model of a few megabytes has thousands
/// of barriers a second, and on a busy machine each spin costs a time slice. The OpenMP library
/// reads this once, when it loads, so the program starts itself again with it set.
void waitQuietly(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY")) return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::execv("/proc/self/exe", argv);  // comes back only when it fails; then we just spin
}

/// LibTorch allocates every intermediate value anew and frees it at once. glibc would give the
/// large ones back to the system each time and have them zeroed for the next, a tenth of a
/// comparison.
void keepFreedMemory() {
#ifdef __GLIBC__
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    using namespace driftscope;
    waitQuietly(argv);
    keepFreedMemory();
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> words(argv + 1, argv + argc);
    const InterruptWatcher interrupts;
    const auto window = [&](const std::string& path) {
        return runWindow(path, &make_engine, interrupts.token());
    };
    return runCommandLine(words, {&make_engine, window, std::cin, std::cout, std::cerr,
                                  interrupts.token(), ::isatty(STDERR_FILENO) == 1});
}
