// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <limits>

#include <QTest>

#include "ui/export.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"

using namespace driftscope;

class TestText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbers_data();
    void numbers();
    void signs();
    void shares();
    void unitsOfThings();
    void exactReadsBack();
    void tokens_data();
    void tokens();
    void rightToLeftIsIsolated();
    void csvQuotes();
};

void TestText::numbers_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("digits");
    QTest::addColumn<QString>("text");
    const double inf = std::numeric_limits<double>::infinity();
    QTest::newRow("zero") << 0.0 << 3 << QStringLiteral("0");
    QTest::newRow("small") << 0.0317 << 3 << QStringLiteral("0.0317");
    QTest::newRow("exponent") << 0.0041 << 3 << QStringLiteral("4.1e-3");
    QTest::newRow("floor") << 3.14e-13 << 3 << QStringLiteral("3.1e-13");
    QTest::newRow("four digits") << 0.413124 << 4 << QStringLiteral("0.4131");
    QTest::newRow("loss") << 2.1137 << 4 << QStringLiteral("2.114");
    QTest::newRow("whole") << 212.0 << 3 << QStringLiteral("212");
    QTest::newRow("hundreds") << 212.4 << 3 << QStringLiteral("212");
    QTest::newRow("large") << 1.26e7 << 3 << QStringLiteral("1.3e7");
    QTest::newRow("minus") << -0.5 << 3 << QStringLiteral("−0.500");
    QTest::newRow("not a number") << std::nan("") << 3 << QStringLiteral("–");
    QTest::newRow("infinite") << inf << 3 << QStringLiteral("∞");
    QTest::newRow("minus infinite") << -inf << 3 << QStringLiteral("−∞");
    QTest::newRow("denormal") << 5e-324 << 3 << QStringLiteral("4.9e-324");
}

void TestText::numbers() {
    QFETCH(double, value);
    QFETCH(int, digits);
    QFETCH(QString, text);
    QCOMPARE(formatNumber(value, digits), text);
}

void TestText::signs() {
    QCOMPARE(formatSigned(0.3814, 4), QStringLiteral("+0.3814"));
    QCOMPARE(formatSigned(-0.02, 3), QStringLiteral("−0.0200"));
    QCOMPARE(formatSigned(0, 3), QStringLiteral("0"));
}

void TestText::shares() {
    QCOMPARE(formatShare(0.38), QStringLiteral("38 %"));
    QCOMPARE(formatShare(0.998), QStringLiteral("99.8 %"));
    QCOMPARE(formatShare(0.99999), QStringLiteral("99.9 %"));
    QCOMPARE(formatShare(1), QStringLiteral("100 %"));
    QCOMPARE(formatShare(0), QStringLiteral("0 %"));
    QCOMPARE(formatShare(1e-6), QStringLiteral("< 0.1 %"));
    QCOMPARE(formatShare(std::nan("")), QStringLiteral("–"));
}

void TestText::unitsOfThings() {
    QCOMPARE(formatUlp(3124), QStringLiteral("3\u202f124 ulp"));
    QCOMPARE(formatUlp(0.5), QStringLiteral("0.50 ulp"));
    QCOMPARE(formatCount(1234567), QStringLiteral("1\u202f234\u202f567"));
    QCOMPARE(formatCount(-1000), QStringLiteral("−1\u202f000"));
    QCOMPARE(formatBytes(999), QStringLiteral("999 B"));
    QCOMPARE(formatBytes(48'300'000), QStringLiteral("48 MB"));
    QCOMPARE(formatBytes(1'900'000'000), QStringLiteral("1.9 GB"));
    QCOMPARE(formatSeconds(0.42), QStringLiteral("0.4 s"));
    QCOMPARE(formatSeconds(130), QStringLiteral("2 min"));
    QCOMPARE(formatSeconds(-1), QStringLiteral("–"));
}

void TestText::exactReadsBack() {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.123456789, -2.5e17}) {
        QCOMPARE(exact(value).toDouble(), value);
    }
    QCOMPARE(exact(std::nan("")), QStringLiteral("nan"));
    QCOMPARE(exact(-std::numeric_limits<double>::infinity()), QStringLiteral("-inf"));
}

void TestText::tokens_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("space") << QByteArray(" fox") << QStringLiteral("·fox");
    QTest::newRow("line end") << QByteArray("a\n") << QStringLiteral("a⏎");
    QTest::newRow("tab") << QByteArray("\t") << QStringLiteral("⇥");
    QTest::newRow("nothing") << QByteArray() << QStringLiteral("∅");
    QTest::newRow("byte") << QByteArray("\xe2") << QStringLiteral("<0xE2>");
    QTest::newRow("cut character") << QByteArray("\xe4\xbd") << QStringLiteral("<0xE4><0xBD>");
    QTest::newRow("low byte") << QByteArray("\x80") << QStringLiteral("<0x80>");
    QTest::newRow("Chinese") << QByteArray("\xe4\xbd\xa0\xe5\xa5\xbd") << QStringLiteral("你好");
    QTest::newRow("Hebrew") << QByteArray("\xd7\xa9") << QStringLiteral("ש");
    QTest::newRow("fox") << QByteArray("\xf0\x9f\xa6\x8a") << QStringLiteral("🦊");
    QTest::newRow("zero width") << QByteArray("\xe2\x80\x8b") << QStringLiteral("<U+200B>");
    QTest::newRow("control") << QByteArray("\x01") << QStringLiteral("<U+0001>");
    QTest::newRow("overlong") << QByteArray("\xc0\x80") << QStringLiteral("<0xC0><0x80>");
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80")
                               << QStringLiteral("<0xED><0xA0><0x80>");
    QTest::newRow("NUL") << QByteArray("\0", 1) << QStringLiteral("<U+0000>");
}

void TestText::tokens() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QCOMPARE(tokenText(std::string_view(bytes.constData(), static_cast<size_t>(bytes.size()))),
             text);
}

void TestText::rightToLeftIsIsolated() {
    QCOMPARE(isolated(QStringLiteral("fox")), QStringLiteral("fox"));
    QCOMPARE(isolated(QStringLiteral("ש")), QStringLiteral("\u2066ש\u2069"));
}

void TestText::csvQuotes() {
    Table table;
    table.title = QStringLiteral("A title");
    table.header = {QStringLiteral("token"), QStringLiteral("value")};
    table.add({QStringLiteral("a,\"b\"\n"), QStringLiteral("1")});
    const QString text = toCsv(table, {{QStringLiteral("Model A"), QStringLiteral("/m\nx")}});
    QCOMPARE(text,
             QStringLiteral("# A title\n# Model A: /m\n#   x\ntoken,value\n\"a,\"\"b\"\"\n\",1\n"));
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
