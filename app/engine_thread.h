// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>
#include <memory>
#include <string>

#include "app/engine_worker.h"

namespace driftscope {

/// The engine's own thread with its queue and worker. Requests go in here, results come out of
/// worker()'s signals. Its destructor stops the work and waits.
class EngineThread {
public:
    explicit EngineThread(EngineFactory factory);
    ~EngineThread();
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    /// Connect to its signals before start().
    EngineWorker* worker() const { return m_worker; }
    void start();
    /// Queues the work and returns its id; 0 after shutDown().
    quint64 submit(const std::string& tag, Work work);
    /// Stops what runs under the tag and drops what waits; the worker's signals say of either that
    /// it was cancelled and is finished.
    void cancel(const std::string& tag);
    /// Whether the id is of the newest request of its tag.
    bool isNewest(const std::string& tag, quint64 id) const {
        return id != 0 && m_queue->newest(tag) == id;
    }
    /// Stops the work and waits for the thread; false: it still runs after that many ms.
    bool shutDown(int waitMs);

private:
    std::shared_ptr<RequestQueue> m_queue;
    QThread m_thread;
    EngineWorker* m_worker;  ///< lives in m_thread and ends with it
};

}  // namespace driftscope
