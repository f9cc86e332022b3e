// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <QObject>
#include <QTimer>

namespace driftscope {

class View;

/// Hands what is new to the views: one piece for one view in each turn of the event loop, so that
/// a click or a key never waits for all of them; a view out of sight takes its news when it comes
/// into sight, and does not follow the selection until then.
class ViewFeed : public QObject {
    Q_OBJECT
public:
    enum class News { modelA, modelB, comparison, attention, values, answer, live };
    using Order = std::function<void(View&)>;

    explicit ViewFeed(QObject* parent = nullptr);

    /// Out of sight until setInSight() says otherwise.
    void add(View* view);
    /// For every view, or for one. Takes the place of waiting news of its kind; a comparison also
    /// of those that belong to the one before. Live tokens add up.
    void post(News news, const Order& order, const View* only = nullptr);
    void setInSight(View* view, bool on);
    /// Gives the view all that waits for it, now.
    void settle(View* view);
    /// Whether nothing waits for views in sight.
    bool isSettled() const;

private:
    struct Reader {
        View* view = nullptr;
        bool inSight = false;
        std::vector<std::pair<News, Order>> waiting;
    };
    Reader* find(const View* view);
    void next();
    static void giveFirst(Reader& reader);

    std::vector<Reader> m_readers;
    QTimer m_turn;
};

}  // namespace driftscope
