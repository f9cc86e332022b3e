// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>
#include <functional>
#include <memory>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/data/question.h"
#include "ui/export.h"
#include "ui/theme.h"

namespace driftscope {

class Selection;
class View;

/// Brings one head's pattern; may throw Error.
using AttentionLoader = std::function<AttentionPtr(int layer, int head)>;

/// What views ask for besides the comparison. Views whose source is missing are left out.
struct GallerySources {
    AttentionLoader attention;
    std::function<ValuesPtr(const Site& site)> values;          ///< may throw Error
    std::shared_ptr<const ModelInfo> a, b;                      ///< b null: the same folder
    std::function<AnswerPtr(const Question& question)> answer;  ///< may throw Error
};

/// Every view that has something to show of a comparison, off screen, ready to be drawn.
/// Needs a QApplication.
class Gallery {
public:
    Gallery(const ComparisonPtr& comparison, const GallerySources& sources,
            QSize size = QSize(1080, 600));
    ~Gallery();

    const std::vector<View*>& views() const { return m_shown; }
    /// The view's picture in the theme's colours as they are now.
    static Figure figureOf(const View& view);

private:
    void serve(View& view, const GallerySources& sources);

    std::unique_ptr<Selection> m_selection;
    std::vector<std::unique_ptr<View>> m_views;
    std::vector<View*> m_shown;
};

/// Sets the selection to what is worth looking at first: the site that is another function, else
/// the first divergence, and the head that differs most in the first block that shows it.
void selectFirstDivergence(Selection& selection, const Comparison& comparison);

/// Sets the theme for as long as it lives.
class ThemeGuard {
public:
    explicit ThemeGuard(Theme::Mode mode);
    ~ThemeGuard();

private:
    Theme::Mode m_before;
};

}  // namespace driftscope
