// SPDX-License-Identifier: GPL-3.0-or-later
// What the defect switches must equal: the figures that were measured on the old releases or follow
// from their code, written here as numbers, and their formulas evaluated anew from what went in.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "core/engine.h"
#include "core/model/rope.h"
#include "core/nn/rope.h"
#include "core/options/option.h"
#include "tests/support/defect_stage.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// The figure with as many digits as it was written down with.
bool agrees(double value, double written, double half_digit) {
    return std::abs(value - written) <= half_digit;
}

RopeConfig rope(double base, int64_t original = 0) {
    RopeConfig rope;
    rope.base = base;
    if (original == 0) return rope;
    rope.kind = RopeKind::llama3;
    rope.factor = 8;
    rope.original_context = original;
    return rope;
}

/// Largest error of an angle for each position, radians, in heads of 128.
double angle_error(const RopeConfig& x, const RopeConfig& y) {
    const auto a = rope_frequencies(x, 128, 131072, 1).inv_freq_d;
    const auto b = rope_frequencies(y, 128, 131072, 1).inv_freq_d;
    double most = 0;
    for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

/// ALiBi's bias in float64, [head, query or 1, key].
at::Tensor bias(AlibiDefect defect, int64_t heads, int64_t keys, int64_t queries) {
    Numerics n;
    n.dtype = at::kDouble;
    n.defect.alibi = defect;
    return alibi_bias(Exec(n, false), heads, keys, queries);
}

/// Slopes: the bias of key 1 over that of key 0.
std::vector<double> slopes(AlibiDefect defect, int64_t heads) {
    const at::Tensor b = bias(defect, heads, 2, 2);
    std::vector<double> out;
    for (int64_t h = 0; h < heads; ++h) out.push_back((b[h][-1][1] - b[h][-1][0]).item<double>());
    return out;
}

}  // namespace

class TestDefectNumbers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    /// Radians for each position of distance.
    void angles() {
        QVERIFY(
            agrees(angle_error(rope(1e6), rope(1e4)), 0.148, 5e-4));  // Mixtral with base 10 000
        QVERIFY(
            agrees(angle_error(rope(5e5), rope(1e4)), 0.129, 5e-4));  // Llama 3 with base 10 000
        QVERIFY(agrees(angle_error(rope(5e5), rope(5e5, 8192)), 8.9e-4, 5e-6));  // 3.1 read as 3.0
        QVERIFY(
            agrees(angle_error(rope(5e5, 2048), rope(5e5, 8192)), 3.6e-3, 5e-5));  // D-ROPE-OLDCTX
    }

    /// 2^(−8k/n) for every n: with 112 heads all of them differ, the 65th most.
    void slopes_of_112_heads() {
        const auto right = slopes(AlibiDefect::none, 112), wrong = slopes(AlibiDefect::slopes, 112);
        QVERIFY(agrees(right[0], 0.917, 5e-4));
        QVERIFY(agrees(wrong[0], 0.952, 5e-4));
        double most = 0;
        for (size_t h = 0; h < 112; ++h) {
            QVERIFY(right[h] != wrong[h]);
            QVERIFY(std::abs(wrong[h] - std::exp2(-8.0 * static_cast<double>(h + 1) / 112)) <
                    1e-12);
            most = std::max(most, std::abs(right[h] - wrong[h]));
        }
        QVERIFY(agrees(std::abs(right[64] - wrong[64]), 0.918, 5e-4));
        QCOMPARE(most, std::abs(right[64] - wrong[64]));
        const auto power = slopes(AlibiDefect::none, 16), same = slopes(AlibiDefect::slopes, 16);
        QCOMPARE(power, same);  // a power of two hides it
    }

    /// Rows 0 to q − 1 of slope · min(key − query, 0), in every call, up to what no softmax sees: a
    /// constant of the row.
    void top_rows() {
        const auto slope = slopes(AlibiDefect::none, 4);
        for (const auto& [keys, queries] :
             std::vector<std::pair<int64_t, int64_t>>{{6, 6}, {7, 1}, {9, 3}}) {
            const at::Tensor b = bias(AlibiDefect::top_rows, 4, keys, queries);
            for (int64_t h = 0; h < 4; ++h)
                for (int64_t i = 0; i < queries; ++i)
                    for (int64_t j = 0; j < keys; ++j) {
                        const double made = (b[h][i][j] - b[h][i][keys - 1]).item<double>();
                        const double row = std::min<double>(static_cast<double>(j - i), 0) -
                                           std::min<double>(static_cast<double>(keys - 1 - i), 0);
                        QVERIFY(std::abs(made - slope[static_cast<size_t>(h)] * row) < 1e-12);
                    }
        }
        // One decoded token takes row 0: no bias at all.
        QCOMPARE(bias(AlibiDefect::top_rows, 4, 7, 1).abs().max().item<double>(), 0.0);
        QCOMPARE(bias(AlibiDefect::query_length, 4, 7, 1).abs().max().item<double>(), 0.0);
    }

    /// Rows of a matrix that is longer differ from the right ones by a constant of the head.
    void stale_rows() {
        const at::Tensor off = bias(AlibiDefect::stale, 4, 9, 3) - bias(AlibiDefect::none, 4, 9, 3);
        for (int64_t h = 0; h < 4; ++h) {
            const double constant = off[h].flatten()[0].item<double>();
            QVERIFY(constant != 0);
            QVERIFY((off[h] - constant).abs().max().item<double>() < 1e-12);
        }
    }

    /// q = n_heads · (x W_Q) + b_Q: the slope of q is n_heads exactly, the bias is not multiplied.
    void summed_queries_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("within");
        QTest::newRow("float64") << "float64" << 4e-14;
        QTest::newRow("float32") << "float32" << 4e-6;
    }
    void summed_queries() {
        QFETCH(QString, type);
        QFETCH(double, within);
        const std::string options = "dtype=" + type.toStdString();
        const ValuesPtr grouped =
            values("llama", options, options + ",defects=D-SPLIT-QSUM", "attn.q");
        for (size_t i = 0; i < grouped->a.size(); ++i)
            QVERIFY(std::abs(grouped->b[i] - 4 * grouped->a[i]) <=
                    within * std::abs(grouped->b[i]) + 1e-300);
        // With a bias, B − n A is (1 − n) b_Q: the same at every position.
        const ValuesPtr biased =
            values("gpt_neox", options, options + ",defects=D-SPLIT-QSUM", "attn.q");
        const size_t width = biased->a.size() / static_cast<size_t>(biased->shape_a[0]);
        bool some = false;
        for (size_t i = width; i < biased->a.size(); ++i) {
            const double first = biased->b[i % width] - 4 * biased->a[i % width];
            const double here = biased->b[i] - 4 * biased->a[i];
            QVERIFY(std::abs(here - first) <= 10 * within);
            some = some || std::abs(first) > 1e-4;
        }
        QVERIFY(some);
    }

    /// The k probabilities as they are: the right weights are these over their sum.
    void weights_not_renormalised() {
        const ValuesPtr w = values("mixtral", "dtype=float64",
                                   "dtype=float64,defects=D-ROUTER-NORENORM", "moe.expert_weights");
        for (size_t i = 0; i < w->a.size(); i += 2) {
            const double sum = w->b[i] + w->b[i + 1];
            QVERIFY(sum < 1);
            QVERIFY(std::abs(w->a[i] - w->b[i] / sum) < 1e-14 &&
                    std::abs(w->a[i + 1] - w->b[i + 1] / sum) < 1e-14);
        }
    }

    /// out[p] = Σ over the experts that any token uses, with the weight of the last token that
    /// does, of expert(x[p]): evaluated here from the file's tensors. In float32 to its rounding,
    /// 3e-6.
    void scattered_experts_data() { summed_queries_data(); }
    void scattered_experts() {
        QFETCH(QString, type);
        const double within = type == "float64" ? 1e-13 : 3e-6;
        const std::string plain = "dtype=" + type.toStdString(),
                          wrong = plain + ",defects=D-MOE-SCATTER";
        const ValuesPtr x = values("mixtral", plain, wrong, "ln2.normalized");
        const ValuesPtr ids = values("mixtral", plain, wrong, "moe.expert_indices");
        const ValuesPtr weights = values("mixtral", plain, wrong, "moe.expert_weights");
        const ValuesPtr out = values("mixtral", plain, wrong, "mlp_out");
        std::map<int, double> last;  // by expert, in row-major order of [pos, slot]
        for (size_t i = 0; i < ids->b.size(); ++i)
            last[static_cast<int>(ids->b[i])] = weights->b[i];
        QVERIFY(last.size() > 2);
        const auto width = static_cast<size_t>(x->shape_b[1]);
        double off = 0, size = 0, seen = 0;
        for (size_t p = 0; p < static_cast<size_t>(x->shape_b[0]); ++p) {
            std::vector<double> sum(width, 0.0);
            for (const auto& [expert, weight] : last) {
                const auto y = expert_of(
                    expert, {x->b.begin() + static_cast<std::ptrdiff_t>(p * width),
                             x->b.begin() + static_cast<std::ptrdiff_t>((p + 1) * width)});
                for (size_t i = 0; i < width; ++i) sum[i] += weight * y[i];
            }
            for (size_t i = 0; i < width; ++i) {
                off = std::max(off, std::abs(out->b[p * width + i] - sum[i]));
                size = std::max(size, std::abs(sum[i]));
                seen = std::max(seen, std::abs(out->a[p * width + i] - sum[i]));
            }
        }
        QVERIFY2(off <= within * size, qPrintable(QString::number(off / size)));
        QVERIFY(seen > 0.1 * size);  // and it is not what the right code makes
    }

    /// One token has no earlier position: no comparison of one goes without its warning.
    /// D-ROPE-DYN-CACHED: a position's own query and key are rotated by the base of the call that
    /// made them, with a cache and without one, so that rot_q and rot_k of block 0 are equal bit
    /// for bit. What the older keys still carry of the older base is in the cache, which only one
    /// of the runs has, and is first seen by both in the scores: from the second call past the
    /// limit on, and there in every key but the newest.
    void a_cached_base_shows_in_the_scores() {
        const DefectSpec& defect = *find_defect("D-ROPE-DYN-CACHED");
        for (const std::string& family : defect.families) {
            const test::DefectStage stage = test::stage_for(defect, family);
            test::write_tiny_checkpoint(folder("dynamic"), stage.model);
            CompareRequest request;
            request.model_a = folder("dynamic");
            request.tokens = {5, 61, 17, 90, 3, 44, 44, 12};
            request.max_new_tokens = 4;
            request.options_a = parse_options("dtype=float64" + stage.options_a);
            request.options_b = parse_options("dtype=float64,defects=" + defect.id);
            const ComparisonPtr c = engine_->compare(request, {}, {});
            QCOMPARE(to_string(*c->verdict.site), to_string(Site{defect.first_site, 0}));
            int seen = 0;
            for (const SiteMetrics& m : c->sites) {
                if (m.site.layer != 0) continue;
                const SiteKind kind = m.site.kind;
                seen += kind == SiteKind::rot_q || kind == SiteKind::rot_k ||
                        kind == SiteKind::cache_k || kind == SiteKind::scores;
                if (kind == SiteKind::rot_q || kind == SiteKind::rot_k) QCOMPARE(m.max_abs, 0.0);
                if (kind == SiteKind::cache_k) QVERIFY(!m.in_a && m.in_b);
                if (kind != SiteKind::scores) continue;
                for (size_t p = 0; p < m.by_pos.size(); ++p)
                    QVERIFY2((m.by_pos[p] > 1e-6) == (p >= 8), family.c_str());
            }
            QCOMPARE(seen, 4);
        }
    }

    void one_token_is_warned_of() {
        test::write_tiny_checkpoint(folder("llama"), model_of("llama"));
        CompareRequest request;
        request.model_a = folder("llama");
        for (const size_t length : {1, 2}) {
            request.tokens.assign(length, 7);
            const ComparisonPtr c = engine_->compare(request, {}, {});
            const bool warned = std::any_of(
                c->warnings.begin(), c->warnings.end(),
                [](const std::string& text) { return text.starts_with("One token only"); });
            QCOMPARE(warned, length == 1);
        }
    }

private:
    static test::TinyModel model_of(const std::string& family) {
        test::TinyModel model;
        model.family = family;
        return model;
    }

    /// A site of block 0 in both runs.
    ValuesPtr values(const std::string& family, const std::string& a, const std::string& b,
                     const std::string& site) {
        test::write_tiny_checkpoint(folder(family), model_of(family));
        CompareRequest request;
        request.model_a = folder(family);
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7};
        request.options_a = parse_options(a);
        request.options_b = parse_options(b);
        request.judge = false;
        const ComparisonPtr c = engine_->compare(request, {}, {});
        return engine_->values(c->id, *parse_site("blocks.0." + site), {});
    }

    /// W_2 (silu(W_1 x) · W_3 x) of Mixtral's block 0 in double.
    std::vector<double> expert_of(int expert, const std::vector<double>& x) const {
        static const auto tensors = test::tiny_tensors(model_of("mixtral"));
        const std::string prefix =
            "model.layers.0.block_sparse_moe.experts." + std::to_string(expert) + ".";
        const auto product = [&](const char* name, const std::vector<double>& in) {
            const auto found = std::find_if(
                tensors.begin(), tensors.end(),
                [&](const auto& tensor) { return tensor.name == prefix + name + ".weight"; });
            std::vector<double> out;
            const auto n = in.size();
            for (size_t row = 0; row < found->bytes.size() / 4 / n; ++row) {
                double sum = 0;
                for (size_t i = 0; i < n; ++i) {
                    float w = 0;
                    std::memcpy(&w, found->bytes.data() + 4 * (row * n + i), 4);
                    sum += static_cast<double>(w) * in[i];
                }
                out.push_back(sum);
            }
            return out;
        };
        std::vector<double> inner = product("w1", x);
        const std::vector<double> up = product("w3", x);
        for (size_t i = 0; i < inner.size(); ++i)
            inner[i] = inner[i] / (1 + std::exp(-inner[i])) * up[i];
        return product("w2", inner);
    }

    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestDefectNumbers)
#include "tst_defect_numbers.moc"
