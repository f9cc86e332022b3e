// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "ui/python_text.h"

using namespace driftscope;

class TestPythonText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesWhatPythonReads() {
        const std::vector<NpzArray> arrays = {
            {"pos", {2}, std::vector<int64_t>{0, -3}},
            {"a", {2, 1}, std::vector<double>{0.1, std::nan("")}},
            {"token", {2}, QStringList{QStringLiteral("“中\"\\"), QStringLiteral("a\nb")}},
            {"site", {}, QStringList{QStringLiteral("logits")}}};
        const QString text =
            toPython(QStringLiteral("Two\nlines"), arrays,
                     {{QStringLiteral("Model A"), QStringLiteral("/m")}}, QStringLiteral("x.npz"));
        QCOMPARE(text, QStringLiteral(
                           "# Two\n#   lines\n# Model A: /m\nimport numpy as np\n\n"
                           "nan, inf = float(\"nan\"), float(\"inf\")\ndata = {\n"
                           "    \"pos\": np.array([0, -3]),\n"
                           "    \"a\": np.array([0.1, nan], dtype=np.float64).reshape((2, 1)),\n"
                           "    \"token\": np.array([\"“中\\\"\\\\\", \"a\\x0ab\"]),\n"
                           "    \"site\": np.array([\"logits\"]).reshape(()),\n}\n"));
    }

    void manyValuesAreLoaded() {
        const std::vector<NpzArray> arrays = {{"a", {30000}, std::vector<double>(30000, 1.0)}};
        const QString text = toPython(QStringLiteral("t"), arrays, {}, QStringLiteral("n.npz"));
        QVERIFY(text.contains(QStringLiteral("data = np.load(\"n.npz\")")));
        QVERIFY(text.size() < 400);
    }
};

QTEST_GUILESS_MAIN(TestPythonText)
#include "tst_python_text.moc"
