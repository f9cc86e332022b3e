// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include "core/data/progress.h"
#include "ui/view.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace driftscope {

/// Bottom line: what is under the pointer (else what is selected), what is being computed, what it
/// runs on.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setHover(const HoverInfo& info);
    void clearHover();
    /// What the line says while nothing is hovered.
    void setResting(const HoverInfo& info);
    /// For five seconds, or until the pointer says something.
    void showMessage(const QString& text);
    void setProvenance(const std::map<std::string, std::string>& provenance);
    /// Shown only when still busy after 150 ms.
    void setBusy(bool busy);
    void setProgress(const Progress& progress);

Q_SIGNALS:
    void cancelPressed();

private:
    void showProgress();
    void display(const HoverInfo& info);

    HoverInfo m_resting;
    bool m_hovered = false;
    QLabel *m_site, *m_where, *m_a, *m_b, *m_rest;  ///< the read-out
    QLabel *m_machine, *m_stage;                    ///< the first gives way to the second
    QProgressBar* m_bar;
    QToolButton* m_cancel;
    QTimer m_delay, m_message;
    Progress m_progress;
};

/// Stage names of the engine in words.
QString stageText(const std::string& stage);
/// The name of a BLAS and its kind of threads, without build flags.
QString shortBlas(const QString& blas);

}  // namespace driftscope
