// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <QCoreApplication>

namespace driftscope {

namespace {

constexpr QChar kMinus(0x2212), kThinSpace(0x202f), kInfinity(0x221e), kDash(0x2013);

QString tr(const char* text) { return QCoreApplication::translate("number_format", text); }

QString fixedText(double magnitude, int digits) {
    const int before = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
    const int after = std::max(0, digits - before);
    return QString::number(magnitude, 'f', after);
}

QString magnitudeText(double magnitude, int digits) {
    if (magnitude == 0) return QStringLiteral("0");
    if (magnitude < 0.01 || magnitude >= 99999.5) {
        QString text = QString::number(magnitude, 'e', std::max(1, digits - 2));
        // "4.1e-03" to "4.1e-3", "1.0e+06" to "1.0e6".
        const qsizetype e = text.indexOf(u'e');
        return text.left(e + 1) + QString::number(text.mid(e + 1).toInt());
    }
    if (magnitude == std::floor(magnitude)) return QString::number(magnitude, 'f', 0);
    return fixedText(magnitude, digits);
}

}  // namespace

QString formatNumber(double value, int digits) {
    if (std::isnan(value)) return QString(kDash);
    const QString sign = value < 0 ? QString(kMinus) : QString();
    if (std::isinf(value)) return sign + kInfinity;
    return sign + magnitudeText(std::fabs(value), digits);
}

QString exact(double value) {
    if (std::isnan(value)) return QStringLiteral("nan");
    if (std::isinf(value)) return value < 0 ? QStringLiteral("-inf") : QStringLiteral("inf");
    char text[40];
    const auto result = std::to_chars(text, text + sizeof text, value);
    return QString::fromLatin1(text, result.ptr - text);
}

QString formatSigned(double value, int digits) {
    const QString text = formatNumber(value, digits);
    return value > 0 ? u'+' + text : text;
}

QString formatShare(double share) {
    if (std::isnan(share)) return QString(kDash);
    const double percent = 100 * share;
    QString text = QString::number(percent, 'f', percent > 99 || percent < 10 ? 1 : 0);
    if (text == QLatin1String("100.0") && share < 1) text = QStringLiteral("99.9");
    if (text == QLatin1String("0.0") && share > 0) return QStringLiteral("< 0.1 %");
    if (text.endsWith(QLatin1String(".0"))) text.chop(2);
    return text + QStringLiteral(" %");
}

QString formatCount(qint64 count) {
    QString text = QString::number(count < 0 ? -count : count);
    for (qsizetype i = text.size() - 3; i > 0; i -= 3) text.insert(i, kThinSpace);
    return count < 0 ? kMinus + text : text;
}

QString formatUlp(double ulp) {
    if (!std::isfinite(ulp)) return formatNumber(ulp) + QStringLiteral(" ulp");
    if (std::fabs(ulp) >= 1e9) return formatNumber(ulp, 3) + QStringLiteral(" ulp");
    const bool half = std::fabs(ulp) < 100 && ulp != std::floor(ulp);
    return (half ? formatNumber(ulp, 2) : formatCount(std::llround(ulp))) + QStringLiteral(" ulp");
}

QString formatBytes(qint64 bytes) {
    if (bytes < 1000) return tr("%1 B").arg(bytes);
    const char* units[] = {"%1 kB", "%1 MB", "%1 GB", "%1 TB"};
    double value = static_cast<double>(bytes) / 1000;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return tr(units[unit])
        .arg(value < 99.95 ? QString::number(value, 'f', value < 9.995 ? 1 : 0)
                           : QString::number(value, 'f', 0));
}

QString formatSeconds(double seconds) {
    if (!(seconds >= 0) || std::isinf(seconds)) return QString(kDash);
    if (seconds < 9.95) return tr("%1 s").arg(QString::number(seconds, 'f', 1));
    if (seconds < 90) return tr("%1 s").arg(std::lround(seconds));
    if (seconds < 90 * 60) return tr("%1 min").arg(std::lround(seconds / 60));
    return tr("%1 h").arg(std::lround(seconds / 3600));
}

}  // namespace driftscope
