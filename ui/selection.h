// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QObject>

#include "core/data/comparison.h"
#include "core/data/site.h"

namespace driftscope {

/// Which picture a view with three faces shows; `all` puts them side by side.
enum class Face { all, a, b, difference };

/// What is looked at. One object, shared: views write to it and follow it, never call each other.
/// Once clampTo() has been called, layer, head and positions lie inside that comparison, whatever
/// is asked for (a view may still show the one before); what was asked for is kept and comes back
/// with a comparison that has room for it.
class Selection : public QObject {
    Q_OBJECT
public:
    explicit Selection(QObject* parent = nullptr);

    int layer() const { return m_layer.now(); }
    int head() const { return m_head.now(); }
    int pos() const { return m_pos.now(); }  ///< query position, index into Comparison::tokens
    int keyPos() const { return m_keyPos.now(); }  ///< key position of attention
    Site site() const { return m_site; }
    int expert() const { return m_expert; }  ///< −1: none
    int step() const { return m_step; }      ///< generated token, 0 = the first new one
    Face face() const { return m_face; }

    /// Takes the bounds of `comparison`, for every field now and for later orders.
    void clampTo(const Comparison& comparison);

    QJsonObject save() const;
    void restore(const QJsonObject& state);

public Q_SLOTS:
    void setLayer(int layer);
    void setHead(int head);
    void setPos(int pos);
    void setKeyPos(int pos);
    /// Also moves the layer where the site has one.
    void setSite(const driftscope::Site& site);
    void setExpert(int expert);
    void setStep(int step);
    void setFace(driftscope::Face face);
    /// all → A → B → difference → all.
    void flipFace();
    /// Site and position at once: one `changed`.
    void goTo(const driftscope::Site& site, int pos);

Q_SIGNALS:
    void layerChanged(int layer);
    void headChanged(int head);
    void posChanged(int pos);
    void keyPosChanged(int pos);
    void siteChanged(const driftscope::Site& site);
    void expertChanged(int expert);
    void stepChanged(int step);
    void faceChanged(driftscope::Face face);
    /// After any of the above, once per order given.
    void changed();

private:
    /// A coordinate: what was asked for, and that inside 0 … count−1. No count: no bound.
    struct Bounded {
        int asked = 0, count = -1;
        int now() const;
    };
    /// Every field as it is read.
    struct Seen {
        int layer, head, pos, keyPos, expert, step;
        Site site;
        Face face;
        bool operator==(const Seen&) const = default;
    };
    Seen seen() const;
    /// Emits what differs from `before`, and `changed` once.
    void announce(const Seen& before);

    Bounded m_layer, m_head, m_pos, m_keyPos;
    int m_expert = -1, m_step = 0;
    Site m_site;
    Face m_face = Face::all;
};

}  // namespace driftscope
