// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of reports and pictures show what the window shows.
#include <QTemporaryDir>
#include <QTest>

#include "app/output/gallery.h"
#include "core/files.h"
#include "tests/app/fake_engine.h"
#include "tests/support/tiny_checkpoint.h"
#include "ui/view.h"

using namespace driftscope;

class TestGallery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// B under a config of its own, over A's weights: the keys that differ stand first.
    void modelsShowTheConfigOfB() {
        const QTemporaryDir dir;
        const std::string folder = dir.path().toStdString();
        test::TinyModel model;
        model.family = "llama";
        model.config = {{"rope_theta", "10000.0"}};
        test::write_tiny_checkpoint(folder + "/a", model);
        model.config["rope_theta"] = "50000.0";
        test::write_tiny_checkpoint(folder + "/b", model);
        CompareRequest request;
        request.model_a = folder + "/a";
        request.config_b = folder + "/b/config.json";
        request.prompt = "Once upon a time";
        const auto engine = fakeEngine(std::make_shared<FakeControls>())();
        const ComparisonPtr comparison = engine->compare(request, {}, {});
        const auto info = std::make_shared<ModelInfo>();
        for (const ConfigEntry& entry : read_config(folder + "/a/config.json").entries)
            info->config.push_back(entry);
        GallerySources sources;
        sources.a = info;
        const Gallery gallery(comparison, sources);
        for (const View* view : gallery.views()) {
            if (view->id() != QLatin1String("model")) continue;
            const Table table = view->table();
            QVERIFY(!table.rows.empty());
            const QStringList& first = table.rows.front();
            QVERIFY2(first.contains(QStringLiteral("rope_theta")), qPrintable(first.join(u'|')));
            QVERIFY(first.contains(QStringLiteral("10000.0")));
            QVERIFY(first.contains(QStringLiteral("50000.0")));
            return;
        }
        QFAIL("no figure of the models");
    }
};

QTEST_MAIN(TestGallery)
#include "tst_gallery.moc"
