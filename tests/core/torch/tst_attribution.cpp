// SPDX-License-Identifier: GPL-3.0-or-later
// Shares telescope to the whole, planted causes get their own, the plan cannot lose a member.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>
#include <set>

#include "core/compare/attribution.h"
#include "core/compare/compare_models.h"
#include "core/compare/step_runs.h"
#include "core/data/error.h"
#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "core/options/steps.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// A mixed run computed whole, call after call, step after step, with nothing shared.
at::Tensor whole_run(const LockstepJob& job, const Mix& mix) {
    std::array runners = {Runner(job.a.model, job.a.config, Exec(job.a.numerics, false)),
                          Runner(job.b.model, job.b.config, Exec(job.b.numerics, false))};
    NullTap blind;
    std::vector<at::Tensor> parts;
    const auto total = static_cast<int64_t>(job.tokens.size());
    for (int64_t start = 0; start < total;) {
        const int64_t length = start == 0 ? job.first_stretch : 1;
        for (Runner& run : runners)
            run.begin(job.tokens, start, length, run.num().prefill_chunk, blind);
        Runner* holder = &runners[mix[0] ? 0 : 1];
        const auto enter = [&](size_t step) -> Runner& {
            Runner& to = runners[mix[step] ? 0 : 1];
            for (size_t i = 0; &to != holder && i < to.stretch_calls(); ++i)
                to.set_stream(i, holder->stream(i));
            holder = &to;
            return to;
        };
        size_t step = 1;
        for (int layer = 0; layer < static_cast<int>(job.a.config.n_layers); ++layer) {
            enter(step++).attention_half(layer, blind);
            enter(step++).mlp_half(layer, blind);
        }
        parts.push_back(enter(step).finish(blind).to(at::kDouble));
        start += length;
    }
    return at::cat(parts, 0);
}

/// The same mix as options of one run: B's, with A's steps raised to A's type.
at::Tensor raised_run(const LockstepJob& job, const Mix& mix, const QString& b) {
    const std::vector<std::string> names = step_names(job.a.config.n_layers);
    std::string raised;
    for (size_t i = 0; i < mix.size(); ++i)
        if (mix[i]) raised += (raised.empty() ? "" : "+") + names[i];
    const std::string text = b.toStdString() + ",raised=" + (raised.empty() ? "none" : raised) +
                             ",raised.dtype=" + dtype_name(job.a.numerics.dtype);
    return plain_logits(make_plan(job.b.model, parse_options(text)), job).to(at::kDouble);
}

double mean_kl(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor la = at::log_softmax(a, -1), lb = at::log_softmax(b, -1);
    return (la.exp() * (la - lb)).sum(-1).mean().item<double>();
}

}  // namespace

class TestAttribution : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::write_tiny_families(dir_.path().toStdString(), {}, "1e6");
    }

    void shares_sum_to_the_whole_data() {
        QTest::addColumn<QString>("family");
        for (const FamilySpec& family : all_families())
            QTest::newRow(family.id.c_str()) << QString::fromStdString(family.id);
    }
    void shares_sum_to_the_whole() {
        QFETCH(QString, family);
        const ComparisonPtr c = compare(family, "dtype=float32",
                                        "dtype=bfloat16,matmul.order=split-k,qkv=split-einsum");
        QVERIFY(c->attribution.has_value());
        const Attribution& a = *c->attribution;
        QVERIFY(a.whole > 0);
        QCOMPARE(a.options.size(), size_t{3});
        QCOMPARE(a.steps.size(), size_t{2 * 2 + 2});
        for (const auto* shares : {&a.options, &a.steps}) {
            double sum = 0;
            for (const Share& share : *shares) sum += share.mean;
            QVERIFY2(std::abs(sum - a.whole) < 1e-9, qPrintable(QString::number(sum - a.whole)));
        }
        QVERIFY(!a.plan.empty());
        QVERIFY(a.plan_kl <= a.plan_target);
        // The curve begins with the whole, passes through the plan and ends with all as in A.
        QCOMPARE(a.curve.size(), a.steps.size() + 1);
        QVERIFY(std::abs(a.curve.front().kl - a.whole) < 1e-12);
        std::set<std::string> raised;
        for (size_t i = 0; i < a.curve.size(); ++i) {
            QCOMPARE(a.curve[i].steps, static_cast<int>(i));
            QCOMPARE(a.curve[i].id.empty(), i == 0);
            if (i > 0) QVERIFY(raised.insert(a.curve[i].id).second);
            if (i != a.plan.size()) continue;
            QVERIFY(raised == std::set<std::string>(a.plan.begin(), a.plan.end()));
            QCOMPARE(a.curve[i].kl, a.plan_kl);
        }
        QCOMPARE(a.curve.back().kl, 0.0);  // all steps are A's: so is every bit
    }

    /// Two known causes over every family: a share and its ± reach exactly from what the cause does
    /// alone to what it adds to the other, both measured without any attribution.
    void planted_options_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("two");
        for (const FamilySpec& family : all_families()) {
            QStringList causes = {"dtype=bfloat16", "defects=D-SPLIT-QSUM", "attention.window=3"};
            if (engine_->open(folder(family.id))->rotary) causes << "rope.base=10000";
            for (int i = 0; i < causes.size(); ++i)
                for (int k = i + 1; k < causes.size(); ++k)
                    QTest::addRow("%s %s %s", family.id.c_str(), qPrintable(causes[i]),
                                  qPrintable(causes[k]))
                        << QString::fromStdString(family.id) << causes[i] << causes[k];
        }
    }
    void planted_options() {
        QFETCH(QString, family);
        QFETCH(QString, one);
        QFETCH(QString, two);
        const std::string a = "dtype=float32";
        const auto apart = [&](const QString& b, bool parts) {
            CompareRequest request = requested(family);
            request.judge = false;
            request.attribute = parts;
            request.options_a = parse_options(a);
            request.options_b = complete(parse_options(a));
            for (const auto& [id, value] : parse_options(b.toStdString()))
                request.options_b[id] = value;
            return engine_->compare(request, {}, {});
        };
        const std::array alone = {whole_of(*apart(one, false)), whole_of(*apart(two, false))};
        // Some models are too small for a window or a base to act: then its share is zero, exactly.
        if (one.startsWith(QLatin1String("dtype")) && two.startsWith(QLatin1String("defects")))
            QVERIFY(alone[0] > 0 && alone[1] > 0);
        const ComparisonPtr both = apart(one + "," + two, true);
        check_planted(*both->attribution, both->attribution->options, alone, whole_of(*both),
                      {one.section('=', 0, 0).toStdString(), two.section('=', 0, 0).toStdString()});
    }

    /// Two known bugs share the option `defects` and are two causes all the same.
    void planted_defects_data() { shares_sum_to_the_whole_data(); }
    void planted_defects() {
        QFETCH(QString, family);
        const auto apart = [&](const std::string& defects, bool parts) {
            CompareRequest request = requested(family);
            request.judge = false;
            request.attribute = parts;
            request.options_a = parse_options("dtype=float32");
            request.options_b = parse_options("dtype=float32,defects=" + defects);
            return engine_->compare(request, {}, {});
        };
        const std::array alone = {whole_of(*apart("D-KV-INIT", false)),
                                  whole_of(*apart("D-SPLIT-QSUM", false))};
        QVERIFY(alone[0] > 0 && alone[1] > 0);
        const ComparisonPtr both = apart("D-SPLIT-QSUM+D-KV-INIT", true);
        check_planted(*both->attribution, both->attribution->options, alone, whole_of(*both),
                      {"D-KV-INIT", "D-SPLIT-QSUM"});
    }

    /// The same of steps, without any option: one matrix of attention and one of the MLP behind it
    /// are others in B's files.
    void planted_weights_data() { shares_sum_to_the_whole_data(); }
    void planted_weights() {
        QFETCH(QString, family);
        test::TinyModel model;
        model.family = family.toStdString();
        const auto table = LoadedModel::open(folder(model.family));
        const auto sources = [&](const std::string& begin, const std::string& end) {
            std::set<std::string> names;
            for (const BoundWeight& weight : table->weights().all())
                if (weight.canonical.starts_with(begin) && weight.canonical.ends_with(end))
                    names.insert(weight.source_name);
            return names;
        };
        const std::array planted = {sources("blocks.0.attn", "W_O"),
                                    sources("blocks.1.", "W_down")};
        const auto edited = [&](bool first, bool second) {
            auto tensors = test::tiny_tensors(model);
            int touched = 0;
            for (test::RawTensor& each : tensors) {
                const bool in = (first && planted[0].count(each.name) > 0) ||
                                (second && planted[1].count(each.name) > 0);
                if (!in) continue;
                ++touched;
                auto* values = reinterpret_cast<float*>(each.bytes.data());
                for (size_t i = 0; i < each.bytes.size() / 4; ++i) values[i] *= 1.25F;
            }
            const std::string name =
                folder(model.family + (first ? "-1" : "-0") + (second ? "1" : "0"));
            test::write_tiny_checkpoint(name, model);
            test::write_file(name + "/model.safetensors", test::safetensors_bytes(tensors));
            return touched > 0 ? name : std::string();
        };
        test::write_tiny_checkpoint(folder(model.family + "-right"), model);
        const auto apart = [&](bool first, bool second, bool parts) {
            CompareRequest request = requested(family);
            request.model_a = folder(model.family + "-right");
            request.model_b = edited(first, second);
            request.judge = false;
            request.attribute = parts;
            return engine_->compare(request, {}, {});
        };
        const std::array alone = {whole_of(*apart(true, false, false)),
                                  whole_of(*apart(false, true, false))};
        QVERIFY(alone[0] > 0 && alone[1] > 0);
        const ComparisonPtr both = apart(true, true, true);
        check_planted(*both->attribution, both->attribution->steps, alone, whole_of(*both),
                      {"blocks.0.attn", "blocks.1.mlp"});
    }

    /// Two causes of which one is known to be far larger, and one step that alone is touched.
    void planted_causes_get_their_share() {
        const ComparisonPtr base =
            compare("llama", "dtype=float32", "dtype=float32,rope.base=10000");
        const double alone = base->attribution->whole;
        const ComparisonPtr both =
            compare("llama", "dtype=float32", "dtype=bfloat16,rope.base=10000");
        const Attribution& a = *both->attribution;
        QCOMPARE(a.options.size(), size_t{2});
        QCOMPARE(a.options[0].id, std::string("dtype"));
        QCOMPARE(a.options[1].id, std::string("rope.base"));
        QVERIFY(a.options[1].mean > 0.9 * a.whole);
        QVERIFY(std::abs(a.options[1].mean - alone) <= a.options[1].half_gap + 0.02 * alone);
        QVERIFY(std::abs(a.options[0].mean) < 0.1 * a.whole);
        // The rotation belongs to attention: no other step's arithmetic knows the base.
        double attention = 0;
        for (const Share& share : base->attribution->steps) {
            if (share.id.ends_with(".attn"))
                attention += share.mean;
            else
                QCOMPARE(share.mean, 0.0);
        }
        QVERIFY(std::abs(attention - alone) < 1e-9);
    }

    void unembedding_alone_is_found() {
        const ComparisonPtr c =
            compare("llama", "dtype=bfloat16", "dtype=bfloat16,logits.dtype=float32");
        for (const Share& share : c->attribution->steps) {
            if (share.id != "unembed") QCOMPARE(share.mean, 0.0);
        }
        QCOMPARE(c->attribution->plan, std::vector<std::string>{"unembed"});
    }

    void other_calls_cannot_be_mixed() {
        const ComparisonPtr c = compare("bloom", "dtype=bfloat16", "dtype=float32,kv_cache=off");
        QVERIFY(c->attribution->steps.empty());
        QVERIFY(!c->attribution->note.empty());
        QCOMPARE(c->attribution->options.size(), size_t{2});
    }

    void another_config_over_the_same_weights() {
        test::TinyModel model;
        model.config["rope_theta"] = "500000.0";
        const std::string file = folder("other.json");
        test::write_file(file, test::tiny_config(model));
        CompareRequest request = requested("llama");
        request.config_b = file;
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
        QCOMPARE(c->verdict.site->kind, SiteKind::rot_q);
        QCOMPARE(c->verdict.cause->kind, std::string("config"));
        QCOMPARE(c->verdict.cause->id, std::string("rope_theta"));
        QVERIFY(c->warnings.front().find("rope_theta 1e6 | 500000.0") != std::string::npos ||
                c->warnings.front().find("500000.0") != std::string::npos);
        // The same file again is the same function, and is found so by its bits.
        request.config_b = folder("llama") + "/config.json";
        QCOMPARE(to_string(engine_->compare(request, {}, {})->verdict.kind),
                 std::string("identical"));
        request.config_b = folder("absent.json");
        QVERIFY_THROWS_EXCEPTION(Error, engine_->compare(request, {}, {}));
    }

    /// Runs that share a beginning, or end in another's, are the whole runs bit for bit.
    void sharing_changes_no_bit_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        for (const FamilySpec& family : all_families()) {
            const QString id = QString::fromStdString(family.id);
            QTest::addRow("%s types", family.id.c_str())
                << id << "dtype=float32" << "dtype=bfloat16";
            QTest::addRow("%s chunks", family.id.c_str())
                << id << "dtype=float16,prefill.chunk=3" << "dtype=float32,prefill.chunk=3";
        }
        QTest::newRow("no cache") << "llama" << "dtype=float32,kv_cache=off"
                                  << "dtype=bfloat16,kv_cache=off";
        QTest::newRow("one step acts") << "llama" << "dtype=float32"
                                       << "dtype=float32,rope.base=10000";
    }
    void sharing_changes_no_bit() {
        QFETCH(QString, family);
        QFETCH(QString, a);
        QFETCH(QString, b);
        c10::InferenceMode inference;
        const auto model = LoadedModel::open(folder(family.toStdString()));
        LockstepJob job;
        job.a = make_plan(model, parse_options(a.toStdString()));
        job.b = make_plan(model, parse_options(b.toStdString()));
        job.tokens = requested(family).tokens;
        job.first_stretch = 8;  // then three calls of one token
        MixRunner runner(job, 9);
        const size_t n = step_names(job.a.config.n_layers).size();
        const at::Tensor first = whole_run(job, Mix(n, true));
        const bool only_types_differ = !b.contains("rope.base");
        std::vector<Mix> mixes;
        for (size_t k = 0; k <= n; ++k) {
            Mix ladder(n, false), one(n, false);
            std::fill_n(ladder.begin(), k, true);
            if (k < n) one[k] = true;
            mixes.push_back(ladder);
            ladder.flip();
            mixes.push_back(ladder);
            mixes.push_back(one);
            one.flip();
            mixes.push_back(one);
        }
        for (unsigned bits = 5; bits < 60; bits += 11) {
            Mix mix(n);
            for (size_t i = 0; i < n; ++i) mix[i] = (bits >> i & 1) != 0;
            mixes.push_back(mix);
        }
        for (const Mix& mix : mixes) {
            const at::Tensor whole = whole_run(job, mix);
            const MixOutcome& shared = runner.run(mix);
            QCOMPARE(shared.kl, mean_kl(first, whole));
            QCOMPARE(shared.token_of_a, whole[9].argmax().equal(first[9].argmax()));
            if (only_types_differ) QVERIFY(raised_run(job, mix, b).equal(whole));
        }
        // 2 n ladders and 2 n single steps: what is shared is worth half of the steps, about.
        QVERIFY(runner.steps_run() < static_cast<int64_t>(n) * runner.runs() * 7 / 10);
    }

    /// Every run is told as it ends, those of the plan's search and of its curve among them, and
    /// after any of them the work can be given up: nothing runs any more.
    void every_run_is_told_and_may_be_the_last() {
        c10::InferenceMode inference;
        const auto model = LoadedModel::open(folder("llama"));
        AttributionJob job;
        job.options_a = parse_options("dtype=float32");
        job.options_b = parse_options("dtype=bfloat16");
        job.run.a = make_plan(model, job.options_a);
        job.run.b = make_plan(model, job.options_b);
        job.run.tokens = requested("llama").tokens;
        job.run.first_stretch = static_cast<int64_t>(job.run.tokens.size());
        int told = 0;
        double last = 0;
        bool forward = true;
        job.progress = [&](double done, double total) {
            ++told;
            forward = forward && done >= last && done <= total;
            last = done;
        };
        const Attribution whole = attribute(job).parts;
        QVERIFY(whole.plan.size() > 2);  // else its curve has no run of its own
        // A and B themselves come first, each whole and step by step.
        const int after = whole.runs - 4;
        QCOMPARE(told, after);
        QVERIFY(forward);
        for (int stop_at = 1; stop_at < after; ++stop_at) {
            std::stop_source stop;
            job.run.stop = stop.get_token();
            told = 0;
            job.progress = [&](double, double) {
                if (++told == stop_at) stop.request_stop();
            };
            try {
                attribute(job);
                QFAIL(qPrintable(QStringLiteral("not given up after run %1").arg(stop_at)));
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::cancelled);
            }
            QCOMPARE(told, stop_at);
        }
    }

    /// One matrix of B is another: that component errs, those before do nothing, those behind pass
    /// it on, and alone in B's arithmetic they change nothing at all.
    void one_component_errs_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QString>("site");
        QTest::newRow("attention")
            << "model.layers.0.self_attn.o_proj.weight" << "blocks.0.attn_out";
        QTest::newRow("keys") << "model.layers.1.self_attn.k_proj.weight" << "blocks.1.attn_out";
        QTest::newRow("mlp") << "model.layers.0.mlp.up_proj.weight" << "blocks.0.mlp_out";
        QTest::newRow("head") << "lm_head.weight" << "logits";
        QTest::newRow("embedding") << "model.embed_tokens.weight" << "embed";
    }
    void one_component_errs() {
        QFETCH(QString, tensor);
        QFETCH(QString, site);
        test::TinyModel model;
        auto tensors = test::tiny_tensors(model);
        for (test::RawTensor& each : tensors) {
            if (each.name != tensor.toStdString()) continue;
            auto* values = reinterpret_cast<float*>(each.bytes.data());
            for (size_t i = 0; i < each.bytes.size() / 4; ++i) values[i] *= 1.01F;
        }
        test::write_tiny_checkpoint(folder("right"), model);
        test::write_tiny_checkpoint(folder("wrong"), model);
        test::write_file(folder("wrong") + "/model.safetensors", test::safetensors_bytes(tensors));
        CompareRequest request = requested("right");
        request.model_b = folder("wrong");
        request.attribute = true;
        request.max_new_tokens = 3;
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(c->components.size(), size_t{2 * 2 + 2});
        bool behind = false;
        for (const ComponentError& error : c->components) {
            const std::string name = to_string(error.site);
            if (name == site.toStdString()) {
                QVERIFY2(error.isolated > 1e-4, name.c_str());
                QVERIFY2(error.injected > 1e-5, name.c_str());
                QCOMPARE(error.propagated, 0.0);
                behind = true;
                continue;
            }
            QCOMPARE(error.isolated, 0.0);
            QCOMPARE(error.injected, 0.0);
            if (behind)
                QVERIFY2(error.propagated > 0, name.c_str());
            else
                QCOMPARE(error.propagated, 0.0);
        }
        QVERIFY(behind);
    }

    /// The score of a token is of run A alone, and the steps that undo a split are kept with it.
    void fragility_is_of_run_a() {
        CompareRequest request = requested("llama");
        request.max_new_tokens = 12;
        request.attribute = true;
        const auto with = [&](const char* a, const char* b) {
            request.options_a = parse_options(a);
            request.options_b = parse_options(b);
            return engine_->compare(request, {}, {});
        };
        const ComparisonPtr half = with("dtype=bfloat16", "dtype=float32");
        const Generation& g = *half->generation;
        QCOMPARE(g.fragility.size(), g.a.steps.size());
        QCOMPARE(with("dtype=bfloat16", "dtype=float16")->generation->fragility, g.fragility);
        const ComparisonPtr exact = with("dtype=float64", "dtype=bfloat16");
        double most = 0;
        for (const double f : exact->generation->fragility) most = std::max(most, f);
        QVERIFY(most < 1e-8);
        for (size_t i = 0; i < g.fragility.size(); ++i) {
            QVERIFY(g.fragility[i] > 0);
            // Three standard deviations of the noise hold A's real error of the margin.
            QVERIFY(g.error_at_step[i] <= 2 * g.fragility[i] * g.a.steps[i].margin);
        }
        std::vector<std::string> undone;
        for (const Share& step : exact->attribution->steps)
            if (step.undoes_split) undone.push_back(step.id);
        if (exact->generation->first_split)
            QCOMPARE(exact->generation->undone_by, undone);
        else
            QVERIFY(exact->generation->undone_by.empty());
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    /// Mean KL(A ‖ B) over the compared positions, nats, of the comparison itself.
    static double whole_of(const Comparison& c) {
        double sum = 0;
        for (const double kl : c.logits.kl_ab) sum += kl;
        return sum / static_cast<double>(c.logits.kl_ab.size());
    }
    /// Each cause's share ± is what it does alone and what it adds to the other; all else is zero.
    static void check_planted(const Attribution& a, const std::vector<Share>& shares,
                              const std::array<double, 2>& alone, double whole,
                              const std::array<std::string, 2>& ids) {
        QVERIFY(alone[0] > 0 || alone[1] > 0);
        QVERIFY(std::abs(a.whole - whole) < 1e-9);
        double sum = 0;
        int found = 0;
        for (const Share& share : shares) {
            sum += share.mean;
            const bool first = share.id == ids[0];
            if (!first && share.id != ids[1]) {
                QCOMPARE(share.mean, 0.0);
                continue;
            }
            ++found;
            const double own = alone[first ? 0 : 1], added = whole - alone[first ? 1 : 0];
            QVERIFY2(std::abs(share.mean - (own + added) / 2) < 1e-9, share.id.c_str());
            QVERIFY2(std::abs(share.half_gap - std::abs(own - added) / 2) < 1e-9, share.id.c_str());
            QVERIFY2(std::abs(share.repaired - alone[first ? 1 : 0]) < 1e-9, share.id.c_str());
            QVERIFY(std::abs(share.mean - own) <= share.half_gap + 1e-9);
        }
        QCOMPARE(found, 2);
        QVERIFY(std::abs(sum - a.whole) < 1e-9);
    }
    CompareRequest requested(const QString& family) const {
        CompareRequest request;
        request.model_a = folder(family.toStdString());
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        return request;
    }
    ComparisonPtr compare(const QString& family, const QString& a, const QString& b) {
        CompareRequest request = requested(family);
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        request.attribute = true;
        return engine_->compare(request, {}, {});
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
