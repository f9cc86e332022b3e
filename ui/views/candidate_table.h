// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/data/comparison.h"
#include "ui/views/cell_widget.h"

namespace driftscope {

/// What could have come at one step: every candidate of A and of B with both probabilities.
class CandidateTable : public CellWidget {
    Q_OBJECT
public:
    struct Row {
        int32_t id = 0;
        QString token;
        std::string piece;                  ///< raw bytes
        double logprobA = 0, logprobB = 0;  ///< NaN: not among that run's best
        bool chosenA = false, chosenB = false;
    };

    explicit CandidateTable(QWidget* parent = nullptr);

    /// Null: that run has no such step.
    void setSteps(const GenerationStep* a, const GenerationStep* b);
    const std::vector<Row>& rows() const { return m_rows; }
    /// The row of the cursor; −1: none.
    int current() const { return m_row; }
    void clearCurrent();
    QString describe() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rowHovered(int row);
    /// By click or by arrow keys; −1: none any more.
    void rowChosen(int row);

protected:
    bool moveCursor(int dx, int dy) override;
    void themeChanged() override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    void measure();
    void addAll(const GenerationStep& step, bool ofA);
    int rowAt(double y) const;
    void drawHeader(QPainter& painter) const;
    void drawRow(QPainter& painter, int index) const;
    void drawProbability(QPainter& painter, const QRectF& cell, double logprob, bool chosen,
                         bool ofA) const;
    double columnWidth() const;
    QString rowText(int index) const;

    std::vector<Row> m_rows;
    int m_row = -1;
    double m_rowHeight = 16;
};

/// "0.412", "2.1e-5", "–" for what is not known.
QString probabilityText(double logprob);

}  // namespace driftscope
