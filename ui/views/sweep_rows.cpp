// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sweep_rows.h"

#include <cmath>
#include <cstdio>

#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

std::string siteText(const std::optional<Site>& site) { return site ? to_string(*site) : ""; }

std::string shortNumber(double value) {
    char text[32];
    std::snprintf(text, sizeof text, std::abs(value) >= 0.01 || value == 0 ? "%.3f" : "%.1e",
                  value);
    return text;
}

std::string splitText(const SweepCell& cell) {
    if (cell.request.max_new_tokens == 0) return "";
    return cell.first_split ? "split at " + std::to_string(*cell.first_split) : "no split";
}

std::string verdictText(const SweepCell& cell) {
    std::string text = verdictLook(cell.verdict.kind).word.toStdString();
    if (cell.verdict.site) text += " at " + to_string(*cell.verdict.site);
    return text;
}

}  // namespace

std::string shownValue(const SweepAxis& axis, const std::string& value) {
    if (axis.key != "model") return value;
    const std::size_t end = value.find_last_not_of('/');
    const std::size_t slash = value.find_last_of('/', end);
    return value.substr(slash + 1, end - slash);
}

std::string stateText(CellState state) {
    switch (state) {
        case CellState::done: return "done";
        case CellState::not_applicable: return "not applicable";
        case CellState::failed: return "failed";
        case CellState::waiting: break;
    }
    return "waiting";
}

std::vector<std::string> cellLines(const SweepCell& cell) {
    if (cell.state != CellState::done) {
        return {stateText(cell.state) + (cell.why.empty() ? "" : ": " + cell.why)};
    }
    std::vector<std::string> lines = {
        verdictText(cell), "loss " + shortNumber(cell.loss_a) + " | " + shortNumber(cell.loss_b),
        "KL " + shortNumber(cell.kl_mean)};
    if (const std::string split = splitText(cell); !split.empty()) lines.push_back(split);
    return lines;
}

Table sweepTable(const Sweep& sweep) {
    Table table;
    table.title = QStringLiteral("A | B for every cell of the grid");
    for (const SweepAxis& axis : sweep.request.axes) {
        table.header << QString::fromStdString(axis.name());
    }
    table.header +=
        {QStringLiteral("state"),   QStringLiteral("verdict"),        QStringLiteral("site"),
         QStringLiteral("loss_a"),  QStringLiteral("loss_b"),         QStringLiteral("kl_mean"),
         QStringLiteral("kl_max"),  QStringLiteral("top1_agreement"), QStringLiteral("first_split"),
         QStringLiteral("delta64"), QStringLiteral("floor64"),        QStringLiteral("seconds"),
         QStringLiteral("why")};
    for (const SweepCell& cell : sweep.cells) {
        QStringList row;
        for (const std::string& value : cell.values) row << QString::fromStdString(value);
        row << QString::fromStdString(stateText(cell.state));
        if (cell.state == CellState::done) {
            const Verdict& v = cell.verdict;
            row << QString::fromStdString(to_string(v.kind))
                << QString::fromStdString(siteText(v.site));
            for (const double value :
                 {cell.loss_a, cell.loss_b, cell.kl_mean, cell.kl_max, cell.top1_agreement}) {
                row << exact(value);
            }
            row << (cell.first_split ? QString::number(*cell.first_split) : QString())
                << exact(v.delta64) << exact(v.floor64) << exact(cell.seconds);
        } else {
            while (row.size() + 1 < table.header.size()) row << QString();
        }
        row << QString::fromStdString(cell.why);
        table.add(row);
    }
    return table;
}

}  // namespace driftscope
