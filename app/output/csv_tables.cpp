// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/csv_tables.h"

#include <algorithm>
#include <limits>

namespace driftscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QString text(const std::string& value) { return QString::fromStdString(value); }
QString count(int64_t value) { return QString::number(value); }
QString flag(bool value) { return value ? QStringLiteral("1") : QStringLiteral("0"); }

/// Entry `i`, or an empty cell where the list ends before.
template <typename List>
QString cell(const List& list, std::size_t i) {
    return i < list.size() ? exact(static_cast<double>(list[i])) : QString();
}

Table sitesTable(const Comparison& c) {
    Table table;
    table.title = QStringLiteral("A | B at every site, over all compared positions");
    table.header = {"site",    "layer",   "exact",   "max_abs", "mean_abs",  "rel_l2", "nmse",
                    "cosine",  "max_ulp", "p99_ulp", "slope",   "r2",        "band",   "delta64",
                    "error_a", "error_b", "in_a",    "in_b",    "non_finite"};
    for (const SiteMetrics& s : c.sites) {
        QStringList row = {text(to_string(s.site)), count(s.site.layer)};
        for (const double value :
             {s.exact, s.max_abs, s.mean_abs, s.rel_l2, s.nmse, s.cosine, s.max_ulp, s.p99_ulp,
              s.slope, s.r2, s.band, s.delta64, s.error_a, s.error_b}) {
            row << exact(value);
        }
        row << flag(s.in_a) << flag(s.in_b) << flag(s.non_finite);
        table.add(row);
    }
    return table;
}

Table componentsTable(const Comparison& c) {
    Table table;
    table.title = QStringLiteral("Error of each component: isolated, propagated, injected");
    table.header = {"site", "layer", "isolated", "propagated", "injected"};
    for (const ComponentError& error : c.components) {
        table.add({text(to_string(error.site)), count(error.site.layer), exact(error.isolated),
                   exact(error.propagated), exact(error.injected)});
    }
    return table;
}

Table sharesTable(const Attribution& found) {
    Table table;
    table.title = QStringLiteral("Share of every option and step in mean KL(A || B), in nats");
    table.header = {"part", "id", "mean_kl", "half_gap", "repaired_kl", "undoes_split", "in_plan"};
    const auto add = [&](const char* part, const std::vector<Share>& shares) {
        for (const Share& share : shares) {
            const bool plan =
                std::find(found.plan.begin(), found.plan.end(), share.id) != found.plan.end();
            table.add({QLatin1String(part), text(share.id), exact(share.mean),
                       exact(share.half_gap), exact(share.repaired), flag(share.undoes_split),
                       flag(plan)});
        }
    };
    add("option", found.options);
    add("step", found.steps);
    return table;
}

Table curveTable(const Attribution& found) {
    Table table;
    table.title = QStringLiteral("Mean KL(A || run) left, in nats, with so many steps as in A");
    table.header = {"steps", "kl", "step", "is_plan"};
    for (const PlanPoint& point : found.curve) {
        table.add({count(point.steps), exact(point.kl), text(point.id),
                   flag(point.steps == static_cast<int>(found.plan.size()))});
    }
    return table;
}

Table positionsTable(const Comparison& c) {
    Table table;
    table.title = QStringLiteral("Relative L2 of A | B at every site and position");
    table.header = {"site", "layer", "pos", "token", "piece", "rel_l2", "band", "delta64"};
    for (const SiteMetrics& s : c.sites) {
        for (std::size_t pos = 0; pos < s.by_pos.size(); ++pos) {
            const bool known = pos < c.tokens.size();
            table.add({text(to_string(s.site)), count(s.site.layer),
                       count(static_cast<int64_t>(pos)),
                       known ? count(c.tokens[pos].id) : QString(),
                       known ? text(c.tokens[pos].piece) : QString(), exact(s.by_pos[pos]),
                       cell(s.band_by_pos, pos), cell(s.delta64_by_pos, pos)});
        }
    }
    return table;
}

Table logitsTable(const Comparison& c) {
    Table table;
    table.title = QStringLiteral("Logits of A | B at every position, in nats");
    table.header = {"pos",    "token",  "piece",  "generated", "kl_ab",
                    "kl_ba",  "js",     "loss_a", "loss_b",    "top1_equal",
                    "rank_a", "rank_b", "best_a", "best_b",    "best_rank_in_b"};
    const auto whole = [](const auto& values, std::size_t i) {
        return i < values.size() && values[i] >= 0 ? count(values[i]) : QString();
    };
    for (std::size_t pos = 0; pos < c.tokens.size(); ++pos) {
        const TokenInfo& token = c.tokens[pos];
        const bool known = pos < c.logits.top1_equal.size();
        table.add({count(static_cast<int64_t>(pos)), count(token.id), text(token.piece),
                   flag(token.generated), cell(c.logits.kl_ab, pos), cell(c.logits.kl_ba, pos),
                   cell(c.logits.js, pos), cell(c.logits.loss_a, pos), cell(c.logits.loss_b, pos),
                   known ? flag(c.logits.top1_equal[pos] != 0) : QString(),
                   whole(c.logits.rank_a, pos), whole(c.logits.rank_b, pos),
                   whole(c.logits.best_a, pos), whole(c.logits.best_b, pos),
                   whole(c.logits.best_rank_in_b, pos)});
    }
    return table;
}

/// "3+5": experts of one position, largest weight first.
QString experts(const std::vector<int>& list, int pos, int topK) {
    QStringList ids;
    for (int slot = 0; slot < topK; ++slot) {
        const auto i = static_cast<std::size_t>(pos) * static_cast<std::size_t>(topK) +
                       static_cast<std::size_t>(slot);
        if (i < list.size()) ids << QString::number(list[i]);
    }
    return ids.join(QLatin1Char('+'));
}

Table routingTable(const Routing& routing) {
    Table table;
    table.title = QStringLiteral("Chosen experts, largest weight first, and the gap to the next");
    table.header = {"layer",     "pos",      "experts_a", "experts_b", "flip",
                    "explained", "margin_a", "margin_b",  "margin_ulp"};
    for (const RoutingLayer& layer : routing.layers) {
        for (std::size_t pos = 0; pos < layer.flip.size(); ++pos) {
            const bool known = pos < layer.explained.size();
            table.add({count(layer.layer), count(static_cast<int64_t>(pos)),
                       experts(layer.experts_a, static_cast<int>(pos), routing.top_k),
                       experts(layer.experts_b, static_cast<int>(pos), routing.top_k),
                       flag(layer.flip[pos] != 0),
                       known ? flag(layer.explained[pos] != 0) : QString(),
                       cell(layer.margin_a, pos), cell(layer.margin_b, pos),
                       cell(layer.margin_ulp, pos)});
        }
    }
    return table;
}

void addStep(QStringList& row, const std::vector<GenerationStep>& steps, std::size_t i) {
    if (i >= steps.size()) {
        row << QString() << QString() << QString() << QString() << QString();
        return;
    }
    const GenerationStep& step = steps[i];
    row << count(step.id) << text(step.piece) << exact(step.logprob) << exact(step.margin)
        << exact(step.margin_ulp);
}

Table generationTable(const Generation& generation) {
    Table table;
    table.title = QStringLiteral("Generated tokens of A and B, free running, and B on A's text");
    table.header = {"step"};
    for (const char* run : {"a", "b", "b_forced"}) {
        for (const char* field : {"token", "piece", "logprob", "margin", "margin_ulp"}) {
            table.header << QLatin1String(field) + QLatin1Char('_') + QLatin1String(run);
        }
    }
    table.header << QStringLiteral("error_at_step") << QStringLiteral("fragility");
    const std::size_t steps = std::max(generation.a.steps.size(), generation.b.steps.size());
    for (std::size_t i = 0; i < steps; ++i) {
        QStringList row = {count(static_cast<int64_t>(i))};
        addStep(row, generation.a.steps, i);
        addStep(row, generation.b.steps, i);
        addStep(row, generation.b_forced, i);
        row << (i < generation.error_at_step.size() ? exact(generation.error_at_step[i])
                                                    : exact(kNone));
        row << cell(generation.fragility, i);
        table.add(row);
    }
    return table;
}

}  // namespace

std::vector<std::pair<QString, Table>> csvTables(const Comparison& comparison) {
    std::vector<std::pair<QString, Table>> tables;
    tables.emplace_back(QStringLiteral("sites.csv"), sitesTable(comparison));
    tables.emplace_back(QStringLiteral("positions.csv"), positionsTable(comparison));
    tables.emplace_back(QStringLiteral("logits.csv"), logitsTable(comparison));
    if (comparison.routing) {
        tables.emplace_back(QStringLiteral("routing.csv"), routingTable(*comparison.routing));
    }
    if (comparison.generation) {
        tables.emplace_back(QStringLiteral("generation.csv"),
                            generationTable(*comparison.generation));
    }
    if (!comparison.components.empty()) {
        tables.emplace_back(QStringLiteral("components.csv"), componentsTable(comparison));
    }
    if (const auto& found = comparison.attribution) {
        tables.emplace_back(QStringLiteral("shares.csv"), sharesTable(*found));
        if (!found->curve.empty())
            tables.emplace_back(QStringLiteral("plan_curve.csv"), curveTable(*found));
    }
    return tables;
}

}  // namespace driftscope
