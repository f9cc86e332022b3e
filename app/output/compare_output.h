// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/output/gallery.h"
#include "app/output/output_folder.h"
#include "app/report/report.h"
#include "core/data/comparison.h"

namespace driftscope {

/// The formats that `compare --out` knows, in the order of the help.
const std::vector<std::string>& outputFormats();
/// Whether one of them draws pictures, which takes a QApplication.
bool needsGui(const std::set<std::string>& formats);

/// Writes a comparison into a folder: result.json, report.html and report.pdf, tables as CSV and
/// NPZ, views as PNG, SVG and PDF, whichever of them `formats` names; in steps, so that an event
/// loop can go on between.
class ComparisonWriter {
public:
    ComparisonWriter(ComparisonPtr comparison, AttentionLoader attention,
                     std::set<std::string> formats, OutputFolder& folder);
    ~ComparisonWriter();

    /// Does one step and says whether there are more. Throws Error.
    bool step();
    /// All of them.
    void run() {
        while (step()) {
        }
    }

private:
    void writeJson();
    void writeTables();
    void writeArrays();
    void makeGallery();
    void drawLight();
    void writePaper();
    void drawDark();
    void writeReport();

    ComparisonPtr m_comparison;
    AttentionLoader m_attention;
    std::set<std::string> m_formats;
    OutputFolder& m_folder;
    std::string m_command;
    std::unique_ptr<Gallery> m_gallery;
    std::vector<ReportFigure> m_figures;
    std::vector<void (ComparisonWriter::*)()> m_steps;
    std::size_t m_next = 0;
};

}  // namespace driftscope
