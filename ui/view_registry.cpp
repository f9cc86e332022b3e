// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view_registry.h"

#include <QCoreApplication>

#include "ui/views/attention_view.h"
#include "ui/views/cache_view.h"
#include "ui/views/cases_view.h"
#include "ui/views/generation_view.h"
#include "ui/views/logits_view.h"
#include "ui/views/model_view.h"
#include "ui/views/numbers_view.h"
#include "ui/views/overview_view.h"
#include "ui/views/routing_view.h"
#include "ui/views/sweep_view.h"

namespace driftscope {

namespace {
template <class V>
View* make(QWidget* parent) {
    return new V(parent);
}
}  // namespace

const std::vector<ViewSpec>& allViews() {
    static const std::vector<ViewSpec> views = {
        {QStringLiteral("attention"), QT_TRANSLATE_NOOP("views", "Attention"),
         QT_TRANSLATE_NOOP("views", "All heads, and one head in A, B and their difference"),
         QStringLiteral("attention"), QKeySequence(Qt::CTRL | Qt::Key_1), DockPlace::topLeft,
         Needs::oneRun, &make<AttentionView>},
        {QStringLiteral("routing"), QT_TRANSLATE_NOOP("views", "Routing"),
         QT_TRANSLATE_NOOP("views", "Experts chosen for each token, flips, margins and load"),
         QStringLiteral("routing"), QKeySequence(Qt::CTRL | Qt::Key_2), DockPlace::topRight,
         Needs::experts, &make<RoutingView>},
        {QStringLiteral("overview"), QT_TRANSLATE_NOOP("views", "Overview"),
         QT_TRANSLATE_NOOP("views", "Error at every site and position, in units of the noise band"),
         QStringLiteral("overview"), QKeySequence(Qt::CTRL | Qt::Key_3), DockPlace::bottomLeft,
         Needs::twoRuns, &make<OverviewView>},
        {QStringLiteral("generation"), QT_TRANSLATE_NOOP("views", "Generation"),
         QT_TRANSLATE_NOOP("views", "Both texts token by token, with margins and candidates"),
         QStringLiteral("generation"), QKeySequence(Qt::CTRL | Qt::Key_4), DockPlace::bottomRight,
         Needs::generation, &make<GenerationView>},
        {QStringLiteral("logits"), QT_TRANSLATE_NOOP("views", "Logits"),
         QT_TRANSLATE_NOOP("views", "KL, loss and rank of the next token at every position"),
         QStringLiteral("logits"), QKeySequence(Qt::CTRL | Qt::Key_5), DockPlace::bottomRight,
         Needs::twoRuns, &make<LogitsView>},
        {QStringLiteral("model"), QT_TRANSLATE_NOOP("views", "Model"),
         QT_TRANSLATE_NOOP("views", "Config and tensors of A and B, and where each value is from"),
         QStringLiteral("model"), QKeySequence(Qt::CTRL | Qt::Key_6), DockPlace::topRight,
         Needs::models, &make<ModelView>},
        {QStringLiteral("numbers"), QT_TRANSLATE_NOOP("views", "Numbers"),
         QT_TRANSLATE_NOOP("views", "All values of a site, their ulp distances, and B over A"),
         QStringLiteral("numbers"), QKeySequence(Qt::CTRL | Qt::Key_7), DockPlace::bottomLeft,
         Needs::twoRuns, &make<NumbersView>},
        {QStringLiteral("cache"), QT_TRANSLATE_NOOP("views", "Cache"),
         QT_TRANSLATE_NOOP("views",
                           "Keys and values that are kept, calls, and what the mask lets through"),
         QStringLiteral("cache"), QKeySequence(Qt::CTRL | Qt::Key_8), DockPlace::topLeft,
         Needs::twoRuns, &make<CacheView>},
        {QStringLiteral("cases"), QT_TRANSLATE_NOOP("views", "Cases"),
         QT_TRANSLATE_NOOP("views", "Five known cases, step by step, and recent sessions"),
         QStringLiteral("cases"), QKeySequence(Qt::CTRL | Qt::Key_9), DockPlace::topRight,
         Needs::models, &make<CasesView>},
        {QStringLiteral("sweep"), QT_TRANSLATE_NOOP("views", "Sweep"),
         QT_TRANSLATE_NOOP("views", "A grid of comparisons along one or two axes"),
         QStringLiteral("sweep"), QKeySequence(Qt::CTRL | Qt::Key_0), DockPlace::bottomRight,
         Needs::models, &make<SweepView>},
    };
    return views;
}

const ViewSpec* findView(const QString& id) {
    for (const ViewSpec& spec : allViews()) {
        if (spec.id == id) return &spec;
    }
    return nullptr;
}

QString viewTitle(const ViewSpec& spec) { return QCoreApplication::translate("views", spec.title); }

QString whyEmpty(Needs needs, const Comparison* comparison) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("views", text); };
    if (needs == Needs::models) return tr("No model is open");  // the view knows when one is
    if (!comparison || comparison->tokens.empty()) return tr("Nothing compared yet");
    const QString failed = comparison->verdict.kind == VerdictKind::failed
                               ? tr("Run B could not be computed: there is nothing to compare")
                               : QString();
    switch (needs) {
        case Needs::models:
        case Needs::oneRun: break;
        case Needs::twoRuns:
            if (!failed.isEmpty()) return failed;
            if (comparison->sites.empty()) return tr("No site was compared");
            break;
        case Needs::experts:
            if (!comparison->routing)
                return failed.isEmpty() ? tr("This model has no experts") : failed;
            break;
        case Needs::generation:
            if (!comparison->generation)
                return failed.isEmpty() ? tr("No new tokens were asked for") : failed;
            break;
    }
    return {};
}

}  // namespace driftscope
