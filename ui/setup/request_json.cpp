// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/request_json.h"

#include <algorithm>
#include <limits>

#include <QJsonArray>

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

QJsonObject optionsJson(const OptionValues& values) {
    QJsonObject object;
    for (const auto& [id, value] : values)
        object[QString::fromStdString(id)] = QString::fromStdString(value);
    return object;
}

OptionValues optionsFrom(const QJsonObject& object) {
    OptionValues values;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const std::string id = it.key().toStdString(), value = it.value().toString().toStdString();
        try {
            check_value(option(id), value);
            values[id] = value;
        } catch (const Error&) {
            continue;  // a file of another version may know more: left out
        }
    }
    return values;
}

}  // namespace

QJsonObject toJson(const CompareRequest& request) {
    QJsonArray tokens;
    for (const int32_t id : request.tokens) tokens << id;
    return {{QStringLiteral("model_a"), QString::fromStdString(request.model_a)},
            {QStringLiteral("model_b"), QString::fromStdString(request.model_b)},
            {QStringLiteral("config_b"), QString::fromStdString(request.config_b)},
            {QStringLiteral("prompt"), QString::fromStdString(request.prompt)},
            {QStringLiteral("tokens"), tokens},
            {QStringLiteral("max_new_tokens"), request.max_new_tokens},
            {QStringLiteral("options_a"), optionsJson(request.options_a)},
            {QStringLiteral("options_b"), optionsJson(request.options_b)},
            {QStringLiteral("judge"), request.judge},
            {QStringLiteral("attribute"), request.attribute},
            {QStringLiteral("against"), QString::fromStdString(request.against)}};
}

CompareRequest requestFrom(const QJsonObject& object) {
    CompareRequest request;
    const auto text = [&object](const char* key) {
        return object.value(QLatin1String(key)).toString().toStdString();
    };
    request.model_a = text("model_a");
    request.model_b = text("model_b");
    request.config_b = text("config_b");
    request.prompt = text("prompt");
    for (const auto& value : object.value(QStringLiteral("tokens")).toArray()) {
        const int id = value.toInt(-1);
        if (id >= 0) request.tokens.push_back(id);
    }
    request.max_new_tokens =
        std::clamp(object.value(QStringLiteral("max_new_tokens")).toInt(0), 0, 4096);
    request.options_a = optionsFrom(object.value(QStringLiteral("options_a")).toObject());
    request.options_b = optionsFrom(object.value(QStringLiteral("options_b")).toObject());
    request.judge = object.value(QStringLiteral("judge")).toBool(true);
    request.attribute = object.value(QStringLiteral("attribute")).toBool(false);
    request.against = text("against");
    return request;
}

}  // namespace driftscope
