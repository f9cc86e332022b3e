// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/compare_output.h"

#include <QFileInfo>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/output/csv_tables.h"
#include "app/output/result_json.h"
#include "app/output/shell_word.h"
#include "app/report/report_pdf.h"
#include "ui/view.h"

namespace driftscope {

namespace {

constexpr int kReportDpi = 144;

const std::pair<const char*, FigureFormat> kPictures[] = {
    {"png", FigureFormat::png}, {"svg", FigureFormat::svg}, {"pdf", FigureFormat::pdf}};

}  // namespace

const std::vector<std::string>& outputFormats() {
    static const std::vector<std::string> formats = {"json", "csv", "npz", "html",
                                                     "png",  "svg", "pdf"};
    return formats;
}

bool needsGui(const std::set<std::string>& formats) {
    return std::any_of(formats.begin(), formats.end(), [](const std::string& format) {
        return format == "html" || format == "png" || format == "svg" || format == "pdf";
    });
}

ComparisonWriter::ComparisonWriter(ComparisonPtr comparison, AttentionLoader attention,
                                   std::set<std::string> formats, OutputFolder& folder)
    : m_comparison(std::move(comparison)), m_attention(std::move(attention)),
      m_formats(std::move(formats)), m_folder(folder),
      m_command(compareCommand(m_comparison->request)) {
    using W = ComparisonWriter;
    if (m_formats.count("json") > 0) m_steps.push_back(&W::writeJson);
    if (m_formats.count("csv") > 0) m_steps.push_back(&W::writeTables);
    if (m_formats.count("npz") > 0) m_steps.push_back(&W::writeArrays);
    if (!needsGui(m_formats)) return;
    m_steps.insert(m_steps.end(), {&W::makeGallery, &W::drawLight});
    if (m_formats.count("pdf") > 0) m_steps.push_back(&W::writePaper);
    if (m_formats.count("html") > 0) {
        m_steps.insert(m_steps.end(), {&W::drawDark, &W::writeReport});
    }
}

ComparisonWriter::~ComparisonWriter() = default;

bool ComparisonWriter::step() {
    if (m_next < m_steps.size()) (this->*m_steps[m_next++])();
    return m_next < m_steps.size();
}

void ComparisonWriter::writeJson() {
    m_folder.write(QStringLiteral("result.json"),
                   QByteArray::fromStdString(jsonText(compareJson(*m_comparison, m_command))));
}

void ComparisonWriter::writeTables() {
    const Provenance provenance = provenanceOf(*m_comparison);
    for (const auto& [name, table] : csvTables(*m_comparison)) {
        m_folder.write(name, toCsv(table, provenance).toUtf8());
    }
}

void ComparisonWriter::writeArrays() {
    const NpzArray from = provenanceArray(provenanceOf(*m_comparison));
    for (const auto& [name, table] : csvTables(*m_comparison)) {
        std::vector<NpzArray> arrays = arraysOf(table);
        arrays.push_back(from);
        m_folder.write(QFileInfo(name).baseName() + QLatin1String(".npz"), npzBytes(arrays));
    }
}

void ComparisonWriter::makeGallery() {
    m_gallery =
        std::make_unique<Gallery>(m_comparison, GallerySources{m_attention, {}, {}, {}, {}});
}

void ComparisonWriter::drawLight() {
    const ThemeGuard light(Theme::Mode::light);
    for (const View* view : m_gallery->views()) {
        const Figure figure = Gallery::figureOf(*view);
        for (const auto& [suffix, format] : kPictures) {
            if (m_formats.count(suffix) == 0) continue;
            m_folder.write(view->id() + QLatin1Char('.') + QLatin1String(suffix),
                           figureBytes(figure, format));
        }
        if (m_formats.count("html") == 0) continue;
        m_figures.push_back({view->title(),
                             view->describe(),
                             figureBytes(figure, FigureFormat::png, kReportDpi),
                             {}});
    }
}

void ComparisonWriter::writePaper() {
    const ThemeGuard light(Theme::Mode::light);
    std::vector<Figure> figures;
    for (const View* view : m_gallery->views()) figures.push_back(Gallery::figureOf(*view));
    m_folder.write(QStringLiteral("report.pdf"), reportPdf(*m_comparison, figures, m_command));
}

void ComparisonWriter::drawDark() {
    const ThemeGuard dark(Theme::Mode::dark);
    for (std::size_t i = 0; i < m_figures.size(); ++i) {
        const Figure figure = Gallery::figureOf(*m_gallery->views()[i]);
        m_figures[i].dark = figureBytes(figure, FigureFormat::png, kReportDpi);
    }
}

void ComparisonWriter::writeReport() {
    m_folder.write(QStringLiteral("report.html"), reportHtml(*m_comparison, m_figures, m_command));
}

}  // namespace driftscope
