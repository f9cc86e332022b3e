// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/token_text.h"

#include <algorithm>

#include <QChar>
#include <QCoreApplication>
#include <QRegularExpression>

#include "ui/text/number_format.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("token_text", text); }

QString hex(uint code, int digits) {
    return QString::number(code, 16).toUpper().rightJustified(digits, u'0');
}

/// Length of the valid UTF-8 character at the start, 0 when there is none; its code in `code`.
size_t validLength(std::string_view bytes, char32_t& code) {
    const auto byte = [&bytes](size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return code = first, 1;
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
    code = first & (0xff >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
        code = (code << 6) | (byte(i) & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool outside = code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
    return overlong || outside ? 0 : length;
}

bool isHidden(char32_t code) {
    const QChar::Category category = QChar::category(code);
    // Joiners shape Indic scripts and emoji; a lone one is still worth seeing.
    return category == QChar::Other_Control || category == QChar::Other_Format ||
           category == QChar::Separator_Line || category == QChar::Separator_Paragraph ||
           category == QChar::Other_NotAssigned || category == QChar::Other_PrivateUse ||
           code == 0xfeff;
}

QString visible(std::string_view piece, bool marks) {
    QString text;
    while (!piece.empty()) {
        char32_t code = 0;
        const size_t length = validLength(piece, code);
        if (length == 0) {
            const auto byte = static_cast<unsigned char>(piece[0]);
            text += QStringLiteral("<0x%1>").arg(hex(byte, 2));
            piece.remove_prefix(1);
            continue;
        }
        if (code == U' ') {
            text += marks ? QChar(0x00b7) : QChar(u' ');
        } else if (code == U'\n') {
            text += QChar(0x23ce);
            if (!marks) text += u'\n';
        } else if (code == U'\t') {
            text += marks ? QChar(0x21e5) : QChar(u'\t');
        } else if (isHidden(code)) {
            text += QStringLiteral("<U+%1>").arg(hex(code, 4));
        } else {
            text += QString::fromUcs4(&code, 1);
        }
        piece.remove_prefix(length);
    }
    return text;
}

bool isRightToLeft(const QString& text) {
    return std::any_of(text.begin(), text.end(), [](QChar c) {
        return c.direction() == QChar::DirR || c.direction() == QChar::DirAL;
    });
}

}  // namespace

QString tokenText(std::string_view piece) {
    return piece.empty() ? QString(QChar(0x2205)) : visible(piece, true);
}

QString plainText(std::string_view piece) { return visible(piece, false); }

QString tokenAt(const Comparison& comparison, int pos) {
    if (pos < 0 || pos >= static_cast<int>(comparison.tokens.size())) return {};
    const std::string& piece = comparison.tokens[static_cast<size_t>(pos)].piece;
    return QStringLiteral("“%1” %2").arg(isolated(tokenText(piece)), QString::number(pos));
}

QStringList tokenTexts(const Comparison& comparison) {
    QStringList texts;
    for (const TokenInfo& token : comparison.tokens) texts << tokenText(token.piece);
    return texts;
}

QString elided(const QString& text, const QFontMetricsF& metrics, double width) {
    if (metrics.horizontalAdvance(text) <= width) return text;
    static const QRegularExpression run(QStringLiteral("(?:<0x[0-9A-F]{2}>)+"));
    QString shorter;
    qsizetype from = 0;
    for (auto found = run.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch one = found.next();
        shorter += text.mid(from, one.capturedStart() - from) + u'<';
        for (qsizetype at = one.capturedStart(); at < one.capturedEnd(); at += 6)
            shorter += text.mid(at + 3, 2);
        shorter += u'>';
        from = one.capturedEnd();
    }
    return metrics.elidedText(shorter + text.mid(from), Qt::ElideRight, width);
}

QString isolated(const QString& text) {
    return isRightToLeft(text) ? QChar(0x2066) + text + QChar(0x2069) : text;
}

QString leftToRight(const QString& text) {
    return isRightToLeft(text) ? QChar(0x200e) + text : text;
}

QString tokenTip(const TokenInfo& token, int pos) {
    QStringList bytes;
    for (const char c : std::string_view(token.piece).substr(0, 32)) {
        bytes << hex(static_cast<unsigned char>(c), 2);
    }
    if (token.piece.size() > 32) bytes << QStringLiteral("…");
    QString text = tr("position %1 · id %2").arg(pos).arg(token.id);
    if (token.special) text += tr(" · special");
    if (token.generated) text += tr(" · generated by A");
    return QStringLiteral("%1\n%2\n%3")
        .arg(isolated(tokenText(token.piece)), text, tr("bytes %1").arg(bytes.join(u' ')));
}

}  // namespace driftscope
