// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QDirIterator>
#include <QFontInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include "ui/actions.h"
#include "ui/theme.h"
#include "ui/view_registry.h"

using namespace driftscope;

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textContrast_data();
    void textContrast();
    void gradientsStartAtThePanel();
    void gradientsKeepTheirOrderInGrey();
    void divergingTellsSignsApart();
    void modeIsOneChange();
    void sizesFollowTheFont();
    void iconsExist();
};

void TestTheme::textContrast_data() {
    QTest::addColumn<int>("ink");
    QTest::addColumn<int>("ground");
    QTest::addColumn<bool>("dark");
    const std::pair<const char*, Role> inks[] = {{"text", Role::text},
                                                 {"dim", Role::dimText},
                                                 {"A", Role::aText},
                                                 {"B", Role::bText},
                                                 {"float64", Role::float64Text}};
    const std::pair<const char*, Role> grounds[] = {{"window", Role::window},
                                                    {"panel", Role::panel},
                                                    {"hover", Role::hover},
                                                    {"differ", Role::differ}};
    const std::pair<Role, Role> pairs[] = {
        {Role::bad, Role::badGround},   {Role::bad, Role::panel},
        {Role::good, Role::goodGround}, {Role::good, Role::panel},
        {Role::text, Role::aGround},    {Role::text, Role::bGround},
        {Role::text, Role::badGround},  {Role::onChosen, Role::chosen}};
    for (const bool dark : {false, true}) {
        for (const auto& [inkName, ink] : inks) {
            for (const auto& [groundName, ground] : grounds) {
                QTest::addRow("%s on %s, %s", inkName, groundName, dark ? "dark" : "light")
                    << static_cast<int>(ink) << static_cast<int>(ground) << dark;
            }
        }
        for (const auto& [ink, ground] : pairs) {
            QTest::addRow("pair %d on %d, %s", static_cast<int>(ink), static_cast<int>(ground),
                          dark ? "dark" : "light")
                << static_cast<int>(ink) << static_cast<int>(ground) << dark;
        }
    }
}

void TestTheme::textContrast() {
    QFETCH(int, ink);
    QFETCH(int, ground);
    QFETCH(bool, dark);
    const double ratio = contrast(Theme::color(static_cast<Role>(ink), dark),
                                  Theme::color(static_cast<Role>(ground), dark));
    QVERIFY2(ratio >= 4.5, qPrintable(QString::number(ratio)));
}

void TestTheme::gradientsStartAtThePanel() {
    for (const bool dark : {false, true}) {
        for (const Gradient g : {Gradient::sequential, Gradient::diverging, Gradient::error}) {
            QCOMPARE(Theme::color(g, 0, dark), Theme::color(Role::panel, dark));
        }
    }
}

void TestTheme::gradientsKeepTheirOrderInGrey() {
    const QColor white(Qt::white);
    for (const bool dark : {false, true}) {
        for (const Gradient g : {Gradient::sequential, Gradient::diverging, Gradient::error}) {
            for (const int sign : {1, -1}) {
                if (sign < 0 && g != Gradient::diverging) continue;
                double last = contrast(Theme::color(g, 0, dark), white);
                for (int i = 1; i <= 50; ++i) {
                    const double now = contrast(Theme::color(g, sign * i / 50.0, dark), white);
                    QVERIFY2(dark ? now <= last : now >= last,
                             qPrintable(QStringLiteral("step %1").arg(i)));
                    last = now;
                }
            }
        }
    }
}

void TestTheme::divergingTellsSignsApart() {
    for (const bool dark : {false, true}) {
        const QColor a = Theme::color(Gradient::diverging, 0.6, dark),
                     b = Theme::color(Gradient::diverging, -0.6, dark);
        QVERIFY(a.blue() > a.red() + 40);  // blue: A larger
        QVERIFY(b.red() > b.blue() + 40);  // orange: B larger
    }
}

void TestTheme::modeIsOneChange() {
    Theme& theme = Theme::instance();
    theme.setMode(Theme::Mode::light);
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setMode(Theme::Mode::dark);
    QCOMPARE(changed.count(), 1);
    QVERIFY(theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Base), theme.color(Role::panel));
    theme.setMode(Theme::Mode::dark);
    QCOMPARE(changed.count(), 1);
    theme.setMode(Theme::Mode::light);
    QCOMPARE(changed.count(), 2);
    QVERIFY(themeModeFrom(toString(Theme::Mode::dark)) == Theme::Mode::dark);
    QVERIFY(themeModeFrom(QStringLiteral("?")) == Theme::Mode::system);
    QVERIFY(!qApp->styleSheet().contains(QRegularExpression(QStringLiteral("[@$][a-z]"))));
}

void TestTheme::sizesFollowTheFont() {
    const QFont before = QApplication::font();
    const auto pixels = [](TextSize size) {
        return QFontInfo(Theme::instance().font(size)).pixelSize();
    };
    const int small = pixels(TextSize::text);
    QVERIFY(pixels(TextSize::caption) < small);
    QVERIFY(pixels(TextSize::verdict) >= small);
    QSignalSpy changed(&Theme::instance(), &Theme::changed);
    QFont large = before;
    large.setPointSizeF(before.pointSizeF() * 2);
    QApplication::setFont(large);
    QTRY_VERIFY(pixels(TextSize::text) > small);
    QTRY_VERIFY(changed.count() >= 1);
    QApplication::setFont(before);
    QVERIFY(QFontInfo(Theme::instance().mono()).fixedPitch());
}

void TestTheme::iconsExist() {
    for (const ViewSpec& spec : allViews())
        QVERIFY2(!Theme::instance().icon(spec.icon).isNull(), qPrintable(spec.icon));
    QVERIFY(QFile::exists(QStringLiteral(":/icons/driftscope.svg")));
    QVERIFY(QFile::exists(QStringLiteral(":/window.qss")));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
