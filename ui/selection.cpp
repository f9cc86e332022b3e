// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/selection.h"

#include <algorithm>

namespace driftscope {

namespace {
constexpr const char* kFaces[] = {"all", "a", "b", "difference"};
}

int Selection::Bounded::now() const {
    return count < 0 ? asked : std::clamp(asked, 0, std::max(0, count - 1));
}

Selection::Selection(QObject* parent) : QObject(parent) {}

Selection::Seen Selection::seen() const {
    return {layer(), head(), pos(), keyPos(), m_expert, m_step, m_site, m_face};
}

void Selection::announce(const Seen& before) {
    if (m_site.layer >= 0) m_site.layer = layer();
    const Seen now = seen();
    if (now == before) return;
    if (now.layer != before.layer) Q_EMIT layerChanged(now.layer);
    if (now.head != before.head) Q_EMIT headChanged(now.head);
    if (now.site != before.site) Q_EMIT siteChanged(now.site);
    if (now.pos != before.pos) Q_EMIT posChanged(now.pos);
    if (now.keyPos != before.keyPos) Q_EMIT keyPosChanged(now.keyPos);
    if (now.expert != before.expert) Q_EMIT expertChanged(now.expert);
    if (now.step != before.step) Q_EMIT stepChanged(now.step);
    if (now.face != before.face) Q_EMIT faceChanged(now.face);
    Q_EMIT changed();
}

void Selection::setLayer(int layer) {
    const Seen before = seen();
    m_layer.asked = layer;
    announce(before);
}

void Selection::setHead(int head) {
    const Seen before = seen();
    m_head.asked = head;
    announce(before);
}

void Selection::setPos(int pos) {
    const Seen before = seen();
    m_pos.asked = pos;
    announce(before);
}

void Selection::setKeyPos(int pos) {
    const Seen before = seen();
    m_keyPos.asked = pos;
    announce(before);
}

void Selection::setSite(const Site& site) { goTo(site, m_pos.asked); }

void Selection::setExpert(int expert) {
    const Seen before = seen();
    m_expert = expert;
    announce(before);
}

void Selection::setStep(int step) {
    const Seen before = seen();
    m_step = step;
    announce(before);
}

void Selection::setFace(Face face) {
    const Seen before = seen();
    m_face = face;
    announce(before);
}

void Selection::flipFace() { setFace(static_cast<Face>((static_cast<int>(m_face) + 1) % 4)); }

void Selection::goTo(const Site& site, int pos) {
    const Seen before = seen();
    m_site = site;
    m_pos.asked = pos;
    if (site.layer >= 0) m_layer.asked = site.layer;
    announce(before);
}

void Selection::clampTo(const Comparison& comparison) {
    const Seen before = seen();
    m_layer.count = comparison.n_layers;
    m_head.count = comparison.n_heads;
    m_pos.count = m_keyPos.count = static_cast<int>(comparison.tokens.size());
    // What has not arrived yet bounds nothing.
    const bool whole = comparison.complete;
    if (comparison.routing || whole) {
        const int experts = comparison.routing ? comparison.routing->n_experts : 0;
        if (m_expert >= experts) m_expert = -1;
    }
    if (comparison.generation || whole) {
        size_t steps = 0;
        if (const auto& made = comparison.generation) {
            steps = std::max(made->a.steps.size(), made->b.steps.size());
        }
        m_step = std::clamp(m_step, 0, std::max(0, static_cast<int>(steps) - 1));
    }
    announce(before);
}

QJsonObject Selection::save() const {
    return {{QStringLiteral("layer"), layer()},
            {QStringLiteral("head"), head()},
            {QStringLiteral("pos"), pos()},
            {QStringLiteral("keyPos"), keyPos()},
            {QStringLiteral("site"), QString::fromStdString(to_string(m_site))},
            {QStringLiteral("expert"), m_expert},
            {QStringLiteral("step"), m_step},
            {QStringLiteral("face"), QLatin1String(kFaces[static_cast<int>(m_face)])}};
}

void Selection::restore(const QJsonObject& state) {
    // Whatever a file says, coordinates are never negative.
    const auto number = [&state](const char* key, int fallback, int low) {
        return std::max(low, state.value(QLatin1String(key)).toInt(fallback));
    };
    setLayer(number("layer", m_layer.asked, 0));
    setHead(number("head", m_head.asked, 0));
    const QString name = state.value(QLatin1String("site")).toString();
    goTo(parse_site(name.toStdString()).value_or(m_site), number("pos", m_pos.asked, 0));
    setKeyPos(number("keyPos", m_keyPos.asked, 0));
    setExpert(number("expert", m_expert, -1));
    setStep(number("step", m_step, 0));
    const QString face = state.value(QLatin1String("face")).toString();
    for (int i = 0; i < 4; ++i) {
        if (face == QLatin1String(kFaces[i])) setFace(static_cast<Face>(i));
    }
}

}  // namespace driftscope
