// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QElapsedTimer>
#include <QJsonObject>
#include <QMainWindow>
#include <QTimer>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/data/progress.h"
#include "ui/setup/setup_types.h"
#include "ui/theme.h"
#include "ui/view.h"
#include "ui/window/undo_history.h"

class QMenu;

namespace driftscope {

class ActionTable;
class Banner;
class DockArea;
class Notices;
class SetupPanel;
class StatusLine;
class TokenStrip;
class ViewFeed;

/// The window. It shows what it is given and says what the user wants; it computes nothing.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// What the setup panel asks for now.
    CompareRequest request() const;
    ComparisonPtr comparison() const { return m_comparison; }
    Selection* selection() const { return m_selection; }
    ActionTable* actions() const { return m_actions; }
    /// In registry order.
    const std::vector<View*>& views() const;
    /// With all that came for it until now, in sight or not.
    View* view(const QString& id) const;

    /// Geometry, docks, views, selection, theme; `setup` is the request, for a session file.
    QJsonObject saveState() const;
    /// Unknown keys are ignored; the request in it is taken (requestChanged follows).
    void restoreState(const QJsonObject& state);

public Q_SLOTS:
    /// Fills the setup panel; tells requestChanged only when `announce`.
    void setRequest(const driftscope::CompareRequest& request, bool announce = true);
    /// First picture, then the judged one; null: nothing yet. Ends "busy" when complete.
    void setComparison(driftscope::ComparisonPtr comparison);
    void setAttention(driftscope::AttentionPtr attention);
    /// `view`: id of the one that asked; empty: for all.
    void setValues(driftscope::ValuesPtr values, const QString& view = {});
    /// The values of a site could not be had.
    void setValuesFailed(const QString& message, const QString& hint, const QString& view = {});
    /// `view`: id of the one that asked.
    void setAnswer(driftscope::AnswerPtr answer, const QString& view);
    void setAnswerFailed(const QString& message, const QString& hint, const QString& view);
    void addLiveToken(const driftscope::LiveToken& token);
    /// A run begins or ends. Nothing is shown under 150 ms.
    void setBusy(bool busy);
    void setProgress(const driftscope::Progress& progress);
    /// What of an opened session came out otherwise; empty: nothing.
    void showNumbersMoved(const QString& text);
    /// What, where, what to do. Empty message: takes the bar away.
    void showError(const QString& message, const QString& where, const QString& hint);
    /// A view that stands before those that show the result lets one of them come forward.
    void stepAside(const QString& view);
    /// A passing line in the status bar.
    void showMessage(const QString& text);
    /// Null: not open (`problem` says why, when it could not be).
    void setModelInfo(driftscope::Side side, std::shared_ptr<const driftscope::ModelInfo> info,
                      const QString& problem = {});
    /// Ids of the prompt as the tokenizer cuts it now; for "15 tokens".
    void setPromptTokens(int count);
    /// Buttons of the setup panel, and entries of the menu "Examples".
    void setExamples(const std::vector<driftscope::Example>& examples);
    /// Entries of the same menu: each opens its case and runs every step.
    void setQuestions(const std::vector<driftscope::CaseQuestion>& questions);
    /// Newest first.
    void setHistory(const std::vector<driftscope::HistoryEntry>& history);
    void setRecentFiles(const QStringList& paths);
    /// version, libtorch, blas, threads, cpu, cpu_features; for the status line and About.
    void setProvenance(const std::map<std::string, std::string>& provenance);
    /// Shown in the title; empty: not saved yet.
    void setSessionPath(const QString& path);
    void setSessionModified(bool modified);
    /// "blocks.2.attn.pattern 9 8" or "2.5"; what cannot be read is said in the status line.
    void goToSite(const QString& text);
    void nextDivergence();
    void previousDivergence();
    /// One step of setup or view back, or forth again.
    void undo();
    void redo();
    /// The program ended without saying so last time: offers what it kept.
    void offerSession(const QString& path);

Q_SIGNALS:
    /// A case was chosen by its question; empty: the page that lists them.
    void caseChosen(const QString& id);
    /// Any change of the setup, settled for 120 ms.
    void requestChanged(const driftscope::CompareRequest& request);
    /// "Run again": the kept result of the same request must not be used.
    void runAgainRequested(const driftscope::CompareRequest& request);
    void cancelRequested();
    void attentionNeeded(quint64 comparison, int layer, int head);
    void valuesNeeded(quint64 comparison, const driftscope::Site& site, const QString& view);
    /// `comparison`: 0 where the question is of files.
    void questionAsked(quint64 comparison, const driftscope::Question& question,
                       const QString& view);
    /// Everything the command line's `compare --out` writes, into this folder.
    void exportAllRequested(const QString& folder);
    /// Empty path: the one it was opened from.
    void saveRequested(const QString& path);
    /// A session file or a model folder, by dialog, drop or recent list.
    void openRequested(const QString& path);
    void copyCommandRequested();
    /// One of languages(); the words change when the window is made anew.
    void languageChosen(const QString& language);
    /// By index into what setHistory() gave.
    void runRenamed(int index, const QString& name);
    void runPinned(int index);
    void runForgotten(int index);
    /// The layout, a view's state or the selection changed: worth an autosave.
    void stateChanged();
    void closing();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildFrame();
    void connectViews();
    void connectParts();
    /// The view in use, up to date; null: none.
    View* currentView() const;
    void connectActions();
    void connectFileActions();
    void connectGoActions();
    /// One line per action that does more than emit a signal.
    void on(const char* id, std::function<void()> order);
    void updateActions();
    void updateTitle();
    void updateNotices();
    void fillExampleMenu();
    void watchRequest(const CompareRequest& request);
    void moveSelection(int layers, int positions);
    void showDivergence(bool forward);
    void sayWhatIsSelected();
    void showPlace(const Divergence& place);
    void setThemeMode(Theme::Mode mode);
    WindowState windowState() const;
    void noteChange();
    void flushNote();
    void goToState(const WindowState& state);
    void flipToBaseline();
    void pinCurrent();

    ComparisonPtr m_comparison;
    std::map<std::string, std::string> m_provenance;
    QString m_sessionPath;
    QString m_exportFolder;  ///< the last set of files went there
    bool m_busy = false, m_modified = false, m_live = false;
    Selection* m_selection;
    ActionTable* m_actions;
    Banner* m_banner = nullptr;
    Notices* m_notices = nullptr;
    std::vector<Example> m_examples;
    std::vector<CaseQuestion> m_questions;
    SetupPanel* m_setup = nullptr;
    DockArea* m_docks = nullptr;
    ViewFeed* m_feed = nullptr;
    TokenStrip* m_tokens = nullptr;
    StatusLine* m_status = nullptr;
    QMenu* m_recent = nullptr;
    QTimer m_busyDelay, m_noteSoon;
    UndoHistory m_undo;
    QElapsedTimer m_clock;
    QString m_offered;  ///< session of the offer
    bool m_restoring = false;
};

}  // namespace driftscope
