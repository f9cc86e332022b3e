// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/generation_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>

#include "ui/paint_tree.h"
#include "ui/plots/bar_chart.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"
#include "ui/views/candidate_table.h"
#include "ui/views/generation_marks.h"
#include "ui/views/text_diff.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr int kNarrow = 380;       // below this everything stands in one column
constexpr int kReserve = 16;       // bars are reserved in steps of this many while tokens come
constexpr double kLogAbove = 200;  // a tallest bar above this many ulp hides the small ones
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<TextDiff::Token> tokensOf(const std::vector<GenerationStep>& steps) {
    std::vector<TextDiff::Token> tokens;
    for (const GenerationStep& step : steps) tokens.push_back({step.id, step.piece});
    return tokens;
}

std::vector<double> marginsOf(const std::vector<GenerationStep>& steps, int count) {
    std::vector<double> margins(static_cast<size_t>(count), kNaN);
    for (size_t i = 0; i < steps.size() && i < margins.size(); ++i) {
        margins[i] = steps[i].margin_ulp;
    }
    return margins;
}

/// The error in the unit of the margins: logits are turned to ulp as the margin of that step is.
double errorInUlp(const GenerationStep& step, double error) {
    return step.margin > 0 && std::isfinite(step.margin_ulp) ? error * step.margin_ulp / step.margin
                                                             : kNaN;
}

QScrollArea* scrolled(QWidget* widget) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(widget);
    widget->setAutoFillBackground(false);
    return area;
}

}  // namespace

GenerationView::GenerationView(QWidget* parent) : View(QStringLiteral("generation"), parent) {
    m_mode = new Segmented({tr("forced"), tr("free")});
    m_mode->setProperty("part", QStringLiteral("mode"));
    m_mode->setItemTip(0, tr("A's text, and what B chooses at each of its steps: one step never "
                             "changes the next"));
    m_mode->setItemTip(1, tr("each run goes on from its own tokens"));
    m_mode->setCurrent(1);
    connect(m_mode, &Segmented::chosen, this, [this](int i) { setForced(i == 0); });
    addControl(m_mode);
    m_toSplit = new QPushButton;
    m_toSplit->setObjectName(QStringLiteral("toSplit"));
    m_toSplit->setProperty("quiet", true);
    m_toSplit->setToolTip(tr("Go to the step where the texts part; F8 goes there as well"));
    connect(m_toSplit, &QPushButton::clicked, this, [this] { chooseStep(m_texts->firstSplit()); });
    addControl(m_toSplit);
    setControlShown(m_toSplit, false);

    auto* page = new QWidget;
    m_split = new QHBoxLayout(page);
    m_split->setContentsMargins(0, 0, 0, 0);
    m_split->setSpacing(Theme::space(3));
    m_split->addWidget(buildTexts(), 5);
    m_split->addWidget(buildSide(), 4);
    setContent(page);
    connectParts();
    m_liveSoon.setSingleShot(true);
    m_liveSoon.setInterval(0);
    connect(&m_liveSoon, &QTimer::timeout, this, &GenerationView::showLive);
}

GenerationView::~GenerationView() = default;

QWidget* GenerationView::buildTexts() {
    auto* pane = new QWidget;
    auto* rows = new QVBoxLayout(pane);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_texts = new TextDiff;
    m_texts->setObjectName(QStringLiteral("texts"));
    m_textScroll = scrolled(m_texts);
    m_margins = new BarChart;
    m_margins->setObjectName(QStringLiteral("margins"));
    m_margins->setUnit(tr("ulp"));
    m_margins->setCaption(tr("margin of each step"));
    rows->addWidget(m_textScroll, 3);
    rows->addWidget(m_margins, 2);
    return pane;
}

QWidget* GenerationView::buildSide() {
    m_side = new QWidget;
    m_sideColumn = new QVBoxLayout(m_side);
    m_sideColumn->setContentsMargins(0, 0, 0, 0);
    m_sideColumn->setSpacing(Theme::space(1));
    m_stepCaption = makeLabel({}, Look::caption);
    m_candidates = new CandidateTable;
    m_candidates->setObjectName(QStringLiteral("candidates"));
    m_tableScroll = scrolled(m_candidates);
    m_sideColumn->addWidget(m_stepCaption);
    m_sideColumn->addWidget(m_tableScroll, 1);
    m_branch = new QPushButton;
    m_branch->setObjectName(QStringLiteral("branch"));
    m_branch->setProperty(kControlProperty, true);
    m_branch->setToolTip(
        tr("A new comparison that reads the prompt, this run's text up to the chosen "
           "step, and then this token; choose another candidate above. Undo brings "
           "this one back."));
    m_branch->setMinimumWidth(0);
    m_branch->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_branch->hide();
    m_sideColumn->addWidget(m_branch);
    return m_side;
}

void GenerationView::connectParts() {
    connect(m_texts, &TextDiff::stepChosen, this, &GenerationView::chooseStep);
    connect(m_texts, &TextDiff::stepHovered, this, &GenerationView::hoverStep);
    connect(m_margins, &BarChart::categoryChosen, this, &GenerationView::chooseStep);
    connect(m_margins, &BarChart::categoryHovered, this, &GenerationView::hoverStep);
    connect(m_candidates, &CandidateTable::rowHovered, this,
            [this] { hoverStep(selection()->step()); });
    for (CellWidget* part :
         {static_cast<CellWidget*>(m_texts), static_cast<CellWidget*>(m_candidates)}) {
        connect(part, &CellWidget::left, this, &View::hoverLeft);
    }
    connect(m_margins, &Plot::left, this, &View::hoverLeft);
    connect(m_candidates, &CandidateTable::rowChosen, this, &GenerationView::showBranch);
    connect(m_branch, &QPushButton::clicked, this, &GenerationView::branch);
}

Side GenerationView::branchSide() const {
    // Teacher-forced, both columns answer to A's text.
    return m_forced ? Side::a : m_texts->side();
}

std::optional<std::pair<int32_t, std::string>> GenerationView::branchToken() const {
    if (m_live || !comparison() || !comparison()->generation) return std::nullopt;
    const auto& rows = m_candidates->rows();
    const int row = m_candidates->current();
    if (row >= 0 && row < static_cast<int>(rows.size())) {
        const auto& chosen = rows[static_cast<size_t>(row)];
        return std::pair{chosen.id, chosen.piece};
    }
    const GenerationStep* step = stepOf(branchSide(), selection()->step());
    if (!step) step = stepOf(Side::a, selection()->step());
    if (!step) return std::nullopt;
    return std::pair{step->id, step->piece};
}

void GenerationView::showBranch() {
    const auto token = branchToken();
    m_branch->setVisible(token.has_value());
    if (!token) return;
    m_branch->setText(tr("Branch here: %1")
                          .arg(isolated(tokenText(token->second)))
                          .replace(u'&', QLatin1String("&&")));
}

void GenerationView::branch() {
    const auto token = branchToken();
    if (!token) return;
    const Branch made =
        branchAt(*comparison(), branchSide(), selection()->step(), token->first, token->second);
    Q_EMIT branchRequested(made.tokens, QString::fromStdString(made.text));
}

/// Fragile tokens, and where texts that parted are the same again.
void GenerationView::showMarks() {
    m_meeting.clear();
    if (m_live || !comparison() || !comparison()->generation) return m_texts->setMarks({}, {});
    const auto ids = [](const std::vector<GenerationStep>& all) {
        std::vector<int32_t> list;
        for (const GenerationStep& step : all) list.push_back(step.id);
        return list;
    };
    std::vector<Rejoin> meetings;
    if (!m_forced) {
        const std::vector<int32_t> a = ids(steps(Side::a)), b = ids(steps(Side::b));
        const std::vector<Parting> partings = findPartings(a, b, m_texts->firstSplit());
        for (const Parting& each : partings) {
            if (each.rejoin) meetings.push_back(*each.rejoin);
        }
        m_meeting = partingsText(partings, static_cast<int>(a.size()), static_cast<int>(b.size()));
    }
    m_texts->setMarks(fragileSteps(*comparison()->generation), std::move(meetings));
}

QJsonObject GenerationView::saveState() const {
    return {{QStringLiteral("mode"), m_forced ? QStringLiteral("forced") : QStringLiteral("free")}};
}

void GenerationView::restoreState(const QJsonObject& state) {
    setForced(state.value(QStringLiteral("mode")).toString() == QStringLiteral("forced"));
}

void GenerationView::setForced(bool forced) {
    m_forced = forced;
    m_mode->setCurrent(forced ? 0 : 1);
    if (!m_live && comparison() && comparison()->generation) {
        showTexts();
        selectionChanged();
    }
}

const std::vector<GenerationStep>& GenerationView::steps(Side side) const {
    static const std::vector<GenerationStep> none;
    if (m_live) return side == Side::a ? m_liveA : m_liveB;
    if (!comparison() || !comparison()->generation) return none;
    const Generation& generation = *comparison()->generation;
    if (side == Side::a) return generation.a.steps;
    return m_forced ? generation.b_forced : generation.b.steps;
}

const GenerationStep* GenerationView::stepOf(Side side, int step) const {
    const std::vector<GenerationStep>& all = steps(side);
    return step >= 0 && step < static_cast<int>(all.size()) ? &all[static_cast<size_t>(step)]
                                                            : nullptr;
}

int GenerationView::stepCount() const {
    return static_cast<int>(std::max(steps(Side::a).size(), steps(Side::b).size()));
}

void GenerationView::comparisonChanged() {
    m_live = false;
    setVeil(true);
    m_lastPos = selection()->pos();
    m_shownStep = -1;
    if (stepCount() == 0) {
        return setEmpty(
            tr("No new token was made: the text ended at once, or none was asked for. "
               "Set how many in Setup, under the prompt."));
    }
    setEmpty({});
    showTexts();
    // Nothing chosen yet: what there is to see is where the texts part.
    const int split = m_texts->firstSplit();
    if (selection()->step() == 0 && split > 0) selection()->setStep(split);
}

void GenerationView::liveStarted() {
    setControlShown(m_toSplit, false);
    m_liveA.clear();
    m_liveB.clear();
    m_live = false;
}

void GenerationView::addLiveToken(const LiveToken& token) {
    if (!m_live) {  // the first one: the picture of the run before makes room
        m_live = true;
        setVeil(false);
        setEmpty({});
        m_candidates->setSteps(nullptr, nullptr);
        m_stepCaption->clear();
        m_branch->hide();
    }
    std::vector<GenerationStep>& steps = token.side == Side::a ? m_liveA : m_liveB;
    if (token.index < 0) return;
    if (steps.size() <= static_cast<size_t>(token.index)) {
        steps.resize(static_cast<size_t>(token.index) + 1);
    }
    steps[static_cast<size_t>(token.index)] = token.step;
    m_liveSide = token.side;
    m_liveSoon.start();  // tokens come in bundles: the text is set once for all of them
}

void GenerationView::showLive() {
    if (!m_live) return;
    showTexts();
    setNote(tr("A %1 · B %2 tokens").arg(m_liveA.size()).arg(m_liveB.size()));
    const int last = static_cast<int>((m_liveSide == Side::a ? m_liveA : m_liveB).size()) - 1;
    m_texts->setStep(last);
    const QRectF rect = m_texts->tokenRect(m_liveSide, last);
    m_textScroll->ensureVisible(0, static_cast<int>(rect.bottom()), 0, 8);
}

void GenerationView::setBusy(bool busy) {
    View::setBusy(busy);
    if (!busy && m_live) endLive();
}

/// The run ended without a comparison: back to the one before, or what came stays to be read.
void GenerationView::endLive() {
    if (!comparison() || !comparison()->generation) {
        return setNote(
            tr("stopped after A %1 · B %2 tokens").arg(m_liveA.size()).arg(m_liveB.size()));
    }
    comparisonChanged();
    if (reasonEmpty().isEmpty()) selectionChanged();
}

void GenerationView::showTexts() {
    // What a cancelled run has not reached is no difference either.
    const bool open = m_live || (comparison() && comparison()->cancelled);
    const TextDiff::Kind kind = open       ? TextDiff::Kind::growing
                                : m_forced ? TextDiff::Kind::forced
                                           : TextDiff::Kind::free;
    m_texts->setTexts(tokensOf(steps(Side::a)), tokensOf(steps(Side::b)), kind);
    m_mode->setEnabled(!m_live);
    showMarks();
    showMargins();
}

void GenerationView::showMargins() {
    int count = stepCount();
    if (m_live) count = (count / kReserve + 1) * kReserve;
    std::vector<double> a = marginsOf(steps(Side::a), count), b = marginsOf(steps(Side::b), count);
    double tallest = 0;
    for (double margin : a) tallest = std::isfinite(margin) ? std::max(tallest, margin) : tallest;
    std::vector<double> errors;
    if (!m_live && comparison() && comparison()->generation) {
        const std::vector<double>& logits = comparison()->generation->error_at_step;
        for (int i = 0; i < count && !logits.empty(); ++i) {
            const auto at = static_cast<size_t>(i);
            const GenerationStep* step = stepOf(Side::a, i);
            errors.push_back(step && at < logits.size() ? errorInUlp(*step, logits[at]) : kNaN);
        }
    }
    // Where every margin is 0 there is no ulp to turn an error to.
    if (std::none_of(errors.begin(), errors.end(), [](double e) { return std::isfinite(e); }))
        errors.clear();
    m_margins->setLog(tallest > kLogAbove);
    m_margins->setSeries({{tr("A"), std::move(a), Role::a}, {tr("B"), std::move(b), Role::b}});
    m_margins->setHighlight(m_texts->firstSplit());
    m_margins->setThresholds(std::move(errors), tr("error there"));
    const bool ties = tallest == 0 && count > 0 && !m_live;
    m_margins->setCaption(ties                  ? tr("margin of each step: 0, two best are equal")
                          : tallest > kLogAbove ? tr("margin of each step, log")
                                                : tr("margin of each step"));
}

void GenerationView::followPosition() {
    const int pos = selection()->pos(), prompt = comparison()->n_prompt;
    if (pos == m_lastPos) return;
    m_lastPos = pos;
    const int step = pos - prompt;
    if (step >= 0 && step < stepCount() && step != selection()->step()) selection()->setStep(step);
}

void GenerationView::selectionChanged() {
    if (!comparison() || m_live || stepCount() == 0) return;
    followPosition();
    showStep();
    showWords();
}

void GenerationView::showStep() {
    const int step = std::clamp(selection()->step(), 0, std::max(0, stepCount() - 1));
    m_texts->setStep(step);
    m_margins->setCursorCategory(step);
    if (step != m_shownStep) m_candidates->clearCurrent();
    m_shownStep = step;
    m_candidates->setSteps(stepOf(Side::a, step), stepOf(Side::b, step));
    showBranch();
    const QRectF rect = m_texts->tokenRect(Side::a, step);
    m_textScroll->ensureVisible(0, static_cast<int>(rect.center().y()), 0,
                                static_cast<int>(rect.height()) + 8);
    // No row is cut by the upper edge.
    QScrollBar* bar = m_textScroll->verticalScrollBar();
    if (bar->value() > 0) {
        const double top = std::min(m_texts->rowTopFrom(bar->value() - 1), rect.top());
        bar->setValue(static_cast<int>(top) - 1);
    }
    const int split = m_texts->firstSplit();
    const bool apart = !m_forced && split >= 0 && step > split;
    m_stepCaption->setText(apart ? tr("step %1 · texts differ before it").arg(step)
                                 : tr("step %1").arg(step));
    m_stepCaption->setToolTip(apart ? tr("After the split each run answers to its own text: the "
                                         "two columns are answers to different questions.")
                                    : QString());
}

void GenerationView::showWords() {
    const int split = m_texts->firstSplit();
    setControlShown(m_toSplit, split >= 0 && !comparison()->cancelled);
    if (comparison()->cancelled) {
        setNote(tr("cancelled after A %1 · B %2")
                    .arg(steps(Side::a).size())
                    .arg(steps(Side::b).size()));
    } else if (split < 0) {
        setNote(stepCount() == 1 ? tr("no split in 1 token")
                                 : tr("no split in %1 tokens").arg(stepCount()));
    } else {
        // As the steps are numbered in the view: the first new token is step 0.
        m_toSplit->setText(m_forced ? tr("other choice at step %1").arg(split)
                                    : tr("split at step %1").arg(split));
        setNote(m_meeting);
    }
}

void GenerationView::chooseStep(int step) {
    if (m_live || !comparison()) return;
    const int pos = comparison()->n_prompt + step;
    selection()->setStep(step);
    if (pos < static_cast<int>(comparison()->tokens.size())) {
        m_lastPos = pos;
        selection()->setPos(pos);
    }
}

QString GenerationView::stepText(int step) const {
    const auto part = [&](Side side) {
        const GenerationStep* at = stepOf(side, step);
        if (!at) return tr("no token");
        return tr("%1 p %2, margin %3")
            .arg(isolated(tokenText(at->piece)), probabilityText(at->logprob),
                 formatUlp(at->margin_ulp));
    };
    return tr("A %1 · B %2").arg(part(Side::a), part(Side::b));
}

void GenerationView::hoverStep(int step) {
    if (step < 0 || step >= stepCount()) return;
    HoverInfo info;
    info.site = QStringLiteral("generation");
    info.where = tr("step %1").arg(step);
    info.note = stepText(step);
    if (!m_live && comparison() && comparison()->generation) {
        const std::vector<double>& errors = comparison()->generation->error_at_step;
        const auto at = static_cast<size_t>(step);
        if (at < errors.size()) info.note += tr(" · error there %1").arg(formatNumber(errors[at]));
        const std::vector<double>& fragility = comparison()->generation->fragility;
        if (at < fragility.size()) {
            info.note += tr(" · noise over margin %1").arg(formatNumber(fragility[at]));
        }
    }
    Q_EMIT hovered(info);
}

void GenerationView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    arrange();
}

void GenerationView::arrange() {
    const bool stacked = width() < kNarrow || height() > 2 * width();
    m_split->setDirection(stacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

Table GenerationView::table() const {
    Table table;
    if (!comparison() || !comparison()->generation) return table;
    const Generation& generation = *comparison()->generation;
    table.title = tr("generated tokens of A, of B, and B's choice at each step of A's text");
    table.header << QStringLiteral("step");
    for (const QString& run :
         {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("b_forced")}) {
        for (const char* what : {"id", "token", "logprob", "margin", "margin_ulp"}) {
            table.header << run + QLatin1Char('_') + QLatin1String(what);
        }
    }
    table.header << QStringLiteral("error") << QStringLiteral("fragility");
    const size_t count = std::max(
        {generation.a.steps.size(), generation.b.steps.size(), generation.b_forced.size()});
    for (size_t i = 0; i < count; ++i) {
        QStringList row{QString::number(i)};
        for (const auto* steps : {&generation.a.steps, &generation.b.steps, &generation.b_forced}) {
            if (i >= steps->size()) {
                row << QString() << QString() << QString() << QString() << QString();
                continue;
            }
            const GenerationStep& step = (*steps)[i];
            row << QString::number(step.id) << tokenText(step.piece) << exact(step.logprob)
                << exact(step.margin) << exact(step.margin_ulp);
        }
        row << (i < generation.error_at_step.size() ? exact(generation.error_at_step[i])
                                                    : QString());
        row << (i < generation.fragility.size() ? exact(generation.fragility[i]) : QString());
        table.add(row);
    }
    return table;
}

QString GenerationView::describe() const {
    const int split = m_texts->firstSplit();
    const QString step =
        tr("Generation, step %1: %2").arg(selection()->step()).arg(stepText(selection()->step()));
    return split < 0 ? step : step + QStringLiteral("; ") + tr("split at step %1").arg(split);
}

}  // namespace driftscope
