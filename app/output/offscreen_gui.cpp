// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/offscreen_gui.h"

#include <langinfo.h>
#include <QApplication>
#include <QStyleFactory>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <string>

namespace driftscope {

void prepareGuiProcess() {
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) ::setenv("LC_ALL", "C.UTF-8", 1);
}

namespace {

QtMessageHandler inner = nullptr;

/// The offscreen platform says at every window what it cannot do; nobody asked it to.
void withoutChatter(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (!text.contains(QLatin1String("propagateSizeHints"))) inner(type, context, text);
}

}  // namespace

OffscreenGui::OffscreenGui(int scale) {
    if (QCoreApplication::instance()) return;
    prepareGuiProcess();
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    if (scale != 1) ::setenv("QT_SCALE_FACTOR", std::to_string(scale).c_str(), 1);
    static int count = 1;
    static char name[] = "driftscope";
    static char* words[] = {name, nullptr};
    inner = qInstallMessageHandler(withoutChatter);
    m_application = std::make_unique<QApplication>(count, words);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
}

OffscreenGui::~OffscreenGui() {
    if (m_application) qInstallMessageHandler(nullptr);
}

}  // namespace driftscope
