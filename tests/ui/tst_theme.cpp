// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cmath>
#include <map>

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

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

/// What a dichromat sees, on linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
const std::map<const char*, Matrix> kEyes = {
    {"all three cones", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"no red cones",
     {{{0.152286, 1.052583, -0.204868},
       {0.114503, 0.786281, 0.099216},
       {-0.003882, -0.048116, 1.051998}}}},
    {"no green cones",
     {{{0.367322, 0.860646, -0.227968},
       {0.280085, 0.672501, 0.047413},
       {-0.011820, 0.042940, 0.968881}}}},
    {"no blue cones",
     {{{1.255528, -0.076749, -0.178779},
       {-0.078411, 0.930809, 0.147602},
       {0.004733, 0.691367, 0.303900}}}}};

struct Lab {
    double l, a, b;
};

Lab labOf(const QColor& color, const Matrix& eye) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    const double in[3] = {linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
    double rgb[3];
    for (size_t i = 0; i < 3; ++i) {
        rgb[i] = std::clamp(eye[i][0] * in[0] + eye[i][1] * in[1] + eye[i][2] * in[2], 0.0, 1.0);
    }
    const double x = 0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2];
    const double y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2];
    const double z = 0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2];
    const auto f = [](double t) {
        return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    };
    return {116 * f(y) - 16, 500 * (f(x / 0.95047) - f(y)), 200 * (f(y) - f(z / 1.08883))};
}

double degrees(double radians) { return radians * 180 / M_PI; }
double radians(double degrees) { return degrees * M_PI / 180; }

/// CIEDE2000.
double difference(const Lab& p, const Lab& q) {
    const double c = (std::hypot(p.a, p.b) + std::hypot(q.a, q.b)) / 2;
    const auto fade = [](double x) {
        return std::sqrt(std::pow(x, 7) / (std::pow(x, 7) + std::pow(25, 7)));
    };
    const double g = 0.5 * (1 - fade(c));
    const double a1 = (1 + g) * p.a, a2 = (1 + g) * q.a;
    const double c1 = std::hypot(a1, p.b), c2 = std::hypot(a2, q.b), mean = (c1 + c2) / 2;
    const auto hue = [](double a, double b) {
        const double h = degrees(std::atan2(b, a));
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(a1, p.b), h2 = hue(a2, q.b);
    double turn = h2 - h1;
    if (turn > 180) turn -= 360;
    if (turn < -180) turn += 360;
    const double dh = 2 * std::sqrt(c1 * c2) * std::sin(radians(turn / 2));
    double h = (h1 + h2) / 2;
    if (std::abs(h1 - h2) > 180) h += h1 + h2 < 360 ? 180 : -180;
    const double t = 1 - 0.17 * std::cos(radians(h - 30)) + 0.24 * std::cos(radians(2 * h)) +
                     0.32 * std::cos(radians(3 * h + 6)) - 0.20 * std::cos(radians(4 * h - 63));
    const double l = (p.l + q.l) / 2 - 50;
    const double sl = 1 + 0.015 * l * l / std::sqrt(20 + l * l), sc = 1 + 0.045 * mean,
                 sh = 1 + 0.015 * mean * t;
    const double tilt =
        -std::sin(radians(60 * std::exp(-std::pow((h - 275) / 25, 2)))) * 2 * fade(mean);
    const double x = (q.l - p.l) / sl, y = (c2 - c1) / sc, z = dh / sh;
    return std::sqrt(x * x + y * y + z * z + tilt * y * z);
}

}  // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textContrast_data();
    void textContrast();
    void gradientsStartAtThePanel();
    void gradientsKeepTheirOrderInGrey();
    void divergingTellsSignsApart();
    void legendsWithoutColourVision_data();
    void legendsWithoutColourVision();
    void modeIsOneChange();
    void aSwitchStylesEachWidgetOnce();
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
        for (const double t : {0.6, 1.0}) {
            const QColor a = Theme::color(Gradient::diverging, t, dark),
                         b = Theme::color(Gradient::diverging, -t, dark);
            QVERIFY(a.blue() > a.red() + 40);  // blue: A larger
            QVERIFY(b.red() > b.blue() + 40);  // orange: B larger
        }
    }
}

void TestTheme::legendsWithoutColourVision_data() {
    QTest::addColumn<int>("one");
    QTest::addColumn<int>("other");
    const std::pair<Role, Role> neighbours[] = {{Role::a, Role::b},
                                                {Role::a, Role::float64},
                                                {Role::b, Role::float64},
                                                {Role::a, Role::bad},
                                                {Role::b, Role::bad},
                                                {Role::dimText, Role::bad},
                                                {Role::good, Role::bad},
                                                {Role::dimText, Role::a},
                                                {Role::dimText, Role::b},
                                                {Role::text, Role::dimText},
                                                {Role::dimText, Role::faintText}};
    for (const auto& [one, other] : neighbours) {
        QTest::addRow("%d beside %d", static_cast<int>(one), static_cast<int>(other))
            << static_cast<int>(one) << static_cast<int>(other);
    }
}

/// Two colours of a legend stay apart for every kind of eye, in both schemes.
void TestTheme::legendsWithoutColourVision() {
    QFETCH(int, one);
    QFETCH(int, other);
    // The measure itself, on a pair of the CIEDE2000 reference table (Sharma 2005, pair 17).
    QVERIFY(std::abs(difference({50, 2.5, 0}, {73, 25, -18}) - 27.1492) < 1e-3);
    for (const auto& [name, eye] : kEyes) {
        for (const bool dark : {false, true}) {
            const double apart =
                difference(labOf(Theme::color(static_cast<Role>(one), dark), eye),
                           labOf(Theme::color(static_cast<Role>(other), dark), eye));
            QVERIFY2(apart >= 10, qPrintable(QStringLiteral("%1, %2: %3")
                                                 .arg(QLatin1String(name), dark ? "dark" : "light")
                                                 .arg(apart)));
        }
    }
}

/// However deep a widget lies: a sheet that is replaced costs one round for every ancestor.
void TestTheme::aSwitchStylesEachWidgetOnce() {
    struct Counter : QWidget {
        using QWidget::QWidget;
        int styled = 0;
        void changeEvent(QEvent* event) override {
            styled += event->type() == QEvent::StyleChange;
            QWidget::changeEvent(event);
        }
    };
    Theme::instance().setMode(Theme::Mode::light);
    QWidget window;
    QWidget* parent = &window;
    for (int depth = 0; depth < 12; ++depth) parent = new QWidget(parent);
    auto* deepest = new Counter(parent);
    window.show();
    QApplication::processEvents();
    deepest->styled = 0;
    Theme::instance().setMode(Theme::Mode::dark);
    QApplication::processEvents();
    QCOMPARE(deepest->styled, 1);
    Theme::instance().setMode(Theme::Mode::light);
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
