// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/data/comparison.h"

namespace driftscope {

/// A ready-made request behind a button.
struct Example {
    QString id, title, tip;
    CompareRequest request;
};

/// A case by the question people asked.
struct CaseQuestion {
    QString id, title, question;
};

/// A run made before; choosing it brings its setup (and its kept result) back.
struct HistoryEntry {
    QString title;  ///< case step, model, what differs: "tiny-mixtral · dtype float32 | bfloat16"
    CompareRequest request;
    VerdictKind verdict = VerdictKind::none;
    bool current = false;
    bool pinned = false;  ///< the baseline: first in the list, never dropped
};

}  // namespace driftscope
