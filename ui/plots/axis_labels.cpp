// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/axis_labels.h"

#include <algorithm>
#include <cmath>

#include "ui/plots/token_axis.h"
#include "ui/plots/value_ticker.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"

namespace driftscope {

namespace {
constexpr int kLabelLimit = 72, kLowChart = 150;
constexpr int kLeastLabelled = 38, kTwoLines = 64;  // pixels high: labels of one line, of two
constexpr int kNarrowCell = 36;                     // pixels that a name in two lines needs

/// Numbers that are not those of the places themselves (middles of bins, positions in strides,
/// powers); the last may be a word for all above.
bool areValues(const QStringList& labels, int first) {
    if (labels.size() < 2 || labels[1] == QString::number(first + 1)) return false;
    return std::all_of(labels.begin(), labels.end() - 1, [](const QString& label) {
        return !label.isEmpty() && std::all_of(label.begin(), label.end(), [](QChar c) {
            return c.isDigit() || QStringLiteral(".e+-−½^").contains(c);
        });
    });
}

/// Names upright in cells of `room` pixels: in two lines at the blank that halves them best, what
/// is too long still cut.
QString inTwoLines(const QString& name, const QFontMetrics& metrics, int room) {
    qsizetype at = -1;
    for (qsizetype i = name.indexOf(u' '); i >= 0; i = name.indexOf(u' ', i + 1)) {
        if (at < 0 || std::abs(2 * i - name.size()) < std::abs(2 * at - name.size())) at = i;
    }
    if (at < 0) return elided(name, metrics, room);
    return elided(name.left(at), metrics, room) + u'\n' + elided(name.mid(at + 1), metrics, room);
}

}  // namespace

void labelAxis(QCPAxis* axis, QCPAxisTickerText& ticker, const QStringList& labels, int count,
               int first, QSize size, bool names) {
    ticker.clear();
    if (count <= 0) return;
    const QFontMetrics metrics(axis->tickLabelFont());
    const double cell = double(std::max(1, size.width())) / count;
    int widest = metrics.horizontalAdvance(QString::number(first + count - 1));
    for (const QString& label : labels) widest = std::max(widest, metrics.horizontalAdvance(label));
    const bool fits = labels.isEmpty() || widest + 6 <= cell;
    const bool low = !fits && size.height() < kLowChart;
    if (low && !names && !areValues(labels, first)) {
        if (cell < kNarrowCell || size.height() < kTwoLines)
            return labelAxis(axis, ticker, {}, count, first, size);
        axis->setTickLabelRotation(0);
        for (int i = 0; i < count; ++i)
            ticker.addTick(i, inTwoLines(labels.value(i), metrics, static_cast<int>(cell) - 2));
        return;
    }
    const bool upright = fits || low;
    axis->setTickLabelRotation(upright ? 0 : -90);
    const double need = upright ? widest + 8 : metrics.height() - 1;
    int step = std::max(1, static_cast<int>(std::ceil(need / cell)));
    if (!labels.isEmpty() && thinsOut(count, step) && !areValues(labels, first))
        return labelAxis(axis, ticker, {}, count, first, size);
    if (labels.isEmpty()) step = roundStep(step);
    const int start = labels.isEmpty() ? (step - first % step) % step : 0;
    for (int i = start; i < count; i += step) {
        const QString text = labels.isEmpty() ? QString::number(first + i) : labels.value(i);
        ticker.addTick(i, leftToRight(upright ? elided(text, metrics, kLabelLimit)
                                              : TokenAxis::fitted(text, metrics, kLabelLimit)));
    }
}

int roundStep(int least) {
    for (int power = 1;; power *= 10)
        for (const int digit : {1, 2, 5})
            if (digit * power >= least) return digit * power;
}

bool thinsOut(int count, int step) { return count > 200 && step > 4; }

void styleValueAxis(QCPAxis* axis, bool log, int height, bool share) {
    axis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    // Hundreds as 500, not as 5·10²; powers from 10⁴ on.
    const int most = std::clamp(height / 36, 2, 5);
    axis->setTicker(QSharedPointer<ValueTicker>::create(axis, log, most, share));
    axis->setNumberFormat(QStringLiteral("gb"));
    axis->setNumberPrecision(4);
}

bool makeRoom(QCPAxisRect* rect, int height, int right, bool numbers) {
    const QFontMetrics metrics(rect->axis(QCPAxis::atLeft)->tickLabelFont());
    constexpr int kHalfMark = 4;
    const int half = numbers ? metrics.height() / 2 + 2 : kHalfMark;
    const bool labelled = height >= kLeastLabelled;
    rect->setMinimumMargins(QMargins(1, half, right, labelled || !numbers ? 1 : half));
    return labelled;
}

}  // namespace driftscope
