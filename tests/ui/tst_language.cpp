// SPDX-License-Identifier: GPL-3.0-or-later
// Every word of the window has its translation, and the window shows it.
#include <QFile>
#include <QLabel>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>
#include <QXmlStreamReader>
#include <map>
#include <set>

#include "core/data/site.h"
#include "core/options/option.h"
#include "ui/actions.h"
#include "ui/language.h"
#include "ui/main_window.h"

using namespace driftscope;

namespace {

/// context and source to translation; an unfinished one is empty.
using Words = std::map<std::pair<QString, QString>, QString>;

Words readWords(const QString& name) {
    QFile file(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/i18n/") + name);
    Words words;
    if (!file.open(QIODevice::ReadOnly)) return words;
    QXmlStreamReader xml(&file);
    QString context, source;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == QLatin1String("name")) context = xml.readElementText();
        if (xml.name() == QLatin1String("source")) source = xml.readElementText();
        if (xml.name() == QLatin1String("translation"))
            words[{context, source}] =
                xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
    }
    return words;
}

QStringList placesOf(const QString& text) {
    static const QRegularExpression place(QStringLiteral("%[0-9n]"));
    QStringList found;
    for (const auto& match : place.globalMatch(text)) found << match.captured();
    found.sort();
    return found;
}

bool hasHan(const QString& text) {
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return c.script() == QChar::Script_Han; });
}

}  // namespace

class TestLanguage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
    }
    void cleanup() { installLanguage(QStringLiteral("en")); }

    /// Nothing is unfinished, and every placeholder comes through once.
    void everyEntryIsDone() {
        for (const char* name : {"window_zh_CN.ts", "registry_zh_CN.ts"}) {
            const Words words = readWords(QLatin1String(name));
            QVERIFY2(words.size() > 100, name);
            for (const auto& [key, translation] : words) {
                QVERIFY2(!translation.isEmpty(), qPrintable(key.first + u' ' + key.second));
                QVERIFY2(placesOf(key.second) == placesOf(translation), qPrintable(key.second));
            }
        }
    }

    /// Every text of core's tables and of the actions is in the file.
    void everyTableIsTranslated() {
        const Words words = readWords(QStringLiteral("registry_zh_CN.ts"));
        const auto check = [&](const char* context, const std::string& text) {
            if (text.empty()) return;
            const QString source = QString::fromStdString(text);
            QVERIFY2(words.count({QLatin1String(context), source}),
                     qPrintable(QLatin1String(context) + QStringLiteral(": ") + source));
        };
        for (const OptionSpec& option : all_options())
            for (const std::string& text : {option.label, option.help, option.advice})
                check("options", text);
        for (const DefectSpec& defect : all_defects()) {
            check("defects", defect.text);
            check("defects", defect.label);
        }
        for (const SiteInfo& site : sites()) check("sites", std::string(site.text));
        for (const ActionSpec& action : allActions())
            for (const char* text : {action.menu, action.text, action.tip}) check("actions", text);
    }

    void theWindowChangesItsWords() {
        const auto menus = [] {
            MainWindow window;
            QStringList titles;
            for (const QAction* action : window.menuBar()->actions()) titles << action->text();
            return titles;
        };
        const QStringList english = menus();
        for (const QString& title : english) QVERIFY2(!hasHan(title), qPrintable(title));
        installLanguage(QStringLiteral("zh_CN"));
        const QStringList chinese = menus();
        QCOMPARE(chinese.size(), english.size());
        for (const QString& title : chinese) QVERIFY2(hasHan(title), qPrintable(title));
        QVERIFY(hasHan(translatedText("options", option("kv_cache").help)));
        const Words words = readWords(QStringLiteral("window_zh_CN.ts"));
        MainWindow window;
        int seen = 0;
        for (const QLabel* label : window.findChildren<QLabel*>()) {
            const auto found = words.find({QStringLiteral("window"), label->text()});
            QVERIFY2(found == words.end() || found->second == label->text(),
                     qPrintable(label->text()));
            seen += hasHan(label->text());
        }
        QVERIFY(seen >= 20);
        installLanguage(QStringLiteral("en"));
        QCOMPARE(menus(), english);
    }

    void theChoiceIsKept() {
        QSettings().clear();
        QCOMPARE(savedLanguage(), QStringLiteral("system"));
        for (const QString& language : languages()) {
            saveLanguage(language);
            QCOMPARE(savedLanguage(), language);
        }
        QSettings().setValue(QStringLiteral("language"), QStringLiteral("tlh"));
        QCOMPARE(savedLanguage(), QStringLiteral("system"));
    }
};

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
