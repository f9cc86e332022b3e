// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/data/comparison.h"
#include "core/data/model_info.h"

namespace driftscope {

/// One key of the two configs. Strings are empty where a model does not have the key.
struct ConfigRow {
    QString key, a, b;
    QString originA, originB;  ///< "file", "default", "flag rope.base"
    QString note;
    bool differs = false;
    bool unused = false;    ///< present in a file and read by nothing here
    bool harmless = false;  ///< unused, and known to change nothing in a forward pass
};

/// A and B side by side: what differs first, then what is present, unused and unknown, then the
/// rest in A's order, and what is known to have no effect. `b` null: the same model. Options that
/// overrule a key stand there as flags.
std::vector<ConfigRow> configRows(const ModelInfo& a, const ModelInfo* b,
                                  const OptionValues& optionsA, const OptionValues& optionsB);

/// One tensor of the two models by canonical name.
struct TensorRow {
    QString name, shapeA, shapeB, dtypeA, dtypeB, sourceA, sourceB, hashA, hashB;
    /// equal: the same bytes by hash, or one model. unknown: not hashed yet.
    enum class State { equal, differs, onlyA, onlyB, unknown } state = State::equal;
    bool unused = false;
};

/// Differing ones first, then those of one model only, unused ones, the rest in A's order.
std::vector<TensorRow> tensorRows(const ModelInfo& a, const ModelInfo* b);
QString stateText(const TensorRow& row);

}  // namespace driftscope
