// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/error.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// Text from a file made fit for a message: in quotes, control characters as \xNN, cut at 80 bytes.
std::string in_quotes(std::string_view text);

/// Collects what is wrong with one thing, so that all of it is reported in one Error.
class Problems {
public:
    /// @param text  a clause without a final full stop
    void add(ErrorCode code, std::string text);
    bool empty() const { return count_ == 0; }
    size_t count() const { return count_; }

    /// Throws one Error if anything was added: the first ten texts, then "and N more".
    /// Code: the first one added that is not `usage`, else usage.
    void raise_if_any(const std::string& where, const std::string& hint = {}) const;

private:
    static constexpr size_t max_kept = 10;
    std::vector<std::string> texts_;
    size_t count_ = 0;
    ErrorCode code_ = ErrorCode::usage;
};

}  // namespace driftscope
