// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/window_probe.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "app/engine_thread.h"
#include "ui/main_window.h"
#include "ui/plots/heatmap.h"
#include "ui/selection.h"

namespace driftscope {

namespace {

constexpr double kAnswerWithin = 50;  // ms: above that a person sees a stall
constexpr double kFrame = 1000.0 / 60;
constexpr int kMapSide = 4096, kFrames = 30;
const std::string kDtype;

double ms(const QElapsedTimer& time) { return static_cast<double>(time.nsecsElapsed()) * 1e-6; }

BenchRow row(const std::string& what, double value, double limit) {
    return {what, kDtype, value, "ms", limit, limit > 0 ? value / limit : 0};
}

/// Processor time of this thread: what it worked, whoever else has the machine.
double worked() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

/// Ticks as fast as the event loop lets it; the longest time between two ticks is the stall.
class StallMeter {
public:
    StallMeter() {
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, [this] { tick(); });
    }
    void start() {
        m_time.start();
        m_worked = worked();
        m_timer.start(1);
    }
    double longest() const { return m_longest; }
    /// The longest piece of our own work between two ticks.
    double longestWork() const { return m_longestWork; }

private:
    void tick() {
        const double now = worked();
        m_longest = std::max(m_longest, ms(m_time));
        m_longestWork = std::max(m_longestWork, now - m_worked);
        m_worked = now;
        m_time.start();
    }
    QTimer m_timer;
    QElapsedTimer m_time;
    double m_longest = 0, m_worked = 0, m_longestWork = 0;
};

/// A window and an engine, joined as the application joins them, without session and settings.
class Rig {
public:
    Rig(const EngineFactory& factory, const CompareRequest& request)
        : m_request(request), m_engine(factory) {
        using E = EngineWorker;
        const E* worker = m_engine.worker();
        connect(&E::comparisonArrived, [this](quint64, const ComparisonPtr& comparison) {
            if (!m_first) m_first = ms(m_since);
            m_window.setComparison(comparison);
        });
        connect(&E::progressed,
                [this](quint64, const Progress& progress) { m_window.setProgress(progress); });
        connect(&E::tokensArrived, [this](quint64, const std::vector<LiveToken>& tokens) {
            for (const LiveToken& token : tokens) m_window.addLiveToken(token);
        });
        connect(&E::attentionArrived,
                [this](quint64, const AttentionPtr& pair) { m_window.setAttention(pair); });
        connect(&E::failed, [this](quint64, const Error& error) { m_error = error; });
        connect(&E::jobFinished, [this](quint64 id) {
            if (id == m_compare) m_loop.quit();
        });
        QObject::connect(&m_window, &MainWindow::attentionNeeded, worker,
                         [this](quint64 id, int layer, int head) {
                             m_engine.submit(tag::attention,
                                             ShowAttention{id, layer, head, m_request});
                         });
        m_engine.start();
        m_window.resize(1440, 900);
        m_window.show();
        QCoreApplication::processEvents();
    }

    std::vector<BenchRow> run(std::stop_token stop) {
        const std::stop_callback cancel(stop, [this] { m_engine.cancel(tag::compare); });
        StallMeter stall;
        m_window.setRequest(m_request, false);
        m_window.setBusy(true);
        m_since.start();
        stall.start();
        m_compare = m_engine.submit(tag::compare, m_request);
        m_loop.exec();
        if (m_error) throw *m_error;
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "bench", "stopped");
        return {row("event loop", stall.longest(), kAnswerWithin),
                row("event loop work", stall.longestWork(), kAnswerWithin),
                row("first picture", m_first.value_or(0), 0)};
    }

private:
    template <class Signal, class Slot>
    void connect(Signal signal, Slot slot) {
        QObject::connect(m_engine.worker(), signal, &m_window, slot);
    }

    CompareRequest m_request;
    MainWindow m_window;
    QEventLoop m_loop;
    QElapsedTimer m_since;
    std::optional<double> m_first;
    std::optional<Error> m_error;
    quint64 m_compare = 0;
    EngineThread m_engine;  ///< last: its thread ends before what it talks to
};

std::vector<BenchRow> mapRows() {
    Grid grid(kMapSide, kMapSide);
    for (int r = 0; r < kMapSide; ++r) {
        for (int c = 0; c <= r; ++c) grid.at(r, c) = 1.0 / (1 + (r * 31 + c * 17) % 97);
    }
    Heatmap map;
    map.resize(900, 600);
    map.show();
    QCoreApplication::processEvents();
    QElapsedTimer time;
    time.start();
    map.setGrid(std::move(grid));  // as the views do: the numbers are shared, never copied
    map.repaint();
    QCoreApplication::processEvents();
    const double fill = ms(time);
    while (!map.isDrawn()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    map.repaint();
    const double picture = ms(time);
    std::vector<double> frames;
    for (int i = 0; i < kFrames; ++i) {
        time.start();
        map.setCursorCell(100 * i, 50 * i);
        map.repaint();
        QCoreApplication::processEvents();
        frames.push_back(ms(time));
    }
    std::vector<double> zooms;
    for (int i = 0; i < kFrames; ++i) {
        time.start();
        const int side = kMapSide / (1 + i % 6);
        map.setWindow(QRect(17 * i, 29 * i, side, side));
        map.repaint();
        QCoreApplication::processEvents();
        zooms.push_back(ms(time));
    }
    const auto median = [](std::vector<double>& times) {
        std::nth_element(times.begin(), times.begin() + kFrames / 2, times.end());
        return times[kFrames / 2];
    };
    return {row("map frame", median(frames), kFrame), row("map zoom", median(zooms), kAnswerWithin),
            row("map fill", fill, kAnswerWithin), row("map picture", picture, kAnswerWithin)};
}

}  // namespace

std::vector<BenchRow> probeWindow(const EngineFactory& factory, const CompareRequest& request,
                                  std::stop_token stop) {
    std::vector<BenchRow> rows = Rig(factory, request).run(stop);
    const std::vector<BenchRow> map = mapRows();
    rows.insert(rows.end(), map.begin(), map.end());
    return rows;
}

}  // namespace driftscope
