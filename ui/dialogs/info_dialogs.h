// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

class QWidget;
class QDialog;

namespace driftscope {

class ActionTable;

/// Every key, by menu. The caller shows it.
QDialog* makeShortcutSheet(const ActionTable& actions, QWidget* parent);
/// Version, libraries, machine, licences, from the engine's provenance.
QDialog* makeAboutDialog(const std::map<std::string, std::string>& provenance, QWidget* parent);

}  // namespace driftscope
