// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace driftscope {

/// The sentence of the verdict and its figures, in a place whose height never changes: the sentence
/// has what it needs, the figures the lines that are left, ended by "…" where they need more. The
/// tool tip says all.
class BannerWords : public QWidget {
    Q_OBJECT
public:
    explicit BannerWords(QWidget* parent = nullptr);

    /// `sentence` is rich text, `figures` plain, `details` for the tool tip.
    void setWords(const QString& sentence, const QString& figures, const QString& details);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void place();

    QLabel *m_sentence, *m_figures;
    QString m_wholeFigures;
};

}  // namespace driftscope
