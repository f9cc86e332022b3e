// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <string>

#include "app/output/compare_output.h"

namespace driftscope {

class MainWindow;

/// Writes everything that `compare --out` writes while the window lives on: one file or one set
/// of pictures at each turn of the event loop.
class ExportAll : public QObject {
    Q_OBJECT

public:
    ExportAll(MainWindow& window, ComparisonPtr comparison, const QString& folder);
    ~ExportAll() override;

    /// Begins, if it has not yet.
    /// @param attention  pattern of the head that selectFirstDivergence() chooses; may be null
    void start(const AttentionPtr& attention);

Q_SIGNALS:
    void finished();

private:
    void step();

    MainWindow& m_window;
    QString m_path;
    std::unique_ptr<OutputFolder> m_folder;
    std::unique_ptr<ComparisonWriter> m_writer;
    ComparisonPtr m_comparison;
    bool m_started = false;
};

}  // namespace driftscope
