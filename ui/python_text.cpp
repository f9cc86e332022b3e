// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/python_text.h"

#include "ui/text/number_format.h"

namespace driftscope {

namespace {

QString comment(QString text) {
    text.replace(u'\r', u' ');
    return QStringLiteral("# ") + text.replace(u'\n', QStringLiteral("\n#   ")) + u'\n';
}

QString list(const NpzArray& array) {
    QStringList items;
    if (const auto* numbers = std::get_if<std::vector<double>>(&array.values)) {
        for (const double value : *numbers) items << exact(value);
    } else if (const auto* whole = std::get_if<std::vector<int64_t>>(&array.values)) {
        for (const int64_t value : *whole) items << QString::number(value);
    } else {
        for (const QString& text : std::get<QStringList>(array.values)) items << pythonText(text);
    }
    QString text = QStringLiteral("np.array([") + items.join(QStringLiteral(", ")) + u']';
    if (std::holds_alternative<std::vector<double>>(array.values))
        text += QStringLiteral(", dtype=np.float64");
    text += u')';
    if (array.shape.size() == 1) return text;
    QStringList sizes;
    for (const int64_t size : array.shape) sizes << QString::number(size);
    return text + QStringLiteral(".reshape((%1))").arg(sizes.join(QStringLiteral(", ")));
}

}  // namespace

QString pythonText(const QString& text) {
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == u'\\' || c == u'"') {
            out += u'\\';
            out += c;
        } else if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0)) {
            out += QStringLiteral("\\x%1").arg(int(c.unicode()), 2, 16, QLatin1Char('0'));
        } else if (c.unicode() == 0x2028 || c.unicode() == 0x2029) {
            out += QStringLiteral("\\u%1").arg(int(c.unicode()), 4, 16, QLatin1Char('0'));
        } else {
            out += c;
        }
    }
    return out + u'"';
}

QString toPython(const QString& title, const std::vector<NpzArray>& arrays,
                 const Provenance& provenance, const QString& npzName) {
    QString text = comment(title);
    for (const auto& [key, value] : provenance) text += comment(key + QStringLiteral(": ") + value);
    text += QStringLiteral("import numpy as np\n\n");
    qsizetype values = 0;
    for (const NpzArray& array : arrays) {
        values += std::visit([](const auto& v) { return static_cast<qsizetype>(v.size()); },
                             array.values);
    }
    if (values > kMostInPython) {
        return text + QStringLiteral("# %1 values: export them as NPZ first\n").arg(values) +
               QStringLiteral("data = np.load(%1)\n").arg(pythonText(npzName));
    }
    text += QStringLiteral("nan, inf = float(\"nan\"), float(\"inf\")\ndata = {\n");
    for (const NpzArray& array : arrays) {
        text += QStringLiteral("    %1: %2,\n").arg(pythonText(array.name), list(array));
    }
    return text + QStringLiteral("}\n");
}

}  // namespace driftscope
