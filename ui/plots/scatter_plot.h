// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ui/plots/plot.h"

namespace driftscope {

/// Points of B over A with the line y = x and a fitted one. Both axes have the same range.
class ScatterPlot : public Plot {
    Q_OBJECT
public:
    explicit ScatterPlot(QWidget* parent = nullptr);
    ~ScatterPlot() override;

    /// (a, b); at most some thousand are drawn at once in comfort.
    void setPoints(std::vector<std::pair<double, double>> points);
    /// Of the line through the origin; empty: none is drawn.
    void setSlope(std::optional<double> slope);

    int cursor() const { return m_cursor; }
    Table table() const override;
    QString describe() const override;

public Q_SLOTS:
    void setCursorPoint(int index);

Q_SIGNALS:
    void pointHovered(int index);
    void pointChosen(int index);

protected:
    void applyTheme() override;
    void applyLayout() override;
    bool moveCursor(int dx, int dy, Qt::KeyboardModifiers modifiers) override;
    bool moveCursorTo(bool start) override;
    void mouseAt(const QPoint& pos) override;
    void clickAt(const QPoint& pos) override;

private:
    void rebuild();
    /// Nearest point within some pixels; −1: none.
    int pointAt(const QPoint& pos) const;
    void choose(int index);

    struct Items;
    std::vector<std::pair<double, double>> m_points;
    std::optional<double> m_slope;
    int m_cursor = -1;
    std::unique_ptr<Items> m_items;
};

}  // namespace driftscope
