// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include <QJsonObject>
#include <QWidget>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/data/question.h"
#include "ui/export.h"
#include "ui/npz.h"
#include "ui/selection.h"

namespace driftscope {

class TitleRow;
class ViewCover;

/// What is under the pointer or the keyboard cursor, for the status line.
struct HoverInfo {
    QString site;   ///< canonical name, or "generation", ...
    QString where;  ///< ‘q " fox" 9   k " little" 8’
    std::optional<double> a, b, diff, relative, ulp, band;
    QString note;  ///< anything else: "flip, explained by rounding"
};

/// Base of every view: a title row (title, badge, controls, export), the content below, and
/// designed pictures for "nothing yet", "working" (last picture, dimmed) and "failed".
///
/// A view of your own: derive, build the content in the constructor (setContent, addControl),
/// override comparisonChanged, selectionChanged and table, add a row to the registry.
class View : public QWidget {
    Q_OBJECT
public:
    /// `id`: the registry's; title and accessible name come from there.
    explicit View(const QString& id, QWidget* parent = nullptr);
    ~View() override;

    QString id() const { return m_id; }
    QString title() const;

    ComparisonPtr comparison() const { return m_comparison; }
    /// Never null: a view starts with one of its own.
    Selection* selection() const { return m_selection; }

    /// What of the view belongs to the session (modes, scroll, pins); base: nothing.
    virtual QJsonObject saveState() const { return {}; }
    virtual void restoreState(const QJsonObject& state) { Q_UNUSED(state) }

    /// The numbers of what is on screen; empty when there is nothing.
    virtual Table table() const = 0;
    /// The same as arrays for NPZ; base: the columns of table().
    virtual std::vector<NpzArray> arrays() const { return arraysOf(table()); }
    /// One sentence on what is on screen, for a screen reader and in exports.
    virtual QString describe() const { return {}; }
    /// The content as it is now, but whole: what is scrolled out of sight on screen is in it.
    Figure figure() const;
    Provenance provenance() const;
    /// Small: a dock can always be made narrow, and never keeps the window wide.
    QSize minimumSizeHint() const override;
    /// Asked for something and has not got it: its picture would be of nothing.
    virtual bool waits() const { return false; }
    /// Why there is nothing to see ("this model has no experts"); empty: there is.
    QString reasonEmpty() const { return m_reason; }

public Q_SLOTS:
    /// Null: nothing yet. Checks the registry's needs first; comparisonChanged() runs when met.
    void setComparison(driftscope::ComparisonPtr comparison);
    void setSelection(driftscope::Selection* selection);
    /// Out of sight: what changes in the selection is taken when it wakes.
    void setAsleep(bool asleep);
    /// A head's full pattern came; views that do not show it ignore it.
    virtual void setAttention(driftscope::AttentionPtr attention) { Q_UNUSED(attention) }
    /// Both models' headers, B null where it is the same folder as A; most views do not ask.
    virtual void setModelInfo(driftscope::Side side,
                              std::shared_ptr<const driftscope::ModelInfo> info) {
        Q_UNUSED(side)
        Q_UNUSED(info)
    }
    /// One site's values came; views that did not ask ignore them.
    virtual void setValues(driftscope::ValuesPtr values) { Q_UNUSED(values) }
    /// They could not be had: why, and what to do.
    virtual void setValuesFailed(const QString& message, const QString& hint) {
        Q_UNUSED(message)
        Q_UNUSED(hint)
    }
    /// An answer came; views that did not ask this question now ignore it.
    virtual void setAnswer(driftscope::AnswerPtr answer) { Q_UNUSED(answer) }
    virtual void setAnswerFailed(const QString& message, const QString& hint) {
        Q_UNUSED(message)
        Q_UNUSED(hint)
    }
    /// A token that is just being made; between liveStarted() and the next setComparison().
    virtual void addLiveToken(const driftscope::LiveToken& token) { Q_UNUSED(token) }
    /// A run begins: forget live tokens of the one before.
    virtual void liveStarted() {}
    /// true: keep the picture, dimmed.
    virtual void setBusy(bool busy);
    /// Shows the error in place of the content; empty text takes it away.
    void setError(const QString& message, const QString& hint = {});

    /// Hands the title row to a dock that shows it instead; the view stays in charge of it.
    QWidget* takeTitleRow();
    /// Opens the menu "PNG, SVG, PDF, CSV, NPZ, copy" under the export button.
    void showExportMenu();
    void copyImage();
    void copyTable();
    /// The numbers as Python, for a notebook or a bug report.
    void copyPython();
    /// Format from the suffix (png, svg, pdf, csv, npz). Errors go to `failed`.
    void exportTo(const QString& path);

Q_SIGNALS:
    void hovered(const driftscope::HoverInfo& info);
    void hoverLeft();
    /// The full pattern of this head is wanted.
    void attentionNeeded(int layer, int head);
    /// All values of this site are wanted.
    void valuesNeeded(const driftscope::Site& site);
    /// Newest wins: an earlier question of this view is dropped.
    void questionAsked(const driftscope::Question& question);
    /// A button of an empty or error picture was pressed: id of an action of the window.
    void actionRequested(const QString& id);
    /// One option of one run is wanted at this value, as if it had been set in the setup panel.
    void optionWanted(driftscope::Side side, const QString& id, const QString& value);
    /// A new comparison is wanted that reads these ids; `text`: what they say.
    void branchRequested(const std::vector<int32_t>& tokens, const QString& text);
    void failed(const QString& message, const QString& hint);
    /// A file was written or a copy made: one line for the status bar.
    void done(const QString& message);

protected:
    /// What a chart says whose values are on their way, or come when the comparison is done;
    /// `early`: they come while it runs.
    QString waitingText(bool early = false) const;
    /// The part below the title row; the view takes ownership. Call once, in the constructor.
    void setContent(QWidget* content);
    QWidget* content() const { return m_content; }
    /// A control for the right side of the title row, before the export button.
    void addControl(QWidget* control);
    /// A control that means nothing in the mode of now is left out.
    void setControlShown(QWidget* control, bool on);
    /// "captured", "recomputed", "not available"; empty hides it. `tip`: what it means here.
    void setBadge(const QString& text, const QString& tip = {});
    /// Dim text beside the controls ("layer 2 · head 5").
    void setNote(const QString& text);
    /// Replaces the content by a sentence and, if given, a button that asks for `actionId`.
    /// Empty text: back to the content.
    void setEmpty(const QString& text, const QString& button = {}, const QString& actionId = {});

    /// false: the view shows its own progress, nothing lies over it while busy.
    void setVeil(bool on);

    /// There is a new comparison that meets the needs (null only where unmetNeed() allows it).
    virtual void comparisonChanged() = 0;
    /// Why the comparison cannot be shown; empty: it can. Base: what the registry says.
    virtual QString unmetNeed() const;
    /// Something of the selection changed; also called after comparisonChanged().
    virtual void selectionChanged() = 0;
    /// Gives a second view of the same kind what came from outside besides the comparison, so that
    /// it shows the same (a full attention pattern).
    virtual void feed(View& twin) const { Q_UNUSED(twin) }

    void changeEvent(QEvent* event) override;

private:
    /// Leaves out of the title row what has no room: note, badge, title, export, in this order.
    void updateCover();
    void updateDescription();
    void followSelection();
    void layOut() const;
    std::shared_ptr<View> makeTwin() const;
    bool showWhole();

    QString m_id;
    ComparisonPtr m_comparison;
    Selection* m_selection = nullptr;
    QString m_reason, m_emptyButton, m_emptyAction, m_error, m_errorHint;
    bool m_busy = false, m_veil = true, m_asleep = false, m_missed = false;
    TitleRow* m_titleRow = nullptr;
    QWidget* m_body = nullptr;
    QWidget* m_content = nullptr;
    ViewCover* m_cover = nullptr;
};

}  // namespace driftscope
