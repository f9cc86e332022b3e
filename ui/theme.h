// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

namespace driftscope {

/// What a colour means. A colour means one thing everywhere; chrome is grey.
enum class Role {
    window,
    panel,
    line,
    text,
    dimText,
    faintText,
    a,
    b,
    float64,
    bad,
    badGround,
    good,
    goodGround,
    differ,
    aGround,
    bGround,  ///< quiet grounds of text that belongs to one run
    hover,
    chosen,
    onChosen,  ///< a control under the pointer; the chosen segment and its text
    aText,
    bText,
    float64Text  ///< the same hues for letters: contrast of at least 4.5
};

/// How a number becomes a colour. Every map starts (or is centred) at the panel colour.
enum class Gradient {
    sequential,  ///< 0..1, a magnitude (attention weight, load)
    diverging,   ///< −1..1, a signed difference; blue: A larger, orange: B larger
    error        ///< 0..1, error in units of the noise band, warm
};

/// Sizes scaled from the system's font: 11, 13 and 14 in the sketch.
enum class TextSize { caption, text, verdict };

/// The one place that knows colours, fonts and gradients. Everything else asks it and follows
/// `changed`, which comes once per change of the scheme or of the font.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { system, light, dark };

    static Theme& instance();

    Mode mode() const { return m_mode; }
    bool isDark() const { return m_dark; }

    QColor color(Role role) const;
    /// The same in a scheme that is not the current one.
    static QColor color(Role role, bool dark);
    /// Colour of `value` in the gradient's own domain; NaN gives masked().
    QColor color(Gradient gradient, double value) const;
    static QColor color(Gradient gradient, double value, bool dark);
    /// Ground of a cell that holds nothing (masked, absent).
    QColor masked() const;
    /// Text that reads on `ground`: the scheme's text colour or its opposite.
    QColor textOn(const QColor& ground) const;

    QFont font(TextSize size = TextSize::text, bool bold = false) const;
    QFont mono(TextSize size = TextSize::text, bool bold = false) const;
    /// `units` steps of the 4-pixel grid: 1 within, 2 between, 3 at edges.
    static int space(int units) { return 4 * units; }

    /// A monochrome icon of the resources (":/icons/NAME.svg") drawn in the text colour.
    QIcon icon(const QString& name, Role role = Role::text) const;

public Q_SLOTS:
    void setMode(driftscope::Theme::Mode mode);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Theme();
    void apply();
    void readScheme();

    Mode m_mode = Mode::system;
    bool m_dark = false;
    bool m_applying = false, m_clearing = false;
};

/// "system", "light", "dark" and back; unknown text is system.
QString toString(Theme::Mode mode);
Theme::Mode themeModeFrom(const QString& text);

/// Contrast of two opaque colours after WCAG 2: 1 to 21.
double contrast(const QColor& a, const QColor& b);

}  // namespace driftscope
