// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_thread.h"

#include <utility>

#include "ui/view_registry.h"

namespace driftscope {

namespace {

/// Short questions about what is there: they go before a long run that waits.
std::vector<std::string> urgentTags() {
    std::vector<std::string> tags{tag::openA, tag::openB, tag::tokenize, tag::attention};
    for (const ViewSpec& spec : allViews()) {
        tags.push_back(tag::valuesFor(spec.id.toStdString()));
        tags.push_back(tag::questionOf(spec.id.toStdString()));
    }
    return tags;
}

}  // namespace

EngineThread::EngineThread(EngineFactory factory)
    : m_queue(std::make_shared<RequestQueue>(urgentTags())),
      m_worker(new EngineWorker(std::move(factory), m_queue)) {
    m_thread.setObjectName(QStringLiteral("engine"));
    m_worker->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::started, m_worker, &EngineWorker::start);
    QObject::connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
}

EngineThread::~EngineThread() {
    const bool started = m_thread.isRunning() || m_thread.isFinished();
    shutDown(-1);
    if (!started) delete m_worker;
}

void EngineThread::start() { m_thread.start(); }

quint64 EngineThread::submit(const std::string& tag, Work work) {
    const quint64 id = m_queue->push(tag, std::move(work));
    if (id != 0) QMetaObject::invokeMethod(m_worker, &EngineWorker::work, Qt::QueuedConnection);
    return id;
}

void EngineThread::cancel(const std::string& tag) {
    const quint64 dropped = m_queue->cancel(tag);
    if (dropped == 0) return;
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, dropped] {
            Q_EMIT worker->cancelled(dropped);
            Q_EMIT worker->jobFinished(dropped);
        },
        Qt::QueuedConnection);
}

bool EngineThread::shutDown(int waitMs) {
    m_queue->close();
    m_thread.quit();
    return waitMs < 0 ? m_thread.wait() : m_thread.wait(QDeadlineTimer(waitMs));
}

}  // namespace driftscope
