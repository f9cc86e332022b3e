// SPDX-License-Identifier: GPL-3.0-or-later
// A head's scores taken apart: QK, bias, cap and mask add up to what the run computed, in every
// family, and each part is what its definition says.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// 2^-significand bits.
double roundoff(const std::string& dtype) {
    if (dtype == "bfloat16") return std::ldexp(1.0, -8);
    if (dtype == "float16") return std::ldexp(1.0, -11);
    return std::ldexp(1.0, dtype == "float64" ? -53 : -24);
}

double part(const Grid& grid, int q, int k) { return grid.empty() ? 0.0 : grid.at(q, k); }

}  // namespace

class TestScoreParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::write_tiny_families(folder_.path().toStdString());
        test::TinyModel window;
        window.family = "mistral";
        window.config["sliding_window"] = "3";
        test::write_tiny_checkpoint(folder("window"), window);
    }

    void add_up_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("options");
        std::vector<std::string> models = {"window"};
        for (const FamilySpec& family : all_families()) models.push_back(family.id);
        for (const std::string& model : models) {
            for (const char* options :
                 {"dtype=float32", "dtype=bfloat16", "dtype=float16", "dtype=bfloat16,kv_cache=off",
                  "dtype=float32,prefill.chunk=2"}) {
                QTest::addRow("%s %s", model.c_str(), options)
                    << QString::fromStdString(model) << options;
            }
        }
    }
    void add_up() {
        QFETCH(QString, model);
        QFETCH(QString, options);
        const ComparisonPtr c = compare(model, options, options);
        for (int layer = 0; layer < c->n_layers; ++layer) {
            const ValuesPtr scores = engine_->values(c->id, {SiteKind::scores, layer}, {});
            for (const int head : {0, c->n_heads - 1}) {
                const ScorePartsPair pair = parts(c, layer, head);
                const ScoreParts& p = pair.a;
                const int n = static_cast<int>(c->tokens.size());
                QCOMPARE(p.qk.rows, n);
                const double u = roundoff(p.dtype);
                double residual = 0;
                for (int q = 0; q < n; ++q) {
                    for (int k = 0; k < n; ++k) {
                        const double run = scores->a[static_cast<size_t>((head * n + q) * n + k)];
                        QCOMPARE(std::isnan(p.qk.at(q, k)), k > q || std::isnan(p.score.at(q, k)));
                        if (k > q || std::isnan(p.qk.at(q, k))) {
                            QVERIFY(std::isnan(run) && (k > q || p.seen.at(q, k) == 0));
                            continue;
                        }
                        // The score is the run's own, bit for bit; a hidden key got the mask.
                        if (p.seen.at(q, k) == 1) QCOMPARE(p.score.at(q, k), run);
                        if (p.seen.at(q, k) == 0) QVERIFY(std::isnan(run) && p.mask < -1e4);
                        const double qk = p.qk.at(q, k);
                        const double sum = qk + part(p.bias, q, k) + part(p.cap, q, k);
                        const double gap = std::fabs(sum - p.score.at(q, k));
                        residual = std::max(residual, gap);
                        // One rounding of the product without the bias, one of the sum.
                        const double bound = u * (std::fabs(qk) + std::fabs(p.score.at(q, k)));
                        QVERIFY2(
                            p.bias.empty() ? gap == 0 : gap <= 1.01 * bound,
                            qPrintable(
                                QString("%1 of %2 at %3 %4").arg(gap).arg(bound).arg(q).arg(k)));
                    }
                }
                QCOMPARE(p.residual, residual);
                QCOMPARE(p.bias.empty(), model != "bloom");
                QCOMPARE(p.cap.empty(), model != "gemma2");
            }
        }
    }

    /// score = q·k / √d_head + slope · key position (BLOOM's bias counts from the first key).
    void qk_and_bias_by_definition_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("rotary");
        QTest::newRow("llama") << "llama" << true;
        QTest::newRow("bloom") << "bloom" << false;
    }
    void qk_and_bias_by_definition() {
        QFETCH(QString, model);
        QFETCH(bool, rotary);
        const ComparisonPtr c = compare(model, "dtype=float32", "dtype=float32");
        const auto values = [&](SiteKind rotated, SiteKind plain) {
            return engine_->values(c->id, {rotary ? rotated : plain, 1}, {});
        };
        const ValuesPtr q = values(SiteKind::rot_q, SiteKind::q);
        const ValuesPtr k = values(SiteKind::rot_k, SiteKind::k);
        const auto heads = static_cast<size_t>(q->shape_a[1]),
                   d = static_cast<size_t>(q->shape_a[2]);
        const auto kv = static_cast<size_t>(k->shape_a[1]), n = c->tokens.size();
        for (size_t head = 0; head < heads; ++head) {
            const ScoreParts p = parts(c, 1, static_cast<int>(head)).a;
            for (size_t row = 0; row < n; ++row) {
                for (size_t key = 0; key <= row; ++key) {
                    double dot = 0;
                    for (size_t i = 0; i < d; ++i) {
                        dot += q->a[(row * heads + head) * d + i] *
                               k->a[(key * kv + head * kv / heads) * d + i];
                    }
                    const double want = dot / std::sqrt(static_cast<double>(d));
                    const int r = static_cast<int>(row), at = static_cast<int>(key);
                    QVERIFY(std::fabs(p.qk.at(r, at) - want) < 1e-5 * (1 + std::fabs(want)));
                    QCOMPARE(p.seen.at(r, at), 1.0);
                    if (rotary) continue;
                    const double slope = std::pow(2.0, -8.0 * double(head + 1) / double(heads));
                    QCOMPARE(p.bias.at(r, at) - p.bias.at(r, 0), slope * double(key));
                }
            }
        }
    }

    void a_window_hides_keys() {
        const ComparisonPtr c = compare("window", "dtype=float32,kv_cache=off", "dtype=float32");
        const ScorePartsPair pair = parts(c, 0, 0);
        for (const ScoreParts* p : {&pair.a, &pair.b}) {
            for (int q = 0; q < p->seen.rows; ++q) {
                for (int k = 0; k <= q; ++k) QCOMPARE(p->seen.at(q, k), k > q - 3 ? 1.0 : 0.0);
            }
        }
    }

    /// The parts are the run's, bugs included: the bias of a later call is zero before its own key.
    void a_defect_is_seen_in_its_part() {
        const ComparisonPtr c =
            compare("bloom", "dtype=float32", "dtype=float32,defects=D-ALIBI-QLEN");
        const ScorePartsPair pair = parts(c, 0, 1);
        const int row = c->n_prompt;  // the first that was computed by itself
        QVERIFY(row > 0 && row < pair.a.bias.rows);
        for (int k = 1; k < row; ++k) {
            QVERIFY(pair.a.bias.at(row, k) != 0);
            QCOMPARE(pair.b.bias.at(row, k), 0.0);
        }
    }

    void badges_are_honest() {
        const auto badges = [&](const QString& model, const QString& options) {
            const ScoreParts p = parts(compare(model, options, options), 0, 0).a;
            return p.badge_qk + " " + p.badge_bias + " " + p.badge_mask;
        };
        using S = std::string;
        QCOMPARE(badges("llama", "dtype=float32"), S("captured none captured"));
        QCOMPARE(badges("bloom", "dtype=float32"), S("recomputed captured captured"));
        QCOMPARE(badges("llama", "dtype=float32,attention=sdpa"), S("recomputed none recomputed"));
        QCOMPARE(badges("bloom", "dtype=float32,attention=sdpa"),
                 S("recomputed recomputed recomputed"));
    }

    void refuses_with_the_reason() {
        const ComparisonPtr c = compare("llama", "dtype=float32", "dtype=float32");
        const auto code = [&](uint64_t id, ScorePartsQuestion question, std::stop_token stop) {
            try {
                engine_->answer(id, question, stop);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::internal;
        };
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(code(c->id, {99, 0}, {}), ErrorCode::usage);
        QCOMPARE(code(c->id, {0, 99}, {}), ErrorCode::usage);
        QCOMPARE(code(c->id + 1000, {0, 0}, {}), ErrorCode::not_found);
        QCOMPARE(code(c->id, {0, 0}, stopped.get_token()), ErrorCode::cancelled);
    }

private:
    std::string folder(const std::string& name) const {
        return folder_.path().toStdString() + "/" + name;
    }
    ComparisonPtr compare(const QString& model, const QString& a, const QString& b) {
        CompareRequest r;
        r.model_a = folder(model.toStdString());
        r.tokens = {1, 7, 5, 9, 3, 2};
        r.max_new_tokens = 3;
        r.judge = false;
        r.options_a = parse_options(a.toStdString());
        r.options_b = parse_options(b.toStdString());
        return engine_->compare(r, {}, {});
    }
    ScorePartsPair parts(const ComparisonPtr& c, int layer, int head) {
        const ScorePartsQuestion question{layer, head};
        const AnswerPtr answer = engine_->answer(c->id, question, {});
        if (answer->comparison != c->id || answer->question != Question(question)) return {};
        return std::get<ScorePartsPair>(answer->body);
    }

    QTemporaryDir folder_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestScoreParts)
#include "tst_score_parts.moc"
