// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/view_feed.h"

#include <algorithm>

#include "ui/view.h"

namespace driftscope {

namespace {

/// Whether waiting news of kind `old` mean nothing any more once `now` comes.
bool replaces(ViewFeed::News now, ViewFeed::News old) {
    using N = ViewFeed::News;
    // Two sites may have been asked for; both answers are wanted.
    if (now == N::live || now == N::values || now == N::answer) return false;
    // An answer says what it answers, and may be of files.
    if (now == N::comparison) return old != N::modelA && old != N::modelB && old != N::answer;
    return now == old;
}

}  // namespace

ViewFeed::ViewFeed(QObject* parent) : QObject(parent) {
    m_turn.setSingleShot(true);
    m_turn.setInterval(0);
    connect(&m_turn, &QTimer::timeout, this, &ViewFeed::next);
}

void ViewFeed::add(View* view) {
    view->setAsleep(true);
    m_readers.push_back({view, false, {}});
}

void ViewFeed::post(News news, const Order& order, const View* only) {
    for (Reader& reader : m_readers) {
        if (only && reader.view != only) continue;
        std::erase_if(reader.waiting,
                      [news](const auto& one) { return replaces(news, one.first); });
        reader.waiting.emplace_back(news, order);
    }
    m_turn.start();
}

ViewFeed::Reader* ViewFeed::find(const View* view) {
    const auto found = std::find_if(m_readers.begin(), m_readers.end(),
                                    [view](const Reader& one) { return one.view == view; });
    return found == m_readers.end() ? nullptr : &*found;
}

void ViewFeed::setInSight(View* view, bool on) {
    Reader* reader = find(view);
    if (!reader) return;
    reader->inSight = on;
    if (!on) return view->setAsleep(true);
    if (reader->waiting.empty()) return view->setAsleep(false);
    m_turn.start();  // awake with its first news, not with a picture of the past
}

void ViewFeed::settle(View* view) {
    Reader* reader = find(view);
    if (!reader) return;
    while (!reader->waiting.empty()) giveFirst(*reader);
    view->setAsleep(false);  // takes the selection as it is now
    view->setAsleep(!reader->inSight);
}

bool ViewFeed::isSettled() const {
    return std::all_of(m_readers.begin(), m_readers.end(), [](const Reader& reader) {
        return !reader.inSight || reader.waiting.empty();
    });
}

/// An order may bring further news: it is out of the list before it runs.
void ViewFeed::giveFirst(Reader& reader) {
    const auto [news, order] = std::move(reader.waiting.front());
    reader.waiting.erase(reader.waiting.begin());
    order(*reader.view);
}

void ViewFeed::next() {
    for (Reader& reader : m_readers) {
        if (!reader.inSight || reader.waiting.empty()) continue;
        const bool live = reader.waiting.front().first == News::live;
        giveFirst(reader);
        while (live && !reader.waiting.empty() && reader.waiting.front().first == News::live) {
            giveFirst(reader);
        }
        if (reader.waiting.empty()) reader.view->setAsleep(false);
        break;
    }
    if (!isSettled()) m_turn.start();
}

}  // namespace driftscope
