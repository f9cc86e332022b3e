// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/data/rope_facts.h"
#include "ui/view.h"
#include "ui/views/model_rows.h"

class QLabel;

namespace driftscope {

class DataTable;
class RopePane;
class Segmented;
class WeightPane;

/// What both models are: config keys with their origin, tensors with their bytes, notes of opening,
/// and how they rotate.
class ModelView : public View {
    Q_OBJECT
public:
    enum class Page { config, tensors, notes, rope };

    explicit ModelView(QWidget* parent = nullptr);
    ~ModelView() override;

    void setModelInfo(Side side, std::shared_ptr<const ModelInfo> info) override;
    /// From the configs alone, before anything runs; null: none.
    void setRope(const RopePair& rope);
    /// B reads its weights under another config.json: its keys, and what is odd about them. Empty:
    /// under its own.
    void setConfigOfB(std::vector<ConfigEntry> entries, std::vector<std::string> problems);
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    void setAnswer(driftscope::AnswerPtr answer) override;
    void setAnswerFailed(const QString& message, const QString& hint) override;
    bool waits() const override { return m_waits; }

protected:
    void comparisonChanged() override;
    void selectionChanged() override {}
    QString unmetNeed() const override;
    void feed(View& twin) const override;

private:
    void setPage(Page page);
    void rebuild();
    void showConfig();
    void showTensors();
    void showNotes();
    /// Values of the tensor in this row of the table, read on the engine's thread.
    void askForWeight(int row);
    bool showsWeight() const;
    void keepChosenInSight();
    QString summary() const;
    const ModelInfo* info(Side side) const { return m_info[static_cast<size_t>(side)].get(); }
    /// Null: B is A.
    const ModelInfo* other() const;
    /// B as its keys go: other(), or the model under the config given apart.
    std::shared_ptr<const ModelInfo> underConfigOfB() const;

    std::vector<ConfigEntry> m_configOfB;
    std::vector<std::string> m_problemsOfB;
    std::array<std::shared_ptr<const ModelInfo>, 2> m_info;
    std::vector<ConfigRow> m_config;
    std::vector<TensorRow> m_tensors;
    Page m_page = Page::config;
    Segmented* m_switch = nullptr;
    QLabel* m_caption = nullptr;
    DataTable* m_table = nullptr;
    RopePane* m_rope = nullptr;
    WeightPane* m_weight = nullptr;
    WeightQuestion m_wanted;  ///< name empty: none was chosen
    AnswerPtr m_answer;
    bool m_waits = false;
};

}  // namespace driftscope
