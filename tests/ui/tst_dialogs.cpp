// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/clipped.h"
#include "tests/ui/fake_comparison.h"
#include "ui/actions.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/folder_dialog.h"
#include "ui/dialogs/go_to_dialog.h"
#include "ui/dialogs/info_dialogs.h"
#include "ui/language.h"
#include "ui/main_window.h"

using namespace driftscope;

class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void coordinates_data();
    void coordinates();
    void paletteFinds();
    void dialogsOpen();
    void namesCarryNoMark();
    void foldersAreAsTyped_data();
    void foldersAreAsTyped();
};

/// What stands in the field when Return is pressed is what is meant, there or not, typed fast.
void TestDialogs::foldersAreAsTyped_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("wanted");  // below the folder; empty: refused
    QTest::newRow("there") << QStringLiteral("%1/there") << QStringLiteral("there");
    QTest::newRow("new") << QStringLiteral("%1/new") << QStringLiteral("new");
    QTest::newRow("new in new") << QStringLiteral("%1/a/b") << QStringLiteral("a/b");
    QTest::newRow("slash") << QStringLiteral("%1/there/") << QStringLiteral("there");
    QTest::newRow("up") << QStringLiteral("%1/there/../new") << QStringLiteral("new");
    QTest::newRow("letters") << QStringLiteral("%1/Ünïcode 目录") << QStringLiteral("Ünïcode 目录");
    QTest::newRow("nothing") << QStringLiteral(" ") << QString();
    QTest::newRow("a file") << QStringLiteral("%1/file") << QString();
    QTest::newRow("in a file") << QStringLiteral("%1/file/x") << QString();
}

void TestDialogs::foldersAreAsTyped() {
    QFETCH(QString, typed);
    QFETCH(QString, wanted);
    const QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("there")));
    QFile file(dir.filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString proposal = freeFolder(dir.path());
    QVERIFY(QDir().mkdir(proposal));
    QVERIFY(freeFolder(dir.path()) != proposal);
    FolderDialog dialog(QStringLiteral("Where"), freeFolder(dir.path()), nullptr);
    dialog.show();
    auto* edit = dialog.findChild<QLineEdit*>();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QCOMPARE(dialog.folder(), freeFolder(dir.path()));
    edit->selectAll();
    edit->insert(typed.contains(QLatin1Char('%')) ? typed.arg(dir.path()) : typed);
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(dialog.result() == QDialog::Accepted, !wanted.isEmpty());
    if (!wanted.isEmpty()) QCOMPARE(dialog.folder(), QDir(dir.path()).filePath(wanted));
    for (const QWidget* child : dialog.findChildren<QWidget*>()) {
        if (!qobject_cast<const QLabel*>(child)) continue;  // a path may be as long as it likes
        if (child->objectName().isEmpty() && !wanted.isEmpty()) QCOMPARE(clipped(child), QString());
    }
}

void TestDialogs::coordinates_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("good");
    QTest::newRow("site") << QStringLiteral("blocks.2.attn.pattern 9 8") << true;
    QTest::newRow("TransformerLens") << QStringLiteral("blocks.0.attn.hook_pattern") << true;
    QTest::newRow("Hugging Face") << QStringLiteral("model.layers.0.self_attn.q_proj 3") << true;
    QTest::newRow("head") << QStringLiteral("2.5") << true;
    QTest::newRow("L2H5") << QStringLiteral("L2H5") << true;
    QTest::newRow("logits") << QStringLiteral("logits, 3") << true;
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("no site") << QStringLiteral("blocks.0.nose") << false;
    QTest::newRow("no block") << QStringLiteral("blocks.77.attn.q") << false;
    QTest::newRow("no head") << QStringLiteral("2.99") << false;
    QTest::newRow("no position") << QStringLiteral("logits 4000") << false;
    QTest::newRow("word") << QStringLiteral("logits x") << false;
}

void TestDialogs::coordinates() {
    QFETCH(QString, text);
    QFETCH(bool, good);
    const ComparisonPtr comparison = fake::comparison();
    QString problem;
    QCOMPARE(parseCoordinate(text, comparison.get(), problem).has_value(), good);
    QCOMPARE(problem.isEmpty(), good);
    MainWindow window;
    window.setComparison(comparison);
    window.goToSite(text);
}

void TestDialogs::paletteFinds() {
    QVERIFY(fuzzyScore(QStringLiteral("nd"), QStringLiteral("Next divergence")) >
            fuzzyScore(QStringLiteral("nd"), QStringLiteral("Find anything")));
    QCOMPARE(fuzzyScore(QStringLiteral("xyz"), QStringLiteral("Next divergence")), -1);
    MainWindow window;
    CommandPalette palette(*window.actions(), &window);
    QTest::keyClicks(palette.findChild<QLineEdit*>(), QStringLiteral("theme dark"));
    QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Return);
    QVERIFY(palette.chosen());
    QCOMPARE(palette.chosen()->objectName(), QStringLiteral("theme.dark"));
}

void TestDialogs::dialogsOpen() {
    MainWindow window;
    for (QDialog* dialog : {makeShortcutSheet(*window.actions(), &window),
                            makeAboutDialog(fake::comparison()->provenance, &window)}) {
        dialog->open();
        settle();
        QStringList cut;
        for (const QWidget* widget : dialog->findChildren<QWidget*>()) {
            const QString text = widget->isVisible() ? clipped(widget) : QString();
            if (!text.isEmpty()) cut << text;
        }
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QStringLiteral(" | "))));
        dialog->close();
    }
}

/// Chinese menus carry the letter behind the words: "退出(&Q)".
void TestDialogs::namesCarryNoMark() {
    for (const char* language : {"en", "zh_CN"}) {
        installLanguage(QLatin1String(language));
        MainWindow window;
        CommandPalette palette(*window.actions(), &window);
        const std::unique_ptr<QDialog> sheet(makeShortcutSheet(*window.actions(), nullptr));
        QStringList names;
        for (int i = 0; i < palette.findChild<QListWidget*>()->count(); ++i)
            names << palette.findChild<QListWidget*>()->item(i)->text();
        for (const QLabel* label : sheet->findChildren<QLabel*>()) names << label->text();
        QVERIFY(names.size() > 80);
        static const QRegularExpression mark(QStringLiteral(R"(&|\(.\))"));
        for (const QString& name : std::as_const(names))
            QVERIFY2(!name.contains(mark), qPrintable(name));
    }
    installLanguage(QStringLiteral("en"));
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
