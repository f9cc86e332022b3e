// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/view.h"

class QBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace driftscope {

class BarChart;
class CandidateTable;
class Segmented;
class TextDiff;

/// A's and B's texts line by line, how sure each step was, and what else it could have been.
class GenerationView : public View {
    Q_OBJECT
public:
    explicit GenerationView(QWidget* parent = nullptr);
    ~GenerationView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    void setBusy(bool busy) override;
    void addLiveToken(const driftscope::LiveToken& token) override;
    void liveStarted() override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildTexts();
    QWidget* buildSide();
    void connectParts();
    void setForced(bool forced);
    void showTexts();
    void showMargins();
    void showStep();
    void showWords();
    void chooseStep(int step);
    void hoverStep(int step);
    void arrange();
    void endLive();
    void followPosition();
    void showLive();
    void showMarks();
    void showBranch();
    void branch();
    /// What a branch would go on with: the chosen candidate, else the clicked run's own token.
    std::optional<std::pair<int32_t, std::string>> branchToken() const;
    Side branchSide() const;
    /// Steps on screen: live ones while they come, else those of the chosen mode.
    const std::vector<GenerationStep>& steps(Side side) const;
    const GenerationStep* stepOf(Side side, int step) const;
    int stepCount() const;
    QString stepText(int step) const;

    QBoxLayout* m_split = nullptr;
    QBoxLayout* m_sideColumn = nullptr;
    QWidget* m_side = nullptr;
    QScrollArea* m_textScroll = nullptr;
    QScrollArea* m_tableScroll = nullptr;
    TextDiff* m_texts = nullptr;
    BarChart* m_margins = nullptr;
    CandidateTable* m_candidates = nullptr;
    QLabel* m_stepCaption = nullptr;
    QPushButton *m_branch = nullptr, *m_toSplit = nullptr;
    int m_shownStep = -1;
    QString m_meeting;  ///< how often the texts part, and whether they end alike; may be empty
    Segmented* m_mode = nullptr;
    bool m_forced = false, m_live = false;
    int m_lastPos = -1;
    std::vector<GenerationStep> m_liveA, m_liveB;
    Side m_liveSide = Side::a;
    QTimer m_liveSoon;
};

}  // namespace driftscope
