// SPDX-License-Identifier: GPL-3.0-or-later
// The five cases, every step live on the bundled models, each within its time.
#include <QTest>

#include "app/cases/case_file.h"
#include "app/cases/case_run.h"
#include "core/engine.h"

using namespace driftscope;

class TestCases : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStepShowsWhatItSays_data() {
        QTest::addColumn<int>("number");
        for (std::size_t i = 0; i < allCases().size(); ++i) {
            QTest::newRow(allCases()[i].id.c_str()) << static_cast<int>(i);
        }
    }
    void everyStepShowsWhatItSays() {
        QFETCH(int, number);
        const Case& known = allCases()[static_cast<std::size_t>(number)];
        const std::unique_ptr<Engine> engine = make_engine();
        double seconds = 0;
        bool met = true;
        for (const CaseStep& step : known.steps) {
            const StepOutcome outcome = runStep(*engine, step, {}, {});
            seconds += outcome.seconds;
            met = met && outcome.met();
            for (const CaseCheck& check : outcome.checks) {
                if (check.met) continue;
                qWarning("%s: %s: expected %s, found %s", step.id.c_str(), check.what.c_str(),
                         check.expected.c_str(), check.found.c_str());
            }
        }
        qInfo("%s took %.1f s", known.id.c_str(), seconds);
        QVERIFY(met);
    }
};

QTEST_GUILESS_MAIN(TestCases)
#include "tst_cases.moc"
