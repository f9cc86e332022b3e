// SPDX-License-Identifier: GPL-3.0-or-later
// Whether everything written has room: in every view, at the sizes that docks have.
#include <map>

#include <QAbstractButton>
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

/// Every colour scale in sight has its unit: beside it, in the caption of its map or on the switch
/// that chooses it.
QStringList withoutUnit(const View& view) {
    QStringList bad;
    QString switches;
    for (const QAbstractButton* button : view.findChildren<QAbstractButton*>())
        if (button->isVisible()) switches += button->text() + u'\n';
    for (const Plot* plot : view.findChildren<Plot*>()) {
        auto* bar = plot->findChild<ScaleBar*>();
        if (!bar || !bar->isVisible() || !bar->toolTip().contains(QStringLiteral(": "))) continue;
        const QString unit = bar->toolTip().section(QStringLiteral(": "), 1);
        QString said = switches + plot->caption();
        for (const PaintedText& one : paintedTexts(*bar)) said += one.text;
        if (!said.contains(unit))
            bad << QStringLiteral("no unit %1 at “%2”").arg(unit, plot->caption());
    }
    return bad;
}

/// Numbers of many digits in the colour scales, names of many letters in the legends.
std::shared_ptr<Comparison> large() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    for (SiteMetrics& site : made->sites) {
        for (double& error : site.by_pos) error *= 2.9e6;
        site.rel_l2 *= 2.9e6;
    }
    return made;
}

/// 64 heads, 64 experts, and nothing but bytes of characters that tokens cut in three.
ComparisonPtr wide() {
    fake::Shape shape;
    shape.layers = 3;
    shape.heads = shape.experts = 64;
    shape.topK = 8;
    shape.prompt = 90;
    auto made = std::make_shared<Comparison>(*fake::comparison(shape));
    const char* const parts[] = {"\xe4\xbb", "\x8a", "\xe5", " \xd7", "\xf0\x9f\x99"};
    for (size_t i = 0; i < made->tokens.size(); ++i) made->tokens[i].piece = parts[i % 5];
    return made;
}

/// 2 000 tokens of a model without experts, of which none is new.
ComparisonPtr lengthy() {
    fake::Shape shape;
    shape.layers = 30;
    shape.heads = 9;
    shape.prompt = 2000;
    shape.fresh = 0;
    shape.moe = false;
    return fake::comparison(shape);
}

struct Content {
    const char* name;
    ComparisonPtr (*make)();
};

constexpr Content kContents[] = {
    {"usual", [] { return fake::comparison(); }}, {"large", [] { return ComparisonPtr(large()); }},
    {"awkward", [] { return fake::awkward(); }},  {"wide", [] { return wide(); }},
    {"lengthy", [] { return lengthy(); }},
};

/// What the four places of the shipped layout have in a window of 1280 × 800 and of 1920 × 1200,
/// and a dock pulled narrow.
constexpr QSize kSizes[] = {{490, 266}, {371, 266}, {900, 466}, {260, 420}};

}  // namespace

class TestRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void nothingIsCut_data();
    void nothingIsCut();
    void reasonsHaveRoom_data();
    void reasonsHaveRoom();
    void scaleGivesWay();
    void switchesFold();
};

void TestRoom::nothingIsCut_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("content");
    for (const ViewSpec& spec : allViews()) {
        for (const QSize& size : kSizes) {
            for (int i = 0; i < static_cast<int>(std::size(kContents)); ++i) {
                QTest::addRow("%s, %d x %d, %s", qPrintable(spec.id), size.width(), size.height(),
                              kContents[i].name)
                    << spec.id << size << i;
            }
        }
    }
}

void TestRoom::nothingIsCut() {
    QFETCH(QString, id);
    QFETCH(QSize, size);
    QFETCH(int, content);
    static std::map<int, ComparisonPtr> made;  // the lengthy one is made once
    ComparisonPtr& comparison = made[content];
    if (!comparison) comparison = kContents[content].make();
    const std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->resize(size);
    view->show();
    view->setComparison(comparison);
    view->setAttention(fake::attention(*view->comparison(), 0, 0));
    view->setValues(fake::values(*view->comparison(), view->selection()->site()));
    for (int i = 0; i < 5; ++i) settle();
    const QStringList bad = withoutRoom(*view) + onThePicture(*view) + withoutUnit(*view);
    QVERIFY2(bad.isEmpty(), qPrintable(bad.join(u'\n')));
}

void TestRoom::reasonsHaveRoom_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("failed");
    for (const ViewSpec& spec : allViews()) {
        for (const QSize& size : kSizes) {
            for (const bool failed : {false, true}) {
                QTest::addRow("%s, %d x %d, %s", qPrintable(spec.id), size.width(), size.height(),
                              failed ? "error" : "empty")
                    << spec.id << size << failed;
            }
        }
    }
}

/// What a view says in place of a picture: that there is nothing yet, or what went wrong and where.
void TestRoom::reasonsHaveRoom() {
    QFETCH(QString, id);
    QFETCH(QSize, size);
    QFETCH(bool, failed);
    const std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->resize(size);
    view->show();
    const QString path = QStringLiteral("/home/张/models/") + QString(70, u'm') +
                         QStringLiteral("/model-00001-of-00002.safetensors");
    if (failed) {
        view->setError(
            QStringLiteral("the file ends 128 bytes before its last tensor does: ") + path,
            QStringLiteral("copy it again"));
    }
    for (int i = 0; i < 3; ++i) settle();
    const auto* cover = view->findChild<ViewCover*>();
    QVERIFY(!failed || (cover && cover->isVisible()));
    if (!cover || !cover->isVisible()) return;  // a view that always has something to show
    QStringList said;
    for (QLabel* label : cover->findChildren<QLabel*>()) {
        if (!label->isVisible()) continue;
        said << label->text();
        QVERIFY2(cover->rect().contains(label->geometry()), qPrintable(label->text()));
        for (const PaintedText& one : paintedTexts(*label)) {
            QVERIFY2(QRectF(label->rect()).adjusted(-1, -1, 1, 1).contains(one.ink),
                     qPrintable(QStringLiteral("“%1” to %2, %3 in %4 × %5")
                                    .arg(one.text)
                                    .arg(one.ink.right())
                                    .arg(one.ink.bottom())
                                    .arg(label->width())
                                    .arg(label->height())));
        }
    }
    QVERIFY(!said.isEmpty());
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
