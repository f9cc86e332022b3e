// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>
#include <memory>
#include <vector>

namespace driftscope {

namespace {

const QString kSetting = QStringLiteral("language");

std::vector<std::unique_ptr<QTranslator>>& installed() {
    static std::vector<std::unique_ptr<QTranslator>> translators;
    return translators;
}

}  // namespace

const QStringList& languages() {
    static const QStringList list = {QStringLiteral("system"), QStringLiteral("en"),
                                     QStringLiteral("zh_CN")};
    return list;
}

QString savedLanguage() {
    const QString choice = QSettings().value(kSetting).toString();
    return languages().contains(choice) ? choice : languages().front();
}

void saveLanguage(const QString& choice) { QSettings().setValue(kSetting, choice); }

void installLanguage(const QString& choice) {
    for (const auto& translator : installed()) QCoreApplication::removeTranslator(translator.get());
    installed().clear();
    const QLocale locale = choice == languages().front() ? QLocale::system() : QLocale(choice);
    if (locale.language() != QLocale::Chinese || locale.script() == QLocale::TraditionalHanScript)
        return;
    const auto add = [&](const QString& name, const QString& folder) {
        auto translator = std::make_unique<QTranslator>();
        if (!translator->load(name, folder)) return;  // Qt's own words may not be installed
        QCoreApplication::installTranslator(translator.get());
        installed().push_back(std::move(translator));
    };
    add(QStringLiteral("qtbase_zh_CN"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    add(QStringLiteral("window_zh_CN"), QStringLiteral(":/i18n"));
    add(QStringLiteral("registry_zh_CN"), QStringLiteral(":/i18n"));
}

QString translatedText(const char* context, const std::string& text) {
    return QCoreApplication::translate(context, text.c_str());
}

}  // namespace driftscope
