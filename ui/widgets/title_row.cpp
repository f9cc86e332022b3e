// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/title_row.h"

#include <algorithm>
#include <vector>

#include <QEvent>
#include <QHBoxLayout>
#include <QToolButton>

#include "ui/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {
constexpr const char* kOff = "driftscopeOff";
}

TitleRow::TitleRow(const QString& title, QWidget* parent)
    : QWidget(parent), m_controls(new QHBoxLayout), m_title(makeLabel(title, Look::title, this)),
      m_badge(makeLabel({}, Look::caption, this)), m_note(makeLabel({}, Look::caption, this)),
      m_export(new QToolButton(this)) {
    setObjectName(QStringLiteral("titleRow"));
    setAttribute(Qt::WA_StyledBackground);
    m_badge->setProperty("badge", true);
    m_badge->hide();
    m_note->hide();
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setText(tr("Export"));
    m_export->setAccessibleName(tr("Export %1").arg(title));
    m_export->setToolTip(tr("Write this view as PNG, SVG, PDF or CSV, or copy it"));
    m_export->setProperty("flat", true);
    connect(m_export, &QToolButton::clicked, this, &TitleRow::exportPressed);
    m_controls->setSpacing(Theme::space(2));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::space(3), Theme::space(1), Theme::space(2), Theme::space(1));
    row->setSpacing(Theme::space(2));
    row->addWidget(m_title);
    row->addWidget(m_badge);
    row->addStretch(1);
    row->addLayout(m_controls);
    row->addWidget(m_note);
    row->addWidget(m_export);
}

void TitleRow::setBadge(const QString& text, const QString& tip) {
    m_badge->setText(text);
    m_badge->setToolTip(tip);
    fit();
}

QString TitleRow::badge() const { return m_badge->text(); }

void TitleRow::setNote(const QString& text) {
    m_noteText = text;
    m_note->setText(text);
    fit();
}

void TitleRow::addControl(QWidget* control) {
    m_controls->addWidget(control);
    fit();
}

void TitleRow::setControlsVisible(bool on) {
    for (int i = 0; i < m_controls->count(); ++i) {
        QWidget* control = m_controls->itemAt(i)->widget();
        if (control) control->setVisible(on && !control->property(kOff).toBool());
    }
    m_controlsOn = on;
    fit();
}

void TitleRow::setControlShown(QWidget* control, bool on) {
    control->setProperty(kOff, !on);
    control->setVisible(on && m_controlsOn);
    fit();
}

QSize TitleRow::minimumSizeHint() const {
    const QMargins edge = layout()->contentsMargins();
    int width = edge.left() + edge.right() + m_controls->minimumSize().width();
    for (int i = 0; i < m_controls->count(); ++i) {
        const auto* one = qobject_cast<Segmented*>(m_controls->itemAt(i)->widget());
        if (one && !one->isHidden() && !one->isFolded()) {
            width -= std::max(0, one->widthWhen(false) - one->widthWhen(true));
        }
    }
    return {width, layout()->minimumSize().height()};
}

/// Folds as few switches as leave room for title and button. Returns the width of the controls.
int TitleRow::foldControls() {
    const QMargins edge = layout()->contentsMargins();
    std::vector<Segmented*> open;
    int width = m_controls->minimumSize().width();
    for (int i = 0; i < m_controls->count(); ++i) {
        auto* one = qobject_cast<Segmented*>(m_controls->itemAt(i)->widget());
        if (!one || one->isHidden()) continue;
        if (one->isFolded()) width += one->widthWhen(false) - one->widthWhen(true);
        open.push_back(one);
    }
    const auto saves = [](const Segmented* one) {
        return one->widthWhen(false) - one->widthWhen(true);
    };
    std::vector<Segmented*> folded;
    const int room = this->width() - edge.left() - edge.right() - 2 * layout()->spacing() -
                     m_title->sizeHint().width() -
                     QFontMetrics(m_export->font()).horizontalAdvance(tr("Export")) -
                     2 * Theme::space(2);
    while (width > room && !open.empty()) {
        // The one whose folding is just enough; where none is, the one that saves the most.
        const int lacking = width - room;
        const auto best = std::min_element(open.begin(), open.end(), [&](auto* x, auto* y) {
            const bool enoughX = saves(x) >= lacking, enoughY = saves(y) >= lacking;
            if (enoughX != enoughY) return enoughX;
            return enoughX ? saves(x) < saves(y) : saves(x) > saves(y);
        });
        if (saves(*best) <= 0) break;
        width -= saves(*best);
        folded.push_back(*best);
        open.erase(best);
    }
    for (Segmented* one : open) one->setFolded(false);
    for (Segmented* one : folded) one->setFolded(true);
    m_controls->invalidate();
    return width;
}

/// A sign in place of the word where that leaves room for the title.
void TitleRow::fitExport(int need) {
    const QFontMetrics metrics(m_export->font());
    const int word = metrics.horizontalAdvance(tr("Export")) + 4 * Theme::space(2);
    const bool sign = need + m_title->sizeHint().width() + word + 2 * layout()->spacing() > width();
    const QString text = sign ? QStringLiteral("↧") : tr("Export");
    if (m_export->text() != text) m_export->setText(text);
}

void TitleRow::fit() {
    const int gap = layout()->spacing();
    m_controls->invalidate();  // one of them may just have been hidden
    const QMargins edge = layout()->contentsMargins();
    int need = foldControls() + edge.left() + edge.right();
    fitExport(need);
    const auto place = [&](QWidget* part, bool wanted) {
        need += wanted ? part->sizeHint().width() + gap : 0;
        const bool shown = wanted && need <= width();
        if (part->isHidden() == shown) part->setVisible(shown);
    };
    // The last ones in this order are the first to go.
    place(m_export, true);
    place(m_title, true);
    place(m_badge, !m_badge->text().isEmpty());
    place(m_note, !m_noteText.isEmpty());
    const bool whole = !m_note->isHidden() || m_noteText.isEmpty();
    m_title->setToolTip(whole ? QString() : m_noteText);
}

void TitleRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

bool TitleRow::event(QEvent* event) {
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::Polish || event->type() == QEvent::StyleChange) fit();
    return done;
}

}  // namespace driftscope
