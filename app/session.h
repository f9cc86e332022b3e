// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/numbers_stamp.h"
#include "core/data/comparison.h"

namespace driftscope {

/// A question asked before, kept under a name.
struct NamedRun {
    std::string name;
    bool baseline = false;
    CompareRequest request;
    std::string verdict;  ///< as it was when the run was named; shown until it is computed again
};

/// What one is looking at; numbers below 0 and empty texts mean "nothing chosen".
struct SessionSelection {
    int layer = -1, head = -1, pos = -1, keyPos = -1, expert = -1, step = -1;
    std::string site;  ///< canonical name
};

/// The work of a person, as a .drift file holds it (JSON, schema driftscope/session/1). Paths are
/// absolute here and relative to the file's folder in the file when they lie below it.
struct Session {
    CompareRequest request;
    SessionSelection selection;
    std::string ui;  ///< the window's own state, a JSON object as text; "" = none
    std::vector<NamedRun> runs;
    std::optional<NumbersStamp> numbers;  ///< what `request` gave; none: it had not been computed
    std::string original;  ///< the JSON it came from: fields unknown here survive a save
};

/// Bounds of what a session file may hold.
struct SessionLimits {
    static constexpr std::size_t bytes = std::size_t{16} << 20;
    static constexpr int depth = 32;
    static constexpr std::size_t tokens = 1u << 20;
    static constexpr std::size_t runs = 1000;
    static constexpr int new_tokens = 1 << 20;
};

/// Reads a session. Throws Error (format, limit, unsupported) whose place is `where` and the key.
/// @param folder  what relative model paths are relative to
Session parseSession(std::string_view json, const std::string& folder, const std::string& where);

/// The file's text, with everything unknown of `session.original` kept.
std::string sessionText(const Session& session, const std::string& folder);

}  // namespace driftscope
