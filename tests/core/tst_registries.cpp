// SPDX-License-Identifier: GPL-3.0-or-later
// Sites, options, metrics and defects: the tables that everything else loops over.
#include <QTest>
#include <set>

#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/data/site.h"
#include "core/options/option.h"
#include "core/options/steps.h"

using namespace driftscope;

class Registries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sites_stand_at_their_index_and_round_trip() {
        for (size_t i = 0; i < sites().size(); ++i) {
            const SiteInfo& info = sites()[i];
            QCOMPARE(static_cast<size_t>(info.kind), i);
            const Site site{info.kind, info.scope == SiteScope::layer ? 3 : -1};
            QVERIFY(parse_site(to_string(site)) == site);
            const std::string block = info.scope == SiteScope::layer ? "blocks.3." : "";
            if (!info.alias_tl.empty()) {
                QVERIFY(parse_site(block + std::string(info.alias_tl)) == site);
            }
            const std::string layer = info.scope == SiteScope::layer ? "model.layers.3." : "";
            if (!info.alias_hf.empty()) {
                QVERIFY(parse_site(layer + std::string(info.alias_hf)) == site);
            }
            QVERIFY(!info.text.empty() && !info.axes.empty() && !info.shape.empty());
        }
    }

    void what_is_no_site_is_refused() {
        for (const char* name : {"", "blocks", "blocks.", "blocks.-1.attn.q", "blocks.1",
                                 "blocks.1.", "blocks.x.attn.q", "attn.q", "blocks.0.logits",
                                 "logits.0", "blocks.99999999999999.attn.q"}) {
            QVERIFY2(!parse_site(name), name);
        }
    }

    void forward_order_is_strict() {
        for (bool moe : {false, true}) {
            const auto order = forward_order(3, moe);
            QCOMPARE(std::set<Site>(order.begin(), order.end()).size(), order.size());
            QCOMPARE(to_string(order.front()), std::string("embed"));
            QCOMPARE(to_string(order.back()), std::string("logits"));
        }
    }

    void globs() {
        QVERIFY(glob_match("blocks.*.attn.q", "blocks.12.attn.q"));
        QVERIFY(glob_match("*", ""));
        QVERIFY(!glob_match("blocks.?.attn.q", "blocks.12.attn.q"));
        QVERIFY(!glob_match("", "x"));
    }

    void every_option_value_round_trips() {
        std::set<std::string> ids;
        for (const OptionSpec& spec : all_options()) {
            QVERIFY2(ids.insert(spec.id).second, spec.id.c_str());
            QVERIFY(!spec.label.empty() && !spec.help.empty() && !spec.group.empty());
            std::vector<std::string> values = spec.values;
            if (spec.id == "defects") values = {"none", "D-ROPE-BASE+D-MOE-SCATTER"};
            if (spec.id == "raised") values = {"none", "unembed+blocks.10.attn+blocks.2.mlp+embed"};
            for (const std::string& prefix : spec.prefixes) values.push_back(prefix + ":7");
            for (const std::string& value : values) {
                const OptionValues one = parse_options(spec.id + "=" + value);
                const OptionValues all = complete(one);
                QCOMPARE(all.size(), all_options().size());
                QVERIFY(complete(parse_options(format_options(one))) == all);
                QVERIFY(complete(all) == all);
            }
            QCOMPARE(format_options({{spec.id, spec.fallback}}), std::string());
        }
    }

    void bad_options_are_refused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"nothing=1",
                                 "dtype",
                                 "dtype=",
                                 "dtype=float8",
                                 "prefill.chunk=0",
                                 "prefill.chunk=2.5",
                                 "prefill.chunk=-3",
                                 "prefill.chunk=nan",
                                 "rope.base=inf",
                                 "rope.base=abc",
                                 "rope.base=1e400",
                                 "threads=0",
                                 "threads=99999",
                                 "matmul.order=split-k:",
                                 "matmul.order=split-k:0",
                                 "matmul.order=split-k:x",
                                 "matmul.order=7",
                                 "defects=D-NONE",
                                 "raised=blocks.0",
                                 "raised=blocks.00.attn",
                                 "raised=blocks.-1.mlp",
                                 "raised=embed+",
                                 "raised=blocks.9999999999.attn",
                                 "temperature=0",
                                 "top_p=0",
                                 "top_p=1.5",
                                 "=",
                                 "dtype=float32 ",
                                 "DTYPE=float32"}) {
            QTest::newRow(text) << text;
        }
    }
    void bad_options_are_refused() {
        QFETCH(QString, text);
        try {
            parse_options(text.toStdString());
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.exit_status(), 1);
        }
    }

    void steps_are_sorted_and_counted() {
        QCOMPARE(complete(parse_options("raised=unembed+blocks.10.attn+blocks.2.mlp+embed+unembed"))
                     .at("raised"),
                 std::string("embed+blocks.2.mlp+blocks.10.attn+unembed"));
        QCOMPARE(chosen_steps("embed+blocks.1.attn+unembed", 2, "here"),
                 (std::vector<bool>{true, false, false, true, false, true}));
        QVERIFY_THROWS_EXCEPTION(Error, chosen_steps("blocks.2.attn", 2, "here"));
    }

    void differing_options_are_those_that_differ() {
        const auto ids = differing_options(parse_options("dtype=float32,matmul.order=split-k"),
                                           parse_options("matmul.order=split-k:4"));
        QCOMPARE(ids.size(), size_t{1});
        QCOMPARE(ids.front(), std::string("dtype"));
    }

    void defects_are_written_whole() {
        for (const DefectSpec& defect : all_defects()) {
            QVERIFY(defect.id.starts_with("D-") && !defect.text.empty() && !defect.origin.empty());
            QVERIFY(!defect.shown_if.empty() && !defect.families.empty() && !defect.kind.empty());
            if (!defect.alias_of.empty()) parse_options(defect.alias_of);
        }
        QCOMPARE(complete(parse_options("defects=D-ROPE-BASE+D-MOE-SCATTER")).at("defects"),
                 std::string("D-MOE-SCATTER+D-ROPE-BASE"));
    }

    void metrics_are_written_whole() {
        std::set<std::string_view> ids;
        for (const MetricInfo& metric : metrics()) {
            QVERIFY(ids.insert(metric.id).second);
            QVERIFY(!metric.formula.empty() && metric.format.starts_with('%'));
        }
    }
};

QTEST_GUILESS_MAIN(Registries)
#include "tst_registries.moc"
