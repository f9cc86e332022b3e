// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPainter>
#include <QPalette>
#include <QScopedValueRollback>
#include <QStyleHints>
#include <QSvgRenderer>

namespace driftscope {

namespace {

struct RoleRow {
    Role role;
    const char* name;  ///< as the style sheet writes it: @name
    QRgb light, dark;
};

constexpr std::array kRoles = {
    RoleRow{Role::window, "window", 0xfff6f7f9, 0xff17191d},
    RoleRow{Role::panel, "panel", 0xffffffff, 0xff1f2227},
    RoleRow{Role::line, "line", 0xffdfe3e8, 0xff343941},
    RoleRow{Role::text, "text", 0xff1d232b, 0xffe6e9ee},
    RoleRow{Role::dimText, "dimText", 0xff5f6974, 0xff98a2ae},
    RoleRow{Role::faintText, "faintText", 0xff8d97a2, 0xff6f7883},
    RoleRow{Role::a, "a", 0xff2f6fb7, 0xff6aa7ea},
    RoleRow{Role::b, "b", 0xffc8681a, 0xffeda05a},
    RoleRow{Role::float64, "float64", 0xff5d916f, 0xff8fc9a9},
    RoleRow{Role::bad, "bad", 0xffb3362b, 0xffe96a6b},
    RoleRow{Role::badGround, "badGround", 0xfffbe9e7, 0xff3a2322},
    RoleRow{Role::good, "good", 0xff2a7553, 0xff7fcfa9},
    RoleRow{Role::goodGround, "goodGround", 0xffe6f4ee, 0xff1e332b},
    RoleRow{Role::differ, "differ", 0xfffff4e5, 0xff3a2f20},
    RoleRow{Role::aGround, "aGround", 0xffdce9f7, 0xff263a52},
    RoleRow{Role::bGround, "bGround", 0xfffae5d3, 0xff4a3524},
    RoleRow{Role::hover, "hover", 0xffeef1f5, 0xff292d34},
    RoleRow{Role::chosen, "chosen", 0xff1d232b, 0xffe6e9ee},
    RoleRow{Role::onChosen, "onChosen", 0xffffffff, 0xff17191d},
    RoleRow{Role::aText, "aText", 0xff2a67ad, 0xff6aa7ea},
    RoleRow{Role::bText, "bText", 0xffa5520f, 0xffeda05a},
    RoleRow{Role::float64Text, "float64Text", 0xff3a7258, 0xff7dc3a3},
};

constexpr QRgb kMaskedLight = 0xfff1f3f5, kMaskedDark = 0xff282c32;

struct Stop {
    double at;
    QRgb color;
};
using Stops = std::array<Stop, 6>;

// Panel colour first; lightness falls (rises in the dark) all the way, so that the order of the
// values survives any kind of colour blindness and a grey printer.
constexpr Stops kBlueLight = {{{0, 0xffffffff},
                               {0.15, 0xffd7e6f6},
                               {0.4, 0xff8fb8e3},
                               {0.65, 0xff3f7fc6},
                               {0.85, 0xff1d5296},
                               {1, 0xff0f2f5f}}};
constexpr Stops kBlueDark = {{{0, 0xff1f2227},
                              {0.15, 0xff263a57},
                              {0.4, 0xff335f96},
                              {0.65, 0xff5496df},
                              {0.85, 0xff9dccfa},
                              {1, 0xffe9f4ff}}};
constexpr Stops kOrangeLight = {{{0, 0xffffffff},
                                 {0.15, 0xfffbe6d4},
                                 {0.4, 0xfff0b381},
                                 {0.65, 0xffd2762c},
                                 {0.85, 0xff984a0c},
                                 {1, 0xff5c2b04}}};
constexpr Stops kOrangeDark = {{{0, 0xff1f2227},
                                {0.15, 0xff46301f},
                                {0.4, 0xff8a5524},
                                {0.65, 0xffd98a3e},
                                {0.85, 0xfff7c58e},
                                {1, 0xfffff1e0}}};
constexpr double kDivergingDark = 0.88;
constexpr Stops kErrorLight = {{{0, 0xffffffff},
                                {0.12, 0xfffff1ea},
                                {0.35, 0xffecae95},
                                {0.6, 0xffcf5a48},
                                {0.82, 0xff96282f},
                                {1, 0xff5c0a22}}};
constexpr Stops kErrorDark = {{{0, 0xff1f2227},
                               {0.12, 0xff3a2a2c},
                               {0.35, 0xff82403f},
                               {0.6, 0xffd5655a},
                               {0.82, 0xfff5a67c},
                               {1, 0xffffe0ab}}};

QColor interpolate(const Stops& stops, double t) {
    t = std::clamp(t, 0.0, 1.0);
    size_t i = 1;
    while (i + 1 < stops.size() && t > stops[i].at) ++i;
    const Stop &from = stops[i - 1], &to = stops[i];
    const double f = (t - from.at) / (to.at - from.at);
    const auto mix = [f](int x, int y) { return static_cast<int>(std::lround(x + f * (y - x))); };
    return QColor(mix(qRed(from.color), qRed(to.color)), mix(qGreen(from.color), qGreen(to.color)),
                  mix(qBlue(from.color), qBlue(to.color)));
}

double luminance(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

bool systemIsDark() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
#endif
}

QPalette paletteOf(const Theme& theme) {
    QPalette palette;
    const auto set = [&](QPalette::ColorRole where, Role role) {
        palette.setColor(where, theme.color(role));
    };
    set(QPalette::Window, Role::window);
    set(QPalette::WindowText, Role::text);
    set(QPalette::Base, Role::panel);
    set(QPalette::AlternateBase, Role::window);
    set(QPalette::Text, Role::text);
    set(QPalette::PlaceholderText, Role::dimText);
    set(QPalette::Button, Role::panel);
    set(QPalette::ButtonText, Role::text);
    set(QPalette::BrightText, Role::bad);
    set(QPalette::Highlight, Role::a);
    set(QPalette::HighlightedText, Role::onChosen);
    set(QPalette::Link, Role::aText);
    set(QPalette::LinkVisited, Role::aText);
    set(QPalette::ToolTipBase, Role::panel);
    set(QPalette::ToolTipText, Role::text);
    set(QPalette::Mid, Role::line);
    set(QPalette::Midlight, Role::line);
    set(QPalette::Light, Role::panel);
    set(QPalette::Dark, Role::faintText);
    set(QPalette::Shadow, Role::line);
    for (QPalette::ColorRole where : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, where, theme.color(Role::faintText));
    }
    return palette;
}

QString styleSheet(const Theme& theme) {
    QFile file(QStringLiteral(":/window.qss"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString text = QString::fromUtf8(file.readAll());
    // Longest names first: @aText before @a.
    auto rows = kRoles;
    std::sort(rows.begin(), rows.end(), [](const RoleRow& x, const RoleRow& y) {
        return std::string_view(x.name).size() > std::string_view(y.name).size();
    });
    for (const RoleRow& row : rows) {
        text.replace(u'@' + QLatin1String(row.name), theme.color(row.role).name());
    }
    text.replace(QLatin1String("@scheme"),
                 theme.isDark() ? QLatin1String("dark") : QLatin1String("light"));
    const auto pixels = [&theme](TextSize size) {
        return QString::number(QFontInfo(theme.font(size)).pixelSize()) + QLatin1String("px");
    };
    text.replace(QLatin1String("$caption"), pixels(TextSize::caption));
    text.replace(QLatin1String("$text"), pixels(TextSize::text));
    text.replace(QLatin1String("$verdict"), pixels(TextSize::verdict));
    text.replace(QLatin1String("$mono"), u'"' + QFontInfo(theme.mono()).family() + u'"');
    return text;
}

QFont scaled(QFont font, TextSize size, bool bold) {
    const double factor = size == TextSize::caption   ? 11.0 / 13
                          : size == TextSize::verdict ? 14.0 / 13
                                                      : 1;
    if (font.pointSizeF() > 0) {
        font.setPointSizeF(font.pointSizeF() * factor);
    } else {
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
    }
    if (bold) font.setWeight(QFont::DemiBold);
    return font;
}

}  // namespace

Theme& Theme::instance() {
    static Theme* const theme = new Theme;
    return *theme;
}

Theme::Theme() {
    QApplication::setStyle(QStringLiteral("Fusion"));
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this,
            [this] { readScheme(); });
#endif
    qApp->installEventFilter(this);
    m_dark = systemIsDark();
    apply();
}

QColor Theme::color(Role role) const { return color(role, m_dark); }

QColor Theme::color(Role role, bool dark) {
    const RoleRow& row = kRoles[static_cast<size_t>(role)];
    Q_ASSERT(row.role == role);
    return QColor::fromRgb(dark ? row.dark : row.light);
}

QColor Theme::color(Gradient gradient, double value) const {
    return std::isnan(value) ? masked() : color(gradient, value, m_dark);
}

QColor Theme::color(Gradient gradient, double value, bool dark) {
    switch (gradient) {
        case Gradient::sequential: return interpolate(dark ? kBlueDark : kBlueLight, value);
        case Gradient::error: return interpolate(dark ? kErrorDark : kErrorLight, value);
        case Gradient::diverging: break;
    }
    // On dark the last of the stops are nearly white: the two ends would be one colour.
    if (dark) value *= kDivergingDark;
    if (value < 0) return interpolate(dark ? kOrangeDark : kOrangeLight, -value);
    return interpolate(dark ? kBlueDark : kBlueLight, value);
}

QColor Theme::masked() const { return QColor::fromRgb(m_dark ? kMaskedDark : kMaskedLight); }

QColor Theme::textOn(const QColor& ground) const {
    const QColor one = color(Role::text, false), other = color(Role::text, true);
    return contrast(one, ground) > contrast(other, ground) ? one : other;
}

QFont Theme::font(TextSize size, bool bold) const {
    return scaled(QApplication::font(), size, bold);
}

QFont Theme::mono(TextSize size, bool bold) const {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QFont ui = QApplication::font();
    if (ui.pointSizeF() > 0) {
        font.setPointSizeF(ui.pointSizeF());
    } else {
        font.setPixelSize(ui.pixelSize());
    }
    font.setStyleHint(QFont::Monospace);
    return scaled(font, size, bold);
}

QIcon Theme::icon(const QString& name, Role role) const {
    QSvgRenderer renderer(QStringLiteral(":/icons/%1.svg").arg(name));
    QIcon icon;
    if (!renderer.isValid()) return icon;
    const auto drawn = [&](int pixels, const QColor& ink) {
        QPixmap pixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), ink);
        return pixmap;
    };
    for (int pixels : {16, 24, 32, 48, 64}) {
        icon.addPixmap(drawn(pixels, color(role)), QIcon::Normal);
        icon.addPixmap(drawn(pixels, color(Role::faintText)), QIcon::Disabled);
    }
    return icon;
}

void Theme::setMode(Mode mode) {
    m_mode = mode;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    // Native parts (title bar, file dialogs) follow where the platform can.
    QGuiApplication::styleHints()->setColorScheme(mode == Mode::dark    ? Qt::ColorScheme::Dark
                                                  : mode == Mode::light ? Qt::ColorScheme::Light
                                                                        : Qt::ColorScheme::Unknown);
#endif
    readScheme();
}

void Theme::readScheme() {
    const bool dark = m_mode == Mode::dark || (m_mode == Mode::system && systemIsDark());
    if (dark == m_dark) return;
    m_dark = dark;
    apply();
}

void Theme::apply() {
    if (m_applying) return;
    const QScopedValueRollback<bool> guard(m_applying, true);
    QApplication::setPalette(paletteOf(*this));
    // Replacing a sheet polishes every widget once for each of its ancestors (Qt 6.8: seconds for
    // 1500 widgets); taking it away and setting one polishes each twice.
    m_clearing = true;
    qApp->setStyleSheet(QString());
    m_clearing = false;
    qApp->setStyleSheet(styleSheet(*this));
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    if (watched == qApp && event->type() == QEvent::ApplicationFontChange) apply();
    // Nothing is laid out for the moment between two sheets.
    if (m_clearing && event->type() == QEvent::StyleChange) return true;
    return QObject::eventFilter(watched, event);
}

QString toString(Theme::Mode mode) {
    return mode == Theme::Mode::dark    ? QStringLiteral("dark")
           : mode == Theme::Mode::light ? QStringLiteral("light")
                                        : QStringLiteral("system");
}

Theme::Mode themeModeFrom(const QString& text) {
    if (text == QLatin1String("dark")) return Theme::Mode::dark;
    return text == QLatin1String("light") ? Theme::Mode::light : Theme::Mode::system;
}

double contrast(const QColor& a, const QColor& b) {
    const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return std::max(x, y) / std::min(x, y);
}

}  // namespace driftscope
