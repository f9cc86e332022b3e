// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/banner.h"

#include <cmath>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/plots/legend.h"
#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"
#include "ui/window/banner_words.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

QVBoxLayout* makeColumn() {
    auto* column = new QVBoxLayout;
    column->setSpacing(1);
    column->setContentsMargins(0, 0, 0, 0);
    return column;
}

/// "48 · 48 MB": the unit once where both have the same.
QString bytePair(qint64 a, qint64 b) {
    const QString textA = formatBytes(a), textB = formatBytes(b);
    const QString unit = u' ' + textB.section(u' ', 1);
    return (textA.endsWith(unit) ? textA.section(u' ', 0, 0) : textA) + QStringLiteral(" · ") +
           textB;
}

/// "loss" beside the mark, the number below.
QLabel* addLoss(QHBoxLayout* row, Side side, QWidget* parent) {
    auto* head = new QHBoxLayout;
    head->setSpacing(Theme::space(1));
    head->addWidget(new RunMark(side, parent));
    head->addWidget(makeLabel(Banner::tr("loss"), Look::caption, parent));
    head->addStretch(1);
    QLabel* value = makeLabel(QStringLiteral("–"), Look::monoBold, parent);
    value->setMinimumWidth(
        QFontMetrics(Theme::instance().mono()).horizontalAdvance(QStringLiteral("00.000")));
    QVBoxLayout* column = makeColumn();
    column->addStretch(1);
    column->addLayout(head);
    column->addWidget(value);
    column->addStretch(1);
    row->addLayout(column);
    return value;
}

}  // namespace

Banner::Banner(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("banner"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::space(3), Theme::space(2), Theme::space(3), Theme::space(2));
    row->setSpacing(Theme::space(4));
    m_lossA = addLoss(row, Side::a, this);
    m_lossB = addLoss(row, Side::b, this);
    m_verdict = new QLabel(this);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    row->addWidget(m_verdict);
    m_words = new BannerWords(this);
    row->addWidget(m_words, 1);
    m_observer = makeFigure(tr("observer effect"));
    row->addWidget(m_observer.box);
    row->addWidget(makeCosts());
    m_first = new QPushButton(tr("First divergence  Ctrl+F8"), this);
    m_first->setObjectName(QStringLiteral("firstDivergence"));
    m_first->setToolTip(tr("Show where the two runs part first"));
    connect(m_first, &QPushButton::clicked, this, &Banner::firstDivergencePressed);
    row->addWidget(m_first);
    showNothing();
}

Banner::Figure Banner::makeFigure(const QString& caption) {
    Figure figure{new QWidget(this), nullptr, nullptr};
    figure.caption = makeLabel(caption, Look::caption, figure.box);
    figure.value = makeLabel(QStringLiteral("–"), Look::mono, figure.box);
    auto* column = new QVBoxLayout(figure.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    column->addStretch(1);
    column->addWidget(figure.caption);
    column->addWidget(figure.value);
    column->addStretch(1);
    return figure;
}

QWidget* Banner::makeCosts() {
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Theme::space(2));
    grid->setVerticalSpacing(1);
    m_speed = makeLabel({}, Look::mono, box);
    m_memory = makeLabel({}, Look::mono, box);
    grid->setRowStretch(0, 1);
    grid->addWidget(makeLabel(tr("tokens/s A · B"), Look::caption, box), 1, 0);
    grid->addWidget(m_speed, 1, 1, Qt::AlignRight);
    grid->addWidget(makeLabel(tr("memory A · B"), Look::caption, box), 2, 0);
    grid->addWidget(m_memory, 2, 1, Qt::AlignRight);
    grid->setRowStretch(3, 1);
    return box;
}

void Banner::showNothing() {
    for (QLabel* label : {m_lossA, m_lossB, m_observer.value, m_speed, m_memory}) {
        label->setText(QStringLiteral("–"));
    }
    setLook(m_lossB, Look::monoBold);
    m_verdict->setText(tr("○ Nothing compared yet"));
    m_verdict->setProperty("tone", QStringLiteral("plain"));
    repolish(m_verdict);
    m_words->setWords(tr("Choose a model on the left, or one of the examples."), {}, {});
    m_first->setEnabled(false);
    m_answered = false;
}

void Banner::setComparison(const Comparison* comparison) {
    if (!comparison) return showNothing();
    m_answered = true;
    m_words->setEnabled(true);
    showLosses(*comparison);
    showVerdict(*comparison);
    showCosts(*comparison);
    m_first->setEnabled(comparison->first_divergence.has_value() ||
                        comparison->verdict.site.has_value() ||
                        (comparison->generation && comparison->generation->first_split));
}

void Banner::showLosses(const Comparison& c) {
    const bool failed = c.verdict.kind == VerdictKind::failed;
    const auto text = [](double loss) {
        return std::isnan(loss) ? QStringLiteral("–") : QString::number(loss, 'f', 3);
    };
    m_lossA->setText(text(c.a.loss));
    m_lossB->setText(failed ? tr("failed") : text(c.b.loss));
    m_lossA->setToolTip(tr("mean next-token cross entropy of A, nats: %1").arg(exact(c.a.loss)));
    m_lossB->setToolTip(
        failed ? tr("run B could not be computed")
               : tr("mean next-token cross entropy of B, nats: %1").arg(exact(c.b.loss)));
    // Half a nat worse is nonsense, not rounding: it shows here before any verdict.
    setLook(m_lossA, c.a.loss > c.b.loss + 0.5 ? Look::monoBad : Look::monoBold);
    setLook(m_lossB, failed || c.b.loss > c.a.loss + 0.5 ? Look::monoBad : Look::monoBold);
}

void Banner::showVerdict(const Comparison& c) {
    VerdictLook look = verdictLook(c.verdict.kind);
    if (c.verdict.kind == VerdictKind::none && !c.complete && !c.cancelled)
        look.word = tr("Judging…");
    m_verdict->setText(look.mark + u' ' + look.word);
    m_verdict->setProperty("tone", look.tone);
    m_verdict->setToolTip(verdictDetails(c));
    m_verdict->setAccessibleName(tr("Verdict: %1").arg(look.word));
    m_verdict->setAccessibleDescription(verdictDetails(c));
    repolish(m_verdict);
    const QString symptom = symptomText(c);
    m_words->setWords(verdictSentence(c),
                      verdictFigures(c) + (symptom.isEmpty() ? QString() : u' ' + symptom),
                      verdictDetails(c));
}

void Banner::showCosts(const Comparison& c) {
    const ObserverProof& proof = c.observer;
    setLook(m_observer.value, !proof.done ? Look::mono : proof.identical ? Look::good : Look::bad);
    m_observer.value->setText(!proof.done       ? QStringLiteral("–")
                              : proof.identical ? QStringLiteral("0 ✓")
                                                : tr("◆ changed"));
    m_observer.box->setToolTip(proof.done ? tr("A run without any tap gave these logits "
                                               "(sha256):\nA %1\nB %2\nThe captured runs gave:\n"
                                               "A %3\nB %4\n%5")
                                                .arg(QString::fromStdString(proof.plain_hash_a),
                                                     QString::fromStdString(proof.plain_hash_b),
                                                     QString::fromStdString(proof.hash_a),
                                                     QString::fromStdString(proof.hash_b),
                                                     formatSeconds(proof.seconds))
                                          : tr("The run without taps has not been made yet"));
    const auto speed = [](double v) {
        return v > 0 ? formatNumber(v, v < 1000 ? 3 : 4) : QStringLiteral("–");
    };
    m_speed->setText(speed(c.a.tokens_per_s) + QStringLiteral(" · ") + speed(c.b.tokens_per_s));
    m_speed->setToolTip(tr("Of the plain runs, %1 and %2")
                            .arg(formatSeconds(c.a.seconds), formatSeconds(c.b.seconds)));
    m_memory->setText(bytePair(c.a.peak_bytes, c.b.peak_bytes));
    m_memory->setToolTip(tr("Weights held, cache and activations of each run"));
}

void Banner::setBusy(bool busy) {
    if (!busy) m_words->setEnabled(true);
    if (busy) {
        m_verdict->setText(tr("○ Comparing…"));
        m_verdict->setProperty("tone", QStringLiteral("plain"));
        repolish(m_verdict);
        m_words->setEnabled(!m_answered);  // they are of the run before
        if (!m_answered) {
            m_words->setWords(tr("Both runs are being computed: the first pictures come within "
                                 "seconds, the verdict after the float64 runs."),
                              tr("What is done just now, and how long it may take, stands below."),
                              {});
        }
    }
}

QString Banner::verdictText() const { return m_verdict->text(); }

RunMark::RunMark(Side side, QWidget* parent) : QWidget(parent), m_side(side) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(side == Side::a ? tr("run A") : tr("run B"));
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

QSize RunMark::sizeHint() const {
    const int size = QFontMetrics(Theme::instance().font(TextSize::caption)).height() + 2;
    return {size, size};
}

void RunMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double side = std::min(width(), height());
    drawRunMark(painter, QRectF(0, (height() - side) / 2, side, side),
                m_side == Side::a ? Role::a : Role::b,
                m_side == Side::a ? QStringLiteral("A") : QStringLiteral("B"));
}

}  // namespace driftscope
