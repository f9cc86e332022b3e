// SPDX-License-Identifier: GPL-3.0-or-later
// What may differ by rounding alone does: float64 | float32, and a cache in calls of three | none,
// for every checkpoint of tests/data/golden (all families, every rope scaling, windows, biases).
// The function's distance is taken in float64 and held against its floor, the runs' against the
// noise band; both are computed for each comparison.
#include <QDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"

using namespace driftscope;

class SameFunction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void every_family_is_there() {
        std::set<std::string> seen;
        for (const QString& name : names()) seen.insert(engine_->open(path(name))->family);
        for (const FamilySpec& family : all_families())
            QVERIFY2(seen.count(family.id) == 1, family.id.c_str());
    }

    void within_floors_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        const std::pair<const char*, const char*> pairs[] = {
            {"dtype=float64", "dtype=float32"},
            {"dtype=float64,prefill.chunk=3", "dtype=float64,kv_cache=off"},
            {"dtype=float32,prefill.chunk=3", "dtype=float32,kv_cache=off"},
            {"dtype=float32,prefill.chunk=3", "dtype=float32"}};
        for (const QString& name : names())
            for (const auto& [a, b] : pairs)
                QTest::newRow(qPrintable(name + " " + a + " | " + b)) << name << a << b;
    }
    void within_floors() {
        QFETCH(QString, name);
        QFETCH(QString, a);
        QFETCH(QString, b);
        CompareRequest request;
        request.model_a = path(name);
        request.tokens = facts(name)["tokens"].get<std::vector<int32_t>>();
        request.max_new_tokens = 3;
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        const ComparisonPtr c = engine_->compare(request, {}, {});
        const Verdict& v = c->verdict;
        // Past the context, dynamic NTK and LongRoPE turn each call's keys by its own length.
        const bool other_calls = a.contains(QLatin1String("chunk"));
        if (other_calls && !facts(name).value("cached", true)) {
            QCOMPARE(to_string(v.kind), std::string("semantic"));
            QVERIFY(v.delta64 > v.floor64);
            return;
        }
        QVERIFY2(v.kind == VerdictKind::rounding || v.kind == VerdictKind::identical,
                 (to_string(v.kind) + ": " + v.rule).c_str());
        QVERIFY2(v.delta64 <= v.floor64, v.rule.c_str());
        QVERIFY2(!v.excess, v.excess ? to_string(*v.excess).c_str() : "");
        if (!other_calls) QVERIFY(v.delta > 0);  // another type is not no change
        QVERIFY(c->observer.identical);
    }

private:
    static QDir root() { return QDir(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/golden")); }
    static QStringList names() { return root().entryList(QDir::Dirs | QDir::NoDotAndDotDot); }
    static std::string path(const QString& name) { return root().filePath(name).toStdString(); }
    static nlohmann::json facts(const QString& name) {
        std::ifstream file(path(name) + "/golden.json");
        return nlohmann::json::parse(file);
    }

    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(SameFunction)
#include "tst_same_function.moc"
