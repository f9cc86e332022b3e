// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/error.h"

#include <QElapsedTimer>
#include <QString>

#include <sys/resource.h>

#include <functional>

namespace driftscope::test {

inline long peak_kilobytes() {
    struct rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

#ifdef __SANITIZE_ADDRESS__  // freed memory is kept, to see who reads it, and all has red zones
constexpr long kMostKilobytes = 800'000;
#else
constexpr long kMostKilobytes = 200'000;
#endif

/// Runs `action`, which must throw one Error, and checks it. Returns what is wrong, or "".
inline QString check_error(const std::function<void()>& action, ErrorCode code,
                           const QString& place, const QString& text) {
    QElapsedTimer timer;
    timer.start();
    const long before = peak_kilobytes();
    try {
        action();
        return "no Error was thrown";
    } catch (const Error& e) {
        const QString what = QString::fromStdString(e.what());
        const QString where = QString::fromStdString(e.where());
        if (timer.elapsed() > 5000) return "took more than five seconds";
        if (peak_kilobytes() - before > kMostKilobytes)
            return QString("took more than %1 MB").arg(kMostKilobytes / 1000);
        if (e.code() != code)
            return QString("code %1: %2").arg(static_cast<int>(e.code())).arg(what);
        if (!where.contains(place)) return "the place is " + where + ", not " + place;
        if (!what.contains(text)) return what;
        if (e.message().empty() || e.message().size() > 4000) return "too long, or empty";
        return {};
    } catch (const std::exception& e) {
        return QString("not an Error: ") + e.what();
    }
}

}  // namespace driftscope::test
