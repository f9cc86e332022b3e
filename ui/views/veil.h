// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace driftscope {

/// Lies over its parent and dims it while something newer is on its way.
class Veil : public QWidget {
    Q_OBJECT
public:
    explicit Veil(QWidget* parent);
    void cover(bool on);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace driftscope
