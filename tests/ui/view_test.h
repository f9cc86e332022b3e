// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <QAbstractButton>
#include <QApplication>
#include <QSet>
#include <QTest>

#include "tests/ui/clipped.h"
#include "tests/ui/fake_comparison.h"
#include "ui/export.h"
#include "ui/theme.h"
#include "ui/view.h"
#include "ui/widgets/segmented.h"

/// What the tests of the views share.
namespace driftscope::viewtest {

/// Any message of Qt is a failure; only what the offscreen platform says of itself is not.
inline void failOnWarnings() {
    QTest::failOnWarning(
        QRegularExpression(QStringLiteral("^(?!This plugin does not support).*$")));
}

template <class T>
T* part(const QWidget& view, const char* name) {
    return view.findChild<T*>(QString::fromLatin1(name));
}

/// The segmented control of this name.
inline Segmented* control(const QWidget& view, const char* name) {
    for (Segmented* found : view.findChildren<Segmented*>()) {
        if (found->property("part").toString() == QLatin1String(name)) return found;
    }
    return nullptr;
}

/// Presses an item of a segmented control.
inline void press(const QWidget& view, const char* segmented, int index) {
    control(view, segmented)->findChildren<QAbstractButton*>()[index]->click();
}

/// Equal but for what a gradient of some hundred steps rounds away.
inline bool near(const QColor& x, const QColor& y) {
    const auto close = [](int p, int q) { return std::abs(p - q) <= 4; };
    return close(x.red(), y.red()) && close(x.green(), y.green()) && close(x.blue(), y.blue());
}

inline qsizetype colorsIn(const QImage& image) {
    QSet<QRgb> colors;
    for (int y = 0; y < image.height(); y += 3) {
        for (int x = 0; x < image.width(); x += 3) colors.insert(image.pixel(x, y));
    }
    return colors.size();
}

inline QString cellOf(const Table& table, size_t row, const char* column) {
    const qsizetype at = table.header.indexOf(QString::fromLatin1(column));
    return at < 0 ? QStringLiteral("no such column") : table.rows[row].value(at);
}

/// A view as it stands in a window, with its comparison.
template <class V>
std::unique_ptr<V> shown(ComparisonPtr comparison, QSize size = {640, 340}) {
    auto view = std::make_unique<V>();
    view->resize(size);
    view->show();
    view->setComparison(std::move(comparison));
    settle();
    return view;
}

}  // namespace driftscope::viewtest
