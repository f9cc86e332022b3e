// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QStringList>

#include "ui/plots/plot.h"
#include "ui/theme.h"

namespace driftscope {

/// Bars over categories, in one or several series side by side (A | B); steps in place of bars
/// where a pixel and a half would be all that each has.
class BarChart : public Plot {
    Q_OBJECT
public:
    struct Series {
        QString name;
        std::vector<double> values;  ///< NaN: no bar
        Role role = Role::a;
        std::vector<double> half = {};  ///< ± around each value, drawn as a whisker; empty: none
    };
    /// Categories that have something in common: a diamond of this role above each of them.
    struct Mark {
        QString name;
        std::vector<int> categories;
        Role role = Role::text;
    };

    explicit BarChart(QWidget* parent = nullptr);
    ~BarChart() override;

    void setSeries(std::vector<Series> series);
    /// Labels below; empty: numbers from `firstIndex`.
    void setCategories(const QStringList& labels, int firstIndex = 0);
    void setUnit(const QString& unit);
    /// One line over all bars ("error there"), or one value per category.
    void setThreshold(std::optional<double> value, const QString& name = {});
    void setThresholds(std::vector<double> values, const QString& name);
    /// Bars of this category framed in another role (split, flip); −1: none.
    void setHighlight(int category, Role role = Role::bad);
    void setMarks(std::vector<Mark> marks);
    /// The categories are names in order: where only some have room the others are known.
    void setNamesInOrder(bool on);
    /// Values are shares of a whole: their axis is in per cent.
    void setShare(bool on);
    /// false: what the colours mean is said elsewhere.
    void setLegendShown(bool on);
    void setLog(bool on);
    /// Upper limit of the axis; without: from the data.
    void setMaximum(std::optional<double> maximum);
    /// Hides the value axis (tiny charts).
    void setValueAxis(bool on);

    int cursor() const { return m_cursor; }
    Table table() const override;
    QString describe() const override;

public Q_SLOTS:
    void setCursorCategory(int category);

Q_SIGNALS:
    void categoryHovered(int category);
    void categoryChosen(int category);

protected:
    void applyTheme() override;
    void applyLayout() override;
    bool moveCursor(int dx, int dy, Qt::KeyboardModifiers modifiers) override;
    bool moveCursorTo(bool start) override;
    void mouseAt(const QPoint& pos) override;
    void clickAt(const QPoint& pos) override;

private:
    void rebuild();
    bool isThin() const;
    void drawSteps(const Series& series, double thick);
    void drawMarks(double lower, double upper);
    void drawWhiskers(const Series& series, double shift);
    void choose(int category);
    int categoryAt(const QPoint& pos) const;
    int count() const;
    QString label(int category) const;

    struct Items;
    std::vector<Series> m_series;
    QStringList m_labels;
    int m_firstIndex = 0, m_cursor = -1, m_highlight = -1;
    Role m_highlightRole = Role::bad;
    QString m_unit, m_thresholdName;
    std::vector<Mark> m_marks;
    std::vector<double> m_thresholds;  ///< one: for all
    std::optional<double> m_maximum;
    bool m_share = false, m_log = false, m_valueAxis = true, m_legendShown = true, m_thin = false,
         m_names = false;
    std::unique_ptr<Items> m_items;
};

}  // namespace driftscope
