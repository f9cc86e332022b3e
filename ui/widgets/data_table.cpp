// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/data_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

namespace driftscope {

namespace {
constexpr int kMeasuredRows = 60;
constexpr qsizetype kMostCopied = 200000;  // cells
}  // namespace

void DataModel::setContent(DataContent content) {
    beginResetModel();
    m_content = std::move(content);
    endResetModel();
}

int DataModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_content.rows;
}

int DataModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_content.columns.size());
}

QVariant DataModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_content.rows) return {};
    const DataColumn& column = m_content.columns[static_cast<size_t>(index.column())];
    const RowTone tone = m_content.tone ? m_content.tone(index.row()) : RowTone::plain;
    const Theme& theme = Theme::instance();
    switch (role) {
        case Qt::DisplayRole: return m_content.text(index.row(), index.column());
        case Qt::ToolTipRole:
            return m_content.tip ? m_content.tip(index.row(), index.column()) : QString();
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::AlignVCenter |
                                       (column.number ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole:
            if (tone == RowTone::bad) return theme.color(Role::bad);
            if (tone == RowTone::even) return theme.color(Role::text);
            return theme.color(tone == RowTone::dim ? Role::dimText : column.role);
        case Qt::BackgroundRole:
            if (tone == RowTone::differs) return theme.color(Role::differ);
            if (tone == RowTone::bad) return theme.color(Role::badGround);
            return {};
        default: return {};
    }
}

QVariant DataModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section >= columnCount()) return {};
    const DataColumn& column = m_content.columns[static_cast<size_t>(section)];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::ToolTipRole) return column.tip;
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (column.number ? Qt::AlignRight : Qt::AlignLeft));
    }
    return {};
}

DataTable::DataTable(QWidget* parent) : QTableView(parent), m_model(new DataModel(this)) {
    setModel(m_model);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setTextElideMode(Qt::ElideMiddle);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setMinimumSectionSize(24);
    setCornerButtonEnabled(false);
    setProperty("data", true);
    connect(&Theme::instance(), &Theme::changed, this, &DataTable::retheme);
    retheme();
}

void DataTable::retheme() {
    setFont(Theme::instance().mono(TextSize::caption));
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + Theme::space(1));
    viewport()->update();
}

void DataTable::setContent(DataContent content) {
    const QScopedValueRollback quiet(m_telling, false);
    const bool sameColumns =
        content.columns.size() == m_model->content().columns.size() && m_model->rowCount() > 0;
    m_model->setContent(std::move(content));
    const auto& columns = m_model->content().columns;
    horizontalHeader()->setStretchLastSection(!columns.empty() && !columns.back().number);
    if (!sameColumns) fitColumns();
}

QString DataTable::textAt(int row, int column) const {
    return m_model->data(m_model->index(row, column), Qt::DisplayRole).toString();
}

void DataTable::showRow(int row) {
    if (row < 0 || row >= rows() || row == currentIndex().row()) return;
    const QScopedValueRollback quiet(m_telling, false);
    setCurrentIndex(m_model->index(row, 0));
    scrollTo(m_model->index(row, 0));
}

void DataTable::fitColumns(double widest, double widestFirst) {
    const QFontMetrics metrics(font());
    const QFontMetrics head(Theme::instance().font(TextSize::caption));
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const double share = column == 0 && widestFirst > 0 ? widestFirst : widest;
        const int most = std::max(80, static_cast<int>(share * std::max(320, width())));
        const QString title =
            m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        int need = head.horizontalAdvance(title);
        for (int row = 0; row < std::min(rows(), kMeasuredRows); ++row) {
            need = std::max(need, metrics.horizontalAdvance(textAt(row, column)));
        }
        setColumnWidth(column, std::min(need + 16, most));
    }
}

void DataTable::copySelection() {
    std::set<int> chosen;
    for (const QModelIndex& index : selectionModel()->selectedRows()) chosen.insert(index.row());
    if (chosen.empty() && currentIndex().isValid()) chosen.insert(currentIndex().row());
    QStringList lines;
    QStringList head;
    for (const DataColumn& column : m_model->content().columns) head << column.title;
    lines << head.join(u'\t');
    for (const int row : chosen) {
        QStringList fields;
        for (int column = 0; column < m_model->columnCount(); ++column) {
            const auto& tip = m_model->content().tip;
            const QString whole = tip ? tip(row, column) : QString();
            QString field = whole.isEmpty() ? textAt(row, column) : whole;
            fields << field.replace(u'\t', u' ').replace(u'\n', u' ');
        }
        lines << fields.join(u'\t');
        if (lines.size() * m_model->columnCount() > kMostCopied) break;
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
}

void DataTable::updateGeometries() {
    QTableView::updateGeometries();
    const int row = verticalHeader()->defaultSectionSize();
    const QMargins margins = viewportMargins();
    // Without what an earlier call has put aside.
    const int room = viewport()->height() + margins.bottom();
    const int spare = row > 0 && room > row ? room % row : 0;
    if (margins.bottom() == spare) return;
    setViewportMargins(margins.left(), margins.top(), margins.right(), spare);
}

void DataTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copySelection();
    QTableView::keyPressEvent(event);
}

void DataTable::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    if (m_telling && current.isValid() && current.row() != previous.row()) {
        Q_EMIT rowChosen(current.row());
    }
}

}  // namespace driftscope
