// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/data/question.h"
#include "ui/export.h"

class QLabel;

namespace driftscope {

class DataTable;
class LineChart;

/// The logit lens of one position: what the stream after each block would say, A | B by layer, with
/// the layers marked whose likeliest tokens differ.
class LensPane : public QWidget {
    Q_OBJECT
public:
    explicit LensPane(QWidget* parent = nullptr);

    /// `place`: the position in words.
    void setLens(const LogitLens& lens, const QString& place);
    /// In place of the numbers: why there are none.
    void setReason(const QString& text);
    /// "parts at layer 3, for good from layer 5".
    QString splitText() const;
    /// Both runs at a layer, in words.
    QString layerText(int layer) const;
    const LogitLens& lens() const { return m_lens; }
    Table table() const;
    QString describe() const;

public Q_SLOTS:
    void setCursorLayer(int layer);

Q_SIGNALS:
    void layerChosen(int layer);
    void layerHovered(int layer);
    void left();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    LineChart* makeChart(const QString& name);
    void showCharts();
    void showRows();

    LogitLens m_lens;
    QString m_place;
    int m_layer = -1;
    QLabel* m_caption;
    LineChart *m_shares, *m_distance;
    DataTable* m_rows;
};

}  // namespace driftscope
