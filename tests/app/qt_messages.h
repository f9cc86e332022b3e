// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdio>

namespace driftscope {

/// What Qt complained of while takeMessage was the message handler.
inline QStringList g_complaints;

inline void takeMessage(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (type == QtDebugMsg || type == QtInfoMsg) return;
    if (text.startsWith(QLatin1String("This plugin does not support"))) return;  // offscreen itself
    if (type == QtFatalMsg) fprintf(stderr, "%s\n", qPrintable(text));
    g_complaints << text;
}

}  // namespace driftscope
