// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/problems.h"
#include "core/model/config.h"
#include "core/model/family.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace driftscope {

/// A config.json on its way to a ModelConfig: where the readers of single values report what they
/// took and what is wrong. Inner header: only core/model/*.cpp include it.
class ConfigDraft {
public:
    ConfigDraft(const nlohmann::json& root, const FamilySpec& family,
                const std::map<std::string, std::string>& flags, ModelConfig& out,
                Problems& problems);

    const nlohmann::json& root() const { return root_; }
    const FamilySpec& family() const { return family_; }
    ModelConfig& out() { return out_; }
    void problem(ErrorCode code, std::string text) { problems_.add(code, std::move(text)); }
    bool healthy() const { return problems_.empty(); }

    /// The text of a flag, nothing if it is not set or says "config".
    std::optional<std::string> flag(const std::string& id) const;

    /// Adds a line to ModelConfig::values; a key that is recorded counts as known.
    void record(const std::string& key, const nlohmann::json& value, Origin origin, bool used,
                std::string note = {});
    /// Turns the line of `key` into one set by a flag, keeping what it said before as a note.
    void record_flag(const std::string& key, const std::string& value, const std::string& flag);
    /// Lists keys of the file that nothing has recorded: known and ignored, or unknown.
    void record_rest();

    // Readers: nothing, and a problem, if the value is of the wrong kind or out of range.
    std::optional<int64_t> whole(const std::string& key, const nlohmann::json& value, int64_t low,
                                 int64_t high);
    std::optional<double> real(const std::string& key, const nlohmann::json& value);
    /// As real(), and greater than zero.
    std::optional<double> positive(const std::string& key, const nlohmann::json& value);
    std::optional<bool> truth(const std::string& key, const nlohmann::json& value);
    std::optional<std::string> text(const std::string& key, const nlohmann::json& value);

private:
    void wrong(const std::string& key, const nlohmann::json& value, const std::string& expected);

    const nlohmann::json& root_;
    const FamilySpec& family_;
    const std::map<std::string, std::string>& flags_;
    ModelConfig& out_;
    Problems& problems_;
    std::set<std::string> recorded_;  ///< top-level keys
};

/// Largest size that is believed: no dimension of a real model comes near it.
inline constexpr int64_t max_dimension = 2'147'483'647;

/// Rotary base, scaling and partial factor, from either spelling, and the flags rope.base and
/// rope.scaling. Needs n_ctx.
void read_rope(ConfigDraft& draft);

/// Text of a JSON value for display, cut at 200 bytes.
std::string display_text(const nlohmann::json& value);

}  // namespace driftscope
