// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_window.h"

#include <QApplication>
#include <QFileInfo>
#include <QStyleFactory>
#include <QTimer>
#include <cstdlib>

#include "app/application.h"
#include "app/output/offscreen_gui.h"
#include "app/session_file.h"
#include "app/start_mark.h"
#include "core/data/error.h"
#include "ui/language.h"

namespace driftscope {

namespace {

constexpr int kShutDownMs = 900;
constexpr int kOtherLanguage = 100;  ///< status of an event loop that ends to start in other words

/// Qt ends the process when no platform opens; "offscreen" as the last choice lets us say why.
void choosePlatforms() {
    if (qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) return;
    const bool wayland = qEnvironmentVariable("XDG_SESSION_TYPE") == QLatin1String("wayland") ||
                         qEnvironmentVariableIsEmpty("DISPLAY");
    qputenv("QT_QPA_PLATFORM", wayland ? "wayland;xcb;offscreen" : "xcb;wayland;offscreen");
}

[[noreturn]] void refuseWithoutDisplay() {
    throw Error(ErrorCode::unreadable, "display", "no window can be opened here",
                "start it on a desktop, or use 'driftscope compare … --out DIR' or "
                "'driftscope shots --out DIR', which need no display");
}

}  // namespace

int runWindow(const std::string& path, const EngineFactory& factory, std::stop_token interrupt) {
    const bool chosen = qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
    if (!chosen && qEnvironmentVariableIsEmpty("DISPLAY") &&
        qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")) {
        refuseWithoutDisplay();
    }
    prepareGuiProcess();
    choosePlatforms();
    static int count = 1;
    static char name[] = "driftscope";
    static char* words[] = {name, nullptr};
    QApplication gui(count, words);
    if (!chosen && QGuiApplication::platformName() == QLatin1String("offscreen")) {
        refuseWithoutDisplay();
    }
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QCoreApplication::setOrganizationName(QStringLiteral("driftscope"));
    QCoreApplication::setApplicationName(QStringLiteral("driftscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(DRIFTSCOPE_VERSION));
    StartMark mark;
    rotateAutosave();

    QString opened = QString::fromStdString(path);
    int status = kOtherLanguage;
    bool first = true;
    while (status == kOtherLanguage) {
        installLanguage(savedLanguage());
        Application application(factory);
        MainWindow& window = application.window();
        window.show();
        QObject::connect(&window, &MainWindow::languageChosen, &window,
                         [](const QString& language) {
                             if (language == savedLanguage()) return;
                             saveLanguage(language);
                             QCoreApplication::exit(kOtherLanguage);
                         });
        QTimer::singleShot(0, &application, [&] { application.open(opened); });
        if (first && mark.previousDied() && QFileInfo::exists(lastSessionPath()))
            window.offerSession(lastSessionPath());
        const std::stop_callback quit(interrupt, [] {
            QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
        });
        status = QApplication::exec();
        if (!application.shutDown(kShutDownMs)) {  // the session is saved
            mark.end();
            std::_Exit(status == kOtherLanguage ? EXIT_SUCCESS : status);
        }
        opened = autosavePath();  // what shutDown() has just kept
        first = false;
    }
    mark.end();
    return status;
}

}  // namespace driftscope
