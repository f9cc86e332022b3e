// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include "app/session.h"

namespace driftscope {

class MainWindow;

/// Knows which session the window shows: opens, saves, autosaves (some moments after the last
/// change), keeps the list of recent files and the person's layout.
class SessionKeeper : public QObject {
    Q_OBJECT

public:
    explicit SessionKeeper(MainWindow& window, QObject* parent = nullptr);
    ~SessionKeeper() override;

    /// Throws Error. Fills the window; its requestChanged follows.
    void open(const QString& path);
    /// Throws Error. Empty path: where it came from.
    void save(const QString& path);
    /// A finished comparison is in the window. Where the session's own was stored, they are
    /// compared.
    void takeNumbers(const Comparison& comparison);
    void setRuns(std::vector<NamedRun> runs);
    const std::vector<NamedRun>& runs() const { return m_session.runs; }
    /// Layout and theme as this person left them.
    void restoreLayout();
    /// At once what the timers would do.
    void flush();
    QStringList recentFiles() const;
    void addRecent(const QString& path);

public Q_SLOTS:
    void touch();  ///< something worth saving changed

private:
    void takeWindow();
    /// Writes beside the event loop: a slow disk holds nobody up.
    void autosave();
    void saveLayout() const;

    /// Numbers and the fingerprint of the request that gave them.
    struct Seen {
        std::string request;
        NumbersStamp numbers;
    };

    MainWindow& m_window;
    Session m_session;
    std::optional<Seen> m_stored;  ///< of the opened file, until they are computed anew
    std::optional<Seen> m_shown;
    QString m_path;  ///< empty: not saved yet
    QTimer m_timer;
    bool m_filling = false;
    QThreadPool m_writer;  ///< one thread: what is newer is written later
};

}  // namespace driftscope
