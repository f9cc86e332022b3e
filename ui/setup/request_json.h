// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "core/data/comparison.h"

namespace driftscope {

/// A request as the session file holds it. Paths as they are.
QJsonObject toJson(const CompareRequest& request);
/// Unknown keys, unknown options and values of the wrong kind are left out.
CompareRequest requestFrom(const QJsonObject& object);

}  // namespace driftscope
