// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/labels.h"

namespace driftscope {

/// One line of text that ends in "…" where it has too little room; then the tool tip says it all.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(Look look, QWidget* parent = nullptr);
    /// Room for some letters.
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
};

}  // namespace driftscope
