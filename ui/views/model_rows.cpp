// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/model_rows.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>
#include <QStringList>

#include "core/options/option.h"

namespace driftscope {

namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }
QString tr(const char* text) { return QCoreApplication::translate("model", text); }

/// Options that overrule a key of config.json, and the value that leaves it alone.
struct Flag {
    const char *option, *key;
};
constexpr Flag kFlags[] = {{"rope.base", "rope_theta"},
                           {"rope.scaling", "rope_scaling"},
                           {"attention.window", "sliding_window"},
                           {"context", "max_position_embeddings"}};
constexpr const char* kAsConfig = "config";

struct Value {
    QString text, origin, note;
    bool used = true;
};

bool overrules(const Flag& flag, const OptionValues& options) {
    const auto given = options.find(flag.option);
    return given != options.end() && given->second != kAsConfig;
}

/// "llama3" of rope_scaling.rope_type: what a key with keys of its own is called.
QString typeOf(const ModelInfo& info, const QString& key) {
    for (const ConfigEntry& entry : info.config) {
        if (q(entry.key) == key + QLatin1String(".rope_type") ||
            q(entry.key) == key + QLatin1String(".type"))
            return q(entry.value);
    }
    return {};
}

/// Keys in force in one run. A key with keys of its own that an option of this run or of the other
/// overrules has a line for itself too.
std::vector<std::pair<QString, Value>> valuesOf(const ModelInfo& info, const OptionValues& options,
                                                const OptionValues& others) {
    std::vector<std::pair<QString, Value>> values;
    for (const ConfigEntry& entry : info.config) {
        values.push_back(
            {q(entry.key), {q(entry.value), q(entry.origin), q(entry.note), entry.used}});
    }
    for (const Flag& flag : kFlags) {
        const QString key = QLatin1String(flag.key);
        if (!overrules(flag, options)) {
            const QString type = typeOf(info, key);
            if (overrules(flag, others) && !type.isEmpty())
                values.push_back({key, {type, QStringLiteral("file"), {}, true}});
            continue;
        }
        const QString origin = QStringLiteral("flag ") + QLatin1String(flag.option);
        for (auto& [name, part] : values) {
            if (name.startsWith(key + u'.'))
                part = {QStringLiteral("–"), origin, tr("the option overrules the file"), true};
        }
        const auto at = std::find_if(values.begin(), values.end(),
                                     [&](const auto& value) { return value.first == key; });
        const Value value{q(options.at(flag.option)), origin, tr("the option overrules the file"),
                          true};
        if (at == values.end()) {
            values.push_back({key, value});
        } else {
            at->second = value;
        }
    }
    return values;
}

/// Opening the model complained of this key.
bool isProblem(const ModelInfo& info, const QString& key) {
    const std::string quoted = "'" + key.toStdString() + "'";
    return std::any_of(info.problems.begin(), info.problems.end(), [&](const std::string& text) {
        return text.find(quoted) != std::string::npos;
    });
}

QString shapeText(const std::vector<int64_t>& shape) {
    QStringList sizes;
    for (const int64_t size : shape) sizes << QString::number(size);
    return sizes.isEmpty() ? tr("scalar") : sizes.join(QStringLiteral(" × "));
}

TensorRow::State stateOf(const TensorEntry* a, const TensorEntry* b) {
    using S = TensorRow::State;
    if (!b) return S::onlyA;
    if (!a) return S::onlyB;
    if (a->shape != b->shape || a->dtype != b->dtype) return S::differs;
    if (a->hash.empty() || b->hash.empty()) return S::unknown;
    return a->hash == b->hash ? S::equal : S::differs;
}

int rank(const TensorRow& row) {
    using S = TensorRow::State;
    if (row.state == S::differs) return 0;
    if (row.state == S::onlyA || row.state == S::onlyB) return 1;
    return row.unused ? 2 : 3;
}

}  // namespace

std::vector<ConfigRow> configRows(const ModelInfo& a, const ModelInfo* b,
                                  const OptionValues& optionsA, const OptionValues& optionsB) {
    std::vector<ConfigRow> rows;
    std::map<QString, size_t> at;
    const auto row = [&](const QString& key) -> ConfigRow& {
        const auto [found, fresh] = at.try_emplace(key, rows.size());
        if (fresh) rows.push_back({key, {}, {}, {}, {}, {}, false, false, false});
        return rows[found->second];
    };
    for (const auto& [key, value] : valuesOf(a, optionsA, optionsB)) {
        ConfigRow& r = row(key);
        r.a = value.text, r.originA = value.origin, r.note = value.note;
        r.unused = r.unused || !value.used;
    }
    for (const auto& [key, value] : valuesOf(b ? *b : a, optionsB, optionsA)) {
        ConfigRow& r = row(key);
        r.b = value.text, r.originB = value.origin;
        if (r.note.isEmpty()) r.note = value.note;
        r.unused = r.unused || !value.used;
    }
    for (ConfigRow& r : rows) {
        r.harmless = r.unused && !isProblem(a, r.key) && !(b && isProblem(*b, r.key));
    }
    for (ConfigRow& r : rows) r.differs = r.a != r.b || r.originA.isEmpty() != r.originB.isEmpty();
    std::stable_sort(rows.begin(), rows.end(), [](const ConfigRow& x, const ConfigRow& y) {
        const auto order = [](const ConfigRow& r) {
            return r.differs ? 0 : r.harmless ? 3 : r.unused ? 1 : 2;
        };
        return order(x) < order(y);
    });
    return rows;
}

std::vector<TensorRow> tensorRows(const ModelInfo& a, const ModelInfo* b) {
    std::vector<TensorRow> rows;
    std::map<std::string, std::pair<const TensorEntry*, const TensorEntry*>> byName;
    std::vector<std::string> order;
    for (const TensorEntry& entry : a.tensors) {
        if (byName.try_emplace(entry.name, &entry, nullptr).second) order.push_back(entry.name);
    }
    for (const TensorEntry& entry : b ? b->tensors : a.tensors) {
        const auto [found, fresh] = byName.try_emplace(entry.name, nullptr, nullptr);
        found->second.second = &entry;
        if (fresh) order.push_back(entry.name);
    }
    for (const std::string& name : order) {
        const auto& [inA, inB] = byName[name];
        TensorRow row;
        row.name = q(name);
        if (inA) {
            row.shapeA = shapeText(inA->shape), row.dtypeA = q(inA->dtype);
            row.sourceA = q(inA->source), row.hashA = q(inA->hash);
        }
        if (inB) {
            row.shapeB = shapeText(inB->shape), row.dtypeB = q(inB->dtype);
            row.sourceB = q(inB->source), row.hashB = q(inB->hash);
        }
        row.state = b ? stateOf(inA, inB) : TensorRow::State::equal;
        row.unused = (inA && !inA->used) || (inB && !inB->used);
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const TensorRow& x, const TensorRow& y) { return rank(x) < rank(y); });
    return rows;
}

QString stateText(const TensorRow& row) {
    using S = TensorRow::State;
    const QString unused = row.unused ? tr(" · present and unused") : QString();
    switch (row.state) {
        case S::equal: return row.unused ? tr("present and unused") : QString();
        case S::differs:
            return (row.shapeA != row.shapeB   ? tr("another shape")
                    : row.dtypeA != row.dtypeB ? tr("another dtype")
                                               : tr("other bytes")) +
                   unused;
        case S::onlyA: return tr("only in A") + unused;
        case S::onlyB: return tr("only in B") + unused;
        case S::unknown: return tr("not hashed yet") + unused;
    }
    return {};
}

}  // namespace driftscope
