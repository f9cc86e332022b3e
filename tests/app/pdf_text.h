// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace driftscope {

/// What a PDF written by Qt says: enough of PDF 1.4 to read pages and letters back.
class PdfText {
public:
    explicit PdfText(const QByteArray& file) {
        static const QRegularExpression object(QStringLiteral("(\\d+) 0 obj\\n(.*?)endobj"),
                                               QRegularExpression::DotMatchesEverythingOption);
        const QString bytes = QString::fromLatin1(file);
        for (const auto& match : object.globalMatch(bytes)) {
            m_objects[match.captured(1).toInt()] = match.captured(2);
        }
        for (const QString& body : std::as_const(m_objects)) {
            if (body.contains(QRegularExpression(QStringLiteral("/Type\\s*/Page\\b"))))
                readPage(body);
            if (body.contains(QLatin1String("/FontFile"))) ++m_fonts;
        }
    }
    int pages() const { return static_cast<int>(m_pages.size()); }
    /// Letters of a page without blanks, in the order they are drawn.
    QString page(int index) const { return m_pages.value(index); }
    QString all() const { return m_pages.join(u'\n'); }
    int embeddedFonts() const { return m_fonts; }
    /// Strokes and fills of all pages: what is drawn as lines.
    int paths() const { return m_paths; }

private:
    QByteArray stream(int number) const {
        const QString body = m_objects.value(number);
        const qsizetype begin = body.indexOf(QLatin1String("stream\n")),
                        end = body.lastIndexOf(QLatin1String("\nendstream"));
        if (begin < 0 || end < begin) return {};
        const QByteArray packed = body.mid(begin + 7, end - begin - 7).toLatin1();
        if (!body.left(begin).contains(QLatin1String("FlateDecode"))) return packed;
        const QByteArray largest("\x04\x00\x00\x00", 4);  // qUncompress wants a size first
        return qUncompress(largest + packed);
    }
    static int reference(const QString& body, const QString& key) {
        const QRegularExpression name(key + QStringLiteral("\\s+(\\d+) 0 R"));
        const auto match = name.match(body);
        return match.hasMatch() ? match.captured(1).toInt() : -1;
    }
    /// Glyph to letters, from the font's ToUnicode map.
    QMap<int, QString> letters(int font) const {
        QMap<int, QString> map;
        const QString cmap = QString::fromLatin1(
            stream(reference(m_objects.value(font), QStringLiteral("/ToUnicode"))));
        const auto letter = [](const QString& hex) {
            QString text;
            for (int i = 0; i + 3 < hex.size(); i += 4)
                text += QChar(hex.mid(i, 4).toUShort(nullptr, 16));
            return text;
        };
        static const QRegularExpression range(QStringLiteral(
            "<([0-9a-fA-F]+)>\\s*<([0-9a-fA-F]+)>\\s*(?:<([0-9a-fA-F]+)>|\\[([^\\]]*)\\])"));
        static const QRegularExpression block(QStringLiteral("beginbf(range|char)(.*?)endbf"),
                                              QRegularExpression::DotMatchesEverythingOption);
        static const QRegularExpression pair(
            QStringLiteral("<([0-9a-fA-F]+)>\\s*<([0-9a-fA-F]+)>"));
        static const QRegularExpression word(QStringLiteral("<([0-9a-fA-F]+)>"));
        for (const auto& part : block.globalMatch(cmap)) {
            if (part.captured(1) == QLatin1String("char")) {
                for (const auto& one : pair.globalMatch(part.captured(2)))
                    map[one.captured(1).toInt(nullptr, 16)] = letter(one.captured(2));
                continue;
            }
            for (const auto& one : range.globalMatch(part.captured(2))) {
                int glyph = one.captured(1).toInt(nullptr, 16);
                if (one.captured(4).isEmpty()) {
                    map[glyph] = letter(one.captured(3));
                    continue;
                }
                for (const auto& item : word.globalMatch(one.captured(4)))
                    map[glyph++] = letter(item.captured(1));
            }
        }
        return map;
    }
    void readPage(const QString& page) {
        const QString content =
            QString::fromLatin1(stream(reference(page, QStringLiteral("/Contents"))));
        const int named = reference(page, QStringLiteral("/Resources"));
        const QString resources = named >= 0 ? m_objects.value(named) : page;
        static const QRegularExpression fontName(QStringLiteral("/F(\\d+)\\s+(\\d+) 0 R"));
        QMap<QString, QMap<int, QString>> fonts;
        for (const auto& match : fontName.globalMatch(resources))
            fonts[match.captured(1)] = letters(match.captured(2).toInt());
        static const QRegularExpression token(QStringLiteral(
            "/F(\\d+)\\s+[-\\d.]+\\s+Tf|<([0-9a-fA-F]+)>|\\n(?:S|f\\*?|B\\*?)\\s*\\n"));
        QString text, font;
        for (const auto& match : token.globalMatch(content)) {
            if (!match.captured(1).isEmpty()) {
                font = match.captured(1);
            } else if (match.captured(2).isEmpty()) {
                ++m_paths;
            } else {
                const QString hex = match.captured(2);
                for (int i = 0; i + 3 < hex.size(); i += 4)
                    text += fonts[font].value(hex.mid(i, 4).toInt(nullptr, 16));
            }
        }
        text = text.normalized(QString::NormalizationForm_KC);  // a ligature is its letters
        m_pages << text.remove(QRegularExpression(QStringLiteral("\\s")));
    }

    QMap<int, QString> m_objects;
    QStringList m_pages;
    int m_fonts = 0, m_paths = 0;
};

}  // namespace driftscope
