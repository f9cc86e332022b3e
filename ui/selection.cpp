// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/selection.h"

#include <algorithm>

namespace driftscope {

namespace {
constexpr const char* kFaces[] = {"all", "a", "b", "difference"};
}

Selection::Selection(QObject* parent) : QObject(parent) {}

void Selection::setLayer(int layer) {
    if (layer == m_layer) return;
    m_layer = layer;
    Q_EMIT layerChanged(layer);
    if (m_site.layer >= 0 && m_site.layer != layer) {
        m_site.layer = layer;
        Q_EMIT siteChanged(m_site);
    }
    Q_EMIT changed();
}

void Selection::setHead(int head) {
    if (head == m_head) return;
    m_head = head;
    Q_EMIT headChanged(head);
    Q_EMIT changed();
}

void Selection::setPos(int pos) {
    if (pos == m_pos) return;
    m_pos = pos;
    Q_EMIT posChanged(pos);
    Q_EMIT changed();
}

void Selection::setKeyPos(int pos) {
    if (pos == m_keyPos) return;
    m_keyPos = pos;
    Q_EMIT keyPosChanged(pos);
    Q_EMIT changed();
}

void Selection::setSite(const Site& site) { goTo(site, m_pos); }

void Selection::setExpert(int expert) {
    if (expert == m_expert) return;
    m_expert = expert;
    Q_EMIT expertChanged(expert);
    Q_EMIT changed();
}

void Selection::setStep(int step) {
    if (step == m_step) return;
    m_step = step;
    Q_EMIT stepChanged(step);
    Q_EMIT changed();
}

void Selection::setFace(Face face) {
    if (face == m_face) return;
    m_face = face;
    Q_EMIT faceChanged(face);
    Q_EMIT changed();
}

void Selection::flipFace() { setFace(static_cast<Face>((static_cast<int>(m_face) + 1) % 4)); }

void Selection::goTo(const Site& site, int pos) {
    const bool newSite = site != m_site, newPos = pos != m_pos;
    const bool newLayer = site.layer >= 0 && site.layer != m_layer;
    if (!newSite && !newPos && !newLayer) return;
    m_site = site;
    m_pos = pos;
    if (newLayer) m_layer = site.layer;
    if (newLayer) Q_EMIT layerChanged(m_layer);
    if (newSite) Q_EMIT siteChanged(m_site);
    if (newPos) Q_EMIT posChanged(m_pos);
    Q_EMIT changed();
}

void Selection::clampTo(const Comparison& comparison) {
    const auto bounded = [](int value, int count) {
        return std::clamp(value, 0, std::max(0, count - 1));
    };
    const int layer = bounded(m_layer, comparison.n_layers);
    const int tokens = static_cast<int>(comparison.tokens.size());
    setLayer(layer);
    setHead(bounded(m_head, comparison.n_heads));
    Site site = m_site;
    if (site.layer >= 0) site.layer = layer;
    goTo(site, bounded(m_pos, tokens));
    setKeyPos(bounded(m_keyPos, tokens));
    setExpert(comparison.routing && m_expert < comparison.routing->n_experts ? m_expert : -1);
    size_t steps = 0;
    if (comparison.generation) {
        steps =
            std::max(comparison.generation->a.steps.size(), comparison.generation->b.steps.size());
    }
    setStep(bounded(m_step, static_cast<int>(steps)));
}

QJsonObject Selection::save() const {
    return {{QStringLiteral("layer"), m_layer},
            {QStringLiteral("head"), m_head},
            {QStringLiteral("pos"), m_pos},
            {QStringLiteral("keyPos"), m_keyPos},
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
    setLayer(number("layer", m_layer, 0));
    setHead(number("head", m_head, 0));
    const QString name = state.value(QLatin1String("site")).toString();
    goTo(parse_site(name.toStdString()).value_or(m_site), number("pos", m_pos, 0));
    setKeyPos(number("keyPos", m_keyPos, 0));
    setExpert(number("expert", m_expert, -1));
    setStep(number("step", m_step, 0));
    const QString face = state.value(QLatin1String("face")).toString();
    for (int i = 0; i < 4; ++i) {
        if (face == QLatin1String(kFaces[i])) setFace(static_cast<Face>(i));
    }
}

}  // namespace driftscope
