// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/offscreen_gui.h"

#include <QApplication>
#include <QStyleFactory>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>

namespace driftscope {

void prepareGuiProcess() {
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) ::setenv("LC_ALL", "C.UTF-8", 1);
}

OffscreenGui::OffscreenGui() {
    if (QCoreApplication::instance()) return;
    prepareGuiProcess();
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    static int count = 1;
    static char name[] = "driftscope";
    static char* words[] = {name, nullptr};
    m_application = std::make_unique<QApplication>(count, words);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
}

OffscreenGui::~OffscreenGui() = default;

}  // namespace driftscope
