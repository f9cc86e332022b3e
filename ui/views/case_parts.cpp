// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/case_parts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QPixmap>
#include <QPushButton>
#include <QScrollArea>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <QVBoxLayout>

#include "ui/language.h"
#include "ui/text/evidence_text.h"
#include "ui/theme.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("CaseParts", text); }

constexpr int kPictureWidth = 150;
constexpr int kLeastLink = 120;  // pixels of a link's words

/// Of every step the same, so that it tells none from another.
constexpr const char* kOfEveryStep = "looking changed nothing";

/// As the banner says it: "different functions", not "semantic".
QString wordOf(const std::string& text) {
    return text == "semantic" ? tr("different functions") : evidenceText(text);
}

/// A grid's cells: how many came out as what, in the order of first appearance.
QString countsText(const std::vector<CaseCheck>& checks) {
    std::vector<std::pair<std::string, int>> counts;
    for (const CaseCheck& check : checks) {
        const auto known = std::find_if(counts.begin(), counts.end(), [&](const auto& each) {
            return each.first == check.found;
        });
        if (known == counts.end()) {
            counts.emplace_back(check.found, 1);
        } else {
            ++known->second;
        }
    }
    QStringList parts;
    for (const auto& [found, count] : counts) {
        parts << QStringLiteral("%1 × %2").arg(count).arg(wordOf(found));
    }
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

QLabel* casePicture(const Case& one) {
    const QString name =
        Theme::instance().isDark() ? QStringLiteral("dark") : QStringLiteral("light");
    QPixmap picture(
        QStringLiteral(":/cases/pictures/%1-%2.png").arg(QString::fromStdString(one.id), name));
    if (picture.isNull()) return nullptr;
    picture.setDevicePixelRatio(static_cast<double>(picture.width()) / kPictureWidth);
    auto* label = new QLabel;
    label->setObjectName(QStringLiteral("casePicture"));
    label->setAccessibleName(tr("Picture of %1").arg(caseText(one.title)));
    label->setPixmap(picture);
    return label;
}

QVBoxLayout* freshColumn(QWidget* widget) {
    const auto old = widget->findChildren<QWidget*>(Qt::FindDirectChildrenOnly);
    for (QWidget* child : old) {
        child->hide();              // a layout's queued "show" would make a window of it
        child->setParent(nullptr);  // gone for those who look for it; it may be what was clicked
        child->deleteLater();
    }
    delete widget->layout();
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(1));
    return column;
}

QScrollArea* scrolledPanel(QWidget* content) {
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    content->setObjectName(QStringLiteral("panelGround"));
    content->setAttribute(Qt::WA_StyledBackground);
    area->setWidget(content);
    return area;
}

QString caseText(const std::string& text) { return translatedText("cases", text); }

QLabel* wrappedLabel(const QString& text, Look look) {
    QLabel* label = makeLabel(text, look);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

namespace {

/// Its words end in "…" where they have too little room: a title makes no page wider than its dock.
class ElidedButton : public QPushButton {
public:
    using QPushButton::QPushButton;
    QSize minimumSizeHint() const override {
        const QSize whole = QPushButton::minimumSizeHint();
        return {std::min(whole.width(), kLeastLink), whole.height()};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QStylePainter painter(this);
        QStyleOptionButton option;
        initStyleOption(&option);
        const int whole = sizeHint().width();
        const int words = width() - whole + fontMetrics().horizontalAdvance(text());
        if (width() < whole) option.text = fontMetrics().elidedText(text(), Qt::ElideRight, words);
        painter.drawControl(QStyle::CE_PushButton, option);
    }
};

}  // namespace

QPushButton* linkButton(const QString& text, const QString& name) {
    auto* button = new ElidedButton(text);
    button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    button->setObjectName(name);
    button->setProperty("link", true);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

QString stepSign(StepMark mark) {
    const char* const signs[] = {"○", "…", "✓", "◆"};
    return QString::fromUtf8(signs[static_cast<int>(mark)]);
}

StepMark markOf(const std::vector<CaseCheck>& checks) {
    return std::all_of(checks.begin(), checks.end(),
                       [](const CaseCheck& check) { return check.met; })
               ? StepMark::met
               : StepMark::unmet;
}

QString checkText(const CaseCheck& check) {
    return tr("%1: expected %2, found %3")
        .arg(evidenceText(check.what), wordOf(check.expected), wordOf(check.found));
}

QString measuredText(const std::vector<CaseCheck>& checks) {
    QStringList wrong, found;
    bool grid = true;
    for (const CaseCheck& check : checks) {
        grid = grid && check.what.find('=') != std::string::npos;
        if (!check.met) {
            wrong << checkText(check);
        } else if (check.what == "verdict") {
            found.prepend(wordOf(check.found));
        } else if (check.what != kOfEveryStep) {
            found << evidenceText(check.what) + u' ' + evidenceText(check.found);
        }
    }
    if (grid && wrong.isEmpty()) return countsText(checks);
    return (wrong + found).join(QStringLiteral(" · "));
}

}  // namespace driftscope
