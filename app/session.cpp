// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;
constexpr const char* kSchema = "driftscope/session/1";

/// Reads one object; every complaint names the file and the key.
class Reader {
public:
    Reader(const Json& object, std::string where, std::string path)
        : m_object(object), m_where(std::move(where)), m_path(std::move(path)) {
        if (!m_object.is_object()) fail("", "must be an object");
    }

    [[noreturn]] void fail(const std::string& key, const std::string& message) const {
        throw Error(ErrorCode::format, m_where, "\"" + full(key) + "\" " + message,
                    "correct the session file, or start from a new session");
    }

    const Json* find(const std::string& key) const {
        const auto found = m_object.find(key);
        return found == m_object.end() || found->is_null() ? nullptr : &*found;
    }

    std::string text(const std::string& key, std::string fallback = {}) const {
        const Json* value = find(key);
        if (!value) return fallback;
        if (!value->is_string()) fail(key, "must be a text");
        const std::string text = value->get<std::string>();
        if (text.find('\0') != std::string::npos) fail(key, "must not hold a zero character");
        return text;
    }

    bool flag(const std::string& key, bool fallback) const {
        const Json* value = find(key);
        if (!value) return fallback;
        if (!value->is_boolean()) fail(key, "must be true or false");
        return value->get<bool>();
    }

    int64_t whole(const std::string& key, int64_t fallback, int64_t low, int64_t high) const {
        const Json* value = find(key);
        return value ? checkedWhole(*value, key, low, high) : fallback;
    }

    int64_t checkedWhole(const Json& value, const std::string& key, int64_t low,
                         int64_t high) const {
        const bool fits = value.is_number_unsigned()
                              ? value.get<uint64_t>() <=
                                    static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
                              : value.is_number_integer();
        if (!fits || value.get<int64_t>() < low || value.get<int64_t>() > high) {
            fail(key, "must be a whole number from " + std::to_string(low) + " to " +
                          std::to_string(high));
        }
        return value.get<int64_t>();
    }

    /// NaN where there is none.
    double number(const std::string& key) const {
        const Json* value = find(key);
        if (!value) return std::numeric_limits<double>::quiet_NaN();
        if (!value->is_number()) fail(key, "must be a number");
        return value->get<double>();
    }

    Reader object(const std::string& key) const {
        static const Json empty = Json::object();
        const Json* value = find(key);
        if (value && !value->is_object()) fail(key, "must be an object");
        return {value ? *value : empty, m_where, full(key)};
    }

    const Json& array(const std::string& key, std::size_t most) const {
        static const Json empty = Json::array();
        const Json* value = find(key);
        if (!value) return empty;
        if (!value->is_array()) fail(key, "must be a list");
        if (value->size() > most) fail(key, "has more than " + std::to_string(most) + " entries");
        return *value;
    }

    const Json& json() const { return m_object; }
    const std::string& where() const { return m_where; }
    std::string full(const std::string& key) const {
        if (key.empty()) return m_path.empty() ? "the session" : m_path;
        return m_path.empty() ? key : m_path + "." + key;
    }

private:
    const Json& m_object;
    std::string m_where, m_path;
};

std::string absolute(const std::string& path, const std::string& folder) {
    if (path.empty()) return {};
    const fs::path given(path);
    return (given.is_absolute() ? given : fs::path(folder) / given).lexically_normal().string();
}

/// Relative when the path lies below the folder, else as it is.
std::string storedPath(const std::string& path, const std::string& folder) {
    if (path.empty() || folder.empty()) return path;
    const fs::path relative =
        fs::path(path).lexically_normal().lexically_relative(fs::path(folder).lexically_normal());
    if (relative.empty() || *relative.begin() == "..") return path;
    return relative.string();
}

OptionValues readOptions(const Reader& reader) {
    OptionValues values;
    for (const auto& [id, value] : reader.json().items()) {
        if (!value.is_string()) reader.fail(id, "must be a text");
        const std::string text = value.get<std::string>();
        try {
            check_value(option(id), text);
        } catch (const Error& error) {
            const std::string hint = error.hint().empty() ? "" : "; " + error.hint();
            reader.fail(id, "= \"" + text + "\" cannot be used: " + error.message() + hint);
        }
        values[id] = text;
    }
    return values;
}

CompareRequest readRequest(const Reader& reader, const std::string& folder) {
    CompareRequest request;
    const Reader models = reader.object("models");
    request.model_a = absolute(models.text("a"), folder);
    request.model_b = absolute(models.text("b"), folder);
    request.config_b = absolute(models.text("config_b"), folder);
    request.prompt = reader.text("prompt");
    for (const Json& id : reader.array("tokens", SessionLimits::tokens)) {
        request.tokens.push_back(static_cast<int32_t>(
            reader.checkedWhole(id, "tokens", 0, std::numeric_limits<int32_t>::max())));
    }
    request.max_new_tokens =
        static_cast<int>(reader.whole("max_new_tokens", 0, 0, SessionLimits::new_tokens));
    request.judge = reader.flag("judge", true);
    request.attribute = reader.flag("attribute", false);
    request.against = absolute(reader.text("against"), folder);
    const Reader options = reader.object("options");
    request.options_a = readOptions(options.object("a"));
    request.options_b = readOptions(options.object("b"));
    return request;
}

SessionSelection readSelection(const Reader& reader) {
    SessionSelection chosen;
    const auto index = [&](const char* key) {
        return static_cast<int>(reader.whole(key, -1, -1, std::numeric_limits<int>::max()));
    };
    chosen.layer = index("layer");
    chosen.head = index("head");
    chosen.pos = index("pos");
    chosen.keyPos = index("key_pos");
    chosen.expert = index("expert");
    chosen.step = index("step");
    chosen.site = reader.text("site");
    if (!chosen.site.empty()) {
        const auto site = parse_site(chosen.site);
        if (!site) reader.fail("site", "= \"" + chosen.site + "\" names no site");
        chosen.site = to_string(*site);
    }
    return chosen;
}

NumbersStamp readNumbers(const Reader& reader) {
    return {reader.text("digest"), reader.text("verdict"), reader.number("loss_a"),
            reader.number("loss_b"), reader.number("max_kl")};
}

Json parseBounded(std::string_view text, const std::string& where) {
    if (text.size() > SessionLimits::bytes) {
        throw Error(ErrorCode::limit, where, "the session is larger than 16 MiB",
                    "a session holds settings only; is this another file?");
    }
    const auto depthGuard = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > SessionLimits::depth) {
            throw Error(ErrorCode::limit, where,
                        "nested more than " + std::to_string(SessionLimits::depth) + " levels deep",
                        "no session is; is this another file?");
        }
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), depthGuard);
    } catch (const Json::parse_error& error) {
        throw Error(ErrorCode::format, where,
                    "not JSON, from byte " + std::to_string(error.byte) + " on",
                    "a session is a .drift file that Driftscope saved");
    } catch (const Json::out_of_range&) {
        throw Error(ErrorCode::format, where, "a number is too large: above 1.8e308",
                    "a session is a .drift file that Driftscope saved");
    }
}

Json optionsJson(const OptionValues& values) {
    Json object = Json::object();
    for (const auto& [id, value] : values) object[id] = value;
    return object;
}

/// Writes the request's fields over what `target` holds already.
void putRequest(Json& target, const CompareRequest& request, const std::string& folder) {
    Json& models = target["models"];
    if (!models.is_object()) models = Json::object();
    models["a"] = storedPath(request.model_a, folder);
    models["b"] = storedPath(request.model_b, folder);
    models["config_b"] = storedPath(request.config_b, folder);
    target["prompt"] = request.prompt;
    target["tokens"] = request.tokens;
    Json& options = target["options"];
    if (!options.is_object()) options = Json::object();
    options["a"] = optionsJson(request.options_a);
    options["b"] = optionsJson(request.options_b);
    target["max_new_tokens"] = request.max_new_tokens;
    target["judge"] = request.judge;
    target["attribute"] = request.attribute;
    target["against"] = storedPath(request.against, folder);
}

void putSelection(Json& target, const SessionSelection& chosen) {
    if (!target.is_object()) target = Json::object();
    target["layer"] = chosen.layer;
    target["head"] = chosen.head;
    target["pos"] = chosen.pos;
    target["key_pos"] = chosen.keyPos;
    target["expert"] = chosen.expert;
    target["step"] = chosen.step;
    target["site"] = chosen.site;
}

void putNumbers(Json& target, const NumbersStamp& numbers) {
    if (!target.is_object()) target = Json::object();
    target["digest"] = numbers.digest;
    target["verdict"] = numbers.verdict;
    target["loss_a"] = numbers.lossA;
    target["loss_b"] = numbers.lossB;
    target["max_kl"] = numbers.maxKl;
}

/// The stored run of this name, with its unknown fields, or an empty object.
Json formerRun(const Json& former, const std::string& name) {
    if (former.is_array()) {
        for (const Json& run : former) {
            if (run.is_object() && run.value("name", Json()) == name) return run;
        }
    }
    return Json::object();
}

}  // namespace

Session parseSession(std::string_view text, const std::string& folder, const std::string& where) {
    const Json json = parseBounded(text, where);
    const Reader reader(json, where, "");
    const std::string schema = reader.text("schema");
    if (schema != kSchema) {
        const bool newer = schema.starts_with("driftscope/session/");
        throw Error(newer ? ErrorCode::unsupported : ErrorCode::format, where,
                    schema.empty() ? "\"schema\" is missing: this is no session file"
                                   : "schema \"" + schema + "\" is not " + kSchema,
                    newer ? "a newer Driftscope wrote it; open it there" : "");
    }
    Session session;
    session.request = readRequest(reader, folder);
    session.selection = readSelection(reader.object("selection"));
    if (reader.find("numbers")) session.numbers = readNumbers(reader.object("numbers"));
    const Reader ui = reader.object("ui");
    if (reader.find("ui")) session.ui = ui.json().dump();
    const Json& runs = reader.array("runs", SessionLimits::runs);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Reader run(runs[i], where, "runs[" + std::to_string(i) + "]");
        session.runs.push_back({run.text("name"), run.flag("baseline", false),
                                readRequest(run, folder), run.text("verdict")});
    }
    session.original = std::string(text);
    return session;
}

std::string sessionText(const Session& session, const std::string& folder) {
    Json json =
        session.original.empty() ? Json::object() : parseBounded(session.original, "the session");
    if (!json.is_object()) json = Json::object();
    json["schema"] = kSchema;
    putRequest(json, session.request, folder);
    putSelection(json["selection"], session.selection);
    if (session.numbers) {
        putNumbers(json["numbers"], *session.numbers);
    } else {
        json.erase("numbers");
    }
    if (!session.ui.empty()) json["ui"] = parseBounded(session.ui, "the window's state");
    const Json former = std::exchange(json["runs"], Json::array());
    for (const NamedRun& run : session.runs) {
        Json entry = formerRun(former, run.name);
        entry["name"] = run.name;
        entry["baseline"] = run.baseline;
        putRequest(entry, run.request, folder);
        entry["verdict"] = run.verdict;
        json["runs"].push_back(std::move(entry));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace driftscope
