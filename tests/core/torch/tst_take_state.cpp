// SPDX-License-Identifier: GPL-3.0-or-later
// A run that goes on from where another stands makes the same bits as one that computed all of it,
// whatever it does from there on, and the other run is not disturbed.
#include <QTemporaryDir>
#include <QTest>

#include "core/compare/compare_models.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

using Held = std::vector<std::vector<at::Tensor>>;  // by block, then by call

constexpr int64_t kPrompt = 9;
const std::vector<int32_t> kTokens = {5, 17, 3, 60, 8, 44, 21, 2, 90, 33, 7};

/// Other experts than those chosen: every id the next one's.
std::vector<at::Tensor> shifted(const std::vector<at::Tensor>& routes, int64_t n_experts) {
    std::vector<at::Tensor> out;
    for (const at::Tensor& call : routes)
        out.push_back(call.defined() ? (call + 1).remainder(n_experts) : call);
    return out;
}

class Session {
public:
    Session(const RunPlan& plan, bool judge)
        : plan_(plan), runner_(plan.model, plan.config, Exec(plan.numerics, judge)) {}

    Runner& runner() { return runner_; }
    int layers() const { return static_cast<int>(plan_.config.n_layers); }
    void begin(int64_t start, int64_t length) {
        runner_.begin(kTokens, start, length, plan_.numerics.prefill_chunk, blind_);
    }
    void block(int layer, const std::vector<at::Tensor>* held = nullptr) {
        runner_.block(layer, blind_, held);
    }
    at::Tensor finish() { return runner_.finish(blind_); }

private:
    RunPlan plan_;
    Runner runner_;
    NullTap blind_;
};

}  // namespace

class TakeState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goes_on_alike_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("options");
        QTest::addColumn<bool>("judge");
        for (const FamilySpec& family : all_families()) {
            for (const char* options :
                 {"dtype=bfloat16", "dtype=bfloat16,prefill.chunk=4", "dtype=float32,kv_cache=off",
                  "dtype=bfloat16,raised=blocks.0.mlp,raised.dtype=float32"}) {
                for (const bool judge : {false, true}) {
                    QTest::addRow("%s %s%s", family.id.c_str(), options, judge ? " judge" : "")
                        << QString::fromStdString(family.id) << QString(options) << judge;
                }
            }
        }
    }

    void goes_on_alike() {
        QFETCH(QString, family);
        QFETCH(QString, options);
        QFETCH(bool, judge);
        const RunPlan plan =
            make_plan(model(family.toStdString()), parse_options(options.toStdString()));
        const bool moe = plan.config.n_experts > 0;
        // `other` chooses for itself. `alone` and `late` do so in the first block and take shifted
        // choices from then on; `late` computes nothing of the first block.
        Session other(plan, judge), undisturbed(plan, judge), alone(plan, judge), late(plan, judge);
        for (int64_t start = 0; start < std::ssize(kTokens); start += start == 0 ? kPrompt : 1) {
            const int64_t length = start == 0 ? kPrompt : 1;
            for (Session* run : {&other, &undisturbed, &alone}) run->begin(start, length);
            if (start > 0) late.begin(start, length);
            for (int layer = 0; layer < other.layers(); ++layer) {
                other.block(layer);
                undisturbed.block(layer);
                const auto held = shifted(other.runner().routes(), plan.config.n_experts);
                const bool holds = moe && (layer > 0 || start > 0);
                alone.block(layer, holds ? &held : nullptr);
                if (layer == 0 && start == 0)
                    late.runner().take_state(other.runner());
                else
                    late.block(layer, holds ? &held : nullptr);
            }
            const at::Tensor by_late = late.finish(), by_alone = alone.finish();
            const at::Tensor by_other = other.finish();
            QVERIFY(by_late.equal(by_alone));
            QVERIFY(by_other.equal(undisturbed.finish()));
            QCOMPARE(by_late.equal(by_other), !moe);
            QCOMPARE(late.runner().cache_bytes(), alone.runner().cache_bytes());
        }
    }

private:
    std::shared_ptr<LoadedModel> model(const std::string& family) {
        auto& known = models_[family];
        if (known) return known;
        test::TinyModel tiny;
        tiny.family = family;
        tiny.type = StoredType::BF16;
        const std::string folder =
            QDir(dir_.path()).filePath(QString::fromStdString(family)).toStdString();
        test::write_tiny_checkpoint(folder, tiny);
        return known = LoadedModel::open(folder);
    }

    QTemporaryDir dir_;
    std::map<std::string, std::shared_ptr<LoadedModel>> models_;
};

QTEST_GUILESS_MAIN(TakeState)
#include "tst_take_state.moc"
