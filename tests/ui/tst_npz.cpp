// SPDX-License-Identifier: GPL-3.0-or-later
// The .npz files, read back by a reader that shares nothing with the writer.
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>
#include <cmath>
#include <cstring>

#include "core/data/error.h"
#include "tests/ui/fake_comparison.h"
#include "ui/npz.h"

using namespace driftscope;

namespace {

struct Read {
    QByteArray header, data;
};

template <class T>
T le(const QByteArray& bytes, qsizetype at) {
    return qFromLittleEndian<T>(bytes.constData() + at);
}

/// CRC-32 bit by bit, from the definition.
uint32_t slowCrc(const QByteArray& bytes) {
    uint32_t sum = ~0U;
    for (const char byte : bytes) {
        sum ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ (0xEDB88320U & (0U - (sum & 1U)));
    }
    return ~sum;
}

/// By the zip's central directory; every claim in it is checked.
std::map<QString, Read> readNpz(const QByteArray& zip) {
    std::map<QString, Read> files;
    const qsizetype end = zip.size() - 22;
    if (le<quint32>(zip, end) != 0x06054b50) return files;
    const int count = le<quint16>(zip, end + 10);
    qsizetype at = le<quint32>(zip, end + 16);
    for (int i = 0; i < count; ++i) {
        if (le<quint32>(zip, at) != 0x02014b50) return {};
        const auto size = le<quint32>(zip, at + 24);
        const auto nameSize = le<quint16>(zip, at + 28);
        const auto local = static_cast<qsizetype>(le<quint32>(zip, at + 42));
        const QByteArray name = zip.mid(at + 46, nameSize);
        if (le<quint32>(zip, local) != 0x04034b50 || le<quint16>(zip, local + 8) != 0) return {};
        if (zip.mid(local + 30, nameSize) != name) return {};
        const QByteArray content = zip.mid(local + 30 + nameSize, size);
        if (slowCrc(content) != le<quint32>(zip, at + 16)) return {};
        if (!content.startsWith(QByteArray("\x93NUMPY\x01\x00", 8))) return {};
        const auto header = le<quint16>(content, 8);
        if ((10 + header) % 64 != 0 || content[9 + header] != '\n') return {};
        files[QString::fromUtf8(name)] = {content.mid(10, header), content.mid(10 + header)};
        at += 46 + nameSize;
    }
    return at == end ? files : std::map<QString, Read>{};
}

}  // namespace

class TestNpz : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sumIsTheKnownOne() { QCOMPARE(crc32("123456789"), 0xCBF43926U); }

    void arraysGoRound() {
        const std::vector<double> numbers{1.5, -0.0, std::nan(""), 1e-320, HUGE_VAL, 6};
        const auto files = readNpz(npzBytes({
            {"a", {2, 3}, numbers},
            {"whole", {2}, std::vector<int64_t>{-1, int64_t{1} << 60}},
            {"words", {2}, QStringList{QStringLiteral("中🙂"), QStringLiteral("x")}},
            {"one", {}, QStringList{QStringLiteral("alone")}},
            {"none", {0}, std::vector<double>{}},
        }));
        QCOMPARE(files.size(), 5u);
        const Read& a = files.at("a.npy");
        QVERIFY(a.header.startsWith("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"));
        QCOMPARE(a.data.size(), 48);
        QVERIFY(std::memcmp(a.data.constData(), numbers.data(), 48) == 0);
        const Read& whole = files.at("whole.npy");
        QVERIFY(whole.header.contains("'<i8'") && whole.header.contains("(2,)"));
        QCOMPARE(le<qint64>(whole.data, 8), qint64{1} << 60);
        const Read& words = files.at("words.npy");
        QVERIFY(words.header.contains("'<U2'"));
        QCOMPARE(words.data.size(), 16);
        QCOMPARE(le<quint32>(words.data, 4), 0x1F642u);
        QCOMPARE(le<quint32>(words.data, 12), 0u);
        QVERIFY(files.at("one.npy").header.contains("'shape': (), }"));
        QVERIFY(files.at("none.npy").data.isEmpty());
    }

    void tablesBecomeColumns() {
        Table table;
        table.header = {"pos", "value", "token", "gap", "empty"};
        table.add({"0", "1.5", "a", "3", ""});
        table.add({"1", "nan", "b", "", ""});
        const auto arrays = arraysOf(table);
        QCOMPARE(arrays.size(), 5u);
        QCOMPARE(std::get<std::vector<int64_t>>(arrays[0].values)[1], int64_t{1});
        QVERIFY(std::isnan(std::get<std::vector<double>>(arrays[1].values)[1]));
        QCOMPARE(std::get<QStringList>(arrays[2].values)[1], QStringLiteral("b"));
        QCOMPARE(std::get<std::vector<double>>(arrays[3].values)[0], 3.0);
        QVERIFY(std::isnan(std::get<std::vector<double>>(arrays[3].values)[1]));
        QVERIFY(std::holds_alternative<QStringList>(arrays[4].values));
    }

    void refuses() {
        QVERIFY_THROWS_EXCEPTION(Error, npzBytes({{"a", {3}, std::vector<double>{1}}}));
        QVERIFY_THROWS_EXCEPTION(Error, writeNpz({}, QStringLiteral("/no/such/folder/x.npz")));
    }

    void holdsWhereItIsFrom() {
        QTemporaryDir folder;
        const QString path = folder.filePath("x.npz");
        const ComparisonPtr comparison = fake::comparison();
        writeNpz({provenanceArray(provenanceOf(*comparison))}, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto files = readNpz(file.readAll());
        const Read& made = files.at("provenance.npy");
        QString text;
        for (qsizetype i = 0; i < made.data.size(); i += 4)
            text += QChar(le<quint32>(made.data, i));
        QVERIFY(text.contains(QString::fromStdString(comparison->a.model)));
    }
};

QTEST_GUILESS_MAIN(TestNpz)
#include "tst_npz.moc"
