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

/// The words of the sources stand under one context, whatever class they are said in: no word of
/// the window needs two translations, and lupdate does not know our classes' namespace.
class WindowWords : public QTranslator {
public:
    QString translate(const char*, const char* source, const char* disambiguation,
                      int n) const override {
        return QTranslator::translate("window", source, disambiguation, n);
    }
    bool isEmpty() const override { return false; }
};

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
    const auto add = [&](std::unique_ptr<QTranslator> translator, const QString& name,
                         const QString& folder) {
        if (!translator->load(name, folder)) return;  // Qt's own words may not be installed
        QCoreApplication::installTranslator(translator.get());
        installed().push_back(std::move(translator));
    };
    // The last one installed is asked first.
    const QString own = QStringLiteral(":/i18n");
    add(std::make_unique<QTranslator>(), QStringLiteral("qtbase_zh_CN"),
        QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    add(std::make_unique<WindowWords>(), QStringLiteral("window_zh_CN"), own);
    add(std::make_unique<QTranslator>(), QStringLiteral("registry_zh_CN"), own);
}

QString translatedText(const char* context, const std::string& text) {
    return QCoreApplication::translate(context, text.c_str());
}

}  // namespace driftscope
