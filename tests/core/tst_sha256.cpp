// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 against the examples of FIPS 180-4 (NIST's "SHA256.pdf" and the long-message test).
#include "core/data/sha256.h"

#include <QTest>

#include <string>

using namespace driftscope;

class TstSha256 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void vectors_data();
    void vectors();
    void piecewise();
};

void TstSha256::vectors_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("digest");
    QTest::newRow("empty")
        << QByteArray()
        << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    QTest::newRow("abc") << QByteArray("abc")
                         << QByteArray(
                                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    QTest::newRow("two blocks")
        << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    QTest::newRow("112 bytes")
        << QByteArray(
               "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
               "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")
        << QByteArray("cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    QTest::newRow("a million")
        << QByteArray(1'000'000, 'a')
        << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

void TstSha256::vectors() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, digest);
    QCOMPARE(QByteArray::fromStdString(sha256_hex(bytes.toStdString())), digest);
}

void TstSha256::piecewise() {
    const std::string bytes(1000, 'x');
    for (const std::size_t step : {1u, 7u, 55u, 56u, 63u, 64u, 65u, 999u}) {
        Sha256 hash;
        for (std::size_t pos = 0; pos < bytes.size(); pos += step)
            hash.update(std::string_view(bytes).substr(pos, step));
        QCOMPARE(hash.hex(), sha256_hex(bytes));
    }
}

QTEST_GUILESS_MAIN(TstSha256)
#include "tst_sha256.moc"
