// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/sweep_output.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/output/shell_word.h"
#include "core/options/option.h"
#include "ui/theme.h"
#include "ui/views/sweep_rows.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

using Json = OrderedJson;

Json number(double value) {
    if (std::isfinite(value)) return value;
    if (std::isnan(value)) return "nan";
    return value > 0 ? "inf" : "-inf";
}

Json cellJson(const SweepCell& cell, const Sweep& sweep) {
    Json values = Json::object();
    for (std::size_t i = 0; i < cell.values.size(); ++i) {
        values[sweep.request.axes[i].name()] = cell.values[i];
    }
    Json json = {{"values", values}, {"state", stateText(cell.state)}, {"why", cell.why}};
    if (cell.state != CellState::done) return json;
    const Verdict& v = cell.verdict;
    Json cause;
    if (v.cause) cause = {{"kind", v.cause->kind}, {"id", v.cause->id}, {"text", v.cause->text}};
    json["positions"] = cell.positions;
    json["loss_a"] = number(cell.loss_a);
    json["loss_b"] = number(cell.loss_b);
    json["kl_mean"] = number(cell.kl_mean);
    json["kl_max"] = number(cell.kl_max);
    json["top1_agreement"] = number(cell.top1_agreement);
    json["first_split"] = cell.first_split ? Json(*cell.first_split) : Json();
    json["verdict"] = {{"kind", to_string(v.kind)},
                       {"delta64", number(v.delta64)},
                       {"floor64", number(v.floor64)},
                       {"site", v.site ? Json(to_string(*v.site)) : Json()},
                       {"excess", v.excess ? Json(to_string(*v.excess)) : Json()},
                       {"not_exercised", v.not_exercised},
                       {"cause", cause}};
    json["seconds"] = number(cell.seconds);
    json["command"] = compareCommand(cell.request);
    return json;
}

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

QString cellHtml(const SweepCell& cell) {
    const bool done = cell.state == CellState::done;
    const VerdictKind kind = cell.verdict.kind;
    const bool good = kind == VerdictKind::identical || kind == VerdictKind::rounding;
    const char* look = !done ? "none" : good ? "good" : "bad";
    QString html = QStringLiteral("<td class=\"%1\" title=\"%2\">")
                       .arg(QLatin1String(look), escaped(done ? cell.verdict.rule : cell.why));
    bool first = true;
    for (const std::string& line : cellLines(cell)) {
        html += first ? QStringLiteral("<b>%1</b>").arg(escaped(line))
                      : QStringLiteral("<br>%1").arg(escaped(line));
        first = false;
    }
    return html + QStringLiteral("</td>");
}

QString style(bool dark) {
    const std::pair<const char*, Role> roles[] = {
        {"window", Role::window}, {"panel", Role::panel}, {"line", Role::line},
        {"text", Role::text},     {"dim", Role::dimText}, {"good", Role::goodGround},
        {"bad", Role::badGround}};
    QString text;
    for (const auto& [name, role] : roles) {
        text +=
            QStringLiteral("--%1:%2;").arg(QLatin1String(name), Theme::color(role, dark).name());
    }
    return text;
}

QString tableHtml(const Sweep& sweep) {
    const std::vector<SweepAxis>& axes = sweep.request.axes;
    const bool two = axes.size() == 2;
    const std::size_t columns = two ? axes[1].values.size() : 1;
    QString html = QStringLiteral("<table><tr><th>%1</th>").arg(escaped(axes[0].name()));
    for (std::size_t c = 0; c < columns; ++c) {
        html +=
            QStringLiteral("<th>%1</th>")
                .arg(two ? escaped(axes[1].name() + " = " + shownValue(axes[1], axes[1].values[c]))
                         : QString());
    }
    html += QStringLiteral("</tr>\n");
    for (std::size_t r = 0; r < axes[0].values.size(); ++r) {
        html +=
            QStringLiteral("<tr><th>%1</th>").arg(escaped(shownValue(axes[0], axes[0].values[r])));
        for (std::size_t c = 0; c < columns; ++c) html += cellHtml(sweep.cells[r * columns + c]);
        html += QStringLiteral("</tr>\n");
    }
    return html + QStringLiteral("</table>");
}

/// The base's side of the options: "dtype=float32", or "defaults".
std::string sideText(const OptionValues& values) {
    const std::string text = format_options(values);
    return text.empty() ? "defaults" : text;
}

}  // namespace

OrderedJson sweepJson(const Sweep& sweep, const std::string& command) {
    const CompareRequest& base = sweep.request.base;
    Json axes = Json::array(), cells = Json::array();
    for (const SweepAxis& axis : sweep.request.axes) {
        const char* side = axis.side == AxisSide::a ? "a" : axis.side == AxisSide::b ? "b" : "both";
        axes.push_back({{"key", axis.key}, {"side", side}, {"values", axis.values}});
    }
    for (const SweepCell& cell : sweep.cells) cells.push_back(cellJson(cell, sweep));
    Json provenance = sweep.provenance;
    provenance["command"] = command;
    return {{"schema", "driftscope/sweep/1"},
            {"base",
             {{"model_a", base.model_a},
              {"model_b", base.model_b},
              {"config_b", base.config_b},
              {"prompt", base.prompt},
              {"tokens", base.tokens},
              {"max_new_tokens", base.max_new_tokens},
              {"options_a", base.options_a},
              {"options_b", base.options_b}}},
            {"axes", axes},
            {"cells", cells},
            {"cancelled", sweep.cancelled},
            {"provenance", provenance}};
}

QByteArray sweepHtml(const Sweep& sweep, const std::string& command) {
    const CompareRequest& base = sweep.request.base;
    QString html = QStringLiteral(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Sweep | Driftscope</title>");
    html += QStringLiteral("<style>:root{%1}@media (prefers-color-scheme:dark){:root{%2}}\n")
                .arg(style(false), style(true));
    html += QStringLiteral(
        "body{background:var(--window);color:var(--text);font:14px "
        "system-ui,sans-serif;margin:24px}"
        "table{border-collapse:collapse;background:var(--panel)}th,td{border:1px solid var(--line);"
        "padding:8px 12px;text-align:left;vertical-align:top}td{font-variant-numeric:tabular-nums}"
        ".good{background:var(--good)}.bad{background:var(--bad)}.none,p{color:var(--dim)}"
        "code{font-family:monospace}</style></head><body><h1>Sweep</h1>\n");
    html += QStringLiteral(
                "<p>Run A: <code>%1</code>, %2. Run B: %3; an axis sets run B, one that "
                "begins with a. or both. sets that. KL(A | B) is the mean over the "
                "compared positions, in nats.%4</p>\n")
                .arg(escaped(base.model_a), escaped(sideText(base.options_a)),
                     escaped(sideText(base.options_b)),
                     sweep.cancelled ? QStringLiteral(" The sweep was stopped before its end.")
                                     : QString());
    html += tableHtml(sweep);
    html += QStringLiteral("\n<p><code>%1</code></p></body></html>\n").arg(escaped(command));
    return html.toUtf8();
}

std::string sweepSummary(const Sweep& sweep) {
    std::ostringstream out;
    out << "A: " << sideText(sweep.request.base.options_a)
        << "   B: " << sideText(sweep.request.base.options_b) << ", and what the axes set\n\n";
    for (const SweepCell& cell : sweep.cells) {
        std::string name;
        for (std::size_t i = 0; i < cell.values.size(); ++i) {
            const SweepAxis& axis = sweep.request.axes[i];
            name += (i == 0 ? "" : ", ") + axis.name() + "=" + shownValue(axis, cell.values[i]);
        }
        out << name << "\n    ";
        bool first = true;
        for (const std::string& line : cellLines(cell)) {
            out << (first ? "" : "   ") << line;
            first = false;
        }
        out << "\n";
    }
    if (sweep.cancelled) out << "\nstopped before its end\n";
    return out.str();
}

std::string sweepCommand(const SweepRequest& request) {
    std::string text = compareCommand(request.base);
    const std::string head = "driftscope compare";
    if (text.starts_with(head)) text.replace(0, head.size(), "driftscope sweep");
    for (const SweepAxis& axis : request.axes) {
        std::string word = axis.name() + "=";
        for (std::size_t i = 0; i < axis.values.size(); ++i) {
            word += (i == 0 ? "" : "|") + axis.values[i];
        }
        text += " --axis " + shellWord(word);
    }
    return text;
}

}  // namespace driftscope
