// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "ui/setup/setup_types.h"

class QCheckBox;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QSpinBox;
class QVBoxLayout;

namespace driftscope {

class ConfigField;
class ModelField;
class OptionForm;

/// What is asked: models, prompt, options of A and B, examples, and the runs made before.
class SetupPanel : public QWidget {
    Q_OBJECT
public:
    explicit SetupPanel(QWidget* parent = nullptr);

    CompareRequest request() const;
    /// With `announce`, requestChanged follows at once.
    void setRequest(const CompareRequest& request, bool announce);
    void setModelInfo(Side side, std::shared_ptr<const ModelInfo> info, const QString& problem);
    void setPromptTokens(int count);
    void setExamples(const std::vector<Example>& examples);
    void setHistory(const std::vector<HistoryEntry>& history);
    const std::vector<HistoryEntry>& history() const { return m_history; }

    void browseModel();
    void swapRuns();
    void makeSame();
    /// One option of one run, as if it had been edited.
    void setOption(Side side, const std::string& id, const std::string& value);
    QSize sizeHint() const override;

Q_SIGNALS:
    void requestChanged(const driftscope::CompareRequest& request);
    /// By index into the history.
    void runRenamed(int index, const QString& name);
    void runPinned(int index);
    void runForgotten(int index);
    /// The page with the known cases is wanted.
    void questionsWanted();

private:
    QWidget* buildModels();
    QWidget* buildPrompt();
    QWidget* buildExamples();
    QWidget* buildRuns();
    void settle();
    void announceNow();
    void updateCount();
    void showRunMenu(const QPoint& pos);
    void renameRun(int row);

    QTimer m_settle;
    std::vector<int32_t> m_tokens;  ///< ids given directly, until the prompt is edited
    std::vector<HistoryEntry> m_history;
    std::shared_ptr<const ModelInfo> m_infoA, m_infoB;
    bool m_judge = true;
    std::string m_against;  ///< kept as given: it has no control here
    int m_promptTokens = -1;
    ModelField *m_modelA, *m_modelB;
    ConfigField* m_configB;
    QCheckBox* m_apart;
    QPlainTextEdit* m_prompt;
    QLabel* m_count;
    QSpinBox* m_new;
    OptionForm* m_form;
    QWidget* m_examples;
    QVBoxLayout* m_exampleRows;
    QWidget* m_runs;
    QListWidget* m_runList;
};

}  // namespace driftscope
