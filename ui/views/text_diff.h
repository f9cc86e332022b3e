// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/data/comparison.h"
#include "ui/views/cell_widget.h"
#include "ui/views/generation_marks.h"
#include "ui/views/joined_text.h"

class QTextLayout;

namespace driftscope {

/// Two texts, line by line the same steps: what is equal once and plain, what differs on the
/// ground of its run, the first difference framed.
class TextDiff : public CellWidget {
    Q_OBJECT
public:
    struct Token {
        int32_t id = 0;
        std::string piece;
    };

    explicit TextDiff(QWidget* parent = nullptr);
    ~TextDiff() override;

    /// free: both texts ran on their own. forced: B chose at each step of A's text, so a difference
    /// says nothing of the next step. growing: a token that is not there yet is no difference.
    enum class Kind { free, forced, growing };
    void setTexts(std::vector<Token> a, std::vector<Token> b, Kind kind);
    /// Steps of A that rounding alone may turn (dotted underline), and where both texts go on alike
    /// after they parted, in their order.
    void setMarks(std::vector<bool> fragile, std::vector<Rejoin> rejoins);
    bool isFragile(int step) const;
    /// The run whose token was clicked last.
    Side side() const { return m_side; }
    void setStep(int step);
    int step() const { return m_step; }

    int count() const;
    /// The first step that differs, −1: none.
    int firstSplit() const { return m_split; }
    bool differs(int step) const;
    /// Where a token stands; empty when that run has no such step.
    /// The upper edge of the first row that begins at or below y; of the last one where none does.
    double rowTopFrom(double y) const;
    QRectF tokenRect(Side side, int step) const;
    int lines() const { return static_cast<int>(m_rows.size()); }
    QString describe() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void stepChosen(int step);
    void stepHovered(int step);

protected:
    bool moveCursor(int dx, int dy) override;
    void themeChanged() override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Line {
        std::shared_ptr<QTextLayout> layout;
        JoinedText joined;
        QPointF at;
        double height = 0;
    };
    struct Row {
        int first = 0, count = 0;
        bool once = false;  ///< equal in both runs: written once
        Line a, b;
    };
    const std::vector<Token>& tokens(Side side) const { return side == Side::a ? m_a : m_b; }
    void arrange();
    std::vector<int> lineStarts(double width) const;
    Line makeLine(Side side, const Row& row, double width) const;
    const Row* rowOf(int step) const;
    int stepAt(const QPointF& pos, Side* side = nullptr) const;
    QRectF rectIn(const Line& line, int index) const;
    void drawRow(QPainter& painter, const Row& row) const;
    void drawGround(QPainter& painter, const Row& row, Side side) const;
    /// Whether the texts meet again at this step of this run.
    bool isRejoin(Side side, int step) const;
    void drawLine(QPainter& painter, const Row& row, Side side) const;
    /// Where the texts go on alike at or before this step of that run; null: they do nowhere.
    const Rejoin* rejoinBefore(Side side, int step) const;
    /// Another token than the other run's, also where the texts run on alike after they parted.
    bool isTinted(Side side, int step) const;
    void drawMarks(QPainter& painter, const Row& row, Side side) const;
    void drawGutter(QPainter& painter, const Row& row) const;
    QString stepText(int step) const;

    std::vector<Token> m_a, m_b;
    std::vector<Row> m_rows;
    std::vector<bool> m_fragile;
    std::vector<Rejoin> m_rejoins;
    Side m_side = Side::a;
    Kind m_kind = Kind::free;
    bool m_sideBySide = false;
    int m_step = 0, m_split = -1, m_hover = -1;
    double m_gutter = 30, m_height = 0;
};

}  // namespace driftscope
