// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <QByteArray>
#include <QSize>
#include <QString>
#include <QStringList>

#include "core/data/comparison.h"
#include "core/data/grid.h"
#include "ui/text/number_format.h"

class QPainter;

namespace driftscope {

/// Where a picture or a table comes from: key and value, in the order they are written.
using Provenance = std::vector<std::pair<QString, QString>>;

/// Models with hashes, options that differ, prompt, verdict, program, libraries, machine.
Provenance provenanceOf(const Comparison& comparison);

/// The numbers behind a picture, as text in full precision and the C locale.
struct Table {
    QString title;
    QStringList header;
    std::vector<QStringList> rows;

    bool isEmpty() const { return rows.empty(); }
    void add(QStringList row) { rows.push_back(std::move(row)); }
};

/// A grid as long table: row, column, value; labels where given.
Table tableOf(const Grid& grid, const QString& title, const QStringList& rowLabels = {},
              const QStringList& columnLabels = {});

/// RFC 4180, '\n' ends, provenance and title as '#' lines before the header.
QString toCsv(const Table& table, const Provenance& provenance = {});
/// Tab-separated with header, for the clipboard.
QString toTabbed(const Table& table);

/// Something that can be painted at any resolution.
struct Figure {
    QString title;
    QString description;  ///< for those who cannot see it: the accessible text
    QSize size;           ///< logical pixels
    std::function<void(QPainter&)> paint;
    Provenance provenance;
};

enum class FigureFormat { png, svg, pdf };

/// The file's bytes. PNG: provenance in text chunks; SVG: in <desc>; PDF: in its metadata.
QByteArray figureBytes(const Figure& figure, FigureFormat format, int dpi = 192);
/// Format from the suffix, written atomically. Throws driftscope::Error (usage, unreadable).
void writeFigure(const Figure& figure, const QString& path, int dpi = 192);
/// CSV, written atomically. Throws driftscope::Error.
void writeTable(const Table& table, const Provenance& provenance, const QString& path);

}  // namespace driftscope
