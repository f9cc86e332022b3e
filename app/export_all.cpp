// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_all.h"

#include <QTimer>
#include <utility>

#include "core/data/error.h"
#include "ui/main_window.h"

namespace driftscope {

ExportAll::ExportAll(MainWindow& window, ComparisonPtr comparison, const QString& folder)
    : m_window(window), m_path(folder), m_comparison(std::move(comparison)) {}

ExportAll::~ExportAll() = default;

void ExportAll::start(const AttentionPtr& attention) {
    if (std::exchange(m_started, true)) return;
    try {
        m_folder = std::make_unique<OutputFolder>(m_path.toStdString());
    } catch (const Error& error) {
        m_window.showError(QString::fromStdString(error.message()),
                           QString::fromStdString(error.where()),
                           QString::fromStdString(error.hint()));
        Q_EMIT finished();
        return;
    }
    const auto& all = outputFormats();
    m_writer = std::make_unique<ComparisonWriter>(
        m_comparison,
        [pair = attention](int layer, int head) {
            return pair && pair->layer == layer && pair->head == head ? pair : AttentionPtr();
        },
        std::set<std::string>(all.begin(), all.end()), *m_folder);
    m_window.showMessage(tr("Writing to %1 …").arg(m_path));
    QTimer::singleShot(0, this, &ExportAll::step);
}

void ExportAll::step() {
    bool more = false;
    m_window.setUpdatesEnabled(false);  // a step may draw in the other colour scheme
    try {
        more = m_writer->step();
        if (!more) {
            m_window.showMessage(
                tr("Written to %1, files: %2").arg(m_path).arg(m_folder->written().size()));
        }
    } catch (const Error& error) {
        m_window.showError(QString::fromStdString(error.message()),
                           QString::fromStdString(error.where()),
                           QString::fromStdString(error.hint()));
    }
    m_window.setUpdatesEnabled(true);
    if (more) {
        QTimer::singleShot(0, this, &ExportAll::step);
    } else {
        Q_EMIT finished();
    }
}

}  // namespace driftscope
