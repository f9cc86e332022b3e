// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/generation_marks.h"

#include <algorithm>

#include <QCoreApplication>

namespace driftscope {

namespace {

constexpr int kWindow = 256;

QString tr(const char* text) { return QCoreApplication::translate("GenerationMarks", text); }

QString placeText(int a, int b) {
    return a == b ? tr("step %1").arg(a) : tr("A %1, B %2").arg(a).arg(b);
}

int runLength(const std::vector<int32_t>& a, const std::vector<int32_t>& b, size_t i, size_t j) {
    int length = 0;
    while (i < a.size() && j < b.size() && a[i] == b[j]) ++i, ++j, ++length;
    return length;
}

}  // namespace

std::optional<Rejoin> findRejoin(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                 int splitA, int splitB, int least) {
    if (splitA < 0 || splitB < 0) return std::nullopt;
    const auto fromA = static_cast<size_t>(splitA), fromB = static_cast<size_t>(splitB);
    for (size_t sum = 1; sum <= 2 * kWindow; ++sum) {
        for (size_t shift = 0; shift <= sum; ++shift) {
            const size_t i = fromA + shift, j = fromB + sum - shift;
            if (i >= a.size() || j >= b.size()) continue;
            if (shift > kWindow || sum - shift > kWindow) continue;
            const int length = runLength(a, b, i, j);
            const auto n = static_cast<size_t>(length);
            // A short tail that runs to the end of both texts counts, one common token does not.
            const bool toTheEnd = length >= 2 && i + n == a.size() && j + n == b.size();
            if (length >= least || toTheEnd) {
                return Rejoin{static_cast<int>(i), static_cast<int>(j), length};
            }
        }
    }
    return std::nullopt;
}

std::vector<Parting> findPartings(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                  int split) {
    std::vector<Parting> found;
    Parting next{split, split, std::nullopt};
    while (next.a >= 0) {
        next.rejoin = findRejoin(a, b, next.a, next.b);
        found.push_back(next);
        if (!next.rejoin) break;
        next = {next.rejoin->a + next.rejoin->length, next.rejoin->b + next.rejoin->length,
                std::nullopt};
        if (next.a >= static_cast<int>(a.size()) || next.b >= static_cast<int>(b.size())) break;
    }
    return found;
}

QString partingsText(const std::vector<Parting>& partings, int lengthA, int lengthB) {
    if (partings.empty()) return {};
    const Parting& last = partings.back();
    QStringList parts;
    if (partings.size() > 1) {
        parts << tr("parted %1 times, last at %2")
                     .arg(QString::number(partings.size()), placeText(last.a, last.b));
    }
    if (last.rejoin) {
        const QString place = placeText(last.rejoin->a, last.rejoin->b);
        const bool wholeA = last.rejoin->a + last.rejoin->length == lengthA;
        const bool wholeB = last.rejoin->b + last.rejoin->length == lengthB;
        parts << (wholeA && wholeB ? tr("same again from %1")
                  : wholeA         ? tr("same again from %1 as far as A goes")
                                   : tr("same again from %1 as far as B goes"))
                     .arg(place);
    }
    return parts.join(QStringLiteral(" · "));
}

std::vector<bool> fragileSteps(const Generation& generation) {
    std::vector<bool> marks;
    for (const double value : generation.fragility) marks.push_back(value >= 1);
    return marks;
}

Branch branchAt(const Comparison& comparison, Side side, int step, int32_t id,
                const std::string& piece) {
    Branch branch;
    const auto add = [&branch](int32_t token, const std::string& text, bool special) {
        branch.tokens.push_back(token);
        if (!special) branch.text += text;
    };
    const auto prompt =
        std::min(static_cast<size_t>(comparison.n_prompt), comparison.tokens.size());
    for (size_t p = 0; p < prompt; ++p) {
        add(comparison.tokens[p].id, comparison.tokens[p].piece, comparison.tokens[p].special);
    }
    if (comparison.generation) {
        const auto& text = side == Side::a ? comparison.generation->a : comparison.generation->b;
        for (size_t i = 0; i < text.steps.size() && static_cast<int>(i) < step; ++i) {
            add(text.steps[i].id, text.steps[i].piece, false);
        }
    }
    add(id, piece, false);
    return branch;
}

}  // namespace driftscope
