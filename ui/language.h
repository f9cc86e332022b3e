// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>

namespace driftscope {

/// What may be chosen: "system", "en", "zh_CN".
const QStringList& languages();
/// The choice kept in the settings; "system" when there is none.
QString savedLanguage();
void saveLanguage(const QString& choice);
/// Loads the translators of `choice` into the application in place of the ones before; "system"
/// takes the locale's. Widgets made before keep their words.
void installLanguage(const QString& choice);
/// A text of core's tables in the window's language; `context` is "options", "defects", "sites" or
/// "cases".
QString translatedText(const char* context, const std::string& text);

}  // namespace driftscope
