// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/question.h"
#include "core/data/sweep.h"

namespace driftscope {

struct OpenModel {
    std::string folder;
};
struct TokenizeText {
    std::string model, text;
};
/// One head of a comparison; `request` repeats the comparison should the engine have dropped it.
struct ShowAttention {
    uint64_t comparison = 0;
    int layer = 0, head = 0;
    CompareRequest request;
};
/// One site's values of a comparison; made again likewise.
struct ShowValues {
    uint64_t comparison = 0;
    Site site;
    CompareRequest request;
};
/// What one view wants to know; `request` likewise. A weight has no comparison: 0.
struct AskQuestion {
    uint64_t comparison = 0;
    Question question;
    CompareRequest request;
};
using Work = std::variant<OpenModel, TokenizeText, ShowAttention, ShowValues, AskQuestion,
                          CompareRequest, SweepRequest>;

/// What the worker takes from the queue.
struct Job {
    uint64_t id = 0;
    std::string tag;
    Work work;
    std::stop_token stop;
};

/// Requests for the one thread that owns the engine. Newest wins: a request replaces those of its
/// tag that wait, and stops the one of its tag that runs. Requests with an urgent tag go first.
/// Every function may be called from any thread; none blocks.
class RequestQueue {
public:
    /// @param urgent tags served before all others (short questions about a finished result)
    explicit RequestQueue(std::vector<std::string> urgent = {});

    /// Adds a request and returns its id; ids grow. 0 when the queue is closed.
    uint64_t push(const std::string& tag, Work work);
    /// The next job, which then counts as running until finish(); empty when there is none.
    std::optional<Job> take();
    void finish(uint64_t id);
    /// Drops what waits under the tag and stops what runs under it. Returns the id of the dropped
    /// one, 0 when none waited: no worker will ever speak of it.
    uint64_t cancel(const std::string& tag);
    /// Drops and stops everything; later pushes are refused.
    void close();

    /// Id of the newest request of the tag, 0 before the first: results of older ones are stale.
    uint64_t newest(const std::string& tag) const;
    bool busy() const;

private:
    struct Waiting {
        uint64_t id = 0;
        std::string tag;
        Work work;
    };
    uint64_t dropWaiting(const std::string& tag);
    bool isUrgent(const std::string& tag) const;

    mutable std::mutex m_mutex;
    std::vector<std::string> m_urgent;
    std::deque<Waiting> m_waiting;
    std::vector<std::pair<std::string, uint64_t>> m_newest;
    uint64_t m_lastId = 0;
    uint64_t m_runningId = 0;  ///< 0: none
    std::string m_runningTag;
    std::stop_source m_stop;
    bool m_closed = false;
};

}  // namespace driftscope
