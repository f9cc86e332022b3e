// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/fake_schema.h"

#include <set>

namespace driftscope {

namespace {

using Json = nlohmann::json;

class Checker {
public:
    explicit Checker(const Json& root) : m_root(root) {}

    void check(const Json& value, const Json& schema, const std::string& place) {
        static const std::set<std::string> known = {"$schema",
                                                    "title",
                                                    "description",
                                                    "$defs",
                                                    "$ref",
                                                    "type",
                                                    "const",
                                                    "enum",
                                                    "properties",
                                                    "required",
                                                    "additionalProperties",
                                                    "items",
                                                    "anyOf"};
        for (const auto& [keyword, unused] : schema.items()) {
            if (!known.count(keyword))
                fail(place, "the schema's keyword " + keyword + " is unknown");
        }
        if (schema.contains("$ref")) return check(value, resolve(schema["$ref"]), place);
        if (schema.contains("anyOf")) checkAny(value, schema["anyOf"], place);
        if (schema.contains("const") && value != schema["const"])
            fail(place, "is another constant");
        if (schema.contains("enum")) checkEnum(value, schema["enum"], place);
        if (schema.contains("type") && !hasType(value, schema["type"])) {
            fail(place, "is no " + schema["type"].get<std::string>() + ": " + value.dump());
            return;
        }
        if (value.is_object()) checkObject(value, schema, place);
        if (value.is_array() && schema.contains("items")) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                check(value[i], schema["items"], place + "[" + std::to_string(i) + "]");
            }
        }
    }

    std::vector<std::string> problems;

private:
    void fail(const std::string& place, const std::string& what) {
        problems.push_back(place + " " + what);
    }

    const Json& resolve(const std::string& reference) {
        return m_root.at(Json::json_pointer(reference.substr(1)));
    }

    void checkAny(const Json& value, const Json& choices, const std::string& place) {
        for (const Json& choice : choices) {
            Checker one(m_root);
            one.check(value, choice, place);
            if (one.problems.empty()) return;
        }
        fail(place, "fits no choice: " + value.dump().substr(0, 120));
    }

    void checkEnum(const Json& value, const Json& choices, const std::string& place) {
        for (const Json& choice : choices) {
            if (choice == value) return;
        }
        fail(place, "is not among the values: " + value.dump());
    }

    void checkObject(const Json& value, const Json& schema, const std::string& place) {
        for (const Json& key : schema.value("required", Json::array())) {
            if (!value.contains(key)) fail(place, "lacks " + key.get<std::string>());
        }
        const Json properties = schema.value("properties", Json::object());
        for (const auto& [key, entry] : value.items()) {
            if (properties.contains(key)) {
                check(entry, properties[key], place + "." + key);
            } else if (schema.contains("additionalProperties")) {
                check(entry, schema["additionalProperties"], place + "." + key);
            }
        }
    }

    static bool hasType(const Json& value, const std::string& type) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.is_string();
        if (type == "integer") return value.is_number_integer();
        if (type == "number") return value.is_number();
        if (type == "boolean") return value.is_boolean();
        return type == "null" && value.is_null();
    }

    const Json& m_root;
};

}  // namespace

std::vector<std::string> schemaProblems(const Json& value, const Json& schema) {
    Checker checker(schema);
    checker.check(value, schema, "$");
    return checker.problems;
}

}  // namespace driftscope
