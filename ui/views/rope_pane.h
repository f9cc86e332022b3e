// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rope_facts.h"
#include "ui/export.h"
#include "ui/views/panes.h"

namespace driftscope {

class LineChart;

/// By how much two rotations part at one position: |p · (ω_A − ω_B)| of each pair, taken around the
/// circle.
struct AngleError {
    double largest = 0, median = 0;  ///< over the pairs, radians, 0 to π
};
/// Both have the same number of pairs.
AngleError angleErrorAt(const RopeFacts& a, const RopeFacts& b, double position);

/// Rotary frequencies of A and B on a log axis, kept | blended | scaled, and how far their angles
/// are apart at every position.
class RopePane : public Panes {
    Q_OBJECT
public:
    explicit RopePane(QWidget* parent = nullptr);

    void setRope(const RopePair& rope);
    const RopePair& rope() const { return m_rope; }
    /// Why there is nothing to see; empty: there is.
    QString reasonEmpty() const;
    /// "llama3, base 500000, context 131072 (8192 before)", A | B where they differ.
    QString summary() const;
    Table table() const;

private:
    void showFrequencies();
    void showAngles();
    bool comparable() const;

    RopePair m_rope;
    LineChart *m_frequencies, *m_angles;
};

}  // namespace driftscope
