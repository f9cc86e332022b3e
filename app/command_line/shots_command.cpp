// SPDX-License-Identifier: GPL-3.0-or-later
// Every view and the whole window as pictures, without a display.
#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QEventLoop>
#include <QPixmap>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <ostream>

#include "app/cases/case_file.h"
#include "app/command_line/compare_request.h"
#include "app/config_facts.h"
#include "app/examples.h"
#include "app/output/gallery.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/window_parts.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/view.h"
#include "ui/view_registry.h"
#include "ui/views/cases_view.h"

namespace driftscope {

namespace {

constexpr QSize kDefaultSize(1440, 900);

struct Shoot {
    CompareRequest request;
    std::vector<Theme::Mode> themes;
    QSize size;
    int scale = 1;
};

QSize sizeOf(const Arguments& arguments) {
    if (!arguments.has("--size")) return kDefaultSize;
    const QStringList parts = QString::fromStdString(arguments.value("--size")).split('x');
    bool wide = false, high = false;
    const QSize size(parts.value(0).toInt(&wide), parts.value(1).toInt(&high));
    if (parts.size() != 2 || !wide || !high || size.width() < 640 || size.height() < 480 ||
        size.width() > 7680 || size.height() > 4320) {
        throw Error(ErrorCode::usage, "--size", "'" + arguments.value("--size") + "' is no size",
                    "write --size WIDTHxHEIGHT, from 640x480 to 7680x4320");
    }
    return size;
}

std::vector<Theme::Mode> themesOf(const Arguments& arguments) {
    const std::string theme = arguments.value("--theme");
    if (!arguments.has("--theme")) return {Theme::Mode::light, Theme::Mode::dark};
    if (theme == "light") return {Theme::Mode::light};
    if (theme == "dark") return {Theme::Mode::dark};
    throw Error(ErrorCode::usage, "--theme", "'" + theme + "' is no theme",
                "it takes light or dark; without it, both are drawn");
}

int scaleOf(const Arguments& arguments) {
    if (!arguments.has("--scale")) return 1;
    const std::string scale = arguments.value("--scale");
    if (scale.size() == 1 && scale[0] >= '1' && scale[0] <= '4') return scale[0] - '0';
    throw Error(ErrorCode::usage, "--scale", "'" + scale + "' is no scale",
                "it takes 1, 2, 3 or 4: pixels of the picture for each of --size");
}

Shoot shootOf(const CommandCall& call) {
    const Arguments& arguments = call.arguments;
    Shoot shoot{{}, themesOf(arguments), sizeOf(arguments), scaleOf(arguments)};
    std::optional<CompareRequest> first;
    if (!builtIns().empty()) first = builtIns().front().request;
    shoot.request = requestOf(call, first);
    return shoot;
}

QByteArray pngOf(const QPixmap& picture) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, "PNG");
    return bytes;
}

void settle() {
    for (int i = 0; i < 3; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

/// The window as a person would see it with this comparison.
class PosedWindow {
public:
    PosedWindow(const Shoot& shoot, const ComparisonPtr& comparison, Engine& engine)
        : m_comparison(comparison) {
        m_window.setExamples(exampleButtons());
        m_window.setProvenance(engine.provenance());
        m_window.setRequest(shoot.request, false);
        m_window.setModelInfo(Side::a, engine.open(shoot.request.model_a));
        if (!shoot.request.model_b.empty()) {
            m_window.setModelInfo(Side::b, engine.open(shoot.request.model_b));
        }
        showConfigFacts(m_window.view(QStringLiteral("model")), configFacts(shoot.request));
        m_window.setPromptTokens(comparison->n_prompt);
        m_window.setHistory(
            {{runTitle(shoot.request), shoot.request, comparison->verdict.kind, true}});
        QObject::connect(&m_window, &MainWindow::attentionNeeded, &m_window,
                         [this, &engine](quint64 id, int layer, int head) {
                             m_window.setAttention(engine.attention(id, layer, head));
                         });
        QObject::connect(&m_window, &MainWindow::valuesNeeded, &m_window,
                         [this, &engine](quint64 id, const Site& site, const QString& view) {
                             try {
                                 m_window.setValues(engine.values(id, site, {}), view);
                             } catch (const Error& error) {  // as the window says it
                                 m_window.setValuesFailed(QString::fromStdString(error.message()),
                                                          QString::fromStdString(error.hint()),
                                                          view);
                             }
                         });
        QObject::connect(
            &m_window, &MainWindow::questionAsked, &m_window,
            [this, &engine](quint64 id, const Question& question, const QString& view) {
                m_window.setAnswer(engine.answer(id, question, {}), view);
            });
        if (auto* cases = qobject_cast<CasesView*>(m_window.view(QStringLiteral("cases"))))
            cases->setCases(allCases());
        m_window.setAttribute(Qt::WA_DontShowOnScreen);
        m_window.resize(shoot.size);
        m_window.show();
        settle();
        m_window.setComparison(comparison);
        selectFirstDivergence(*m_window.selection(), *comparison);
        settle();
    }

    /// Brings the views to the front that stand at `page` of their places; false: none does.
    bool turnTo(size_t page) {
        std::map<DockPlace, size_t> seen;
        bool any = false;
        for (const ViewSpec& spec : allViews()) {
            // Experts of a model without any: the next view of that place stands in front.
            if (!whyEmpty(spec.needs, m_comparison.get()).isEmpty()) continue;
            if (seen[spec.place]++ != page) continue;
            QAction* action = m_window.actions()->action(QStringLiteral("view.") + spec.id);
            action->setChecked(false);
            action->trigger();
            any = true;
        }
        // Views that come into sight ask for what they show after a moment.
        QEventLoop moment;
        QTimer::singleShot(500, &moment, &QEventLoop::quit);
        if (any) moment.exec();
        return any;
    }

    QByteArray picture() {
        for (const ViewSpec& spec : allViews()) m_window.view(spec.id);  // nothing waits its turn
        settle();
        return pngOf(m_window.grab());
    }

private:
    ComparisonPtr m_comparison;
    MainWindow m_window;
};

void shootAll(const Shoot& shoot, const ComparisonPtr& comparison, Engine& engine,
              OutputFolder& folder) {
    const GallerySources sources{
        [&](int layer, int head) { return engine.attention(comparison->id, layer, head); },
        [&](const Site& site) { return engine.values(comparison->id, site, {}); },
        engine.open(shoot.request.model_a),
        shoot.request.model_b.empty() ? nullptr : engine.open(shoot.request.model_b),
        [&](const Question& question) { return engine.answer(comparison->id, question, {}); }};
    const Gallery gallery(comparison, sources);
    PosedWindow window(shoot, comparison, engine);
    for (const Theme::Mode theme : shoot.themes) {
        const ThemeGuard guard(theme);
        const QString suffix =
            theme == Theme::Mode::dark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png");
        for (size_t page = 1; window.turnTo(page); ++page) {
            folder.write(QStringLiteral("window-%1").arg(page + 1) + suffix, window.picture());
        }
        window.turnTo(0);
        folder.write(QStringLiteral("window") + suffix, window.picture());
        for (const View* view : gallery.views()) {
            folder.write(view->id() + suffix,
                         figureBytes(Gallery::figureOf(*view), FigureFormat::png));
        }
    }
}

int runShots(const CommandCall& call) {
    refusePositional(call);
    const Shoot shoot = shootOf(call);
    OutputFolder folder(call.arguments.required("--out"));
    const std::unique_ptr<Engine> engine = call.host.makeEngine();
    ComparisonPtr comparison;
    {
        ProgressLine line(call.host);
        Callbacks calls;
        calls.progress = [&](const Progress& progress) { line.show(progress); };
        comparison = engine->compare(shoot.request, calls, call.host.stop);
    }
    if (comparison->cancelled) throw Error(ErrorCode::cancelled, "shots", "stopped");
    const OffscreenGui gui(shoot.scale);
    shootAll(shoot, comparison, *engine, folder);
    for (const QString& path : folder.written()) call.host.out << path.toStdString() << "\n";
    return exit_status::done;
}

}  // namespace

Command shotsCommandSpec() {
    std::vector<FlagSpec> flags = requestFlags();
    flags.push_back({"--out", "DIR", "the folder for the pictures"});
    flags.push_back({"--theme", "light|dark", "default: both"});
    flags.push_back({"--size", "WxH", "of the window; default 1440x900"});
    flags.push_back({"--scale", "1|2|3|4", "pixels of a picture for each of --size; default 1"});
    return {"shots",
            "Draw every view, and the window with each in front once, as PNG; needs no display.",
            {"--out DIR [--example NAME | --session FILE | --model DIR --prompt TEXT]",
             "      [--theme light|dark] [--size WxH] [--scale N] [FLAGS of compare]"},
            flags,
            &runShots,
            "Without --example, --session and --model: the first example."};
}

}  // namespace driftscope
