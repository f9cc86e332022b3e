// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/attribution_pane.h"

#include <algorithm>
#include <cmath>

#include <QPushButton>
#include <QVBoxLayout>

#include "core/options/option.h"
#include "core/options/steps.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/legend.h"
#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/views/panes.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }

/// "3.attn" for blocks.3.attn: short enough for an axis.
QString shortStep(const std::string& step) {
    QString text = q(step);
    if (text.startsWith(QLatin1String("blocks."))) text.remove(0, 7);
    return text;
}

QString shortComponent(const Site& site) { return shortStep(stepOfSite(site)); }

QString optionLabel(const std::string& id) {
    for (const OptionSpec& spec : all_options()) {
        if (spec.id == id) return q(spec.label);
    }
    return q(id);
}

/// Where the function or the error first parts.
std::optional<Site> firstSite(const Comparison& comparison) {
    if (comparison.verdict.site) return comparison.verdict.site;
    if (comparison.first_divergence) return comparison.first_divergence->site;
    return std::nullopt;
}

bool inPlan(const Attribution& attribution, const std::string& id) {
    return std::find(attribution.plan.begin(), attribution.plan.end(), id) !=
           attribution.plan.end();
}

}  // namespace

std::optional<Site> siteOfStep(const std::string& step) {
    if (step == "embed") return Site{SiteKind::embed, -1};
    if (step == "unembed") return Site{SiteKind::logits, -1};
    if (step.ends_with(".attn") || step.ends_with(".mlp")) return parse_site(step + "_out");
    return std::nullopt;
}

std::string stepOfSite(const Site& site) {
    const SiteScope scope = site_info(site.kind).scope;
    if (scope == SiteScope::model) return site.kind <= SiteKind::resid_pre ? "embed" : "unembed";
    return "blocks." + std::to_string(site.layer) +
           (site.kind <= SiteKind::resid_mid ? ".attn" : ".mlp");
}

AttributionPane::AttributionPane(QWidget* parent) : QWidget(parent) {
    m_panes = new Panes;
    m_components = makeChart("components", tr("error by component"));
    m_options = makeChart("optionShares", tr("share by option, nats"));
    m_steps = makeChart("stepShares", tr("share by step, nats"));
    m_curve = makeCurve();
    m_components->setLog(true);
    for (BarChart* chart : {m_components, m_steps}) chart->setNamesInOrder(true);
    m_components->setToolTip(
        tr("isolated: B's arithmetic on A's input, what the component does by "
           "itself. propagated: A's arithmetic on B's input, what it passes on. "
           "injected: at the logits, with B's arithmetic in this component "
           "alone. ◆ where the runs part first."));
    for (BarChart* chart : {m_options, m_steps}) {
        chart->setToolTip(
            tr("nats of mean KL(A ‖ B) that go away with this one as in A: the mean of "
               "switching in forward and in reverse order, ± half the gap of the two "
               "(the interaction). The bars of a chart sum to the whole; a negative "
               "bar hides error of others. ◆ plan: the smallest set of steps found that "
               "leaves a tenth; ◆ alone it undoes the first split; ◆ where the runs "
               "part first."));
    }
    m_summary = makeLabel({}, Look::caption);
    m_summary->setObjectName(QStringLiteral("attributionSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_empty = new QWidget;
    auto* invitation = new QVBoxLayout(m_empty);
    m_invitation = makeLabel({}, Look::dim);
    m_invitation->setWordWrap(true);
    m_invitation->setAlignment(Qt::AlignCenter);
    m_button = new QPushButton(tr("Take apart"));
    m_button->setObjectName(QStringLiteral("takeApart"));
    connect(m_button, &QPushButton::clicked, this, &AttributionPane::takeApartPressed);
    invitation->addStretch(2);
    invitation->addWidget(m_invitation);
    invitation->addWidget(m_button, 0, Qt::AlignHCenter);
    invitation->addStretch(3);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    rows->addWidget(m_empty, 1);
    rows->addWidget(m_panes, 1);
    m_legend = new Legend(this);
    m_legend->setWraps(true);
    rows->addWidget(m_legend);
    rows->addWidget(m_summary);
    connectCharts();
    setComparison(nullptr);
}

BarChart* AttributionPane::makeChart(const char* name, const QString& caption) {
    auto* chart = new BarChart;
    chart->setObjectName(QLatin1String(name));
    chart->setCaption(caption);
    chart->setLegendShown(false);  // one for all, below: here it would be cut
    m_panes->add(chart);
    return chart;
}

LineChart* AttributionPane::makeCurve() {
    auto* curve = new LineChart;
    curve->setObjectName(QStringLiteral("planCurve"));
    curve->setCaption(tr("plan: nats left"));
    curve->setAccessibleName(tr("plan: nats left against steps as in A"));
    curve->setToolTip(
        tr("nats of mean KL(A ‖ B) that are left with so many steps computed as in A: the plan's "
           "members first, the largest share before the others, up to the dashed line; behind it "
           "the rest. 0 has no place on the axis: the line ends before it. A point's step is the "
           "one it has as in A and the point before has not."));
    curve->setLog(true, 1e-300);
    curve->setLegendShown(false);
    m_panes->add(curve);
    return curve;
}

void AttributionPane::connectCharts() {
    for (BarChart* chart : {m_components, m_options, m_steps}) {
        connect(chart, &BarChart::categoryChosen, this,
                [this, chart](int category) { choose(chart, category); });
        connect(chart, &BarChart::categoryHovered, this,
                [this, chart](int category) { hover(chart, category); });
        connect(chart, &Plot::left, this, &AttributionPane::left);
    }
    connect(m_curve, &LineChart::indexHovered, this, [this](int index) {
        if (static_cast<size_t>(index) < curve().size())
            Q_EMIT hovered(pointInfo(curve()[static_cast<size_t>(index)]));
    });
    connect(m_curve, &LineChart::indexChosen, this, [this](int index) {
        const auto i = static_cast<size_t>(index);
        const auto site = i < curve().size() ? siteOfStep(curve()[i].id) : std::nullopt;
        if (site) Q_EMIT siteChosen(*site);
    });
    connect(m_curve, &Plot::left, this, &AttributionPane::left);
}

const std::vector<Share>& AttributionPane::options() const {
    static const std::vector<Share> none;
    return m_comparison && m_comparison->attribution ? m_comparison->attribution->options : none;
}

const std::vector<Share>& AttributionPane::steps() const {
    static const std::vector<Share> none;
    return m_comparison && m_comparison->attribution ? m_comparison->attribution->steps : none;
}

const std::vector<PlanPoint>& AttributionPane::curve() const {
    static const std::vector<PlanPoint> none;
    return m_comparison && m_comparison->attribution ? m_comparison->attribution->curve : none;
}

bool AttributionPane::hasFigures() const {
    return m_comparison && (m_comparison->attribution || !m_comparison->components.empty());
}

void AttributionPane::setComparison(ComparisonPtr comparison) {
    m_comparison = std::move(comparison);
    const bool there = hasFigures();
    const bool nothing = m_comparison && m_comparison->verdict.kind == VerdictKind::identical;
    const bool asked = m_comparison && m_comparison->request.attribute;
    m_invitation->setText(
        nothing ? tr("A and B are bit-identical: there is nothing to take apart.")
        : asked && !m_comparison->complete
            ? tr("The first picture is there; the shares come when the comparison is done.")
        : asked
            ? tr("This comparison was to be taken apart, but no figures came of it.")
            : tr("Which option and which step of which block makes how much of the distance? "
                 "Taking it apart runs the model again for each of them; it can be cancelled."));
    m_button->setVisible(m_comparison && !nothing && !asked);
    m_empty->setVisible(!there);
    m_panes->setVisible(there);
    m_summary->setVisible(there);
    m_legend->setVisible(there);
    showComponents();
    showShares();
    showCurve();
    showWords();
    m_panes->arrange();
}

void AttributionPane::showComponents() {
    const bool there = m_comparison && !m_comparison->components.empty();
    m_components->setVisible(there);
    if (!there) return m_components->setSeries({});
    BarChart::Series isolated{tr("isolated"), {}, Role::text, {}};
    BarChart::Series propagated{tr("propagated"), {}, Role::dimText, {}};
    BarChart::Series injected{tr("injected"), {}, Role::faintText, {}};
    QStringList names;
    std::vector<int> first;
    const auto site = firstSite(*m_comparison);
    for (const ComponentError& one : m_comparison->components) {
        // A logarithmic axis has no place for 0: no bar there, and the table says 0.
        const auto bar = [](double value) { return value > 0 ? value : std::nan(""); };
        if (site && stepOfSite(*site) == stepOfSite(one.site)) {
            first.push_back(static_cast<int>(names.size()));
        }
        isolated.values.push_back(bar(one.isolated));
        propagated.values.push_back(bar(one.propagated));
        injected.values.push_back(bar(one.injected));
        names << shortComponent(one.site);
    }
    m_components->setCategories(names);
    m_components->setMarks({{tr("first"), std::move(first), Role::bad}});
    m_components->setSeries({std::move(isolated), std::move(propagated), std::move(injected)});
}

void AttributionPane::showShares() {
    const Attribution* found =
        m_comparison && m_comparison->attribution ? &*m_comparison->attribution : nullptr;
    const auto site = found ? firstSite(*m_comparison) : std::nullopt;
    const auto show = [&](BarChart* chart, const std::vector<Share>& shares, size_t least,
                          auto label) {
        BarChart::Series series{tr("share"), {}, Role::b, {}};
        QStringList names;
        std::vector<int> plan, undo, first;
        for (const Share& share : shares) {
            const int at = static_cast<int>(names.size());
            series.values.push_back(share.mean);
            series.half.push_back(share.half_gap);
            if (inPlan(*found, share.id)) plan.push_back(at);
            if (share.undoes_split) undo.push_back(at);
            if (site && stepOfSite(*site) == share.id) first.push_back(at);
            names << label(share.id);
        }
        chart->setVisible(shares.size() >= least);
        chart->setCategories(names);
        std::vector<BarChart::Mark> marks;
        if (!plan.empty()) marks.push_back({tr("plan"), std::move(plan), Role::float64});
        if (!undo.empty()) marks.push_back({tr("undoes split"), std::move(undo), Role::text});
        if (!first.empty()) marks.push_back({tr("first"), std::move(first), Role::bad});
        chart->setMarks(std::move(marks));
        chart->setSeries(shares.empty() ? std::vector<BarChart::Series>()
                                        : std::vector<BarChart::Series>{std::move(series)});
    };
    show(m_options, options(), 2, optionLabel);  // one option makes all of it: no picture
    show(m_steps, steps(), 1, shortStep);
}

void AttributionPane::showCurve() {
    const bool there = !curve().empty();
    m_curve->setVisible(there);
    if (!there) return m_curve->setSeries({});
    const Attribution& found = *m_comparison->attribution;
    LineChart::Series left{tr("nats left"), {}, Role::b, false, false, false};
    LineChart::Series target{tr("target"), {}, Role::float64, true, false, false};
    QStringList labels;
    for (const PlanPoint& point : curve()) {
        left.values.push_back(point.kl > 0 ? point.kl : std::nan(""));
        target.values.push_back(found.plan_target > 0 ? found.plan_target : std::nan(""));
        labels << QString::number(point.steps);
    }
    m_curve->setSeries({std::move(left), std::move(target)});
    m_curve->setLabels(labels);
    m_curve->setDivider(static_cast<int>(found.plan.size()) + 1);
}

void AttributionPane::showLegend() {
    std::vector<Legend::Entry> entries;
    if (!m_comparison->components.empty()) {
        entries = {{tr("isolated"), Role::text},
                   {tr("propagated"), Role::dimText},
                   {tr("injected"), Role::faintText}};
    }
    const auto& found = m_comparison->attribution;
    const auto undoes = [](const Share& share) { return share.undoes_split; };
    const bool undone = std::any_of(steps().begin(), steps().end(), undoes) ||
                        std::any_of(options().begin(), options().end(), undoes);
    const auto mark = [&](const QString& name, Role role) {
        entries.push_back({name, role, false, false, true});
    };
    if (found && !found->plan.empty()) mark(tr("plan"), Role::float64);
    if (undone) mark(tr("undoes split"), Role::text);
    if (firstSite(*m_comparison)) mark(tr("first divergence"), Role::bad);
    if (!curve().empty()) entries.push_back({tr("target"), Role::float64, true, true});
    m_legend->setEntries(std::move(entries), {});
}

void AttributionPane::showWords() {
    if (!hasFigures()) return m_summary->clear();
    showLegend();
    QStringList lines;
    if (const auto& found = m_comparison->attribution) {
        QStringList words;
        words << tr("whole: %1 nats of KL(A ‖ B)").arg(formatNumber(found->whole));
        if (!found->plan.empty()) {
            QStringList names;
            for (const std::string& id : found->plan) names << q(id);
            words
                << tr("plan: %1 as in A leave %2 (target %3), and none of them can be dropped: %4")
                       .arg(QString::number(names.size()), formatNumber(found->plan_kl),
                            formatNumber(found->plan_target), names.join(QStringLiteral(", ")));
            if (const std::string options = plan_options(*m_comparison); !options.empty())
                words << tr("as options of run B: %1").arg(q(options));
        }
        if (!found->note.empty()) words << q(found->note);
        words << tr("%1 runs, %2 s")
                     .arg(QString::number(found->runs), formatNumber(found->seconds, 3));
        lines << words.join(QStringLiteral(" · "));
    }
    const auto& generation = m_comparison->generation;
    if (generation && !generation->undone_by.empty()) {
        QStringList names;
        for (const std::string& id : generation->undone_by) names << q(id);
        lines << tr("A's token at the split comes back with this alone as in A: %1")
                     .arg(names.join(QStringLiteral(", ")));
    }
    m_summary->setText(lines.join(QLatin1Char('\n')));
    m_summary->setVisible(!lines.isEmpty());
}

void AttributionPane::setSelected(const Site& site) {
    if (!hasFigures()) return;
    const std::string step = stepOfSite(site);
    const auto put = [](BarChart* chart, const auto& all, auto same) {
        const auto at = std::find_if(all.begin(), all.end(), same);
        chart->setCursorCategory(at == all.end() ? -1 : static_cast<int>(at - all.begin()));
    };
    put(m_components, m_comparison->components,
        [&](const ComponentError& one) { return stepOfSite(one.site) == step; });
    put(m_steps, steps(), [&](const Share& share) { return share.id == step; });
}

void AttributionPane::choose(const BarChart* chart, int category) {
    const auto i = static_cast<size_t>(category);
    std::optional<Site> site;
    if (chart == m_components && i < m_comparison->components.size()) {
        site = m_comparison->components[i].site;
    } else if (chart == m_steps && i < steps().size()) {
        site = siteOfStep(steps()[i].id);
    }
    if (site) Q_EMIT siteChosen(*site);
}

HoverInfo AttributionPane::shareInfo(const Share& share) const {
    const Attribution& found = *m_comparison->attribution;
    HoverInfo info;
    info.site = q(share.id);
    QStringList words{tr("%1 ± %2 nats").arg(exact(share.mean), exact(share.half_gap)),
                      tr("alone as in A leaves %1").arg(exact(share.repaired))};
    if (found.whole > 0) words << tr("%1 of the whole").arg(formatShare(share.mean / found.whole));
    if (share.undoes_split) words << tr("alone undoes the split");
    if (inPlan(found, share.id)) words << tr("in the plan");
    info.note = words.join(QStringLiteral(" · "));
    return info;
}

HoverInfo AttributionPane::pointInfo(const PlanPoint& point) const {
    const Attribution& found = *m_comparison->attribution;
    HoverInfo info;
    info.site = q(point.id);
    QStringList words{
        tr("%1 steps as in A leave %2 nats").arg(QString::number(point.steps), exact(point.kl))};
    if (found.whole > 0) words << tr("%1 of the whole").arg(formatShare(point.kl / found.whole));
    if (point.steps == static_cast<int>(found.plan.size())) words << tr("the plan");
    info.note = words.join(QStringLiteral(" · "));
    return info;
}

void AttributionPane::hover(const BarChart* chart, int category) {
    const auto i = static_cast<size_t>(category);
    if (chart == m_components) {
        if (i >= m_comparison->components.size()) return;
        const ComponentError& one = m_comparison->components[i];
        HoverInfo info;
        info.site = q(to_string(one.site));
        info.note = tr("isolated %1 · propagated %2 · injected %3")
                        .arg(exact(one.isolated), exact(one.propagated), exact(one.injected));
        Q_EMIT hovered(info);
        return;
    }
    const std::vector<Share>& shares = chart == m_options ? options() : steps();
    if (i < shares.size()) Q_EMIT hovered(shareInfo(shares[i]));
}

Table AttributionPane::table() const {
    Table table;
    if (!hasFigures()) return table;
    table.title = QStringLiteral(
        "share of every option and step, error of every component, curve of the plan");
    for (const char* name : {"part", "id", "mean_kl", "half_gap", "repaired_kl", "undoes_split",
                             "in_plan", "isolated", "propagated", "injected", "steps", "kl_left"}) {
        table.header << QLatin1String(name);
    }
    const auto add = [&](const char* part, const std::vector<Share>& shares) {
        for (const Share& share : shares) {
            const bool plan = inPlan(*m_comparison->attribution, share.id);
            table.add({QLatin1String(part),
                       q(share.id),
                       exact(share.mean),
                       exact(share.half_gap),
                       exact(share.repaired),
                       QString::number(share.undoes_split ? 1 : 0),
                       QString::number(plan ? 1 : 0),
                       {},
                       {},
                       {},
                       {},
                       {}});
        }
    };
    add("option", options());
    add("step", steps());
    for (const ComponentError& one : m_comparison->components) {
        table.add({QStringLiteral("component"),
                   q(to_string(one.site)),
                   {},
                   {},
                   {},
                   {},
                   {},
                   exact(one.isolated),
                   exact(one.propagated),
                   exact(one.injected),
                   {},
                   {}});
    }
    for (const PlanPoint& point : curve()) {
        QStringList row(table.header.size(), QString());
        row[0] = QStringLiteral("curve");
        row[1] = q(point.id);
        row[table.header.size() - 2] = QString::number(point.steps);
        row[table.header.size() - 1] = exact(point.kl);
        table.add(row);
    }
    return table;
}

QString AttributionPane::describe() const {
    if (!hasFigures()) return m_invitation->text();
    const std::vector<Share>& all = steps().empty() ? options() : steps();
    const auto largest = std::max_element(
        all.begin(), all.end(), [](const Share& a, const Share& b) { return a.mean < b.mean; });
    if (largest == all.end())
        return tr("Error of %1 components").arg(m_comparison->components.size());
    return tr("Taken apart: the largest share is %1, %2 of %3 nats")
        .arg(q(largest->id), formatNumber(largest->mean),
             formatNumber(m_comparison->attribution->whole));
}

}  // namespace driftscope
