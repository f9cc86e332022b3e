// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/interrupt_watcher.h"

#include <pthread.h>
#include <unistd.h>
#include <csignal>

namespace driftscope {

namespace {

constexpr int kCancelled = 4;

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    return set;
}

}  // namespace

InterruptWatcher::InterruptWatcher() {
    const sigset_t set = watched();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, not the end
    m_thread = std::thread(&InterruptWatcher::watch, this);
}

InterruptWatcher::~InterruptWatcher() {
    m_done = true;
    // Blocked in every thread (the constructor): it only ends the watcher's sigwait.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    pthread_kill(m_thread.native_handle(), SIGTERM);
    m_thread.join();
}

void InterruptWatcher::watch() {
    const sigset_t set = watched();
    for (int signal = 0; sigwait(&set, &signal) == 0;) {
        if (m_done) return;
        if (!m_stop.request_stop()) _exit(kCancelled);
    }
}

}  // namespace driftscope
