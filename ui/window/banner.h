// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/data/comparison.h"

class QLabel;
class QPushButton;

namespace driftscope {

class BannerWords;

/// The answer: loss of A and B, the verdict with its sentence and figures, the observer's proof,
/// what it cost, and the next key. Its height is the same whatever it says.
class Banner : public QWidget {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);

    void setComparison(const Comparison* comparison);
    /// A run goes on: the pill says so, and what stood there before stays; before the first answer
    /// the sentence says what is being done.
    void setBusy(bool busy);
    QString verdictText() const;

Q_SIGNALS:
    void firstDivergencePressed();

private:
    struct Figure {
        QWidget* box;
        QLabel *caption, *value;
    };
    Figure makeFigure(const QString& caption);
    QWidget* makeCosts();
    void showNothing();
    void showLosses(const Comparison& comparison);
    void showVerdict(const Comparison& comparison);
    void showCosts(const Comparison& comparison);

    QLabel *m_lossA, *m_lossB, *m_verdict;
    BannerWords* m_words;
    Figure m_observer;
    QLabel *m_speed = nullptr, *m_memory = nullptr;
    QPushButton* m_first;
    bool m_answered = false;  ///< a comparison stands in it
};

/// The mark of run A (square) or B (disc) with its letter, sized from the font.
class RunMark : public QWidget {
    Q_OBJECT
public:
    explicit RunMark(Side side, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Side m_side;
};

}  // namespace driftscope
