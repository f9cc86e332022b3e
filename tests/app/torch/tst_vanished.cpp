// SPDX-License-Identifier: GPL-3.0-or-later
// The model's folder goes away while the real engine computes with it.
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/application.h"
#include "app/session_file.h"
#include "core/engine.h"
#include "ui/actions.h"
#include "ui/window/notices.h"

using namespace driftscope;

namespace {
constexpr int kWait = 300000;
}

class TestVanished : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.filePath(QStringLiteral("state")).toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder.filePath(QStringLiteral("config")).toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder.filePath(QStringLiteral("config")));
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
        QCoreApplication::setApplicationName(QStringLiteral("driftscope-test"));
    }

    void whatWasThereStaysAndTheErrorNamesTheFolder() {
        const QString model = m_folder.filePath(QStringLiteral("模型"));
        const QDir bundled(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-llama3"));
        QVERIFY(QDir().mkpath(model));
        for (const QString& name : bundled.entryList(QDir::Files)) {
            QVERIFY(QFile::copy(bundled.filePath(name), model + u'/' + name));
        }
        Application application([] { return make_engine(); });
        MainWindow& window = application.window();
        const auto* notices = window.findChild<Notices*>();
        const auto error = [&] { return notices->text(QStringLiteral("error")); };
        const auto shown = [&](const char* dtype) {
            const ComparisonPtr now = window.comparison();
            return now && now->complete && now->request.options_b.count("dtype") &&
                   now->request.options_b.at("dtype") == dtype;
        };
        CompareRequest request;
        request.model_a = model.toStdString();
        request.prompt = "Once upon a time";
        request.options_a = {{"dtype", "float32"}};
        request.options_b = {{"dtype", "bfloat16"}};
        window.setRequest(request, true);
        QVERIFY2(QTest::qWaitFor([&] { return shown("bfloat16"); }, kWait), qPrintable(error()));

        // A longer run, and the folder goes as soon as it runs.
        request.max_new_tokens = 24;
        request.options_b["dtype"] = "float16";
        window.setRequest(request, true);
        const QAction* cancel = window.actions()->action(QStringLiteral("run.cancel"));
        QVERIFY(QTest::qWaitFor([&] { return cancel->isEnabled(); }, kWait));
        QVERIFY(QDir(model).removeRecursively());
        // Files that are mapped can be read to the end; what is not there any more is an error.
        QVERIFY(QTest::qWaitFor([&] { return shown("float16") || !error().isEmpty(); }, kWait));

        // The session is saved with its setup.
        const QString path = m_folder.filePath(QStringLiteral("left.drift"));
        Q_EMIT window.saveRequested(path);
        QCOMPARE(loadSession(path).request.model_a, request.model_a);

        // A fresh start cannot read it: it says which folder, and keeps the setup to be mended.
        Application again([] { return make_engine(); });
        MainWindow& other = again.window();
        again.open(path);
        const auto* said = other.findChild<Notices*>();
        QVERIFY(QTest::qWaitFor([&] { return said->has(QStringLiteral("error")); }, kWait));
        const auto* where = other.findChild<QWidget*>(QStringLiteral("notice.error"));
        // On the line where it has room, else what "more" opens.
        const auto* more = where->findChild<QToolButton*>(QStringLiteral("more"));
        bool named = more && more->accessibleDescription().contains(model);
        for (const QLabel* label : where->findChildren<QLabel*>())
            named = named || label->text().contains(model);
        QVERIFY2(named, qPrintable(said->text(QStringLiteral("error"))));
        QVERIFY(!other.comparison());
        QCOMPARE(other.request().model_a, request.model_a);
        QCOMPARE(other.request().options_b.at("dtype"), std::string("float16"));
        request.model_a = DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-llama3";
        other.setRequest(request, true);  // mended
        QVERIFY(QTest::qWaitFor([&] { return other.comparison() && other.comparison()->complete; },
                                kWait));
        QVERIFY(!said->has(QStringLiteral("error")));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestVanished)
#include "tst_vanished.moc"
