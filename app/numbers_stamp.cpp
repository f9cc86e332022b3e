// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/numbers_stamp.h"

#include <QCoreApplication>
#include <QStringList>
#include <bit>
#include <cmath>
#include <cstdint>

#include "core/data/sha256.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("numbers_stamp", text); }

void put(Sha256& sum, uint64_t bits) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> (8 * i) & 0xff);
    sum.update({bytes, sizeof bytes});
}

/// All NaN are one: which of their bits are set depends on the kernel.
void put(Sha256& sum, double value) {
    put(sum, std::isnan(value) ? uint64_t{0x7ff8000000000000} : std::bit_cast<uint64_t>(value));
}

void put(Sha256& sum, const std::vector<double>& values) {
    put(sum, static_cast<uint64_t>(values.size()));
    for (const double value : values) put(sum, value);
}

void put(Sha256& sum, const GeneratedText& text) {
    put(sum, static_cast<uint64_t>(text.steps.size()));
    for (const GenerationStep& step : text.steps) {
        put(sum, static_cast<uint64_t>(static_cast<uint32_t>(step.id)));
        put(sum, step.logprob);
    }
}

/// "loss A 1.25 → 1.5"; nothing where both are the same number.
void addMove(QStringList& moves, const QString& what, double before, double now) {
    if (before == now || (std::isnan(before) && std::isnan(now))) return;
    moves << QStringLiteral("%1 %2 → %3").arg(what, exact(before), exact(now));
}

}  // namespace

NumbersStamp stampOf(const Comparison& c) {
    Sha256 sum;
    sum.update(to_string(c.verdict.kind));
    for (const SiteMetrics& site : c.sites) {
        sum.update(to_string(site.site));
        for (const double value : {site.exact, site.max_abs, site.rel_l2, site.max_ulp})
            put(sum, value);
        put(sum, site.by_pos);
    }
    for (const auto* values : {&c.logits.kl_ab, &c.logits.loss_a, &c.logits.loss_b})
        put(sum, *values);
    if (c.generation) {
        put(sum, c.generation->a);
        put(sum, c.generation->b);
    }
    return {sum.hex(), to_string(c.verdict.kind), c.a.loss, c.b.loss, c.logits.max_kl};
}

QString numbersDifference(const NumbersStamp& stored, const NumbersStamp& now) {
    if (stored.digest == now.digest) return {};
    QStringList moves;
    if (stored.verdict != now.verdict) {
        moves << tr("verdict %1 → %2")
                     .arg(QString::fromStdString(stored.verdict),
                          QString::fromStdString(now.verdict));
    }
    addMove(moves, tr("loss A"), stored.lossA, now.lossA);
    addMove(moves, tr("loss B"), stored.lossB, now.lossB);
    addMove(moves, tr("largest KL"), stored.maxKl, now.maxKl);
    return tr("The numbers are not those that the session was saved with: %1")
        .arg(moves.isEmpty() ? tr("single values inside the blocks moved")
                             : moves.join(QStringLiteral(", ")));
}

}  // namespace driftscope
