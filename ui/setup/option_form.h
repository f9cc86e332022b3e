// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <vector>

#include <QWidget>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/options/option.h"

class QLabel;
class QVBoxLayout;

namespace driftscope {

class OptionEditor;

/// One row per option of the table, A beside B. Rows that differ stand in a group of their own on
/// top; what cannot act on the model is greyed with the reason in its place.
class OptionForm : public QWidget {
    Q_OBJECT
public:
    explicit OptionForm(QWidget* parent = nullptr);
    ~OptionForm() override;

    /// Only what is not default.
    OptionValues values(Side side) const;
    /// Tells no one. Unknown ids and values are ignored.
    void setValues(Side side, const OptionValues& values);
    void setModel(std::shared_ptr<const ModelInfo> info);
    /// Width that shows every label and value whole.
    int neededWidth() const;

Q_SIGNALS:
    void edited();

private:
    struct Row;
    struct Group {
        QLabel* heading;
        QVBoxLayout* rows;
    };
    Group makeGroup(const QString& title, QVBoxLayout* column);
    void makeRow(const OptionSpec& spec);
    /// Puts every row into its group.
    void sortRows();
    void updateRow(Row& row);

    std::shared_ptr<const ModelInfo> m_model;
    std::vector<std::unique_ptr<Row>> m_rows;
    Group m_differ{};
    std::map<QString, Group> m_groups;
    int m_labelWidth = 0, m_editorWidth = 0;
};

/// "Precision" and its kin for display.
QString groupTitle(const std::string& group);

}  // namespace driftscope
