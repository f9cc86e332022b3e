// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTest>

#include "tests/ui/fake_comparison.h"
#include "ui/main_window.h"
#include "ui/selection.h"

namespace driftscope::windowtest {

inline ComparisonPtr of(VerdictKind kind, bool moe = true) {
    fake::Shape shape;
    shape.verdict = kind;
    shape.moe = moe;
    return fake::comparison(shape);
}

inline void fill(MainWindow& window, const ComparisonPtr& comparison) {
    window.setModelInfo(Side::a, fake::model(comparison->routing.has_value()));
    window.setRequest(comparison->request, false);
    window.setExamples(
        {{QStringLiteral("one"), QStringLiteral("float32 | bfloat16"), {}, comparison->request}});
    window.setHistory(
        {{QStringLiteral("D-MOE-SCATTER"), comparison->request, VerdictKind::semantic, true}});
    window.setProvenance(comparison->provenance);
    window.setComparison(comparison);
    window.setAttention(
        fake::attention(*comparison, window.selection()->layer(), window.selection()->head()));
}

/// A quarter of a second or more in several turns of the loop: however slow one of them is (a
/// sanitizer, a busy machine), what was due before has fired at the end.
inline void waitAWhile(int milliseconds = 250) {
    for (int i = 0; i < milliseconds / 25; ++i) QTest::qWait(25);
}

}  // namespace driftscope::windowtest
