// SPDX-License-Identifier: GPL-3.0-or-later
// Whether everything written has room: in every view, at the sizes that docks have.
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTest>
#include <QToolButton>

#include "tests/ui/painted_text.h"
#include "tests/ui/view_test.h"
#include "ui/plots/legend.h"
#include "ui/plots/scale_bar.h"
#include "ui/view_registry.h"
#include "ui/widgets/view_cover.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

struct Found {
    const QWidget* widget;
    QString text;
    QRectF ink;  ///< in the view's pixels
};

bool scrolls(const QWidget* widget, const QWidget* top) {
    for (const QWidget* w = widget; w && w != top; w = w->parentWidget()) {
        if (qobject_cast<const QAbstractScrollArea*>(w)) return true;
    }
    return false;
}

QString name(const QWidget* widget) {
    return QStringLiteral("%1 %2").arg(QLatin1String(widget->metaObject()->className()),
                                       widget->objectName());
}

/// Texts that leave their widget, and pairs of texts of two widgets that lie on each other.
QStringList withoutRoom(View& view) {
    QStringList bad;
    std::vector<Found> all;
    for (QWidget* widget : view.findChildren<QWidget*>()) {
        if (!widget->isVisible() || qobject_cast<ViewCover*>(widget->parentWidget())) continue;
        const bool rolls = scrolls(widget, &view);
        for (const PaintedText& one : paintedTexts(*widget)) {
            if (one.text.trimmed().isEmpty()) continue;
            const QRectF room = QRectF(widget->rect()).adjusted(-1, -1, 1, 1);
            const bool rollsItself = qobject_cast<QAbstractItemView*>(widget->parentWidget()) ||
                                     qobject_cast<QLineEdit*>(widget);
            if (!rollsItself && !room.contains(one.ink)) {
                bad << QStringLiteral("cut in %1 (%2 × %3): “%4” to %5, %6")
                           .arg(name(widget))
                           .arg(widget->width())
                           .arg(widget->height())
                           .arg(one.text)
                           .arg(one.ink.right())
                           .arg(one.ink.bottom());
            }
            if (rolls || rollsItself) continue;
            all.push_back({widget, one.text, one.ink.translated(widget->mapTo(&view, QPoint()))});
        }
    }
    for (size_t i = 0; i < all.size(); ++i) {
        for (size_t k = 0; k < i; ++k) {
            const QRectF both = all[i].ink & all[k].ink;
            if (all[i].widget == all[k].widget || both.width() < 1 || both.height() < 1) continue;
            bad << QStringLiteral("“%1” (%2) on “%3” (%4)")
                       .arg(all[i].text, name(all[i].widget), all[k].text, name(all[k].widget));
        }
    }
    return bad;
}

/// Legends and scales stand beside the picture, never on it.
QStringList onThePicture(const View& view) {
    QStringList bad;
    for (const Plot* plot : view.findChildren<Plot*>()) {
        if (!plot->isVisible()) continue;
        for (const QWidget* part : plot->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
            if (!part->isVisible() || part->geometry() == plot->canvasRect()) continue;
            if (!part->geometry().intersects(plot->canvasRect())) continue;
            bad << QStringLiteral("%1 on the picture of “%2”").arg(name(part), plot->caption());
        }
    }
    return bad;
}

/// Numbers of many digits in the colour scales, names of many letters in the legends.
ComparisonPtr large() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    for (SiteMetrics& site : made->sites) {
        for (double& error : site.by_pos) error *= 2.9e6;
        site.rel_l2 *= 2.9e6;
    }
    return made;
}

}  // namespace

class TestRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void nothingIsCut_data();
    void nothingIsCut();
    void scaleGivesWay();
    void switchesFold();
};

void TestRoom::nothingIsCut_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("many");
    // What the four places of the shipped layout have in a window of 1280 × 800 and of
    // 1920 × 1200, and a dock pulled narrow.
    const QSize sizes[] = {{490, 266}, {371, 266}, {900, 466}, {260, 420}};
    for (const ViewSpec& spec : allViews()) {
        for (const QSize& size : sizes) {
            for (const bool many : {false, true}) {
                QTest::addRow("%s, %d x %d%s", qPrintable(spec.id), size.width(), size.height(),
                              many ? ", large" : "")
                    << spec.id << size << many;
            }
        }
    }
}

void TestRoom::nothingIsCut() {
    QFETCH(QString, id);
    QFETCH(QSize, size);
    QFETCH(bool, many);
    const std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->resize(size);
    view->show();
    view->setComparison(many ? large() : fake::comparison());
    view->setAttention(fake::attention(*view->comparison(), 0, 0));
    view->setValues(fake::values(*view->comparison(), view->selection()->site()));
    for (int i = 0; i < 5; ++i) settle();
    const QStringList bad = withoutRoom(*view) + onThePicture(*view);
    QVERIFY2(bad.isEmpty(), qPrintable(bad.join(u'\n')));
}

/// In little room a colour scale says less, and what it says is whole.
void TestRoom::scaleGivesWay() {
    ScaleBar bar;
    bar.setScale(Gradient::error, 1, 2.9e6, true);
    bar.setUnit(QStringLiteral("× band"));
    QString last;
    for (int width = bar.sizeHint().width() + 10; width >= bar.minimumSizeHint().width(); --width) {
        bar.resize(width, bar.sizeHint().height());
        QStringList texts;
        for (const PaintedText& one : paintedTexts(bar)) {
            QVERIFY2(QRectF(bar.rect()).contains(one.ink), qPrintable(one.text));
            texts << one.text;
        }
        last = texts.join(u'|');
        QVERIFY2(last.contains(QStringLiteral("2.9e6")), qPrintable(last));
        if (!last.contains(QStringLiteral("band"))) {
            QVERIFY(bar.toolTip().contains(QStringLiteral("band")));
        }
    }
    QVERIFY(!last.contains(QStringLiteral("band")));
}

/// A narrow view keeps its name: switches fold into menus, and open again.
void TestRoom::switchesFold() {
    const std::unique_ptr<View> view(findView(QStringLiteral("overview"))->make(nullptr));
    view->resize(490, 266);
    view->show();
    view->setComparison(fake::comparison());
    settle();
    const auto titled = [&] {
        for (const QLabel* label : view->findChildren<QLabel*>()) {
            if (label->text() == view->title()) return label->isVisible();
        }
        return false;
    };
    Segmented* unit = control(*view, "unit");
    QVERIFY(titled());
    QVERIFY(unit->isFolded());
    auto* fold = unit->findChildren<QToolButton*>().back();
    QVERIFY(fold->text().startsWith(QStringLiteral("× band")));
    fold->click();
    auto* menu = unit->findChild<QMenu*>();
    QVERIFY(menu && menu->isVisible());
    QCOMPARE(menu->actions().size(), 3);
    menu->actions()[1]->trigger();
    menu->close();
    QCOMPARE(unit->current(), 1);
    QVERIFY(fold->text().startsWith(QStringLiteral("ulp")));
    view->resize(900, 466);
    settle();
    QVERIFY(!unit->isFolded());
    QVERIFY(titled());
}

QTEST_MAIN(TestRoom)
#include "tst_room.moc"
