// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of heads that the mosaic sorts and marks by: of the whole pattern, not of its thumbnail.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numeric>

#include "core/engine.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// Mean over the rows of −Σ p ln p, each row divided by its sum.
double meanEntropy(const Grid& pattern) {
    double total = 0;
    for (int r = 0; r < pattern.rows; ++r) {
        double sum = 0, row = 0;
        for (int c = 0; c <= r; ++c) sum += pattern.at(r, c);
        for (int c = 0; c <= r; ++c) {
            const double p = pattern.at(r, c) / sum;
            if (p > 0) row -= p * std::log(p);
        }
        total += row;
    }
    return total / pattern.rows;
}

int movedKeys(const Grid& a, const Grid& b) {
    const auto strongest = [](const Grid& grid, int row) {
        int best = 0;
        for (int c = 1; c <= row; ++c) {
            if (grid.at(row, c) > grid.at(row, best)) best = c;
        }
        return best;
    };
    int moved = 0;
    for (int r = 0; r < a.rows; ++r) moved += strongest(a, r) != strongest(b, r);
    return moved;
}

}  // namespace

class HeadFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areOfTheWholePattern() {
        QTemporaryDir folder;
        test::TinyModel model;
        model.family = "llama";
        model.type = StoredType::BF16;
        const std::string path = folder.filePath("llama").toStdString();
        test::write_tiny_checkpoint(path, model);
        CompareRequest request;
        request.model_a = path;
        request.tokens.resize(40);  // more than a thumbnail has rows
        for (size_t i = 0; i < request.tokens.size(); ++i) {
            request.tokens[i] = static_cast<int32_t>((7 * i + i * i) % 31);
        }
        request.options_a = {{"dtype", "float32"}};
        request.options_b = {{"dtype", "float32"}, {"rope.base", "13"}};
        const auto engine = make_engine();
        const ComparisonPtr c = engine->compare(request, {}, {});
        QVERIFY(!c->heads.empty());
        int moved = 0;
        for (const HeadThumb& head : c->heads) {
            QCOMPARE(head.a.rows, 24);
            const AttentionPtr pair = engine->attention(c->id, head.layer, head.head);
            QCOMPARE(pair->a.rows, 40);
            QCOMPARE(head.moved, movedKeys(pair->a, pair->b));
            QVERIFY(std::abs(head.entropy_a - meanEntropy(pair->a)) < 1e-9);
            QVERIFY(std::abs(head.entropy_b - meanEntropy(pair->b)) < 1e-9);
            moved += head.moved;
        }
        QVERIFY(moved > 0);  // another base turns some query to another key
    }
};

QTEST_GUILESS_MAIN(HeadFigures)
#include "tst_head_figures.moc"
