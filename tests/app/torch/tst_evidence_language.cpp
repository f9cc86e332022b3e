// SPDX-License-Identifier: GPL-3.0-or-later
// What the judge and the cases say, in the window's other language. The judge is run on made
// evidence, so that a sentence that changes there is missed here.
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

#include "app/cases/case_file.h"
#include "core/compare/memory_budget.h"
#include "core/engine.h"
#include "core/judge/cause.h"
#include "core/judge/position_shape.h"
#include "core/judge/symptoms.h"
#include "core/judge/verdict.h"
#include "core/options/option.h"
#include "ui/language.h"
#include "ui/text/evidence_text.h"

using namespace driftscope;

namespace {

bool hasHan(const QString& text) {
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return c.script() == QChar::Script_Han; });
}

/// Numbers of a text, sorted: a translation may say them in another order, none may be lost.
QStringList numbersOf(const QString& text) {
    static const QRegularExpression number(QStringLiteral("[0-9]+(?:\\.[0-9]+)?(?:e[-+]?[0-9]+)?"));
    QStringList found;
    for (const auto& match : number.globalMatch(text)) found << match.captured();
    found.sort();
    return found;
}

/// Another language, the same numbers, and no English filling word left.
QString problemWith(const std::string& sentence) {
    const QString english = QString::fromStdString(sentence), shown = evidenceText(sentence);
    static const QRegularExpression filling(
        QStringLiteral("\\b(the|and|of|at|from|is|are|than)\\b"));
    if (!hasHan(shown)) return QStringLiteral("not translated: ") + english;
    if (filling.match(shown).hasMatch()) return QStringLiteral("half translated: ") + shown;
    if (numbersOf(english) != numbersOf(shown)) return QStringLiteral("other numbers: ") + shown;
    return {};
}

/// Evidence whose float64 distance is `delta` (nats) with a floor of some 1e-15.
Evidence evidence(double delta) {
    Evidence e;
    e.judged = true;
    e.function = {{delta}, {delta}, {1e-7}, {1e-7}, {0x1p-24}, {0x1p-40}, {1e-6}};
    SiteEvidence site;
    site.site = {SiteKind::q, 1};
    site.equal = false;
    site.delta64 = delta;
    e.sites = {site};
    return e;
}

}  // namespace

class TestEvidenceLanguage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { installLanguage(QStringLiteral("zh_CN")); }
    void cleanup() { installLanguage(QStringLiteral("en")); }

    void casesAreTranslated() {
        for (const Case& one : allCases()) {
            std::vector<std::string> texts = {one.title, one.question, one.belief};
            for (const CaseStep& step : one.steps)
                texts.insert(texts.end(), {step.title, step.shows});
            for (const std::string& text : texts) {
                QVERIFY2(hasHan(translatedText("cases", text)), text.c_str());
            }
        }
    }

    void symptomsAreTranslated() {
        QVERIFY(symptom_rules().size() > 40);
        for (const SymptomRule& rule : symptom_rules()) {
            QVERIFY2(hasHan(evidenceText(rule.text)), rule.text.c_str());
            QVERIFY2(hasHan(evidenceText(rule.check)), rule.check.c_str());
        }
    }

    void rulesAreTranslated() {
        const double floor = judge(evidence(0)).floor64;
        const std::pair<double, VerdictKind> tries[] = {{floor, VerdictKind::rounding},
                                                        {1000 * floor, VerdictKind::unclear},
                                                        {1e6 * floor, VerdictKind::semantic}};
        for (const auto& [delta, kind] : tries) {
            const Verdict verdict = judge(evidence(delta));
            QCOMPARE(to_string(verdict.kind), to_string(kind));
            const QString problem = problemWith(verdict.rule);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
        Evidence equal = evidence(0);
        equal.same_logits = equal.sites[0].equal = true;
        Evidence broken = evidence(0);
        broken.sites[0].non_finite = true;
        for (const Evidence& e : {equal, broken}) {
            const QString problem = problemWith(judge(e).rule);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
        // A site that is another function while the whole is not, and logits with a constant.
        Evidence remarks = evidence(floor);
        remarks.sites[0].delta64 = 1;
        SiteEvidence logits = remarks.sites[0];
        logits.site = {SiteKind::logits, -1};
        remarks.sites.push_back(logits);
        const Verdict verdict = judge(remarks);
        QCOMPARE(verdict.remarks.size(), std::size_t{2});
        for (const std::string& remark : verdict.remarks) {
            const QString problem = problemWith(remark);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
    }

    void shapesAreTranslated() {
        std::vector<double> growth, step, late, flat, wild, holes, few = {1, 1};
        for (int p = 0; p < 24; ++p) {
            growth.push_back(1e-3 * p);
            step.push_back(p < 10 ? 0.0 : 0.5);
            late.push_back(1e-3 * (p < 12 ? 1 : 50) * (1 + 0.01 * (p % 3)));
            flat.push_back(0.2 * (1 + 0.01 * (p % 4)));
            wild.push_back(std::pow(10.0, p % 5));
            holes.push_back(p % 2 == 0 ? 0.0 : 1.0);
        }
        std::vector<double> endless = flat;
        endless[3] = std::numeric_limits<double>::infinity();
        std::set<std::string> kinds;
        for (const auto& distance :
             {growth, step, late, flat, wild, holes, few, endless, std::vector<double>(24, 0.0)}) {
            const PositionShape shape = position_shape({SiteKind::logits, -1}, distance, 1e-12);
            kinds.insert(shape.kind);
            const QString problem = problemWith(shape.text);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
        QCOMPARE(kinds, (std::set<std::string>{"growth", "step", "flat", "none"}));
    }

    void causesAreTranslated() {
        CauseInput input;
        input.options_a = input.options_b = complete({});
        input.same_model = false;
        input.differing_tensors = {"model.layers.0.mlp.weight", "lm_head.weight"};
        const auto cause = name_cause(judge(evidence(1)), input);
        QVERIFY(cause.has_value());
        QVERIFY2(problemWith(cause->text).isEmpty(), qPrintable(problemWith(cause->text)));
        input.rounded_copy = true;
        const auto rounded = name_cause(judge(evidence(1)), input);
        QVERIFY2(problemWith(rounded->text).isEmpty(), rounded->text.c_str());
        for (const DefectSpec& defect : all_defects())
            QVERIFY2(hasHan(evidenceText(defect.label)), defect.id.c_str());
    }

    /// What a comparison warns of, as the engine says it.
    void warningsAreTranslated() {
        const std::string models = DRIFTSCOPE_SOURCE_DIR "/resources/models/";
        QTemporaryDir folder;
        const std::string other = folder.filePath(QStringLiteral("config.json")).toStdString();
        std::ifstream in(models + "tiny-llama3/config.json");
        std::string config(std::istreambuf_iterator<char>(in), {});
        std::ofstream(folder.filePath(QStringLiteral("same.json")).toStdString()) << config;
        const std::string key = "\"rope_theta\": ";
        const size_t at = config.find(key);
        QVERIFY(at != std::string::npos);
        config.insert(at + key.size(), "7");
        std::ofstream(other) << config;
        CompareRequest plain;
        plain.model_a = models + "tiny-llama3";
        plain.judge = false;
        plain.tokens = {5, 9, 17, 4, 8, 12, 30, 31};
        std::vector<CompareRequest> requests(5, plain);
        requests[0].tokens = {5};
        requests[0].options_b = {{"dtype", "bfloat16"}};
        requests[1].options_b = {{"kv_cache", "off"}};
        requests[2].options_b = {{"defects", "D-BOS"}};
        requests[2].tokens.clear();
        requests[2].prompt = "Once upon a time";
        requests[3].config_b = other;
        requests[4].config_b = folder.filePath(QStringLiteral("same.json")).toStdString();
        const std::unique_ptr<Engine> engine = make_engine();
        for (const CompareRequest& request : requests) {
            const auto comparison = engine->compare(request, {}, {});
            QVERIFY2(!comparison->warnings.empty(), format_options(request.options_b).c_str());
            for (const std::string& text : comparison->warnings) {
                const QString problem = problemWith(text);
                QVERIFY2(problem.isEmpty(), qPrintable(problem));
            }
        }
        MemoryBudget large;
        large.weights = 900, large.activations = 200, large.available = 1000;
        for (const int runs : {1, 8}) {
            large.runs = runs;
            const QString problem = problemWith(check_memory(large));
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
    }

    /// Why an option does not apply to a model, for every option and a model that has nothing.
    void reasonsAreTranslated() {
        ModelInfo bare, capped;
        bare.family = capped.family = "gpt2";
        bare.rotary = false;
        capped.soft_cap = true;
        std::set<std::string> reasons;
        for (const OptionSpec& spec : all_options())
            for (const ModelInfo* model : {&bare, &capped})
                if (const std::string reason = why_not(spec, *model); !reason.empty())
                    reasons.insert(reason);
        QCOMPARE(reasons.size(), std::size_t{6});
        for (const std::string& reason : reasons)
            QVERIFY2(problemWith(reason).isEmpty(), qPrintable(problemWith(reason)));
    }

    /// Nothing that core did not say is changed, and English stays English.
    void whatNoPatternKnowsStays() {
        for (const char* text : {"", "the disk is full", "Once upon a time, position 3", "%1 %2"}) {
            QCOMPARE(evidenceText(text), QString::fromLatin1(text));
        }
        installLanguage(QStringLiteral("en"));
        const std::string rule = judge(evidence(1)).rule;
        QCOMPARE(evidenceText(rule), QString::fromStdString(rule));
    }
};

QTEST_MAIN(TestEvidenceLanguage)
#include "tst_evidence_language.moc"
