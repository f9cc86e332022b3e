// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QAbstractTableModel>
#include <QTableView>

#include "ui/theme.h"

namespace driftscope {

/// One column of a data table.
struct DataColumn {
    QString title, tip;
    bool number = false;     ///< right-aligned
    Role role = Role::text;  ///< colour of its values
};

/// How a row stands out; equal rows do not.
/// even: nothing of A and B to tell apart, every column in the colour of text.
enum class RowTone { plain, even, differs, bad, dim };

/// What a data table shows. Rows are asked for when they come in sight, so a million cost nothing.
struct DataContent {
    std::vector<DataColumn> columns;
    int rows = 0;
    std::function<QString(int row, int column)> text;
    std::function<QString(int row, int column)> tip;  ///< full text; may be empty
    std::function<RowTone(int row)> tone;             ///< may be empty
};

class DataModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setContent(DataContent content);
    const DataContent& content() const { return m_content; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    DataContent m_content;
};

/// A table of text in the type of numbers: follows the theme, copies what is selected with Ctrl+C
/// (tab-separated, full text), tells screen readers cell by cell.
class DataTable : public QTableView {
    Q_OBJECT
public:
    explicit DataTable(QWidget* parent = nullptr);

    void setContent(DataContent content);
    int rows() const { return m_model->rowCount(); }
    QString textAt(int row, int column) const;
    /// Makes the row the current one and brings it into sight.
    void showRow(int row);
    /// Widths after what the first rows hold, none above this share of the table's width.
    void fitColumns(double widest = 0.4, double widestFirst = 0);

public Q_SLOTS:
    void copySelection();

Q_SIGNALS:
    /// By a click or the keyboard.
    void rowChosen(int row);

protected:
    /// Whole rows are in sight: what is left below them is empty.
    void updateGeometries() override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void retheme();

    DataModel* m_model;
    bool m_telling = true;
};

}  // namespace driftscope
