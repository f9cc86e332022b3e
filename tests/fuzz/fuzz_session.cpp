// SPDX-License-Identifier: GPL-3.0-or-later
// Session files: whatever the bytes, either an Error or a session that survives a round trip.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/session.cpp"  // its target needs Qt; this one source does not
#include "core/data/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    using namespace driftscope;
    Session first;
    try {
        first = parseSession({reinterpret_cast<const char*>(bytes), size}, "/folder", "fuzz");
    } catch (const Error&) {
        return 0;
    }
    const std::string text = sessionText(first, "/folder");
    const Session second = parseSession(text, "/folder", "written");
    if (second.request.fingerprint() != first.request.fingerprint()) std::abort();
    if (second.runs.size() != first.runs.size()) std::abort();
    if (sessionText(second, "/folder") != text) std::abort();
    return 0;
}
