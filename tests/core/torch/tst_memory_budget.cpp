// SPDX-License-Identifier: GPL-3.0-or-later
// What a comparison says it takes at most before it runs, against what it took: every byte of every
// tensor passes through an allocator that counts.
#include <malloc.h>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include <c10/core/Allocator.h>

#include "core/compare/memory_budget.h"
#include "core/data/error.h"
#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// LibTorch's allocator for the CPU, counting.
class Counting final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t n) override {
        void* data = nullptr;
        if (n > 0 && posix_memalign(&data, 64, n) != 0) throw std::bad_alloc();
        const auto more = static_cast<int64_t>(malloc_usable_size(data));
        const int64_t now = live_.fetch_add(more) + more;
        for (int64_t top = peak_; now > top && !peak_.compare_exchange_weak(top, now);) {
        }
        return {data, data, &release, at::Device(at::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, size_t n) const override { memcpy(to, from, n); }

    /// From here on the peak is counted above what is live now, which is returned.
    static int64_t begin() {
        peak_ = live_.load();
        return live_;
    }
    static int64_t peak() { return peak_; }

private:
    static void release(void* data) {
        live_ -= static_cast<int64_t>(malloc_usable_size(data));
        std::free(data);
    }
    static inline std::atomic<int64_t> live_{0}, peak_{0};
};

Counting& counting() {
    static Counting allocator;
    return allocator;
}

}  // namespace

class TestMemoryBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        c10::SetAllocator(c10::kCPU, &counting(), 255);
        test::TinyModel wide;
        wide.n_layers = 4, wide.d_model = 256, wide.n_heads = 8, wide.n_kv_heads = 4;
        wide.d_mlp = 768, wide.d_vocab = 3000, wide.n_ctx = 512;
        for (const StoredType type : {StoredType::F32, StoredType::BF16}) {
            wide.type = type;
            test::write_tiny_checkpoint(folder(type == StoredType::F32 ? "wide" : "half"), wide);
        }
        for (const FamilySpec& family : all_families()) {
            test::TinyModel model;
            model.family = family.id;
            model.n_ctx = 256;
            test::write_tiny_checkpoint(folder(family.id), model);
        }
    }

    void the_budget_is_kept_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("more");
        QTest::addColumn<bool>("parts");
        const QString bundled = QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-");
        for (const char* name : {"mixtral", "bloom", "internlm2"})
            QTest::newRow(name) << bundled + QLatin1String(name) << "dtype=float32"
                                << "dtype=bfloat16" << 48 << 4 << true;
        const char* const rows[][2] = {
            {"dtype=float32", "dtype=bfloat16"},
            {"dtype=float32", "dtype=float32,attention=sdpa"},
            {"dtype=float32", "dtype=float32,kv_cache=off"},
            {"dtype=float32", "dtype=float32,prefill.chunk=16"},
            {"dtype=float32", "dtype=float32,batch=3"},
            {"dtype=float32", "dtype=float32,matmul.order=split-k:4,qkv=split-einsum"},
            {"dtype=float32", "dtype=float32,conventions=transformerlens"},
            {"dtype=float32", "dtype=float32,processing=transformerlens"},
            {"dtype=float64", "dtype=float16,logits.dtype=float32"}};
        for (const char* model : {"wide", "half"}) {
            for (const auto& [a, b] : rows) {
                if (*model == 'h' && strcmp(b, "dtype=bfloat16") != 0) continue;
                QTest::addRow("%s %s", model, b) << path(model) << a << b << 96 << 2 << false;
            }
            QTest::addRow("%s long", model)
                << path(model) << "dtype=float32" << "dtype=bfloat16" << 300 << 0 << false;
            QTest::addRow("%s parts", model) << path(model) << "dtype=float32"
                                             << "dtype=bfloat16,rope.base=5000" << 96 << 0 << true;
        }
        for (const FamilySpec& family : all_families())
            QTest::addRow("%s long", family.id.c_str())
                << path(family.id) << "dtype=float32" << "dtype=bfloat16" << 200 << 0 << false;
    }
    void the_budget_is_kept() {
        QFETCH(QString, model);
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(int, tokens);
        QFETCH(int, more);
        QFETCH(bool, parts);
        const auto engine = make_engine();  // nothing is kept of the comparison before
        CompareRequest request;
        request.model_a = model.toStdString();
        for (int i = 0; i < tokens; ++i) request.tokens.push_back(3 + i * 37 % 80);
        request.max_new_tokens = more;
        request.attribute = parts;
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        int64_t told = 0;
        Callbacks calls;
        calls.progress = [&](const Progress& p) {
            if (p.bytes_needed > 0 && told == 0) told = p.bytes_needed;
        };
        // As the window has it: the verdict before its band.
        calls.partial = [](const ComparisonPtr&) {};
        const int64_t before = Counting::begin();
        const ComparisonPtr c = engine->compare(request, calls, {});
        const int64_t took = Counting::peak() - before;
        const MemoryBudget& said = c->memory;
        const QString figures = QStringLiteral(
                                    "said %1, took %2 MB (x %3); weights %4, "
                                    "activations %5, caches %6, logits %7, patterns %8, "
                                    "parts %9")
                                    .arg(said.needed() / 1e6)
                                    .arg(took / 1e6)
                                    .arg(static_cast<double>(said.needed()) / took)
                                    .arg(said.weights / 1e6)
                                    .arg(said.activations / 1e6)
                                    .arg(said.caches / 1e6)
                                    .arg(said.logits / 1e6)
                                    .arg(said.patterns / 1e6)
                                    .arg(said.parts / 1e6);
        qInfo("%s", qPrintable(figures));
        QVERIFY2(c->verdict.kind != VerdictKind::failed, c->verdict.rule.c_str());
        QCOMPARE(told, said.total());  // with the first stage, so before anything ran
        QVERIFY2(took <= said.needed(), qPrintable(figures));
        QVERIFY2(said.needed() <= 4 * took, qPrintable(figures));  // and no idle talk
    }

    /// Run B alone, held against a stored trace.
    void a_trace_has_a_budget_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("sites");
        QTest::addColumn<int>("prompt");
        const QString bundled = QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-");
        for (const char* name : {"mixtral", "bloom"})
            QTest::newRow(name) << bundled + QLatin1String(name) << "dtype=float32" << "*" << 40;
        QTest::newRow("wide") << path("wide") << "dtype=float32" << "*" << 96;
        QTest::newRow("wide bfloat16") << path("wide") << "dtype=bfloat16" << "*" << 60;
        QTest::newRow("half") << path("half") << "dtype=float32" << "*" << 96;
        QTest::newRow("few sites")
            << path("wide") << "dtype=float32" << "*.resid_post,logits" << 96;
        QTest::newRow("no cache") << path("wide") << "dtype=float32,kv_cache=off" << "logits" << 90;
        for (const FamilySpec& family : all_families())
            QTest::addRow("%s", family.id.c_str())
                << path(family.id) << "dtype=float32" << "*" << 96;
    }
    void a_trace_has_a_budget() {
        QFETCH(QString, model);
        QFETCH(QString, options);
        QFETCH(QString, sites);
        QFETCH(int, prompt);
        TraceRequest trace;
        trace.model = model.toStdString();
        trace.out = folder("trace.safetensors");
        for (int i = 0; i < 96; ++i) trace.tokens.push_back(3 + i * 37 % 80);
        trace.n_prompt = prompt;
        trace.options = parse_options(options.toStdString());
        for (const QString& glob : sites.split(','))
            if (glob != QLatin1String("*")) trace.sites.push_back(glob.toStdString());
        make_engine()->trace(trace, {});
        const auto engine = make_engine();
        CompareRequest request;
        request.model_a = trace.model;
        request.against = trace.out;
        int64_t told = 0;
        Callbacks calls;
        calls.progress = [&](const Progress& p) {
            if (p.bytes_needed > 0 && told == 0) told = p.bytes_needed;
        };
        const int64_t before = Counting::begin();
        const ComparisonPtr c = engine->compare(request, calls, {});
        const int64_t took = Counting::peak() - before, said = c->memory.needed();
        const QString figures = QStringLiteral("said %1, took %2 MB (x %3)")
                                    .arg(said / 1e6)
                                    .arg(took / 1e6)
                                    .arg(static_cast<double>(said) / took);
        qInfo("%s", qPrintable(figures));
        QCOMPARE(c->memory.runs, 1);
        QCOMPARE(told, c->memory.total());
        QVERIFY2(took <= said, qPrintable(figures));
        QVERIFY2(said <= 4 * took, qPrintable(figures));
    }

    /// A trace that asks for more than there is is refused before its values are read.
    void a_trace_that_cannot_fit_is_refused() {
        const auto engine = make_engine();
        TraceRequest trace;
        trace.model = folder("llama");
        trace.out = folder("short.safetensors");
        trace.tokens = {7, 7};
        engine->trace(trace, {});
        CompareRequest request;
        request.model_a = trace.model;
        request.against = trace.out;
        const std::string hash = engine->compare(request, {}, {})->b.hash;
        std::string tokens = "7";
        for (int i = 1; i < 400000; ++i) tokens += ",7";
        test::RawTensor tensor{"blocks.0.attn.q", StoredType::F32, {1, 4, 8}, std::string(128, 0)};
        test::write_file(trace.out,
                         test::safetensors_bytes({tensor}, {{"trace", "driftscope/trace/1"},
                                                            {"model_hash", hash},
                                                            {"tokens", tokens},
                                                            {"n_prompt", "400000"},
                                                            {"options", ""}}));
        try {
            engine->compare(request, {}, {});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::limit);
            const QString text = QString::fromUtf8(error.what());
            QVERIFY2(text.contains(QLatin1String("are available")), error.what());
            QVERIFY2(text.contains(QLatin1String("a trace of fewer tokens")), error.what());
        }
    }

    /// What cannot fit is refused in a moment, with both figures and what to do.
    void what_cannot_fit_is_refused() {
        const auto engine = make_engine();
        CompareRequest request;
        request.model_a = folder("llama");
        request.tokens.assign(400000, 7);
        try {
            engine->compare(request, {}, {});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::limit);
            QCOMPARE(error.exit_status(), 2);
            const QString text = QString::fromUtf8(error.what());
            QVERIFY2(text.contains(QLatin1String("are available")), error.what());
            QVERIFY2(text.contains(QLatin1String("fewer tokens")), error.what());
        }
    }

    void between_the_two_it_warns() {
        MemoryBudget budget;
        budget.runs = 9;
        budget.weights = 600'000'000;
        budget.activations = 500'000'000;
        budget.available = 2'000'000'000;
        QCOMPARE(check_memory(budget), std::string());
        budget.available = 1'000'000'000;  // weights are kept to be faster: it runs without
        QVERIFY(check_memory(budget).find("may take 1100 MB and 1000 MB are") != std::string::npos);
        budget.available = 400'000'000;
        QVERIFY_THROWS_EXCEPTION(Error, check_memory(budget));
        budget.available = 0;  // unknown: nothing can be said
        QCOMPARE(check_memory(budget), std::string());
        QVERIFY(available_memory() > 0);
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    QString path(const std::string& name) const { return QString::fromStdString(folder(name)); }

    QTemporaryDir dir_;
};

QTEST_GUILESS_MAIN(TestMemoryBudget)
#include "tst_memory_budget.moc"
