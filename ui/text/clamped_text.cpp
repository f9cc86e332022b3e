// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/clamped_text.h"

#include <QFontMetrics>
#include <QStringList>
#include <QTextLayout>

namespace driftscope {

QString clampedToLines(const QString& text, const QFont& font, int width, int lines) {
    if (lines <= 0 || text.isEmpty()) return {};
    QTextLayout layout(text, font);
    layout.beginLayout();
    QStringList parts;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        const int start = line.textStart();
        if (static_cast<int>(parts.size()) + 1 == lines) {
            parts << QFontMetrics(font).elidedText(text.mid(start), Qt::ElideRight, width);
            break;
        }
        parts << text.mid(start, line.textLength()).trimmed();
    }
    layout.endLayout();
    return parts.join(u'\n');
}

}  // namespace driftscope
