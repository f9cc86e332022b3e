// SPDX-License-Identifier: GPL-3.0-or-later
// How often texts part that A and B draw with shared noise: counted here anew from single texts.
#include <QTemporaryDir>
#include <QTest>

#include "core/compare/base_rate.h"
#include "core/engine.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestBaseRate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::write_tiny_checkpoint(dir_.path().toStdString(), {});
    }

    /// Three pairs: one parts after two tokens, one ends earlier in B, one is the same.
    void splits_are_counted() {
        const std::vector<std::vector<int32_t>> a = {{1, 2, 3}, {4, 5, 6}, {7, 8}};
        const std::vector<std::vector<int32_t>> b = {{1, 2, 9}, {4}, {7, 8}};
        const BaseRate rate = base_rate(3, [&](Side side, int draw) {
            return (side == Side::a ? a : b)[static_cast<size_t>(draw)];
        });
        QCOMPARE(rate.draws, 3);
        QCOMPARE(rate.split_at, (std::vector<int>{1, 2}));
        QCOMPARE(
            base_rate_text(rate, 3),
            std::string("free running: 2 of 3 pairs of texts drawn with shared noise part within 3 "
                        "tokens, half of these within the first 2"));
    }

    void a_stopped_draw_does_not_count() {
        const BaseRate rate = base_rate(5, [](Side, int draw) {
            return draw < 2 ? std::vector<int32_t>{1} : std::vector<int32_t>();
        });
        QCOMPARE(rate.draws, 2);
        QVERIFY(rate.split_at.empty());
        QVERIFY(base_rate_text(BaseRate{}, 5).empty());
    }

    /// The same run parts from itself in no draw.
    void shared_noise_is_shared() {
        QCOMPARE(said("dtype=float32", "dtype=float32"), std::string("free running: 0 of 6"));
    }

    /// The count is that of texts written one by one with the seeds after the run's own.
    void the_count_is_that_of_single_texts() {
        const std::string a = "dtype=float32,seed=40", b = "dtype=float32,seed=40,rope.base=50";
        int parted = 0;
        for (int seed = 41; seed <= 46; ++seed) parted += text(a, seed) != text(b, seed);
        QVERIFY(parted > 0);
        QCOMPARE(said(a, b), "free running: " + std::to_string(parted) + " of 6");
    }

private:
    static constexpr int kTokens = 12;

    std::vector<int32_t> text(const std::string& options, int seed) {
        GenerateRequest request;
        request.model = dir_.path().toStdString();
        request.tokens = {5, 61, 17, 90, 3};
        request.max_new_tokens = kTokens;
        request.options = parse_options(options);
        request.options["sample"] = "sample";
        request.options["seed"] = std::to_string(seed);
        std::vector<int32_t> ids;
        const GenerateResult made = engine_->generate(request, {}, {});
        for (const GenerationStep& step : made.text.steps) ids.push_back(step.id);
        return ids;
    }

    /// The beginning of the remark, up to the number of draws.
    std::string said(const std::string& a, const std::string& b) {
        CompareRequest request;
        request.model_a = dir_.path().toStdString();
        request.tokens = {5, 61, 17, 90, 3};
        request.max_new_tokens = kTokens;
        request.options_a = parse_options(a);
        request.options_b = parse_options(b);
        request.options_b["draws"] = "6";
        const ComparisonPtr c = engine_->compare(request, {}, {});
        for (const std::string& remark : c->verdict.remarks)
            if (remark.starts_with("free running")) return remark.substr(0, remark.find(" pairs"));
        return {};
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestBaseRate)
#include "tst_base_rate.moc"
