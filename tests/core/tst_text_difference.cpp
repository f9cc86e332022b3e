// SPDX-License-Identifier: GPL-3.0-or-later
// Where two texts of the same tokens part, counted in characters.
#include <QTest>

#include "core/data/text_difference.h"

using namespace driftscope;

namespace {

GeneratedText text_of(const std::vector<std::string>& pieces, const std::string& text) {
    GeneratedText out;
    for (const std::string& piece : pieces) {
        GenerationStep step;
        step.id = static_cast<int32_t>(out.steps.size());
        step.piece = piece;
        out.steps.push_back(step);
    }
    out.text = text;
    return out;
}

}  // namespace

class TestTextDifference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parts_data() {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<int>("character");
        QTest::addColumn<QString>("in_a");
        QTest::addColumn<QString>("in_b");
        QTest::newRow("a space less") << "a fox, ran" << "a fox , ran" << 5 << "," << " ";
        QTest::newRow("at the start") << "a" << " a" << 0 << "a" << " ";
        QTest::newRow("ended") << "a fox" << "a fox " << 5 << "" << " ";
        QTest::newRow("nothing") << "" << "a" << 0 << "" << "a";
        QTest::newRow("behind wide characters") << "日本 。" << "日本。" << 2 << " " << "。";
        // C3 A9 and C3 A8; E6 97 A5 and E6 97 A6; the first is a beginning of the second.
        QTest::newRow("one byte shared") << "né" << "nè" << 1 << "é" << "è";
        QTest::newRow("two bytes shared") << "日" << "旦" << 0 << "日" << "旦";
        QTest::newRow("four bytes") << "🦊a" << "🦊b" << 1 << "a" << "b";
    }
    void parts() {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(int, character);
        QFETCH(QString, in_a);
        QFETCH(QString, in_b);
        Generation g;
        g.a = text_of({"x", "y"}, a.toStdString());
        g.b = text_of({"x", "y"}, b.toStdString());
        const auto apart = text_difference(g);
        QVERIFY(apart.has_value());
        QCOMPARE(apart->character, static_cast<size_t>(character));
        QCOMPARE(QString::fromStdString(apart->a), in_a);
        QCOMPARE(QString::fromStdString(apart->b), in_b);
        QVERIFY(!apart->pieces);
    }

    void only_the_same_tokens_are_two_texts() {
        Generation g;
        QVERIFY(!text_difference(g));
        g.a = text_of({"a", "b"}, "ab");
        g.b = text_of({"a", "b"}, "ab");
        QVERIFY(!text_difference(g));
        g.b.text = "a b";
        QVERIFY(text_difference(g).has_value());
        g.b.steps.back().piece = " b";
        QVERIFY(text_difference(g)->pieces);
        g.b.steps.back().id = 7;  // other tokens: that is told elsewhere
        QVERIFY(!text_difference(g));
        g.b.steps.pop_back();
        QVERIFY(!text_difference(g));
    }
};

QTEST_GUILESS_MAIN(TestTextDifference)
#include "tst_text_difference.moc"
