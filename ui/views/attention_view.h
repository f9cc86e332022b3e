// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/theme.h"
#include "ui/view.h"

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

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void feed(View& twin) const override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildMosaic();
    QWidget* buildPlots();
    QWidget* buildFooter();
    Heatmap* makePlot(const QString& name, const QString& caption, Role role);
    void follow(Heatmap* plot);
    void setOwnScale(bool own);
    void setOrderByChange(bool on);
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
    Segmented* m_face = nullptr;
    Segmented* m_order = nullptr;
    Segmented* m_scale = nullptr;
    QLabel* m_orderLabel = nullptr;
    QLabel* m_scaleLabel = nullptr;
    QLabel* m_axesLabel = nullptr;
    AttentionPtr m_pair;     ///< what the plots show; may be of an older head while loading
    ComparisonPtr m_pairOf;  ///< the comparison that m_pair belongs to: its tokens are the labels
    uint64_t m_askedId = 0;
    int m_askedLayer = -1, m_askedHead = -1;
    bool m_ownScale = false;
    QTimer m_askSoon, m_loadingSoon;
};

}  // namespace driftscope
