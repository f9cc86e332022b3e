// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace driftscope {

/// What kind of failure it was; the command line maps it to an exit status.
enum class ErrorCode {
    usage,        ///< the call itself is wrong (exit 1)
    not_found,    ///< a file, tensor, key or name is not there
    unreadable,   ///< it is there but cannot be read or written
    format,       ///< its content breaks its format
    unsupported,  ///< well-formed, but not something this program computes
    mismatch,     ///< two things that must agree do not (shapes, ids, ...)
    limit,        ///< too large for this machine or for a stated bound
    cancelled,    ///< the user asked to stop (exit 4)
    internal      ///< our own fault
};

/// The one error type. `what()` reads "[where] message. hint".
class Error : public std::runtime_error {
public:
    /// @param where   place: a path, "weights", a tensor name, a config key
    /// @param message what is wrong, one sentence without a final full stop
    /// @param hint    what to do about it, may be empty
    Error(ErrorCode code, std::string where, std::string message, std::string hint = {})
        : std::runtime_error("[" + where + "] " + message + (hint.empty() ? "" : ". " + hint)),
          code_(code), where_(std::move(where)), message_(std::move(message)),
          hint_(std::move(hint)) {}

    ErrorCode code() const noexcept { return code_; }
    const std::string& where() const noexcept { return where_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }

    /// Exit status of the command line (design §6): 1 usage, 4 cancelled, 2 anything else.
    int exit_status() const noexcept {
        if (code_ == ErrorCode::usage) return 1;
        return code_ == ErrorCode::cancelled ? 4 : 2;
    }

private:
    ErrorCode code_;
    std::string where_, message_, hint_;
};

}  // namespace driftscope
