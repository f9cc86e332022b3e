// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "core/options/option.h"
#include "tests/ui/fake_comparison.h"
#include "ui/setup/option_form.h"
#include "ui/setup/request_json.h"
#include "ui/setup/setup_panel.h"

using namespace driftscope;

namespace {

/// Values to try of an option: every word, and for numbers one within its bounds.
std::vector<std::string> valuesOf(const OptionSpec& spec) {
    std::vector<std::string> values = spec.values;
    if (spec.kind == OptionKind::integer)
        values.push_back(std::to_string(static_cast<long long>(spec.low) + 1));
    if (spec.kind == OptionKind::real) values.push_back(spec.high > 2 ? "2" : "0.5");
    for (const std::string& prefix : spec.prefixes) values.push_back(prefix + ":8");
    if (spec.id == "raised") values.emplace_back("embed+blocks.1.mlp");
    if (spec.id == "defects") {
        for (const DefectSpec& defect : all_defects()) values.push_back(defect.id);
    }
    return values;
}

}  // namespace

class TestOptionForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyOptionGoesThrough_data();
    void everyOptionGoesThrough();
    void differingRowsStandOnTop();
    void reasonStandsInPlace();
    void wrongTextIsNotTaken();
    void defectsAreAMenu();
    void defectsOfOtherFamiliesAreLeftOut();
    void requestGoesThroughTheFile();
    void whatHasAFieldOfItsOwn();
    void requestIsAnnouncedOnce();
    void hostileFileIsHarmless();
};

void TestOptionForm::everyOptionGoesThrough_data() {
    QTest::addColumn<QString>("id");
    for (const OptionSpec& spec : all_options())
        QTest::newRow(spec.id.c_str()) << QString::fromStdString(spec.id);
}

void TestOptionForm::everyOptionGoesThrough() {
    QFETCH(QString, id);
    const OptionSpec& spec = option(id.toStdString());
    OptionForm form;
    QSignalSpy edited(&form, &OptionForm::edited);
    for (const std::string& value : valuesOf(spec)) {
        for (const Side side : {Side::a, Side::b}) {
            form.setValues(side, {{spec.id, value}});
            const OptionValues back = form.values(side);
            QCOMPARE(value_of(back, spec.id), value);
            QCOMPARE(back.size(), size_t(value == spec.fallback ? 0 : 1));
        }
    }
    QCOMPARE(edited.count(), 0);
    QVERIFY(form.findChild<QWidget*>(id + QStringLiteral(".a")));
    QVERIFY(!form.findChild<QWidget*>(id + QStringLiteral(".b"))->accessibleName().isEmpty());
}

void TestOptionForm::differingRowsStandOnTop() {
    OptionForm form;
    form.resize(form.neededWidth(), 900);
    form.show();
    auto* row = form.findChild<QWidget*>(QStringLiteral("option.defects"));
    const auto* first = form.findChild<QWidget*>(QStringLiteral("option.dtype"));
    form.setValues(Side::b, {{"defects", "D-ROPE-BASE"}});
    QTRY_VERIFY(row->mapTo(&form, QPoint()).y() < first->mapTo(&form, QPoint()).y());
    QVERIFY(row->property("differ").toBool());
    form.setValues(Side::b, {});
    QTRY_VERIFY(row->mapTo(&form, QPoint()).y() > first->mapTo(&form, QPoint()).y());
}

void TestOptionForm::reasonStandsInPlace() {
    OptionForm form;
    form.show();
    form.setModel(fake::model(false));
    for (const OptionSpec& spec : all_options()) {
        const QString id = QString::fromStdString(spec.id);
        const QString reason = QString::fromStdString(why_not(spec, *fake::model(false)));
        auto* row = form.findChild<QWidget*>(QStringLiteral("option.") + id);
        QCOMPARE(row->findChild<QWidget*>(id + QStringLiteral(".a"))->isEnabled(),
                 reason.isEmpty());
        if (reason.isEmpty()) continue;
        bool said = false;
        for (const QLabel* label : row->findChildren<QLabel*>())
            said |= label->isVisible() && label->text() == reason;
        QVERIFY2(said, qPrintable(id));
    }
    form.setModel(fake::model(true));
    QVERIFY(form.findChild<QWidget*>(QStringLiteral("router.dtype.a"))->isEnabled());
}

void TestOptionForm::wrongTextIsNotTaken() {
    OptionForm form;
    form.show();
    auto* combo = form.findChild<QComboBox*>(QStringLiteral("prefill.chunk.a"));
    QVERIFY(combo && combo->isEditable());
    QSignalSpy edited(&form, &OptionForm::edited);
    combo->setFocus();
    combo->setEditText(QStringLiteral("-3"));
    QVERIFY(combo->property("wrong").toBool());
    QTest::keyClick(combo, Qt::Key_Return);
    QCOMPARE(combo->currentText(), QStringLiteral("whole"));
    QCOMPARE(edited.count(), 0);
    combo->setEditText(QStringLiteral("7"));
    QTest::keyClick(combo, Qt::Key_Return);
    QCOMPARE(edited.count(), 1);
    QCOMPARE(form.values(Side::a).at("prefill.chunk"), "7");
}

void TestOptionForm::defectsAreAMenu() {
    OptionForm form;
    auto* button = form.findChild<QToolButton*>(QStringLiteral("defects.b"));
    QVERIFY(button && button->menu());
    QCOMPARE(button->menu()->actions().size(), qsizetype(all_defects().size()));
    const auto item = [button](const char* id) {
        for (QAction* action : button->menu()->actions()) {
            if (action->data().toString() == QLatin1String(id)) return action;
        }
        return static_cast<QAction*>(nullptr);
    };
    item("D-ROPE-BASE")->trigger();
    item("D-MOE-SCATTER")->trigger();
    QCOMPARE(form.values(Side::b).at("defects"), "D-MOE-SCATTER+D-ROPE-BASE");
    item("D-MOE-SCATTER")->trigger();
    QCOMPARE(button->text(), QStringLiteral("D-ROPE-BASE"));
}

void TestOptionForm::requestGoesThroughTheFile() {
    CompareRequest request = fake::comparison()->request;
    request.model_b = "/elsewhere/\xe6\xa8\xa1\xe5\x9e\x8b";
    request.tokens = {1, 2, 3};
    request.judge = false;
    request.config_b = "/elsewhere/config.json";
    request.attribute = true;
    request.against = "/elsewhere/trace.safetensors";
    SetupPanel panel;
    panel.setRequest(requestFrom(toJson(request)), false);
    QCOMPARE(panel.request().fingerprint(), request.fingerprint());
    QCOMPARE(panel.request().prompt, request.prompt);
    QCOMPARE(panel.request().against, request.against);
    // A change of something else leaves them as they are.
    panel.setOption(Side::b, "matmul.order", "split-k");
    QCOMPARE(panel.request().config_b, request.config_b);
    QCOMPARE(panel.request().attribute, true);
    QCOMPARE(panel.request().against, request.against);
}

/// Another config for run B and the taking apart can be set and unset by hand.
void TestOptionForm::whatHasAFieldOfItsOwn() {
    SetupPanel panel;
    panel.setRequest(fake::comparison()->request, false);
    panel.show();
    QSignalSpy changed(&panel, &SetupPanel::requestChanged);
    auto* config = panel.findChild<QLineEdit*>(QStringLiteral("configB"));
    QVERIFY(config && panel.request().config_b.empty());
    config->setFocus();
    config->setText(QStringLiteral("/models/other config.json"));
    QTest::keyClick(config, Qt::Key_Return);
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed.last().first().value<CompareRequest>().config_b, "/models/other config.json");
    auto* apart = panel.findChild<QCheckBox*>(QStringLiteral("attribute"));
    QVERIFY(apart && !apart->isChecked());
    apart->click();
    QTRY_COMPARE(changed.count(), 2);
    QVERIFY(changed.last().first().value<CompareRequest>().attribute);
    panel.makeSame();
    QVERIFY(panel.request().config_b.empty());
}

void TestOptionForm::defectsOfOtherFamiliesAreLeftOut() {
    const auto shown = [](const OptionForm& form) {
        QStringList ids;
        const auto* button = form.findChild<QToolButton*>(QStringLiteral("defects.b"));
        for (const QAction* action : button->menu()->actions()) {
            if (action->isVisible() && action->isCheckable()) ids << action->data().toString();
        }
        return ids;
    };
    OptionForm form;
    for (const bool moe : {true, false}) {
        const auto model = fake::model(moe);
        form.setModel(model);
        const QStringList ids = shown(form);
        QVERIFY(!ids.isEmpty() && ids.size() < qsizetype(all_defects().size()));
        for (const DefectSpec& defect : all_defects()) {
            const bool fits = std::find(defect.families.begin(), defect.families.end(),
                                        model->family) != defect.families.end();
            QCOMPARE(ids.contains(QString::fromStdString(defect.id)), fits);
        }
    }
    // One that is on can always be turned off.
    form.setValues(Side::b, {{"defects", "D-MOE-SCATTER"}});
    QVERIFY(shown(form).contains(QStringLiteral("D-MOE-SCATTER")));
    form.setModel(nullptr);
    QCOMPARE(shown(form).size(), qsizetype(all_defects().size()));
}

void TestOptionForm::requestIsAnnouncedOnce() {
    SetupPanel panel;
    QSignalSpy changed(&panel, &SetupPanel::requestChanged);
    panel.setRequest(fake::comparison()->request, true);
    QCOMPARE(changed.count(), 1);
    panel.setOption(Side::b, "matmul.order", "split-k");
    QCOMPARE(changed.count(), 2);
    panel.swapRuns();
    QCOMPARE(value_of(panel.request().options_a, "matmul.order"), std::string("split-k"));
    panel.makeSame();
    QVERIFY(panel.request().options_a == panel.request().options_b);
    QTest::qWait(200);
    QCOMPARE(changed.count(), 4);
}

void TestOptionForm::hostileFileIsHarmless() {
    QJsonObject object = toJson(fake::comparison()->request);
    object[QStringLiteral("max_new_tokens")] = 1e300;
    object[QStringLiteral("options_a")] =
        QJsonObject{{QStringLiteral("dtype"), QStringLiteral("int3")},
                    {QStringLiteral("nothing"), QStringLiteral("x")},
                    {QStringLiteral("seed"), 5}};
    object[QStringLiteral("tokens")] = QJsonObject{};
    const CompareRequest request = requestFrom(object);
    QVERIFY(request.options_a.empty());
    QVERIFY(request.max_new_tokens >= 0 && request.max_new_tokens <= 4096);
    SetupPanel panel;
    CompareRequest wrong;
    wrong.options_a = {{"dtype", "int3"}, {"no.such", "x"}};
    panel.setRequest(wrong, false);
    QVERIFY(panel.request().options_a.empty());
}

QTEST_MAIN(TestOptionForm)
#include "tst_option_form.moc"
