// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// One flag of a command. Without `value` it is a switch.
struct FlagSpec {
    std::string name;   ///< "--model"
    std::string value;  ///< placeholder in the help, "DIR"; "" = a switch
    std::string help;
    bool repeatable = false;  ///< given twice, both count
};

/// What a command line holds, checked against a command's flags.
class Arguments {
public:
    /// Throws Error (usage): unknown flag with the nearest one, missing value, given twice.
    /// Understands "--flag value" and "--flag=value"; "--" ends the flags.
    static Arguments parse(const std::vector<std::string>& words,
                           const std::vector<FlagSpec>& flags, const std::string& command);

    bool has(const std::string& flag) const { return m_values.count(flag) > 0; }
    /// Value of a flag, or the fallback.
    std::string value(const std::string& flag, const std::string& fallback = {}) const;
    /// All values of a repeatable flag.
    const std::vector<std::string>& all(const std::string& flag) const;
    /// Throws Error (usage) when the flag is absent or empty.
    std::string required(const std::string& flag) const;
    /// A whole number within the bounds, or the fallback; throws Error (usage).
    long long whole(const std::string& flag, long long fallback, long long low,
                    long long high) const;
    const std::vector<std::string>& positional() const { return m_positional; }

private:
    std::string m_command;
    std::map<std::string, std::vector<std::string>> m_values;
    std::vector<std::string> m_positional;
};

/// The candidate that takes fewest edits to become `word`; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
/// Parts between the separators; empty ones are left out.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace driftscope
