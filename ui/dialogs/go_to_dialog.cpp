// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/go_to_dialog.h"

#include <QCompleter>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("go_to", text); }

/// A number of `words[at]` within 0..count−1; a missing word is fine.
bool readIndex(const QStringList& words, qsizetype at, int count, std::optional<int>& out,
               QString& problem) {
    if (at >= words.size()) return true;
    bool isNumber = false;
    const int value = words[at].toInt(&isNumber);
    if (!isNumber || value < 0 || value >= count) {
        problem =
            tr("“%1” is not a position from 0 to %2").arg(words[at], QString::number(count - 1));
        return false;
    }
    out = value;
    return true;
}

}  // namespace

std::optional<Coordinate> parseCoordinate(const QString& text, const Comparison* comparison,
                                          QString& problem) {
    static const QRegularExpression blanks(QStringLiteral("[\\s,;]+"));
    static const QRegularExpression pair(QStringLiteral("^L?(\\d{1,6})[.hH](\\d{1,6})$"));
    // A name copied from the banner has joiners in it.
    const QStringList words =
        QString(text).remove(QChar(0x2060)).trimmed().split(blanks, Qt::SkipEmptyParts);
    problem.clear();
    if (words.isEmpty() || !comparison) {
        problem = words.isEmpty() ? tr("Type a site, or layer.head") : tr("Nothing compared yet");
        return std::nullopt;
    }
    Coordinate result;
    const int tokens = static_cast<int>(comparison->tokens.size());
    if (const auto match = pair.match(words[0]); match.hasMatch()) {
        result.layer = match.captured(1).toInt();
        result.head = match.captured(2).toInt();
    } else {
        result.site = parse_site(words[0].toStdString());
        if (!result.site) {
            problem = tr("There is no site “%1”").arg(words[0]);
            return std::nullopt;
        }
        if (result.site->layer >= 0) result.layer = result.site->layer;
    }
    if (result.layer && *result.layer >= comparison->n_layers) {
        problem = tr("There is no block %1").arg(*result.layer);
        return std::nullopt;
    }
    if (result.head && *result.head >= comparison->n_heads) {
        problem = tr("There is no head %1").arg(*result.head);
        return std::nullopt;
    }
    if (!readIndex(words, 1, tokens, result.pos, problem) ||
        !readIndex(words, 2, tokens, result.keyPos, problem)) {
        return std::nullopt;
    }
    return result;
}

GoToDialog::GoToDialog(ComparisonPtr comparison, QWidget* parent)
    : QDialog(parent), m_comparison(std::move(comparison)), m_edit(new QLineEdit(this)),
      m_problem(makeLabel({}, Look::caption, this)) {
    setObjectName(QStringLiteral("goTo"));
    setWindowTitle(tr("Go to"));
    m_edit->setPlaceholderText(QStringLiteral("blocks.2.attn.pattern 9 8"));
    m_edit->setAccessibleName(tr("Site and position"));
    QStringList names;
    if (m_comparison) {
        for (const SiteMetrics& row : m_comparison->sites)
            names << QString::fromStdString(to_string(row.site));
    }
    auto* completer = new QCompleter(names, this);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_edit->setCompleter(completer);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Go"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(Theme::space(2));
    column->addWidget(
        makeLabel(tr("Site, then position and key position; or layer.head"), Look::dim, this));
    column->addWidget(m_edit);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    setMinimumWidth(QFontMetrics(font()).averageCharWidth() * 60);
    connect(m_edit, &QLineEdit::textChanged, this, [this, buttons] {
        check();
        buttons->button(QDialogButtonBox::Ok)->setEnabled(m_problem->text().isEmpty());
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_edit->setFocus();
}

QString GoToDialog::text() const { return m_edit->text(); }

void GoToDialog::check() {
    QString problem;
    parseCoordinate(m_edit->text(), m_comparison.get(), problem);
    m_problem->setText(problem);
}

}  // namespace driftscope
