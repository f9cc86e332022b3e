// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QKeySequence>
#include <QString>

#include "core/data/comparison.h"

class QWidget;

namespace driftscope {

class View;

/// Where a view's dock stands in the default layout.
enum class DockPlace { topLeft, topRight, bottomLeft, bottomRight };

/// What a comparison must hold for the view to show something.
/// `models`: no comparison at all, but open models, of which only the view knows.
enum class Needs { models, oneRun, twoRuns, experts, generation };

/// One row per view. Nothing else names a view.
struct ViewSpec {
    QString id;             ///< "attention"; also the dock's objectName
    const char* title;      ///< source text, translated by viewTitle()
    const char* help;       ///< one line for the menu's status tip
    QString icon;           ///< name of the icon in the resources
    QKeySequence shortcut;  ///< brings the view to front
    DockPlace place;
    Needs needs;
    std::function<View*(QWidget* parent)> make;
};

const std::vector<ViewSpec>& allViews();
/// Null when there is no such view.
const ViewSpec* findView(const QString& id);
QString viewTitle(const ViewSpec& spec);
/// Why `comparison` cannot be shown by a view with these needs; empty: it can.
QString whyEmpty(Needs needs, const Comparison* comparison);

}  // namespace driftscope
