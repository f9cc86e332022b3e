// SPDX-License-Identifier: GPL-3.0-or-later
// Plain words for what was measured: the rules' file, each rule hit by what it was written for,
// none on clean pairs but those of rounding.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <set>

#include "core/data/error.h"
#include "core/engine.h"
#include "core/judge/symptoms.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/defect_stage.h"

using namespace driftscope;

namespace {

/// Which rule must be among those that fit, by definition of the defect.
const std::map<std::string, std::string>& expected_rules() {
    static const std::map<std::string, std::string> table = {
        {"D-MOE-SCATTER", "experts-mixed-across-tokens"},
        {"D-ROUTER-NORENORM", "weights-not-renormalised"},
        {"D-ROPE-BASE", "rotation-from-position-1"},
        {"D-ROPE-SCALING-IGNORED", "rotation-from-position-1"},
        {"D-ROPE-OLDCTX", "rotation-from-position-1"},
        {"D-ROPE-CONVENTION", "rotation-from-position-1"},
        {"D-ROPE-DYN-DROPPED", "rotation-from-position-1"},
        {"D-POS-RESTART", "positions-restart-rotary"},
        {"D-SPLIT-QSUM", "query-multiplied"},
        {"D-SPLIT-KVHEADS", "grouped-heads-do-not-fit"},
        {"D-WQKV-CONTIG", "projection-cut-otherwise"},
        {"D-WQKV-KV-SWAP", "keys-cut-otherwise"},
        {"D-GPT2-CONV1D", "attention-output-transposed"},
        {"D-TIED-HEAD-MISSING", "head-is-zero"},
        {"D-ALIBI-TOPROWS", "scores-of-later-calls"},
        {"D-ALIBI-QLEN", "scores-of-later-calls"},
        {"D-KV-UPDATE", "scores-of-later-calls"},
        {"D-ALIBI-SLOPES", "score-bias"},
        {"D-ALIBI-STALE", "another-representation"},
        {"D-KV-INIT", "softmax-sees-other-keys"},
        {"D-KV-MASK", "mask-of-later-calls"},
        {"D-SWA-WINDOW", "window-edge"},
        {"D-SWA-DROPPED", "window-edge"},
        {"D-SOFTCAP-DROPPED", "fused-kernel"},
        {"D-GEMMA-1PLUSW", "norm-weight"},
        {"D-GEMMA-EMBSCALE", "embedding-scaled"},
        {"D-TOKENIZER-SWAP", "two-readings"},
    };
    return table;
}

bool has(const std::vector<Symptom>& symptoms, const std::string& id) {
    return std::any_of(symptoms.begin(), symptoms.end(),
                       [&](const Symptom& symptom) { return symptom.id == id; });
}

std::string list(const std::vector<Symptom>& symptoms) {
    std::string text;
    for (const Symptom& symptom : symptoms) text += symptom.id + ' ';
    return text.empty() ? "none" : text;
}

/// What each remaining rule was written for, measured by hand.
std::vector<std::pair<std::string, Measured>> made_by_hand() {
    std::vector<std::pair<std::string, Measured>> all;
    const auto add = [&](const char* id, const char* kind, const char* site, auto fill) {
        Measured m;
        m.kind = kind;
        if (*site) m.site = site;
        m.positions = 12;
        fill(m);
        all.emplace_back(id, m);
    };
    add("rotation-angles", "semantic", "attn.rot_k",
        [](Measured& m) { m.position_0_equal = true, m.at_call = false, m.shape = "growth"; });
    add("rotation-with-a-factor", "semantic", "attn.rot_q",
        [](Measured& m) { m.position_0_equal = false, m.at_call = false; });
    add("positions-restart-learned", "semantic", "embed", [](Measured& m) { m.at_call = true; });
    add("norm-statistics", "semantic", "ln2.scale", [](Measured&) {});
    add("query-scaled", "semantic", "attn.v", [](Measured& m) { m.slope = 1.002, m.r2 = 1; });
    add("values-only", "semantic", "attn.v", [](Measured&) {});
    add("score-scale", "semantic", "attn.scores", [](Measured& m) { m.position_0_equal = false; });
    add("values-of-the-cache", "semantic", "attn.z", [](Measured& m) { m.scores_hidden = false; });
    add("attention-output-scaled", "semantic", "attn_out", [](Measured& m) { m.r2 = 1; });
    add("router", "semantic", "moe.router_logits", [](Measured&) {});
    add("expert-choice", "semantic", "moe.expert_indices", [](Measured&) {});
    add("mixing-weights", "semantic", "moe.expert_weights", [](Measured&) {});
    add("one-expert", "semantic", "moe.expert_out",
        [](Measured& m) { m.exact = 0.7, m.routes_agree = true; });
    add("experts", "semantic", "moe.expert_out", [](Measured&) {});
    add("mlp-output", "semantic", "mlp_out", [](Measured&) {});
    add("activation", "semantic", "mlp.post", [](Measured&) {});
    add("mlp-branches", "semantic", "mlp.gate", [](Measured&) {});
    add("residual", "semantic", "resid_mid", [](Measured&) {});
    add("embedding-rows", "semantic", "embed", [](Measured& m) { m.at_call = false, m.r2 = 0.6; });
    add("logits-scaled", "semantic", "logits", [](Measured& m) { m.r2 = 1, m.slope = 1.1; });
    add("head", "semantic", "logits", [](Measured&) {});
    add("overflow", "non-finite", "attn.scores", [](Measured&) {});
    add("other-tokens-first", "semantic", "attn.pattern",
        [](Measured& m) { m.first_position = 7, m.at_call = false, m.shape = "step"; });
    add("constant-in-logits", "rounding", "", [](Measured& m) { m.constant_in_logits = true; });
    add("calls-cut-otherwise", "rounding", "", [](Measured& m) { m.calls_differ = true; });
    add("angles-in-a-coarse-type", "rounding", "", [](Measured& m) { m.excess = "attn.rot_q"; });
    add("softmax-in-a-coarse-type", "rounding", "", [](Measured& m) { m.excess = "attn.pattern"; });
    add("norm-in-a-coarse-type", "rounding", "", [](Measured& m) { m.excess = "ln1.scale"; });
    add("router-in-a-coarse-type", "rounding", "",
        [](Measured& m) { m.excess = "moe.router_logits"; });
    add("flips-at-near-ties", "rounding", "",
        [](Measured& m) { m.flips = 0.1, m.unexplained = 0; });
    add("flips-beyond-rounding", "semantic", "", [](Measured& m) { m.unexplained = 2; });
    add("split-at-a-near-tie", "rounding", "", [](Measured& m) { m.split_margin = 1.5; });
    add("coarser-type", "rounding", "", [](Measured& m) { m.error_ratio = 6000, m.noise = 0.4; });
    add("within-the-noise", "rounding", "", [](Measured& m) { m.noise = 0.4; });
    add("one-token-hides", "identical", "", [](Measured& m) { m.positions = 1; });
    add("nothing-acts", "identical", "", [](Measured& m) { m.two_texts = false; });
    return all;
}

/// Rules that may fit where nothing is wrong.
const std::set<std::string> kClean = {
    "within-the-noise",    "coarser-type", "calls-cut-otherwise", "flips-at-near-ties",
    "split-at-a-near-tie", "nothing-acts", "one-token-hides"};

}  // namespace

class TestSymptoms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void the_file_is_whole() {
        QVERIFY(symptom_rules().size() >= 20);
        for (const SymptomRule& rule : symptom_rules()) {
            QVERIFY2(rule.text.ends_with('.') && rule.check.ends_with('.'), rule.id.c_str());
            QVERIFY2(!rule.when.empty(), rule.id.c_str());
        }
        // The input of a rule holds nothing that names a setting, a defect or a place on disk.
        for (const std::string& fact : symptom_facts()) {
            for (const char* word :
                 {"option", "defect", "path", "model", "config", "cause", "name"})
                QVERIFY2(fact.find(word) == std::string::npos, fact.c_str());
        }
    }

    void a_wrong_file_is_told_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        const auto rule = [](const char* when) {
            return QStringLiteral(
                       R"({"rules": [{"id": "r", "text": "t", "check": "c", "when": %1}]})")
                .arg(QLatin1String(when));
        };
        QTest::newRow("no JSON") << "{" << "is not JSON";
        QTest::newRow("no rules") << "{}" << "no list \"rules\"";
        QTest::newRow("no object") << R"({"rules": [1]})" << "rule 1: is no object";
        QTest::newRow("no id") << R"({"rules": [{}]})" << "needs a text \"id\"";
        QTest::newRow("no text") << R"({"rules": [{"id": "r"}]})"
                                 << "rule \"r\": needs a text \"text\"";
        QTest::newRow("no check") << R"({"rules": [{"id": "r", "text": "t"}]})" << "\"check\"";
        QTest::newRow("no when") << R"({"rules": [{"id": "r", "text": "t", "check": "c"}]})"
                                 << "needs conditions";
        QTest::newRow("empty when") << rule("{}") << "needs conditions";
        QTest::newRow("unknown fact")
            << rule(R"({"option": "dtype"})") << "\"option\" is nothing that is measured";
        QTest::newRow("unknown site")
            << rule(R"({"site": "attn.nowhere"})") << "\"site\" is never \"attn.nowhere\"";
        QTest::newRow("unknown kind") << rule(R"({"kind": ["bug"]})") << "never \"bug\"";
        QTest::newRow("flag as text") << rule(R"({"at_call": "yes"})") << "takes true or false";
        QTest::newRow("number as text") << rule(R"({"slope": "1"})") << "takes a number";
        QTest::newRow("wrong end") << rule(R"({"slope": {"least": 1}})") << "takes a number";
        QTest::newRow("empty range")
            << rule(R"({"slope": {"min": 2, "max": 1}})") << "min is above max";
        QTest::newRow("empty list") << rule(R"({"kind": []})") << "lists no word";
        QTest::newRow("unknown key")
            << R"({"rules": [{"id": "r", "text": "t", "check": "c", "whem": {}}]})"
            << "\"whem\" is no key";
        QTest::newRow("twice")
            << R"({"rules": [{"id": "r", "text": "t", "check": "c", "when": {"at_call": true}},
                             {"id": "r", "text": "t", "check": "c", "when": {"at_call": true}}]})"
            << "used twice";
    }
    void a_wrong_file_is_told() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        try {
            parse_symptoms(text.toStdString(), "made.json");
            QFAIL("was taken");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(says.toStdString()) != std::string::npos,
                     error.what());
            QCOMPARE(error.where(), std::string("made.json"));
        }
    }

    void conditions() {
        const auto rules = parse_symptoms(
            R"({"rules": [{"id": "wide", "text": "t", "check": "c", "when": {"slope": {"min": 2}}},
                          {"id": "narrow", "text": "t", "check": "c",
                           "when": {"slope": {"min": 2, "max": 4}, "kind": "semantic"}},
                          {"id": "exact", "text": "t", "check": "c", "when": {"unexplained": 0}}]})",
            "made");
        Measured m;
        m.kind = "semantic";
        QCOMPARE(list(fitting_symptoms(rules, m)),
                 std::string("none"));  // nothing measured, nothing fits
        m.slope = 3;
        QCOMPARE(list(fitting_symptoms(rules, m)), std::string("narrow wide "));
        m.slope = 5;
        QCOMPARE(list(fitting_symptoms(rules, m)), std::string("wide "));
        m.slope = 1.99;
        m.unexplained = 0;
        QCOMPARE(list(fitting_symptoms(rules, m)), std::string("exact "));
        m.slope = std::nan("");
        QCOMPARE(list(fitting_symptoms(rules, m)), std::string("exact "));
    }

    void every_rule_is_hit() {
        std::set<std::string> hit;
        for (const auto& [id, rule] : expected_rules()) hit.insert(rule);
        for (const auto& [id, measured] : made_by_hand()) {
            const auto fit = fitting_symptoms(symptom_rules(), measured);
            QVERIFY2(has(fit, id), (id + " against " + list(fit)).c_str());
            hit.insert(id);
        }
        for (const SymptomRule& rule : symptom_rules())
            QVERIFY2(hit.count(rule.id) > 0, (rule.id + " is never tried").c_str());
    }

    void defects_look_like_themselves_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("id");
        for (const DefectSpec& defect : all_defects())
            for (const std::string& family :
                 test::keeps_tokens(defect) ? defect.families : std::vector<std::string>())
                QTest::addRow("%s %s", family.c_str(), defect.id.c_str())
                    << QString::fromStdString(family) << QString::fromStdString(defect.id);
    }
    void defects_look_like_themselves() {
        QFETCH(QString, family);
        QFETCH(QString, id);
        const DefectSpec& defect = *find_defect(id.toStdString());
        const test::DefectStage stage = test::stage_for(defect, family.toStdString());
        test::write_tiny_checkpoint(folder("staged"), stage.model);
        CompareRequest request = requested("staged");
        request.max_new_tokens = 3;
        request.options_a = parse_options("dtype=float32" + stage.options_a);
        request.options_b =
            parse_options("dtype=float32" + stage.options_b + ",defects=" + defect.id);
        const ComparisonPtr c = engine_->compare(request, {}, {});
        const auto expected = expected_rules().find(defect.id);
        if (expected == expected_rules().end()) {
            // Without a rule of its own: what it measures to is still said, and never as another
            // bug.
            if (c->verdict.kind != VerdictKind::rounding &&
                c->verdict.kind != VerdictKind::identical)
                QVERIFY2(!c->symptoms.empty(), to_string(c->verdict.kind).c_str());
            return;
        }
        const bool learned = c->verdict.site && c->verdict.site->kind == SiteKind::embed;
        const std::string rule = defect.id == "D-POS-RESTART" && learned
                                     ? "positions-restart-learned"
                                     : expected->second;
        QVERIFY2(has(c->symptoms, rule),
                 (rule + " is not among " + list(c->symptoms) + "; " + to_string(c->verdict.kind) +
                  (c->verdict.site ? " at " + to_string(*c->verdict.site) : ""))
                     .c_str());
    }

    void clean_pairs_have_no_bug_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("b");
        for (const FamilySpec& family : all_families())
            for (const char* b : {"", "dtype=bfloat16", "dtype=float16", "matmul.order=split-k",
                                  "qkv=split-einsum", "kv_cache=off", "prefill.chunk=3"})
                QTest::addRow("%s %s", family.id.c_str(), b)
                    << QString::fromStdString(family.id) << QString::fromLatin1(b);
    }
    void clean_pairs_have_no_bug() {
        QFETCH(QString, family);
        QFETCH(QString, b);
        test::TinyModel model;
        model.family = family.toStdString();
        test::write_tiny_checkpoint(folder("clean"), model);
        CompareRequest request = requested("clean");
        request.max_new_tokens = 3;
        request.options_b = parse_options(b.toStdString());
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QVERIFY2(!c->symptoms.empty(), c->verdict.rule.c_str());
        for (const Symptom& symptom : c->symptoms)
            QVERIFY2(kClean.count(symptom.id) > 0, symptom.id.c_str());
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    CompareRequest requested(const std::string& name) const {
        CompareRequest request;
        request.model_a = folder(name);
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        return request;
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestSymptoms)
#include "tst_symptoms.moc"
