// SPDX-License-Identifier: GPL-3.0-or-later
// The scores before the softmax and their terms: asked for when somebody looks.
#include <QLabel>

#include "ui/views/attention_view.h"

namespace driftscope {

bool AttentionView::hasScores() const {
    return m_values && comparison() && m_values->comparison == comparison()->id &&
           m_values->site == Site{SiteKind::scores, selection()->layer()};
}

/// The scores of all heads of a layer come at once: another head of it needs no run.
void AttentionView::askForScores() {
    if (hasScores()) return take(scoresOfHead(*m_values, selection()->head()));
    const int layer = selection()->layer();
    if (!comparison()->complete || !isVisible() || visibleRegion().isEmpty()) return;
    if (m_askedScores == comparison()->id && m_askedLayer == layer) return;
    m_askedScores = comparison()->id;
    m_askedLayer = layer;
    m_askedHead = -1;
    m_failure.clear();
    m_loadingSoon.start();
    Q_EMIT valuesNeeded({SiteKind::scores, layer});
}

bool AttentionView::hasParts() const {
    return m_parts && comparison() && m_parts->comparison == comparison()->id &&
           m_parts->question == Question(shownHead());
}

/// All terms of a head come at once: another of them needs no run.
void AttentionView::askForParts() {
    if (hasParts()) return take(scoreTerm(*m_parts, m_stage));
    if (!comparison()->complete || !isVisible() || visibleRegion().isEmpty()) return;
    if (m_askedParts == comparison()->id && m_askedHeadParts == shownHead()) return;
    m_askedParts = comparison()->id;
    m_askedHeadParts = shownHead();
    m_failure.clear();
    m_loadingSoon.start();
    Q_EMIT questionAsked(m_askedHeadParts);
}

bool AttentionView::waits() const {
    if (!comparison() || !m_failure.isEmpty()) return false;
    if (isTerm(m_stage)) return m_askedParts == comparison()->id && !hasParts();
    return m_stage == ScoreStage::scores && m_askedScores == comparison()->id && !hasScores();
}

void AttentionView::setValues(ValuesPtr values) {
    if (!values || !comparison() || values->comparison != comparison()->id) return;
    if (values->site != Site{SiteKind::scores, selection()->layer()}) return;
    m_values = std::move(values);
    if (m_stage == ScoreStage::scores) askForScores();
}

void AttentionView::setAnswer(AnswerPtr answer) {
    if (!answer || !comparison() || answer->comparison != comparison()->id) return;
    if (answer->question != Question(shownHead())) return;
    m_parts = std::move(answer);
    if (isTerm(m_stage)) askForParts();
    showSum();
}

void AttentionView::setValuesFailed(const QString& message, const QString& hint) {
    if (!waits()) return;
    m_failure = hint.isEmpty() ? message : message + QStringLiteral(": ") + hint;
    m_loadingSoon.stop();
    setLoading(false);
    m_askedParts = 0;  // the head may be asked for again
    setBadge(tr("scores not available"), m_failure);
}

/// Under the maps: what the selected cell is the sum of, or how to read the axes.
void AttentionView::showSum() {
    const bool terms = isTerm(m_stage) && hasParts();
    const QString axes = tr("query ↓ key →");
    const QString sum =
        terms ? scoreSums(m_parts.get(), selection()->pos(), selection()->keyPos()) : QString();
    m_axesLabel->setText(sum.isEmpty() ? axes : sum);
    m_axesLabel->setToolTip(sum);
    fitFooter();
}

}  // namespace driftscope
