// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <algorithm>

#include <QCloseEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/dialogs/go_to_dialog.h"
#include "ui/selection.h"
#include "ui/setup/setup_panel.h"
#include "ui/text/token_text.h"
#include "ui/window/banner.h"
#include "ui/window/divergences.h"
#include "ui/window/dock_area.h"
#include "ui/window/drop_taker.h"
#include "ui/window/notices.h"
#include "ui/window/status_line.h"
#include "ui/window/token_strip.h"
#include "ui/window/view_feed.h"

namespace driftscope {

namespace {
constexpr int kBusyDelay = 150, kNoteDelay = 200;
}

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent), m_selection(new Selection(this)), m_actions(new ActionTable(this)) {
    setObjectName(QStringLiteral("window"));
    connect(new DropTaker(this), &DropTaker::dropped, this, &MainWindow::openRequested);
    setWindowIcon(QIcon(QStringLiteral(":/icons/driftscope.svg")));
    buildFrame();
    m_recent = m_actions->buildMenus(menuBar());
    connectViews();
    connectParts();
    connectActions();
    m_busyDelay.setSingleShot(true);
    m_busyDelay.setInterval(kBusyDelay);
    m_clock.start();
    m_noteSoon.setSingleShot(true);
    m_noteSoon.setInterval(kNoteDelay);
    connect(&m_noteSoon, &QTimer::timeout, this, &MainWindow::flushNote);
    resize(1280, 800);
    m_tokens->setFocus();
    updateTitle();
    updateActions();
}

/// A window that goes hides its docks when it is a bare QWidget already: nobody may tell it then.
MainWindow::~MainWindow() {
    for (QObject* child : findChildren<QObject*>()) child->disconnect(this);
}

void MainWindow::buildFrame() {
    auto* frame = new QWidget(this);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_banner = new Banner(frame);
    m_notices = new Notices(frame);
    m_setup = new SetupPanel(frame);
    m_docks = new DockArea(m_selection, frame);
    m_feed = new ViewFeed(this);
    m_tokens = new TokenStrip(m_selection, frame);
    m_status = new StatusLine(frame);
    auto* room = new QWidget(frame);
    auto* edge = new QVBoxLayout(room);
    edge->setContentsMargins(Theme::space(2), Theme::space(2), Theme::space(2), Theme::space(2));
    edge->addWidget(m_docks);
    auto* split = new QSplitter(Qt::Horizontal, frame);
    split->setObjectName(QStringLiteral("setupSplitter"));
    split->setHandleWidth(1);
    split->addWidget(m_setup);
    split->addWidget(room);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(true);
    column->addWidget(m_banner);
    column->addWidget(m_notices);
    column->addWidget(split, 1);
    column->addWidget(m_tokens);
    column->addWidget(m_status);
    setCentralWidget(frame);
    auto* find = new QToolButton(this);
    find->setText(tr("Find anything  Ctrl+K"));
    find->setProperty("flat", true);
    connect(find, &QToolButton::clicked, m_actions->action(QStringLiteral("go.find")),
            &QAction::trigger);
    menuBar()->setCornerWidget(find);
}

const std::vector<View*>& MainWindow::views() const { return m_docks->views(); }

View* MainWindow::view(const QString& id) const {
    View* found = m_docks->view(id);
    if (found) m_feed->settle(found);
    return found;
}

View* MainWindow::currentView() const {
    View* found = m_docks->current();
    if (found) m_feed->settle(found);
    return found;
}

void MainWindow::connectViews() {
    for (View* one : views()) {
        m_feed->add(one);
        connect(one, &View::hovered, m_status, &StatusLine::setHover);
        connect(one, &View::hoverLeft, m_status, &StatusLine::clearHover);
        connect(one, &View::done, m_status, &StatusLine::showMessage);
        connect(one, &View::failed, this, [this](const QString& message, const QString& hint) {
            showError(message, {}, hint);
        });
        connect(one, &View::attentionNeeded, this, [this](int layer, int head) {
            if (m_comparison) Q_EMIT attentionNeeded(m_comparison->id, layer, head);
        });
        connect(one, &View::valuesNeeded, this, [this, id = one->id()](const Site& site) {
            if (m_comparison) Q_EMIT valuesNeeded(m_comparison->id, site, id);
        });
        connect(one, &View::questionAsked, this, [this, id = one->id()](const Question& question) {
            const bool ofFiles = std::holds_alternative<WeightQuestion>(question);
            if (!ofFiles && !m_comparison) return;
            Q_EMIT questionAsked(ofFiles ? 0 : m_comparison->id, question, id);
        });
        connect(one, &View::branchRequested, this,
                [this](const std::vector<int32_t>& tokens, const QString& text) {
                    CompareRequest branch = request();
                    branch.tokens = tokens;
                    branch.prompt = text.toStdString();
                    setRequest(branch, true);
                });
        connect(one, &View::optionWanted, this,
                [this](Side side, const QString& id, const QString& value) {
                    m_setup->setOption(side, id.toStdString(), value.toStdString());
                });
        connect(one, &View::actionRequested, this, [this](const QString& id) {
            if (QAction* action = m_actions->findChild<QAction*>(id)) action->trigger();
        });
    }
    connect(m_docks, &DockArea::inSight, m_feed, &ViewFeed::setInSight);
    connect(m_docks, &DockArea::layoutChanged, this, [this] {
        updateActions();
        Q_EMIT stateChanged();
    });
    connect(m_docks, &DockArea::secondWindowMade, this, [this](QMainWindow* window) {
        for (QAction* action : m_actions->all()) window->addAction(action);
    });
    connect(m_docks, &DockArea::viewEdited, this, &MainWindow::noteChange);
    connect(m_docks, &DockArea::viewEdited, this, &MainWindow::stateChanged);
}

void MainWindow::connectParts() {
    connect(m_setup, &SetupPanel::requestChanged, this, &MainWindow::requestChanged);
    connect(m_setup, &SetupPanel::requestChanged, this, &MainWindow::watchRequest);
    connect(m_banner, &Banner::firstDivergencePressed,
            m_actions->action(QStringLiteral("go.first")), &QAction::trigger);
    connect(m_status, &StatusLine::cancelPressed, this, &MainWindow::cancelRequested);
    connect(m_selection, &Selection::changed, this, &MainWindow::stateChanged);
    connect(m_selection, &Selection::changed, this, &MainWindow::noteChange);
    connect(m_selection, &Selection::changed, this, &MainWindow::sayWhatIsSelected);
    connect(m_setup, &SetupPanel::requestChanged, this, &MainWindow::noteChange);
    connect(m_setup, &SetupPanel::runRenamed, this, &MainWindow::runRenamed);
    connect(m_setup, &SetupPanel::runPinned, this, &MainWindow::runPinned);
    connect(m_setup, &SetupPanel::runForgotten, this, &MainWindow::runForgotten);
    connect(m_setup, &SetupPanel::questionsWanted, this, [this] { Q_EMIT caseChosen({}); });
    connect(m_tokens, &TokenStrip::hoverLeft, m_status, &StatusLine::clearHover);
    connect(m_tokens, &TokenStrip::hovered, this, [this](int pos) {
        HoverInfo info;
        info.site = QStringLiteral("logits");
        info.where = tokenAt(*m_comparison, pos);
        const auto i = static_cast<size_t>(pos);
        if (i < m_comparison->logits.kl_ab.size())
            info.note = tr("KL(A‖B) %1 nats").arg(exact(m_comparison->logits.kl_ab[i]));
        m_status->setHover(info);
    });
    connect(m_notices, &Notices::pressed, this, [this](const QString& id) {
        if (id == QLatin1String("lastSession")) {
            m_notices->clear(id);
            Q_EMIT openRequested(m_offered);
            return;
        }
        const char* action =
            id == QLatin1String("defect") ? "compare.noDefects" : "compare.otherOrder";
        m_actions->action(QLatin1String(action))->trigger();
    });
    connect(&m_busyDelay, &QTimer::timeout, this, [this] {
        m_banner->setBusy(true);
        for (View* one : views()) one->setBusy(true);
    });
}

void MainWindow::on(const char* id, std::function<void()> order) {
    connect(m_actions->action(QLatin1String(id)), &QAction::triggered, this, std::move(order));
}

CompareRequest MainWindow::request() const { return m_setup->request(); }

void MainWindow::setRequest(const CompareRequest& request, bool announce) {
    m_setup->setRequest(request, announce);
    watchRequest(request);
}

void MainWindow::setComparison(ComparisonPtr comparison) {
    flushNote();
    const QScopedValueRollback quiet(m_restoring, true);
    m_comparison = std::move(comparison);
    m_live = false;
    m_busyDelay.stop();
    if (m_comparison) m_selection->clampTo(*m_comparison);
    if (!m_comparison || m_comparison->complete || m_comparison->cancelled) setBusy(false);
    m_banner->setComparison(m_comparison.get());
    m_tokens->setComparison(m_comparison);
    sayWhatIsSelected();
    m_feed->post(ViewFeed::News::comparison,
                 [now = m_comparison](View& view) { view.setComparison(now); });
    if (m_comparison) m_setup->setPromptTokens(m_comparison->n_prompt);
    if (m_comparison && m_comparison->complete) m_docks->giveWay(*m_comparison);
    updateNotices();
    if (m_comparison) m_undo.amend(windowState());
    updateActions();
}

void MainWindow::stepAside(const QString& view) { m_docks->stepAside(view, m_comparison.get()); }

void MainWindow::setAttention(AttentionPtr attention) {
    if (!attention || !m_comparison || attention->comparison != m_comparison->id) return;
    m_feed->post(ViewFeed::News::attention,
                 [attention](View& view) { view.setAttention(attention); });
}

void MainWindow::setValues(ValuesPtr values, const QString& view) {
    if (!values || !m_comparison || values->comparison != m_comparison->id) return;
    m_feed->post(
        ViewFeed::News::values, [values](View& one) { one.setValues(values); },
        m_docks->view(view));
}

void MainWindow::setValuesFailed(const QString& message, const QString& hint, const QString& view) {
    m_feed->post(
        ViewFeed::News::values, [message, hint](View& one) { one.setValuesFailed(message, hint); },
        m_docks->view(view));
}

void MainWindow::setAnswer(AnswerPtr answer, const QString& view) {
    m_feed->post(
        ViewFeed::News::answer, [answer](View& one) { one.setAnswer(answer); },
        m_docks->view(view));
}

void MainWindow::setAnswerFailed(const QString& message, const QString& hint, const QString& view) {
    m_feed->post(
        ViewFeed::News::answer, [message, hint](View& one) { one.setAnswerFailed(message, hint); },
        m_docks->view(view));
}

void MainWindow::addLiveToken(const LiveToken& token) {
    m_feed->post(ViewFeed::News::live, [token, first = !m_live](View& view) {
        if (first) view.liveStarted();
        view.addLiveToken(token);
    });
    m_live = true;
}

void MainWindow::setBusy(bool busy) {
    m_status->setBusy(busy);
    if (busy) {
        m_live = false;
        if (!m_busy) m_busyDelay.start();
    } else {
        m_busyDelay.stop();
        for (View* one : views()) one->setBusy(false);
        m_banner->setComparison(m_comparison.get());
    }
    m_busy = busy;
    updateActions();
}

void MainWindow::setProgress(const Progress& progress) { m_status->setProgress(progress); }

void MainWindow::showMessage(const QString& text) { m_status->showMessage(text); }

void MainWindow::setModelInfo(Side side, std::shared_ptr<const ModelInfo> info,
                              const QString& problem) {
    m_feed->post(side == Side::a ? ViewFeed::News::modelA : ViewFeed::News::modelB,
                 [side, info](View& view) { view.setModelInfo(side, info); });
    m_setup->setModelInfo(side, std::move(info), problem);
}

void MainWindow::setPromptTokens(int count) { m_setup->setPromptTokens(count); }
void MainWindow::setHistory(const std::vector<HistoryEntry>& history) {
    m_setup->setHistory(history);
}

void MainWindow::setRecentFiles(const QStringList& paths) {
    m_recent->clear();
    m_recent->setEnabled(!paths.isEmpty());
    for (const QString& path : paths) {
        m_recent->addAction(QString(path).replace(u'&', QLatin1String("&&")), this,
                            [this, path] { Q_EMIT openRequested(path); });
    }
}

void MainWindow::setProvenance(const std::map<std::string, std::string>& provenance) {
    m_provenance = provenance;
    m_status->setProvenance(provenance);
    const auto warning = provenance.find("warning");
    if (warning != provenance.end() && !warning->second.empty()) {
        m_notices->set(QStringLiteral("blas"), Notices::Tone::differ,
                       QStringLiteral("! ") + QString::fromStdString(warning->second), {}, {},
                       true);
    }
}

void MainWindow::setSessionPath(const QString& path) {
    m_sessionPath = path;
    updateTitle();
}

void MainWindow::setSessionModified(bool modified) {
    m_modified = modified;
    updateTitle();
}

void MainWindow::updateTitle() {
    const QString name =
        m_sessionPath.isEmpty() ? tr("unsaved") : QFileInfo(m_sessionPath).fileName();
    setWindowTitle(QStringLiteral("%1[*] · Driftscope").arg(name));
    setWindowModified(m_modified);
}

void MainWindow::goToSite(const QString& text) {
    QString problem;
    const auto place = parseCoordinate(text, m_comparison.get(), problem);
    if (!place) return m_status->showMessage(problem);
    if (place->layer) m_selection->setLayer(*place->layer);
    if (place->head) m_selection->setHead(*place->head);
    if (place->keyPos) m_selection->setKeyPos(*place->keyPos);
    m_selection->goTo(place->site.value_or(m_selection->site()),
                      place->pos.value_or(m_selection->pos()));
}

void MainWindow::nextDivergence() { showDivergence(true); }
void MainWindow::previousDivergence() { showDivergence(false); }

void MainWindow::showDivergence(bool forward) {
    if (!m_comparison) return;
    const auto found = driftscope::nextDivergence(*m_comparison, m_selection->site(), forward);
    if (found) return showPlace(*found);
    const auto& text = m_comparison->generation;
    if (!text || !text->first_split)
        return m_status->showMessage(tr("No site leaves its noise band"));
    // Rounding alone: where it turned a token is where the runs part.
    const int step = *text->first_split, pos = m_comparison->n_prompt + step;
    m_selection->setStep(step);
    if (pos < static_cast<int>(m_comparison->tokens.size())) m_selection->setPos(pos);
    m_docks->setVisible(QStringLiteral("generation"), true);
    m_status->showMessage(tr("No site leaves its noise band; the texts part at step %1").arg(step));
}

void MainWindow::showPlace(const Divergence& place) {
    m_selection->goTo(place.site, place.pos);
    const auto& text = m_comparison->generation;
    if (text && text->first_split && place.pos < m_comparison->n_prompt)
        m_selection->setStep(*text->first_split);
    HoverInfo info;
    info.site = QString::fromStdString(to_string(place.site));
    info.where = tokenAt(*m_comparison, place.pos);
    info.relative = place.error;
    info.band = place.band;
    m_status->setHover(info);
}

void MainWindow::sayWhatIsSelected() {
    HoverInfo info;
    if (m_comparison && !m_comparison->tokens.empty()) {
        const auto pos = static_cast<size_t>(m_selection->pos());
        info.site = QString::fromStdString(to_string(m_selection->site()));
        info.where = tokenAt(*m_comparison, m_selection->pos());
        for (const SiteMetrics& one : m_comparison->sites) {
            if (one.site != m_selection->site()) continue;
            if (pos < one.by_pos.size()) info.relative = one.by_pos[pos];
            if (pos < one.band_by_pos.size()) info.band = one.band_by_pos[pos];
        }
    }
    m_status->setResting(info);
}

void MainWindow::moveSelection(int layers, int positions) {
    if (!m_comparison) return;
    const int lastLayer = std::max(0, m_comparison->n_layers - 1);
    const int lastPos = std::max(0, static_cast<int>(m_comparison->tokens.size()) - 1);
    m_selection->setLayer(std::clamp(m_selection->layer() + layers, 0, lastLayer));
    m_selection->setPos(std::clamp(m_selection->pos() + positions, 0, lastPos));
}

void MainWindow::setThemeMode(Theme::Mode mode) {
    Theme::instance().setMode(mode);
    m_actions->action(QStringLiteral("theme.") + toString(mode))->setChecked(true);
    Q_EMIT stateChanged();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    Q_EMIT closing();
    event->accept();
}

}  // namespace driftscope
