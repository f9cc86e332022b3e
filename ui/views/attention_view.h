// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/theme.h"
#include "ui/view.h"
#include "ui/views/score_parts.h"

class QLabel;

namespace driftscope {

class HeadMosaic;
class Heatmap;
class Panes;
class Segmented;

/// All heads as thumbnails, one head large: A, B and A−B side by side.
class AttentionView : public View {
    Q_OBJECT
public:
    explicit AttentionView(QWidget* parent = nullptr);
    ~AttentionView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    void setAttention(driftscope::AttentionPtr attention) override;
    void setValues(driftscope::ValuesPtr values) override;
    void setValuesFailed(const QString& message, const QString& hint) override;
    void setAnswer(driftscope::AnswerPtr answer) override;
    void setAnswerFailed(const QString& message, const QString& hint) override {
        setValuesFailed(message, hint);
    }
    bool waits() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void feed(View& twin) const override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildMosaic();
    QWidget* buildPlots();
    QWidget* buildFooter();
    void fitFooter();
    Heatmap* makePlot(const QString& name, const QString& caption, Role role);
    void follow(Heatmap* plot);
    void setOwnScale(bool own);
    /// Scores before the softmax, or one of their terms, in place of the weights after it.
    void setStage(ScoreStage stage);
    void askForScores();
    bool hasScores() const;
    void askForParts();
    bool hasParts() const;
    void take(AttentionPtr pair);
    void showSum();
    ScorePartsQuestion shownHead() const { return {selection()->layer(), selection()->head()}; }
    SiteKind shownKind() const {
        return m_stage == ScoreStage::weights ? SiteKind::pattern : SiteKind::scores;
    }
    void setOrder(int order);
    void showFace();
    void askForHead();
    bool isCurrent() const;
    void showPair();
    void showScale();
    void showCursor();
    void showBadge();
    void showFootnotes();
    void placeLabels();
    void setLoading(bool loading);
    void showReason();
    void hoverCell(int row, int column);
    void hoverHead(int layer, int head);
    QString cellText(int row, int column) const;
    QString where(int row, int column) const;

    Panes* m_panes = nullptr;
    QWidget* m_mosaicPane = nullptr;
    QLabel* m_mosaicCaption = nullptr;
    HeadMosaic* m_mosaic = nullptr;
    Heatmap* m_plotA = nullptr;
    Heatmap* m_plotB = nullptr;
    Heatmap* m_plotDiff = nullptr;
    Segmented* m_stageSwitch = nullptr;
    Segmented* m_face = nullptr;
    Segmented* m_order = nullptr;
    Segmented* m_scale = nullptr;
    QLabel* m_orderLabel = nullptr;
    QLabel* m_scaleLabel = nullptr;
    QLabel* m_axesLabel = nullptr;
    QWidget* m_footer = nullptr;
    AttentionPtr m_pair;     ///< what the plots show; may be of an older head while loading
    ComparisonPtr m_pairOf;  ///< the comparison that m_pair belongs to: its tokens are the labels
    AttentionPtr m_pattern;  ///< the newest weights, also while scores are shown
    ValuesPtr m_values;      ///< scores of every head of a layer
    AnswerPtr m_parts;       ///< terms of one head's scores
    ScoreStage m_stage = ScoreStage::weights, m_pairStage = ScoreStage::weights;
    ScorePartsQuestion m_askedHeadParts;
    uint64_t m_askedParts = 0;
    QString m_failure;
    uint64_t m_askedScores = 0;
    uint64_t m_askedId = 0;
    int m_askedLayer = -1, m_askedHead = -1;
    bool m_ownScale = false;
    QTimer m_askSoon, m_loadingSoon;
};

}  // namespace driftscope
