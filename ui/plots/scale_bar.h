// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme.h"

namespace driftscope {

/// A thin colour bar with its limits: "0 ▮▮▮▮ 0.62 weight". In little room the bar gets short and
/// the unit stands in the tool tip only; a number is never cut.
class ScaleBar : public QWidget {
    Q_OBJECT
public:
    explicit ScaleBar(QWidget* parent = nullptr);

    void setScale(Gradient gradient, double low, double high, bool log);
    void setUnit(const QString& unit);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString lowText() const;
    QString highText(bool unit) const;
    int widthOf(int bar, bool unit) const;
    void showTip();

    Gradient m_gradient = Gradient::sequential;
    double m_low = 0, m_high = 1;
    bool m_log = false;
    QString m_unit;
};

}  // namespace driftscope
