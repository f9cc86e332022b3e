// SPDX-License-Identifier: GPL-3.0-or-later
// The strips of the window: known bugs that are on, bit-identical settings, warnings, errors.
#include "core/options/option.h"
#include "ui/language.h"
#include "ui/main_window.h"
#include "ui/text/evidence_text.h"
#include "ui/text/run_text.h"
#include "ui/window/notices.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

void MainWindow::watchRequest(const CompareRequest& request) {
    QStringList names, lines;
    for (const Side side : {Side::a, Side::b}) {
        const OptionValues& values = side == Side::a ? request.options_a : request.options_b;
        const QString run = side == Side::a ? QStringLiteral("A") : QStringLiteral("B");
        for (const std::string& id : parse_defects(value_of(values, "defects"))) {
            const DefectSpec* defect = find_defect(id);
            names << tr("%1 in %2").arg(QString::fromStdString(id), run);
            lines << tr("%1 in %2: %3")
                         .arg(QString::fromStdString(id), run,
                              defect ? translatedText("defects", defect->label) : QString());
        }
    }
    m_notices->setCalm(modelsText(request) + QStringLiteral(" · ") + differenceText(request));
    if (lines.isEmpty()) {
        m_notices->clear(QStringLiteral("defect"));
        return;
    }
    const bool one = lines.size() == 1;
    m_notices->set(QStringLiteral("defect"), Notices::Tone::differ,
                   one ? tr("◆ A known bug is on, on purpose. %1").arg(lines.first())
                       : tr("◆ %1 known bugs are on, on purpose: %2")
                             .arg(QString::number(lines.size()), names.join(QStringLiteral(", "))),
                   one ? QString() : lines.join(u'\n'), tr("Turn off"));
}

void MainWindow::updateNotices() {
    const QString identical = QStringLiteral("identical"), warning = QStringLiteral("warning");
    m_notices->clear(identical);
    m_notices->clear(warning);
    if (!m_comparison) return;
    if (identicalThoughDifferent(*m_comparison)) {
        QStringList names;
        for (const std::string& id : m_comparison->differing) names << QString::fromStdString(id);
        const QString differing = names.join(QStringLiteral(", "));
        QStringList unreached;
        for (const std::string& text : m_comparison->verdict.not_exercised)
            unreached << evidenceText(text);
        if (unreached.isEmpty() && m_comparison->tokens.size() == 1) {
            m_notices->set(
                identical, Notices::Tone::plain,
                tr("= Bit-identical although %1 differs: one token alone has no angle, no "
                   "mask and no cache. A longer prompt shows more.")
                    .arg(differing));
        } else if (unreached.isEmpty()) {
            m_notices->set(identical, Notices::Tone::plain,
                           tr("= Bit-identical although %1 differs: on this machine both settings "
                              "give the same bits. "
                              "Another kernel, as on a GPU, would sum in another order.")
                               .arg(differing),
                           {}, tr("Try another summation order"));
        } else {
            // No other kernel would tell them apart: the difference never came into play.
            m_notices->set(identical, Notices::Tone::plain,
                           tr("= Bit-identical although %1 differs, because these tokens do not "
                              "reach it: %2")
                               .arg(differing, unreached.first()),
                           unreached.mid(1).join(u'\n'));
        }
    }
    QStringList lines;
    for (const std::string& text : m_comparison->warnings) lines << evidenceText(text);
    if (!lines.isEmpty()) {
        const QString rest = lines.size() > 1 ? lines.mid(1).join(u'\n') : QString();
        m_notices->set(warning, Notices::Tone::differ, QStringLiteral("! ") + lines.first(), rest,
                       {}, true);
    }
}

void MainWindow::offerSession(const QString& path) {
    m_offered = path;
    m_notices->set(QStringLiteral("lastSession"), Notices::Tone::plain,
                   tr("The program ended unexpectedly last time; what it kept is still there."), {},
                   tr("Restore it"), true);
}

void MainWindow::showNumbersMoved(const QString& text) {
    const QString id = QStringLiteral("numbers");
    if (text.isEmpty()) return m_notices->clear(id);
    m_notices->set(id, Notices::Tone::differ, QStringLiteral("! ") + text,
                   tr("Other files, another version of the program or another machine can do that. "
                      "Saving the session keeps the numbers of now."),
                   {}, true);
}

void MainWindow::showError(const QString& message, const QString& where, const QString& hint) {
    if (message.isEmpty()) return m_notices->clear(QStringLiteral("error"));
    QStringList detail;
    if (!where.isEmpty()) detail << tr("Where: %1").arg(where);
    if (!hint.isEmpty()) detail << tr("What to do: %1").arg(hint);
    m_notices->set(QStringLiteral("error"), Notices::Tone::bad, QStringLiteral("✕ ") + message,
                   detail.join(u'\n'), {}, true);
}

}  // namespace driftscope
