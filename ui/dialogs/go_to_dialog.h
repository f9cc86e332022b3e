// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QDialog>

#include "core/data/comparison.h"
#include "core/data/site.h"

class QLabel;
class QLineEdit;

namespace driftscope {

/// A coordinate as typed: "blocks.2.attn.pattern 9 8" (position, key position) or "2.5" (layer,
/// head).
struct Coordinate {
    std::optional<Site> site;
    std::optional<int> layer, head, pos, keyPos;
};
/// Empty when the text is none, or outside of `comparison`; `problem` then says why.
std::optional<Coordinate> parseCoordinate(const QString& text, const Comparison* comparison,
                                          QString& problem);

/// Asks for a coordinate, with site names completed.
class GoToDialog : public QDialog {
    Q_OBJECT
public:
    GoToDialog(ComparisonPtr comparison, QWidget* parent);
    QString text() const;

private:
    void check();

    ComparisonPtr m_comparison;
    QLineEdit* m_edit;
    QLabel* m_problem;
};

}  // namespace driftscope
