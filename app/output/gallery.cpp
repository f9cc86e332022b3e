// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/gallery.h"

#include <QCoreApplication>
#include <algorithm>

#include "app/config_facts.h"
#include "core/data/error.h"
#include "ui/selection.h"
#include "ui/view.h"
#include "ui/view_registry.h"

namespace driftscope {

namespace {

/// Shown without a window on any screen, so that layouts and polish have run.
void showHidden(View& view, QSize size) {
    view.setAttribute(Qt::WA_DontShowOnScreen);
    view.resize(size);
    view.show();
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
}

/// The head with the largest difference in the first block from `layer` on that has one.
const HeadThumb* strongestHead(const Comparison& c, int layer) {
    const HeadThumb* strongest = nullptr;
    for (const HeadThumb& head : c.heads) {
        if (head.layer < layer) continue;
        if (strongest && strongest->max_diff > 0 && head.layer > strongest->layer) break;
        if (!strongest || head.max_diff > strongest->max_diff) strongest = &head;
    }
    return strongest;
}

}  // namespace

Gallery::Gallery(const ComparisonPtr& comparison, const GallerySources& sources, QSize size)
    : m_selection(std::make_unique<Selection>()) {
    m_selection->clampTo(*comparison);
    selectFirstDivergence(*m_selection, *comparison);
    const ConfigFacts facts = configFacts(comparison->request);
    for (const ViewSpec& spec : allViews()) {
        if (spec.needs == Needs::models ? !sources.a
                                        : !whyEmpty(spec.needs, comparison.get()).isEmpty()) {
            continue;
        }
        std::unique_ptr<View> view(spec.make(nullptr));
        serve(*view, sources);
        showConfigFacts(view.get(), facts);
        view->setSelection(m_selection.get());
        view->setComparison(comparison);
        showHidden(*view, size);
        if (view->reasonEmpty().isEmpty() && !view->waits()) m_shown.push_back(view.get());
        m_views.push_back(std::move(view));
    }
}

/// Answers at once what the view asks for.
void Gallery::serve(View& view, const GallerySources& sources) {
    view.setModelInfo(Side::a, sources.a);
    view.setModelInfo(Side::b, sources.b);
    const auto answer = [made = &view](auto load) {
        try {
            load();
        } catch (const Error& error) {
            made->setError(QString::fromStdString(error.message()),
                           QString::fromStdString(error.hint()));
        }
    };
    QObject::connect(&view, &View::attentionNeeded, &view,
                     [made = &view, answer, load = sources.attention](int layer, int head) {
                         if (!load) return;
                         answer([&] {
                             if (AttentionPtr pair = load(layer, head)) made->setAttention(pair);
                         });
                     });
    QObject::connect(&view, &View::valuesNeeded, &view,
                     [made = &view, answer, load = sources.values](const Site& site) {
                         if (!load) return;
                         answer([&] {
                             if (ValuesPtr values = load(site)) made->setValues(values);
                         });
                     });
    QObject::connect(&view, &View::questionAsked, &view,
                     [made = &view, answer, load = sources.answer](const Question& question) {
                         if (!load) return;
                         answer([&] {
                             if (AnswerPtr found = load(question)) made->setAnswer(found);
                         });
                     });
}

Gallery::~Gallery() = default;

Figure Gallery::figureOf(const View& view) {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    return view.figure();
}

void selectFirstDivergence(Selection& selection, const Comparison& c) {
    std::optional<Site> site = c.verdict.site;
    int pos = 0;
    if (c.first_divergence) {
        if (!site) site = c.first_divergence->site;
        pos = c.first_divergence->pos;
    }
    if (site) selection.goTo(*site, pos);
    if (const HeadThumb* strongest = strongestHead(c, site ? site->layer : 0)) {
        selection.setLayer(strongest->layer);
        selection.setHead(strongest->head);
    }
    if (c.generation && c.generation->first_split) selection.setStep(*c.generation->first_split);
}

ThemeGuard::ThemeGuard(Theme::Mode mode) : m_before(Theme::instance().mode()) {
    Theme::instance().setMode(mode);
}

ThemeGuard::~ThemeGuard() { Theme::instance().setMode(m_before); }

}  // namespace driftscope
