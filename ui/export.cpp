// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export.h"

#include <cmath>

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QScreen>
#include <QSvgGenerator>

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("export", text); }
QString q(const std::string& text) { return QString::fromStdString(text); }

int screenDpi() {
    const QScreen* screen = QGuiApplication::primaryScreen();
    return screen ? std::max(1, static_cast<int>(std::lround(screen->logicalDotsPerInch()))) : 96;
}

QString provenanceText(const Figure& figure) {
    QString text = figure.description;
    for (const auto& [key, value] : figure.provenance) {
        if (!text.isEmpty()) text += u'\n';
        text += key + QStringLiteral(": ") + value;
    }
    return text;
}

/// What XML 1.0 cannot hold becomes a space.
QString xmlSafe(QString text) {
    for (QChar& c : text) {
        if (c < u' ' && c != u'\n' && c != u'\t') c = u' ';
    }
    return text;
}

QByteArray png(const Figure& figure, int dpi) {
    const double scale = static_cast<double>(dpi) / 96;
    QImage image((QSizeF(figure.size) * scale).toSize(), QImage::Format_RGB32);
    if (image.isNull()) {
        throw Error(ErrorCode::limit, "picture", "it would be too large",
                    "choose fewer dots per inch");
    }
    image.setDevicePixelRatio(scale);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    figure.paint(painter);
    painter.end();
    image.setDevicePixelRatio(1);
    const int perMeter = static_cast<int>(std::lround(dpi / 0.0254));
    image.setDotsPerMeterX(perMeter);
    image.setDotsPerMeterY(perMeter);
    image.setText(QStringLiteral("Title"), figure.title);
    image.setText(QStringLiteral("Description"), figure.description);
    for (const auto& [key, value] : figure.provenance) image.setText(key, value);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "png");
    return bytes;
}

QByteArray svg(const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(screenDpi());
    generator.setSize(figure.size);
    generator.setViewBox(QRect(QPoint(0, 0), figure.size));
    generator.setTitle(xmlSafe(figure.title));
    generator.setDescription(xmlSafe(provenanceText(figure)));
    QPainter painter(&generator);
    painter.setRenderHint(QPainter::Antialiasing);
    figure.paint(painter);
    painter.end();
    return bytes;
}

QByteArray xmp(const Figure& figure) {
    const auto item = [](const QString& text) {
        return QStringLiteral("<rdf:Alt><rdf:li xml:lang=\"x-default\">%1</rdf:li></rdf:Alt>")
            .arg(xmlSafe(text).toHtmlEscaped());
    };
    return QStringLiteral(
               "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
               "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
               "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
               "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
               "<dc:title>%1</dc:title><dc:description>%2</dc:description>"
               "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
        .arg(item(figure.title), item(provenanceText(figure)))
        .toUtf8();
}

QByteArray pdf(const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(screenDpi());
    writer.setTitle(figure.title);
    writer.setCreator(QStringLiteral("Driftscope " DRIFTSCOPE_VERSION));
    writer.setDocumentXmpMetadata(xmp(figure));
    const QSizeF points = QSizeF(figure.size) * 72.0 / screenDpi();
    writer.setPageSize(QPageSize(points, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    QPainter painter(&writer);
    painter.setRenderHint(QPainter::Antialiasing);
    figure.paint(painter);
    painter.end();
    return bytes;
}

void writeBytes(const QByteArray& bytes, const QString& path) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        throw Error(ErrorCode::unreadable, path.toStdString(),
                    "cannot be written: " + file.errorString().toStdString(),
                    "choose another folder");
    }
}

QString csvField(const QString& text) {
    const bool quote = text.contains(u',') || text.contains(u'"') || text.contains(u'\n') ||
                       text.contains(u'\r') || text.startsWith(u'#') || text.startsWith(u' ') ||
                       text.endsWith(u' ');
    return quote ? u'"' + QString(text).replace(u'"', QLatin1String("\"\"")) + u'"' : text;
}

QString csvLine(const QStringList& fields) {
    QStringList quoted;
    for (const QString& field : fields) quoted << csvField(field);
    return quoted.join(u',') + u'\n';
}

QString comment(QString text) {
    text.replace(u'\n', QLatin1String("\n#   "));
    text.remove(u'\r');
    return QLatin1String("# ") + text + u'\n';
}

QString hashText(const RunSummary& run) {
    return run.hash.empty() ? tr("not hashed yet") : QLatin1String("sha256 ") + q(run.hash);
}

}  // namespace

Provenance provenanceOf(const Comparison& c) {
    Provenance rows;
    const auto add = [&rows](const char* key, const QString& value) {
        rows.emplace_back(QLatin1String(key), value);
    };
    add("Software", QStringLiteral("Driftscope " DRIFTSCOPE_VERSION));
    add("Model A", q(c.a.model));
    add("Hash A", hashText(c.a));
    add("Model B", q(c.b.model));
    add("Hash B", hashText(c.b));
    add("Options A", q(format_options(c.a.options)));
    add("Options B", q(format_options(c.b.options)));
    QStringList differing;
    for (const std::string& id : c.differing) differing << q(id);
    add("Differing", differing.join(QLatin1String(", ")));
    add("Prompt", q(c.request.prompt));
    QStringList ids;
    for (const TokenInfo& token : c.tokens) ids << QString::number(token.id);
    add("Tokens", ids.join(u','));
    add("Verdict", q(to_string(c.verdict.kind)));
    add("Rule", q(c.verdict.rule));
    for (const auto& [key, value] : c.provenance) rows.emplace_back(q(key), q(value));
    return rows;
}

Table tableOf(const Grid& grid, const QString& title, const QStringList& rowLabels,
              const QStringList& columnLabels) {
    const auto axis = [](const std::string& name, const char* fallback) {
        return name.empty() ? QString::fromLatin1(fallback) : q(name);
    };
    Table table;
    table.title = title;
    const QString row = axis(grid.row_axis, "row"), column = axis(grid.col_axis, "column");
    table.header << row;
    if (!rowLabels.isEmpty()) table.header << row + QLatin1String("_label");
    table.header << column;
    if (!columnLabels.isEmpty()) table.header << column + QLatin1String("_label");
    table.header << (grid.unit.empty() ? QStringLiteral("value") : q(grid.unit));
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            QStringList fields{QString::number(r)};
            if (!rowLabels.isEmpty()) fields << rowLabels.value(r);
            fields << QString::number(c);
            if (!columnLabels.isEmpty()) fields << columnLabels.value(c);
            table.add(fields << exact(grid.at(r, c)));
        }
    }
    return table;
}

QString toCsv(const Table& table, const Provenance& provenance) {
    QString text = table.title.isEmpty() ? QString() : comment(table.title);
    for (const auto& [key, value] : provenance) text += comment(key + QLatin1String(": ") + value);
    text += csvLine(table.header);
    for (const QStringList& row : table.rows) text += csvLine(row);
    return text;
}

QString toTabbed(const Table& table) {
    QString text = table.header.join(u'\t') + u'\n';
    for (QStringList row : table.rows) {
        for (QString& field : row) field.replace(u'\t', u' ').replace(u'\n', u' ');
        text += row.join(u'\t') + u'\n';
    }
    return text;
}

QByteArray figureBytes(const Figure& figure, FigureFormat format, int dpi) {
    switch (format) {
        case FigureFormat::svg: return svg(figure);
        case FigureFormat::pdf: return pdf(figure);
        case FigureFormat::png: break;
    }
    return png(figure, dpi);
}

void writeFigure(const Figure& figure, const QString& path, int dpi) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    FigureFormat format = FigureFormat::png;
    if (suffix == QLatin1String("svg")) {
        format = FigureFormat::svg;
    } else if (suffix == QLatin1String("pdf")) {
        format = FigureFormat::pdf;
    } else if (suffix != QLatin1String("png")) {
        throw Error(ErrorCode::usage, path.toStdString(),
                    "a picture cannot be written as '" + suffix.toStdString() + "'",
                    "use .png, .svg, .pdf, .csv or .npz");
    }
    writeBytes(figureBytes(figure, format, dpi), path);
}

void writeTable(const Table& table, const Provenance& provenance, const QString& path) {
    writeBytes(toCsv(table, provenance).toUtf8(), path);
}

}  // namespace driftscope
