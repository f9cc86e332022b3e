// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "app/report/report.h"

namespace driftscope::report {

/// The parts of the page, from top to bottom; each is one HTML element or empty.
QString headSection(const Comparison& c);
QString warningSection(const Comparison& c);
QString verdictSection(const Comparison& c);
QString factSection(const Comparison& c);
QString symptomSection(const Comparison& c);
QString shareSection(const Comparison& c);
QString componentSection(const Comparison& c);
QString tokenSection(const Comparison& c);
QString generationSection(const Comparison& c);
QString figureSection(const std::vector<ReportFigure>& figures);
QString routingSection(const Comparison& c);
QString optionSection(const Comparison& c);
/// The keys of config.json in which B's differs from A's, with both values.
QString configSection(const Comparison& c);
QString siteSection(const Comparison& c);
QString runSection(const Comparison& c);
QString provenanceSection(const Comparison& c, const std::string& command);

/// Texts, escaped for HTML.
QString escaped(const QString& text);
QString escaped(const std::string& text);
/// "<section class=card><h2>title</h2>body</section>"; empty when the body is.
QString card(const QString& title, const QString& body);
/// The mark and letter of a run.
QString runBadge(Side side);
/// "<td class=num title=full data-sort=full>short</td>"
QString numberCell(double value);

}  // namespace driftscope::report
