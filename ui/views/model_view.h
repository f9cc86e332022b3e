// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "ui/view.h"
#include "ui/views/model_rows.h"

class QLabel;

namespace driftscope {

class DataTable;
class Segmented;

/// What both models are: config keys with their origin, tensors with their bytes, notes of opening.
class ModelView : public View {
    Q_OBJECT
public:
    enum class Page { config, tensors, notes };

    explicit ModelView(QWidget* parent = nullptr);
    ~ModelView() override;

    void setModelInfo(Side side, std::shared_ptr<const ModelInfo> info) override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;

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
    QString summary() const;
    const ModelInfo* info(Side side) const { return m_info[static_cast<size_t>(side)].get(); }
    /// Null: B is A.
    const ModelInfo* other() const;

    std::array<std::shared_ptr<const ModelInfo>, 2> m_info;
    std::vector<ConfigRow> m_config;
    std::vector<TensorRow> m_tensors;
    Page m_page = Page::config;
    Segmented* m_switch = nullptr;
    QLabel* m_caption = nullptr;
    DataTable* m_table = nullptr;
};

}  // namespace driftscope
