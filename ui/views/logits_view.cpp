// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/logits_view.h"

#include <cmath>
#include <limits>

#include <QEvent>
#include <QVBoxLayout>

#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/views/lens_pane.h"
#include "ui/views/panes.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloor = 1e-12;  // nats: below that the axis does not go
constexpr int kPaneHeight = 96;
const char* const kMeasures[] = {"kl_ab", "kl_ba", "js"};

template <class T>
double number(const std::vector<T>& values, int pos) {
    const auto i = static_cast<size_t>(pos);
    return pos >= 0 && i < values.size() ? static_cast<double>(values[i]) : kNone;
}

/// Ranks as people count: 1 is the best; none (−1) is no point.
std::vector<double> counted(const std::vector<int>& ranks) {
    std::vector<double> values;
    for (const int rank : ranks) values.push_back(rank < 0 ? kNone : rank + 1.0);
    return values;
}

QString whole(const std::vector<int>& values, int pos) {
    const double value = number(values, pos);
    return std::isnan(value) || value < 0 ? QString() : QString::number(static_cast<int>(value));
}

}  // namespace

LogitsView::LogitsView(QWidget* parent) : View(QStringLiteral("logits"), parent) {
    m_switch = new Segmented({tr("KL A‖B"), tr("KL B‖A"), tr("JS")});
    m_switch->setProperty("part", QStringLiteral("measure"));
    m_switch->setItemTip(0, tr("KL(A‖B): what B loses on tokens drawn from A, in nats"));
    m_switch->setItemTip(1, tr("KL(B‖A): what A loses on tokens drawn from B, in nats"));
    m_switch->setItemTip(2, tr("Jensen–Shannon divergence: the same both ways, at most ln 2"));
    connect(m_switch, &Segmented::chosen, this,
            [this](int i) { setMeasure(static_cast<Measure>(i)); });
    addControl(m_switch);
    m_page = new Segmented({tr("positions"), tr("layers")});
    m_page->setProperty("part", QStringLiteral("page"));
    m_page->setItemTip(0, tr("distance, loss and ranks at every position"));
    m_page->setItemTip(1, tr("logit lens: what the stream after each block would say at the "
                             "selected position, by each run's own final norm and unembedding"));
    connect(m_page, &Segmented::chosen, this, [this](int i) { setByLayer(i == 1); });
    addControl(m_page);
    m_askSoon.setSingleShot(true);
    m_askSoon.setInterval(0);  // only the last of several steps along the text is worth a run
    connect(&m_askSoon, &QTimer::timeout, this, &LogitsView::askForLens);

    m_panes = new Panes;
    m_panes->setPaneHeight(kPaneHeight);
    m_distance = makeChart(QStringLiteral("distance"));
    m_distance->setLog(true, kFloor);
    m_loss = makeChart(QStringLiteral("loss"));
    m_loss->setCaption(tr("loss of the next token, nats"));
    m_delta = makeChart(QStringLiteral("delta"));
    m_delta->setCaption(tr("loss B − A, nats"));
    m_ranks = makeChart(QStringLiteral("ranks"));
    m_ranks->setCaption(tr("rank of next token, 1 = best, log"));
    m_ranks->setLog(true, 1);
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_panes);
    m_lensPane = new LensPane;
    m_lensPane->setObjectName(QStringLiteral("lens"));
    m_lensPane->hide();
    rows->addWidget(m_lensPane);
    connect(m_lensPane, &LensPane::layerChosen, this,
            [this](int layer) { selection()->setLayer(layer); });
    connect(m_lensPane, &LensPane::layerHovered, this, &LogitsView::hoverLayer);
    connect(m_lensPane, &LensPane::left, this, &View::hoverLeft);
    setContent(page);
}

LogitsView::~LogitsView() = default;

LineChart* LogitsView::makeChart(const QString& name) {
    auto* chart = new LineChart;
    chart->setObjectName(name);
    chart->setCompact(true);
    connect(chart, &LineChart::indexChosen, this, [this](int pos) { selection()->setPos(pos); });
    connect(chart, &LineChart::indexHovered, this, &LogitsView::hover);
    connect(chart, &Plot::left, this, &View::hoverLeft);
    m_panes->add(chart);
    return chart;
}

QJsonObject LogitsView::saveState() const {
    return {{QStringLiteral("measure"), QLatin1String(kMeasures[static_cast<size_t>(m_measure)])},
            {QStringLiteral("byLayer"), m_byLayer}};
}

void LogitsView::restoreState(const QJsonObject& state) {
    const QString name = state.value(QStringLiteral("measure")).toString();
    for (int i = 0; i < 3; ++i) {
        if (name == QLatin1String(kMeasures[i])) setMeasure(static_cast<Measure>(i));
    }
    setByLayer(state.value(QStringLiteral("byLayer")).toBool());
}

void LogitsView::setMeasure(Measure measure) {
    m_measure = measure;
    m_switch->setCurrent(static_cast<int>(measure));
    if (comparison()) showDistance();
}

void LogitsView::setByLayer(bool on) {
    m_page->setCurrent(on ? 1 : 0);
    m_byLayer = on;
    m_panes->setVisible(!on);
    m_lensPane->setVisible(on);
    setControlShown(m_switch, !on);
    if (comparison()) showLens();
}

bool LogitsView::hasLens() const {
    return m_lens && comparison() && m_lens->comparison == comparison()->id &&
           m_lens->question == Question(wanted());
}

/// Only what somebody looks at is computed.
void LogitsView::askForLens() {
    if (!m_byLayer || !comparison() || hasLens() || !comparison()->complete) return;
    if (!isVisible() || visibleRegion().isEmpty() || !reasonEmpty().isEmpty()) return;
    if (m_askedId == comparison()->id && m_asked == wanted()) return;
    m_askedId = comparison()->id;
    m_asked = wanted();
    m_failed = false;
    Q_EMIT questionAsked(m_asked);
}

bool LogitsView::event(QEvent* event) {
    const bool seen = event->type() == QEvent::Show || event->type() == QEvent::Paint;
    if (seen && m_byLayer && comparison() && !hasLens()) m_askSoon.start();
    return View::event(event);
}

bool LogitsView::waits() const {
    return m_byLayer && comparison() && m_askedId == comparison()->id && m_asked == wanted() &&
           !hasLens() && !m_failed;
}

void LogitsView::setAnswer(AnswerPtr answer) {
    if (!answer || !comparison() || answer->comparison != comparison()->id) return;
    if (answer->question != Question(wanted())) return;
    m_lens = std::move(answer);
    showLens();
}

void LogitsView::setAnswerFailed(const QString& message, const QString& hint) {
    if (!waits()) return;
    m_lens.reset();
    m_failed = true;
    m_lensPane->setReason(hint.isEmpty() ? message : message + QStringLiteral(": ") + hint);
}

void LogitsView::feed(View& twin) const {
    if (m_byLayer && hasLens()) twin.setAnswer(m_lens);
}

/// Numbers of another position stay until the new ones come: they say whose they are.
void LogitsView::showLens() {
    if (!m_byLayer)
        return setBadge(tr("captured"), tr("Measured on all logits of both runs while "
                                           "they ran; A's own text is fed to both."));
    setBadge(tr("recomputed"), tr("Both runs are made again, bit for bit, and read after every "
                                  "block; the last layer is the run's own."));
    if (hasLens()) {
        m_lensPane->setLens(std::get<LogitLens>(m_lens->body),
                            tokenAt(*comparison(), selection()->pos()));
        m_lensPane->setCursorLayer(selection()->layer());
    } else {
        if (!m_lens && !m_failed) m_lensPane->setReason(waitingText());
        m_askSoon.start();
    }
}

void LogitsView::hoverLayer(int layer) {
    if (!comparison()) return;
    HoverInfo info;
    info.site = QString::fromStdString(to_string(Site{SiteKind::resid_post, layer}));
    info.where = tokenAt(*comparison(), selection()->pos());
    info.note = m_lensPane->layerText(layer);
    Q_EMIT hovered(info);
}

const std::vector<double>& LogitsView::distances() const {
    const LogitMetrics& logits = comparison()->logits;
    return m_measure == Measure::klAb   ? logits.kl_ab
           : m_measure == Measure::klBa ? logits.kl_ba
                                        : logits.js;
}

void LogitsView::comparisonChanged() {
    const Comparison& c = *comparison();
    if (c.logits.kl_ab.empty()) return setEmpty(tr("The logits were not compared"));
    setNote(tr("same best token %1 · same top 5 %2")
                .arg(formatShare(c.logits.top1_agreement), formatShare(c.logits.top5_agreement)));
    m_askedId = 0;
    const QStringList tokens = tokenTexts(c);
    const int divider = c.n_prompt < tokens.size() ? c.n_prompt : -1;
    for (LineChart* chart : {m_distance, m_loss, m_delta, m_ranks}) {
        chart->setLabels(tokens);
        chart->setDivider(divider);
    }
    showDistance();
    showLoss();
    showRanks();
    showLens();
}

void LogitsView::showDistance() {
    const LogitMetrics& logits = comparison()->logits;
    const QString name = m_measure == Measure::klAb   ? tr("KL(A‖B)")
                         : m_measure == Measure::klBa ? tr("KL(B‖A)")
                                                      : tr("JS");
    m_distance->setCaption(tr("%1, nats, log").arg(name));
    std::vector<double> another(distances().size(), kNone);
    for (size_t i = 0; i < another.size() && i < logits.top1_equal.size(); ++i) {
        if (logits.top1_equal[i] == 0) another[i] = distances()[i];
    }
    LineChart::Series marks{tr("other best"), std::move(another), Role::bad};
    marks.points = true;
    m_distance->setToolTip(tr("◆ where the likeliest token of B is another one than A's"));
    m_distance->setSeries({{name, distances(), Role::dimText}, std::move(marks)});
}

void LogitsView::showLoss() {
    const LogitMetrics& logits = comparison()->logits;
    std::vector<double> delta(logits.loss_a.size(), kNone);
    for (size_t i = 0; i < delta.size() && i < logits.loss_b.size(); ++i) {
        delta[i] = logits.loss_b[i] - logits.loss_a[i];
    }
    m_loss->setSeries({{tr("A"), logits.loss_a, Role::a}, {tr("B"), logits.loss_b, Role::b}});
    LineChart::Series change{tr("B − A"), std::move(delta), Role::dimText};
    change.filled = true;
    m_delta->setSeries({std::move(change)});
}

void LogitsView::showRanks() {
    const LogitMetrics& logits = comparison()->logits;
    m_ranks->setSeries(
        {{tr("A"), counted(logits.rank_a), Role::a}, {tr("B"), counted(logits.rank_b), Role::b}});
}

void LogitsView::selectionChanged() {
    if (!comparison()) return;
    for (LineChart* chart : {m_distance, m_loss, m_delta, m_ranks}) {
        chart->setCursorIndex(selection()->pos());
    }
    if (m_byLayer) {
        if (!hasLens()) m_askSoon.start();
        m_lensPane->setCursorLayer(selection()->layer());
    }
}

QString LogitsView::bestText(int pos) const {
    const LogitMetrics& logits = comparison()->logits;
    const auto i = static_cast<size_t>(pos);
    if (i >= logits.best_piece_a.size() || i >= logits.best_piece_b.size()) return {};
    const QString a = isolated(tokenText(logits.best_piece_a[i]));
    const QString b = isolated(tokenText(logits.best_piece_b[i]));
    if (logits.best_a[i] == logits.best_b[i]) return tr("best token “%1” in both").arg(a);
    return tr("best token A “%1”, B “%2” (A's is rank %3 in B)")
        .arg(a, b, QString::number(logits.best_rank_in_b[i] + 1));
}

void LogitsView::hover(int pos) {
    if (!comparison() || pos < 0 || pos >= static_cast<int>(comparison()->tokens.size())) return;
    const LogitMetrics& logits = comparison()->logits;
    HoverInfo info;
    info.site = QStringLiteral("logits");
    info.where = tokenAt(*comparison(), pos);
    const double a = number(logits.loss_a, pos), b = number(logits.loss_b, pos);
    if (!std::isnan(a)) info.a = a;
    if (!std::isnan(b)) info.b = b;
    if (info.a && info.b) info.diff = a - b;
    QStringList notes{tr("KL(A‖B) %1 nats").arg(formatNumber(number(logits.kl_ab, pos)))};
    if (const QString best = bestText(pos); !best.isEmpty()) notes << best;
    info.note = notes.join(QStringLiteral(" · "));
    Q_EMIT hovered(info);
}

Table LogitsView::table() const {
    Table table;
    if (!comparison()) return table;
    if (m_byLayer) return m_lensPane->table();
    const LogitMetrics& logits = comparison()->logits;
    table.title = tr("logits and loss by position, nats; ranks from 0");
    for (const char* name :
         {"pos", "token", "next_token", "kl_ab", "kl_ba", "js", "loss_a", "loss_b", "delta_loss",
          "rank_a", "rank_b", "best_a", "best_b", "best_rank_in_b", "top1_equal"}) {
        table.header << QLatin1String(name);
    }
    const QStringList tokens = tokenTexts(*comparison());
    const auto piece = [](const std::vector<std::string>& pieces, int pos) {
        const auto i = static_cast<size_t>(pos);
        return i < pieces.size() ? tokenText(pieces[i]) : QString();
    };
    for (int pos = 0; pos < static_cast<int>(logits.kl_ab.size()); ++pos) {
        const double a = number(logits.loss_a, pos), b = number(logits.loss_b, pos);
        table.add({QString::number(pos), tokens.value(pos), tokens.value(pos + 1),
                   exact(number(logits.kl_ab, pos)), exact(number(logits.kl_ba, pos)),
                   exact(number(logits.js, pos)), exact(a), exact(b), exact(b - a),
                   whole(logits.rank_a, pos), whole(logits.rank_b, pos),
                   piece(logits.best_piece_a, pos), piece(logits.best_piece_b, pos),
                   whole(logits.best_rank_in_b, pos),
                   QString::number(number(logits.top1_equal, pos))});
    }
    return table;
}

QString LogitsView::describe() const {
    if (!comparison() || comparison()->logits.kl_ab.empty()) return tr("no logits");
    if (m_byLayer) return m_lensPane->describe();
    const LogitMetrics& logits = comparison()->logits;
    const int pos = selection()->pos();
    return tr("Logits at %1: KL(A‖B) %2 nats, loss A %3, B %4. %5")
        .arg(tokenAt(*comparison(), pos), formatNumber(number(logits.kl_ab, pos)),
             formatNumber(number(logits.loss_a, pos), 4),
             formatNumber(number(logits.loss_b, pos), 4), bestText(pos));
}

}  // namespace driftscope
