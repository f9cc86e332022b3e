// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QStringList>

#include "ui/plots/plot.h"
#include "ui/theme.h"

class QCPGraph;

namespace driftscope {

/// Lines over whole numbers (positions, layers, steps). Where a pixel has more than two of them, a
/// line is the running median, the legend says over how many, and a quiet ground behind it goes
/// from the least to the greatest value of each pixel.
class LineChart : public Plot {
    Q_OBJECT
public:
    struct Series {
        QString name;
        std::vector<double> values;  ///< NaN: a gap
        Role role = Role::a;
        bool dashed = false;
        bool filled = false;  ///< quiet ground below (a band)
        bool points = false;  ///< no line: single marks
    };

    explicit LineChart(QWidget* parent = nullptr);
    ~LineChart() override;

    void setSeries(std::vector<Series> series);
    void setLabels(const QStringList& labels);
    void setUnit(const QString& unit);
    void setLog(bool on, double floor = 1e-12);
    void setRange(std::optional<double> low, std::optional<double> high);
    void setDivider(int index);
    void setValueAxis(bool on);
    /// Values are shares of a whole: their axis is in per cent.
    void setShare(bool on);
    void setLegendShown(bool on);
    /// false: of many points no median is drawn (the curve is smooth by itself: a sum, a share).
    void setSmooths(bool on);

    int cursor() const { return m_cursor; }
    Table table() const override;
    QString describe() const override;

public Q_SLOTS:
    void setCursorIndex(int index);

Q_SIGNALS:
    void indexHovered(int index);
    void indexChosen(int index);

protected:
    void applyTheme() override;
    void applyLayout() override;
    bool moveCursor(int dx, int dy, Qt::KeyboardModifiers modifiers) override;
    bool moveCursorTo(bool start) override;
    void mouseAt(const QPoint& pos) override;
    void clickAt(const QPoint& pos) override;

private:
    void rebuild();
    /// More points than pixels: a median in place of each.
    bool isDense(const Series& series) const;
    /// Below a logarithmic floor at it; what is infinite a gap.
    void put(QCPGraph* graph, double x, double value) const;
    /// From the least to the greatest value of each pixel.
    void drawGround(const Series& series);
    /// Marks of so many points that they would bury the line: strokes along the upper edge.
    void drawRug(const Series& series, double low, double high);
    void drawSeries(const Series& series, double width);
    /// How many points a running median takes at this width; 0 where every point has a pixel.
    int wantedWindow() const;
    int across() const;  ///< pixels of the lines
    void choose(int index);
    int count() const;

    struct Items;
    std::vector<Series> m_series;
    QStringList m_labels;
    QString m_unit;
    bool m_share = false, m_log = false, m_valueAxis = true, m_legendShown = true, m_smooths = true;
    double m_floor = 1e-12;
    std::optional<double> m_low, m_high;
    int m_cursor = -1, m_divider = -1, m_window = 0;
    std::unique_ptr<Items> m_items;
};

}  // namespace driftscope
