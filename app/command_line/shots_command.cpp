// SPDX-License-Identifier: GPL-3.0-or-later
// Every view and the whole window as pictures, without a display.
#include <QApplication>
#include <QBuffer>
#include <QPixmap>
#include <memory>
#include <ostream>

#include "app/command_line/commands.h"
#include "app/examples.h"
#include "app/output/gallery.h"
#include "app/output/offscreen_gui.h"
#include "app/output/output_folder.h"
#include "app/session_file.h"
#include "app/window_parts.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/view.h"

namespace driftscope {

namespace {

constexpr QSize kDefaultSize(1440, 900);

struct Shoot {
    CompareRequest request;
    std::vector<Theme::Mode> themes;
    QSize size;
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

Shoot shootOf(const Arguments& arguments) {
    Shoot shoot{{}, themesOf(arguments), sizeOf(arguments)};
    if (arguments.has("--session") && arguments.has("--example")) {
        throw Error(ErrorCode::usage, "shots", "there are two things to show",
                    "give one of --session FILE, --example NAME");
    }
    if (arguments.has("--session")) {
        shoot.request =
            loadSession(QString::fromStdString(arguments.required("--session"))).request;
        return shoot;
    }
    if (builtIns().empty()) {
        throw Error(ErrorCode::not_found, modelsFolder(), "the bundled model is not there",
                    "give a session with --session, or set DRIFTSCOPE_MODELS");
    }
    const std::string id = arguments.value("--example", builtIns().front().id);
    const BuiltIn* example = findBuiltIn(id);
    if (!example) {
        std::string list;
        for (const BuiltIn& known : builtIns()) list += (list.empty() ? "" : ", ") + known.id;
        throw Error(ErrorCode::usage, "--example", "there is no example '" + id + "'",
                    "it takes " + list);
    }
    shoot.request = example->request;
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
    PosedWindow(const Shoot& shoot, const ComparisonPtr& comparison, Engine& engine) {
        m_window.setExamples(exampleButtons());
        m_window.setProvenance(engine.provenance());
        m_window.setRequest(shoot.request, false);
        m_window.setModelInfo(Side::a, engine.open(shoot.request.model_a));
        if (!shoot.request.model_b.empty()) {
            m_window.setModelInfo(Side::b, engine.open(shoot.request.model_b));
        }
        m_window.setPromptTokens(comparison->n_prompt);
        m_window.setHistory(
            {{runTitle(shoot.request), shoot.request, comparison->verdict.kind, true}});
        QObject::connect(&m_window, &MainWindow::attentionNeeded, &m_window,
                         [this, &engine](quint64 id, int layer, int head) {
                             m_window.setAttention(engine.attention(id, layer, head));
                         });
        m_window.setAttribute(Qt::WA_DontShowOnScreen);
        m_window.resize(shoot.size);
        m_window.show();
        settle();
        m_window.setComparison(comparison);
        selectFirstDivergence(*m_window.selection(), *comparison);
        settle();
    }

    QByteArray picture() {
        settle();
        return pngOf(m_window.grab());
    }

private:
    MainWindow m_window;
};

void shootAll(const Shoot& shoot, const ComparisonPtr& comparison, Engine& engine,
              OutputFolder& folder) {
    const Gallery gallery(comparison, [&](int layer, int head) {
        return engine.attention(comparison->id, layer, head);
    });
    PosedWindow window(shoot, comparison, engine);
    for (const Theme::Mode theme : shoot.themes) {
        const ThemeGuard guard(theme);
        const QString suffix =
            theme == Theme::Mode::dark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png");
        folder.write(QStringLiteral("window") + suffix, window.picture());
        for (const View* view : gallery.views()) {
            folder.write(view->id() + suffix,
                         figureBytes(Gallery::figureOf(*view), FigureFormat::png));
        }
    }
}

int runShots(const CommandCall& call) {
    refusePositional(call);
    const Shoot shoot = shootOf(call.arguments);
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
    const OffscreenGui gui;
    shootAll(shoot, comparison, *engine, folder);
    for (const QString& path : folder.written()) call.host.out << path.toStdString() << "\n";
    return exit_status::done;
}

}  // namespace

Command shotsCommandSpec() {
    return {"shots",
            "Draw every view and the whole window as PNG; needs no display.",
            {"--out DIR [--session FILE | --example NAME] [--theme light|dark] [--size WxH]"},
            {{"--out", "DIR", "the folder for the pictures"},
             {"--session", "FILE", "a session file; default: the built-in example"},
             {"--example", "NAME", "precision, mixtral or kernel"},
             {"--theme", "light|dark", "default: both"},
             {"--size", "WxH", "of the window; default 1440x900"}},
            &runShots,
            ""};
}

}  // namespace driftscope
