// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include <QTimer>

#include "ui/view.h"
#include "ui/views/cache_rows.h"

class QLabel;

namespace driftscope {

class Heatmap;
class LineChart;
class Panes;
class Segmented;

/// What the KV cache holds: A against B in every layer and position; in the chosen layer what is
/// kept against what was made; the keys that the mask lets the chosen position see; and where the
/// prefill ends.
class CacheView : public View {
    Q_OBJECT
public:
    explicit CacheView(QWidget* parent = nullptr);
    ~CacheView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    void setAttention(AttentionPtr attention) override;
    void setValues(ValuesPtr values) override;
    void setValuesFailed(const QString& message, const QString& hint) override;
    bool waits() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    QString unmetNeed() const override;
    void feed(View& twin) const override;
    bool event(QEvent* event) override;

private:
    void buildPlots();
    void setPart(CachePart part);
    Site cached() const;
    Site made() const;
    /// One site after the other: what is missing of the chosen layer.
    void ask();
    const ValuesPtr& kept(const Site& site) const;
    void showLayers();
    void showLayer();
    void showMask();
    void showWords();
    void hover(int layer, int pos);
    QString callText(const RunSummary& run, int pos) const;
    QString maskText(const Grid& pattern) const;
    std::vector<double> against(Side side) const;

    CachePart m_part = CachePart::k;
    std::array<ValuesPtr, 2> m_values;  ///< cached, made; of the chosen layer and part
    AttentionPtr m_pair;
    Site m_asked;
    uint64_t m_askedId = 0;
    int m_askedLayer = -1;  ///< whose pattern was asked for
    QString m_failure;
    QTimer m_askSoon;
    Segmented* m_switch = nullptr;
    Panes* m_panes = nullptr;
    Heatmap *m_layers = nullptr, *m_mask = nullptr;
    LineChart* m_lines = nullptr;
    QLabel* m_words = nullptr;
};

}  // namespace driftscope
