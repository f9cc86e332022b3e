// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the whole window over made-up data: window_pictures FOLDER [SCALE].
#include <QApplication>
#include <QDir>
#include <QPushButton>
#include <QTest>

#include "tests/ui/fake_comparison.h"
#include "ui/actions.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/info_dialogs.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/views/cases_view.h"
#include "ui/views/sweep_view.h"

using namespace driftscope;

namespace {

void fill(MainWindow& window, VerdictKind verdict, bool moe) {
    fake::Shape shape;
    shape.verdict = verdict;
    shape.moe = moe;
    const ComparisonPtr comparison = fake::comparison(shape);
    window.setModelInfo(Side::a, fake::model(moe));
    window.setRequest(comparison->request, false);
    CompareRequest clean = comparison->request;
    clean.options_b = clean.options_a;
    window.setExamples({{"dtype", "float32 | bfloat16: rounding", "", clean},
                        {"scatter", "A Mixtral bug: expert mix", "", comparison->request},
                        {"order", "Another kernel: split-k sums", "", clean}});
    window.setHistory({{"D-MOE-SCATTER", comparison->request, VerdictKind::semantic, true},
                       {"float32 | bfloat16", clean, VerdictKind::rounding, false},
                       {"split-k", clean, VerdictKind::rounding, false}});
    window.setProvenance(comparison->provenance);
    window.setComparison(comparison);
    window.selection()->setLayer(2);
    window.selection()->setHead(5);
    window.selection()->goTo({SiteKind::pattern, 2}, 8);
    window.setAttention(fake::attention(*comparison, 2, 5));
    HoverInfo hover;
    hover.site = "blocks.2.attn.pattern";
    hover.where = "q “·fox” 8   k “·little” 7";
    hover.a = 0.41312, hover.b = 0.03171, hover.diff = 0.3814, hover.relative = 0.92,
    hover.ulp = 3124, hover.band = 4.1e-3;
    Q_EMIT window.views().front()->hovered(hover);
}

void settle() {
    for (int i = 0; i < 20; ++i) QApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// A grid of two axes with every kind of cell.
SweepPtr someSweep() {
    auto sweep = std::make_shared<Sweep>();
    sweep->request.axes = {
        {"layout", AxisSide::b, {"packed", "llama"}},
        {"attention", AxisSide::both, {"eager", "sdpa"}},
    };
    const VerdictKind kinds[] = {VerdictKind::identical, VerdictKind::rounding,
                                 VerdictKind::semantic, VerdictKind::unclear};
    int i = 0;
    for (const char* row : {"packed", "llama"}) {
        for (const char* column : {"eager", "sdpa"}) {
            SweepCell cell;
            cell.values = {row, column};
            cell.state = i == 3 ? CellState::failed : CellState::done;
            if (i == 3) cell.why = "the model has no such layout";
            cell.verdict.kind = kinds[i];
            cell.loss_a = 1.8714, cell.loss_b = 1.8714 + 0.01 * i;
            cell.kl_mean = 1.3e-6 * i, cell.kl_max = 0.02 * i;
            if (i > 0) cell.first_split = 3 * i;
            sweep->cells.push_back(cell);
            ++i;
        }
    }
    return sweep;
}

/// A case that has been played to its end, one expectation not met.
void playCase(CasesView& view) {
    Case one;
    one.id = "llama31", one.title = "Llama 3.1 opened as Llama 3.0";
    one.question =
        "It answers short prompts perfectly. With a long context it falls apart, and "
        "the weights are byte for byte the same: what is wrong?";
    one.belief = "The quantisation, or the attention kernel.";
    one.answer =
        "The rope scaling of config.json was not read: low frequencies turn eight times "
        "too fast.";
    for (const char* title : {"Short prompt", "Long prompt", "With the scaling"}) {
        CaseStep step;
        step.id = step.title = title;
        step.shows = "The same weights, the same tokens; only the rope differs.";
        one.steps.push_back(step);
    }
    one.proof = {{"Long prompt", "loss of B above A"}};
    view.setCases({one});
    view.findChild<QPushButton*>(QStringLiteral("play.llama31"))->click();
    for (int step = 0; step < 3; ++step) {
        view.setOutcome(
            0, step,
            {{"verdict", "semantic", "semantic", true},
             {"first site", "blocks.0.attn.rot_q", "blocks.0.attn.rot_q", true},
             {"loss of B above A", "at least 0.3", step == 1 ? "1.773" : "0.012", step == 1}});
        QCoreApplication::processEvents();
    }
}

/// Nothing yet, computing, failed, and the dialogs.
void saveStates(MainWindow& window, const QDir& folder, const QString& suffix) {
    const auto save = [&](QWidget& widget, const char* name) {
        settle();
        widget.grab().save(
            folder.filePath(QStringLiteral("state-%1-%2.png").arg(QLatin1String(name), suffix)));
    };
    save(window, "nothing");
    fill(window, VerdictKind::rounding, true);
    window.setBusy(true);
    QTest::qWait(250);
    window.setProgress({"judge", 2, 6, 3.5});
    save(window, "busy");
    window.setBusy(false);
    window.showError("the file ends 128 bytes before its last tensor does",
                     "/models/tiny/model.safetensors", "copy it again");
    save(window, "error");
    window.showError({}, {}, {});
    QDialog* about = makeAboutDialog(fake::comparison()->provenance, &window);
    about->open();
    save(*about, "about");
    about->close();
    QDialog* keys = makeShortcutSheet(*window.actions(), &window);
    keys->open();
    save(*keys, "keys");
    keys->close();
    CommandPalette palette(*window.actions(), &window);
    palette.show();
    save(palette, "palette");
}

/// Every view on top of its tabs once, over comparisons of every kind, at the window's size.
void savePages(MainWindow& window, const QDir& folder, const QString& suffix) {
    const std::vector<QStringList> pages = {{},
                                            {QStringLiteral("cache"), QStringLiteral("model"),
                                             QStringLiteral("numbers"), QStringLiteral("logits")},
                                            {QStringLiteral("cases"), QStringLiteral("sweep")}};
    qobject_cast<SweepView*>(window.view(QStringLiteral("sweep")))->setSweep(someSweep());
    playCase(*qobject_cast<CasesView*>(window.view(QStringLiteral("cases"))));
    const std::vector<std::pair<QString, ComparisonPtr>> kinds = {
        {QStringLiteral("apart"), fake::apart()}, {QStringLiteral("awkward"), fake::awkward()}};
    for (const auto& [name, comparison] : kinds) {
        for (size_t page = 0; page < pages.size(); ++page) {
            for (const QString& id : pages[page]) {
                QAction* action = window.actions()->action(QStringLiteral("view.") + id);
                action->setChecked(false);
                action->trigger();
            }
            window.setModelInfo(Side::a, fake::model(true));
            window.setRequest(comparison->request, false);
            window.setComparison(comparison);
            window.selection()->setLayer(1);
            window.selection()->setHead(1);
            window.selection()->goTo({SiteKind::mlp_out, 1}, 6);
            window.view(QStringLiteral("overview"))
                ->restoreState({{QStringLiteral("apart"), page == 0}});
            window.setAttention(fake::attention(*comparison, 1, 1));
            for (const Site& site : {window.selection()->site(), Site{SiteKind::cache_k, 1},
                                     Site{SiteKind::rot_k, 1}}) {
                window.setValues(fake::values(*comparison, site));
            }
            settle();
            window.grab().save(folder.filePath(
                QStringLiteral("page-%1-%2-%3.png").arg(name).arg(page).arg(suffix)));
        }
        window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    }
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const QDir folder(argc > 1 ? QString::fromLocal8Bit(argv[1]) : QDir::tempPath());
    const QString scale = qEnvironmentVariable("QT_SCALE_FACTOR", "1");
    for (const auto mode : {Theme::Mode::light, Theme::Mode::dark}) {
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1200)}) {
            MainWindow fresh;
            Theme::instance().setMode(mode);
            fresh.show();
            fresh.resize(size);
            const QString suffix =
                QStringLiteral("%1-%2@%3").arg(toString(mode)).arg(size.width()).arg(scale);
            saveStates(fresh, folder, suffix);
            savePages(fresh, folder, suffix);
        }
    }
    MainWindow window;
    window.show();
    for (const VerdictKind verdict :
         {VerdictKind::semantic, VerdictKind::rounding, VerdictKind::identical}) {
        for (const auto mode : {Theme::Mode::light, Theme::Mode::dark}) {
            Theme::instance().setMode(mode);
            for (const QSize size : {QSize(1280, 800), QSize(1440, 900), QSize(1920, 1200)}) {
                if (verdict != VerdictKind::semantic && size.width() != 1280) continue;
                window.resize(size);
                fill(window, verdict, verdict != VerdictKind::identical);
                settle();
                const QString name =
                    QStringLiteral("window-%1-%2-%3@%4.png")
                        .arg(QString::fromStdString(to_string(verdict)), toString(mode))
                        .arg(size.width())
                        .arg(scale);
                window.grab().save(folder.filePath(name));
            }
        }
    }
    return 0;
}
