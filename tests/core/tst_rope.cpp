// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary frequencies against values computed by hand from the published formulas.
#include "core/model/rope.h"
#include "core/model/rope_facts.h"

#include <QMap>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace driftscope;

namespace {

RopeConfig llama3(double factor, int64_t original) {
    RopeConfig rope;
    rope.base = 500000.0;
    rope.kind = RopeKind::llama3;
    rope.factor = factor;
    rope.original_context = original;
    return rope;
}

/// Goldens are printed to nine digits or fewer.
bool near(double value, double golden, double relative = 1e-7) {
    return std::fabs(value - golden) <= relative * std::fabs(golden);
}

}  // namespace

class TestRope : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plain_frequencies();
    void llama3_frequencies_data();
    void llama3_frequencies();
    void dynamic_bases_data();
    void dynamic_bases();
    void linear_divides_every_frequency();
    void yarn_keeps_fast_and_divides_slow();
    void yarn_attention_scaling();
    void facts_name_the_zone_of_each_pair();
};

/// Llama 3.1: wavelengths under 8192/4 are kept, those over 8192 divided by 8, the rest blended.
void TestRope::facts_name_the_zone_of_each_pair() {
    ModelConfig config;
    config.block.positions = PositionKind::rotary;
    config.d_head = 128;
    config.n_ctx = 131072;
    config.rope = llama3(8.0, 8192);
    const RopeFacts facts = *rope_facts(config);
    QCOMPARE(facts.kind, std::string("llama3"));
    QCOMPARE(facts.zones.size(), size_t{64});
    int seen[3] = {0, 0, 0};
    for (size_t i = 0; i < 64; ++i) {
        const double wavelength = 2 * M_PI * std::pow(500000.0, 2.0 * double(i) / 128.0);
        const RopeZone expected = wavelength < 8192.0 / 4 ? RopeZone::kept
                                  : wavelength > 8192.0   ? RopeZone::scaled
                                                          : RopeZone::blended;
        QCOMPARE(facts.zones[i], expected);
        QVERIFY(near(facts.plain[i], 2 * M_PI / wavelength, 1e-12));
        ++seen[static_cast<int>(expected)];
    }
    QVERIFY(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
    config.rope.kind = RopeKind::none;
    const RopeFacts plain = *rope_facts(config);
    QCOMPARE(plain.zones, std::vector<RopeZone>(64, RopeZone::kept));
    config.rope.kind = RopeKind::linear;
    const RopeFacts linear = *rope_facts(config);
    QCOMPARE(linear.zones, std::vector<RopeZone>(64, RopeZone::scaled));
    config.block.positions = PositionKind::alibi;
    QVERIFY(!rope_facts(config));
}

void TestRope::plain_frequencies() {
    const auto table = [](double base) {
        RopeConfig rope;
        rope.base = base;
        return rope_frequencies(rope, 128, 2048, 1);
    };
    const RopeTable a = table(1e4);
    QCOMPARE(a.inv_freq_d.size(), size_t{64});
    QCOMPARE(a.inv_freq_d[0], 1.0);
    QVERIFY(near(a.inv_freq_d[1], 0.86596432) && near(a.inv_freq_d[8], 0.31622777));
    QVERIFY(near(a.inv_freq_d[16], 0.1) && near(a.inv_freq_d[32], 0.01));
    QVERIFY(near(a.inv_freq_d[63], 1.15478198e-4));
    QVERIFY(near(table(1e6).inv_freq_d[1], 0.80584219));
    QVERIFY(near(table(1e6).inv_freq_d[16], 0.03162278, 2e-7));
    QVERIFY(near(table(1e6).inv_freq_d[63], 1.24093776e-6));
    QVERIFY(near(table(5e5).inv_freq_d[1], 0.81461723));
    QVERIFY(near(table(5e5).inv_freq_d[16], 0.03760603, 1e-7));
    QVERIFY(near(table(5e5).inv_freq_d[63], 2.45514079e-6));
    QCOMPARE(a.inv_freq_f[63], static_cast<float>(a.inv_freq_d[63]));
    QCOMPARE(a.attention_scaling, 1.0);
}

void TestRope::llama3_frequencies_data() {
    QTest::addColumn<int>("d_head");
    QTest::addColumn<double>("factor");
    QTest::addColumn<int>("original");
    QTest::addColumn<int>("kept");
    QTest::addColumn<int>("blended");
    QTest::addColumn<QMap<int, double>>("golden");
    using Golden = QMap<int, double>;
    QTest::newRow("3.1 8B") << 128 << 8.0 << 8192 << 29 << 6
                            << Golden{{1, 0.814617234},    {28, 3.21144599e-3},
                                      {29, 2.16657076e-3}, {34, 1.78507813e-4},
                                      {35, 9.55621235e-5}, {63, 3.06892599e-7}};
    QTest::newRow("3.1 8B, original context wrong")
        << 128 << 8.0 << 2048 << 22 << 7 << Golden{{22, 9.64981605e-3}, {28, 4.45237622e-4}};
    QTest::newRow("3.2 1B") << 64 << 32.0 << 8192 << 15 << 3
                            << Golden{{15, 1.29054793e-3},
                                      {17, 9.7082878e-5},
                                      {18, 1.94616382e-5},
                                      {31, 9.41830673e-8}};
    QTest::newRow("3.2 1B, original context wrong") << 64 << 32.0 << 2048 << 11 << 4 << Golden{};
    QTest::newRow("3.2 3B") << 128 << 32.0 << 8192 << 29 << 6
                            << Golden{{29, 2.118407e-3}, {34, 9.7082878e-5}, {63, 7.67231497e-8}};
}

void TestRope::llama3_frequencies() {
    QFETCH(int, d_head);
    QFETCH(double, factor);
    QFETCH(int, original);
    QFETCH(int, kept);
    QFETCH(int, blended);
    using Golden = QMap<int, double>;
    QFETCH(Golden, golden);
    RopeConfig plain;
    plain.base = 500000.0;
    const auto unscaled = rope_frequencies(plain, d_head, 131072, 1).inv_freq_d;
    const auto scaled = rope_frequencies(llama3(factor, original), d_head, 131072, 1).inv_freq_d;
    int same = 0, divided = 0;
    for (size_t i = 0; i < scaled.size(); ++i) {
        same += scaled[i] == unscaled[i];
        divided += scaled[i] == unscaled[i] / factor;
    }
    QCOMPARE(same, kept);
    QCOMPARE(divided, d_head / 2 - kept - blended);
    for (auto it = golden.begin(); it != golden.end(); ++it)
        QVERIFY2(near(scaled[static_cast<size_t>(it.key())], it.value(), 3e-7),
                 qPrintable(QString::number(it.key())));
}

void TestRope::dynamic_bases_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<int>("length");
    QTest::addColumn<double>("base");
    QTest::newRow("shorter") << 2.0 << 100 << 1e6;
    QTest::newRow("at the context") << 2.0 << 32768 << 1e6;
    QTest::newRow("one beyond") << 2.0 << 32769 << 1'000'062.004;
    QTest::newRow("40000") << 2.0 << 40000 << 1'449'795.74;
    QTest::newRow("twice") << 2.0 << 65536 << 3'052'773.67;
    QTest::newRow("factor 1") << 1.0 << 40000 << 1'224'573.39;
    QTest::newRow("factor 3") << 3.0 << 65536 << 4'088'994.24;
}

void TestRope::dynamic_bases() {
    QFETCH(double, factor);
    QFETCH(int, length);
    QFETCH(double, base);
    RopeConfig rope;
    rope.base = 1e6;
    rope.kind = RopeKind::dynamic;
    rope.factor = factor;
    const double got = dynamic_rope_base(rope, 128, 32768, length);
    QVERIFY2(near(got, base, length <= 32768 ? 0.0 : 5e-9), qPrintable(QString::number(got, 'f')));
    RopeConfig plain;
    plain.base = got;
    QCOMPARE(rope_frequencies(rope, 128, 32768, length).inv_freq_d,
             rope_frequencies(plain, 128, 32768, 1).inv_freq_d);
}

void TestRope::linear_divides_every_frequency() {
    RopeConfig rope;
    const auto plain = rope_frequencies(rope, 8, 64, 1).inv_freq_d;
    rope.kind = RopeKind::linear;
    rope.factor = 4.0;
    const auto scaled = rope_frequencies(rope, 8, 64, 1).inv_freq_d;
    for (size_t i = 0; i < plain.size(); ++i) QCOMPARE(scaled[i], plain[i] / 4.0);
}

void TestRope::yarn_keeps_fast_and_divides_slow() {
    RopeConfig rope;
    const auto plain = rope_frequencies(rope, 128, 4096, 1).inv_freq_d;
    rope.kind = RopeKind::yarn;
    rope.factor = 4.0;
    rope.original_context = 4096;
    // dim(32) = 20.94.. -> 20, dim(1) = 45.03.. -> 46 (by hand from d ln(C/2 pi r) / 2 ln base).
    const auto scaled = rope_frequencies(rope, 128, 16384, 1).inv_freq_d;
    for (size_t i = 0; i < plain.size(); ++i) {
        const double ramp = std::clamp((static_cast<double>(i) - 20.0) / 26.0, 0.0, 1.0);
        QVERIFY2(near(scaled[i], plain[i] * (1.0 - 0.75 * ramp), 1e-14),
                 qPrintable(QString::number(i)));
    }
    rope.truncate = false;
    const auto untruncated = rope_frequencies(rope, 128, 16384, 1).inv_freq_d;
    QCOMPARE(untruncated[20], plain[20]);
    QVERIFY(untruncated[21] < plain[21] && untruncated[21] > scaled[21]);
    QVERIFY(near(untruncated[46], plain[46] / 4.0, 1e-14));
}

void TestRope::yarn_attention_scaling() {
    RopeConfig rope;
    QCOMPARE(rope_attention_scaling(rope), 1.0);
    rope.kind = RopeKind::yarn;
    rope.factor = 4.0;
    QVERIFY(near(rope_attention_scaling(rope), 0.1 * std::log(4.0) + 1.0, 1e-15));
    rope.mscale = 2.0;
    QVERIFY(near(rope_attention_scaling(rope), 0.1 * std::log(4.0) + 1.0, 1e-15));
    rope.mscale_all_dim = 1.0;
    QVERIFY(near(rope_attention_scaling(rope),
                 (0.2 * std::log(4.0) + 1.0) / (0.1 * std::log(4.0) + 1.0), 1e-15));
    rope.attention_factor = 0.5;
    QCOMPARE(rope_attention_scaling(rope), 0.5);
    rope.attention_factor.reset();
    rope.mscale_all_dim.reset();
    rope.factor = 0.5;
    QCOMPARE(rope_attention_scaling(rope), 1.0);
}

QTEST_GUILESS_MAIN(TestRope)
#include "tst_rope.moc"
