// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "ui/theme.h"

namespace driftscope {

/// One line of marks with names: A a square, B a disc, what is marked a diamond, everything else a
/// short line.
class Legend : public QWidget {
    Q_OBJECT
public:
    struct Entry {
        QString name;
        Role role = Role::a;
        bool line = false, dashed = false;
        bool diamond = false;
    };

    explicit Legend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries, const QString& unit);
    /// In several rows where one has too little room, in place of names that are cut.
    void setWraps(bool on);
    bool hasHeightForWidth() const override { return m_wraps; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double shareOfNames() const;
    int unitWidth() const;
    int entryWidth(const Entry& entry) const;
    /// Entries of each row in `width` pixels, without the unit.
    std::vector<size_t> rows(int width) const;

    std::vector<Entry> m_entries;
    QString m_unit;
    bool m_wraps = false;
};

/// A's square or B's disc, with the letter when there is room for it.
void drawRunMark(QPainter& painter, const QRectF& rect, Role role, const QString& letter = {});

}  // namespace driftscope
