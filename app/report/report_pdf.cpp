// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QTextDocument>
#include <algorithm>

#include "app/output/settings_text.h"
#include "app/report/sections.h"
#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

constexpr int kDpi = 96;        // a picture's pixels are what they are in the window
constexpr double kMargin = 14;  // mm
constexpr int kFoot = 22;       // px kept for the page's number
constexpr int kCaption = 44;    // px over a picture

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

/// Pages of one file, in the order they are added.
class Book {
public:
    Book(QBuffer& file, const QString& title) : m_writer(&file), m_title(title) {
        m_writer.setResolution(kDpi);
        m_writer.setTitle(title);
        m_writer.setCreator(QStringLiteral("Driftscope " DRIFTSCOPE_VERSION));
        m_writer.setPageSize(QPageSize(QPageSize::A4));
        m_writer.setPageMargins(QMarginsF(kMargin, kMargin, kMargin, kMargin),
                                QPageLayout::Millimeter);
    }

    /// As many upright pages as it takes.
    void addText(const QString& style, const QString& html) {
        turn(QPageLayout::Portrait);
        const QSizeF room = m_writer.pageLayout().paintRectPixels(kDpi).size() - QSize(0, kFoot);
        QTextDocument document;
        document.documentLayout()->setPaintDevice(&m_writer);
        document.setDefaultFont(font(9));
        document.setDocumentMargin(0);
        document.setDefaultStyleSheet(style);
        document.setHtml(html);
        document.setPageSize(room);
        for (int page = 0; page < document.pageCount(); ++page) {
            beginPage();
            const QRectF part(QPointF(0, page * room.height()), room);
            QAbstractTextDocumentLayout::PaintContext context;
            context.clip = part;
            context.palette.setColor(QPalette::Text, Theme::color(Role::text, false));
            m_painter.save();
            m_painter.translate(-part.topLeft());
            m_painter.setClipRect(part);
            document.documentLayout()->draw(&m_painter, context);
            m_painter.restore();
        }
    }

    /// A page of its own, lying, as large as fits.
    void addFigure(const Figure& figure) {
        turn(QPageLayout::Landscape);
        const QSizeF room = m_writer.pageLayout().paintRectPixels(kDpi).size() - QSize(0, kFoot);
        beginPage();
        m_painter.setPen(Theme::color(Role::text, false));
        m_painter.setFont(font(11, true));
        m_painter.drawText(QRectF(0, 0, room.width(), kCaption / 2.0), Qt::AlignVCenter,
                           figure.title);
        m_painter.setFont(font(8));
        m_painter.setPen(Theme::color(Role::dimText, false));
        const QFontMetricsF metrics(m_painter.font(), &m_writer);
        m_painter.drawText(QRectF(0, kCaption / 2.0, room.width(), kCaption / 2.0), Qt::AlignTop,
                           metrics.elidedText(figure.description, Qt::ElideRight, room.width()));
        const double scale = std::min({1.0, room.width() / figure.size.width(),
                                       (room.height() - kCaption) / figure.size.height()});
        m_painter.save();
        m_painter.translate(0, kCaption);
        m_painter.scale(scale, scale);
        m_painter.setRenderHint(QPainter::Antialiasing);
        figure.paint(m_painter);
        m_painter.restore();
    }

    void end() { m_painter.end(); }

private:
    static QFont font(double points, bool strong = false) {
        QFont font = Theme::instance().font(TextSize::text, strong);
        font.setPointSizeF(points);
        return font;
    }
    void turn(QPageLayout::Orientation orientation) { m_writer.setPageOrientation(orientation); }
    void beginPage() {
        if (m_page++ == 0) {
            m_painter.begin(&m_writer);
        } else {
            m_writer.newPage();
        }
        const QRectF page(QPointF(0, 0),
                          QSizeF(m_writer.pageLayout().paintRectPixels(kDpi).size()));
        m_painter.setFont(font(7.5));
        m_painter.setPen(Theme::color(Role::dimText, false));
        m_painter.drawText(page, Qt::AlignLeft | Qt::AlignBottom, m_title);
        m_painter.drawText(page, Qt::AlignRight | Qt::AlignBottom, QString::number(m_page));
    }

    QPdfWriter m_writer;
    QPainter m_painter;
    QString m_title;
    int m_page = 0;
};

/// What paper cannot do goes: buttons, folded parts, bars; a list of facts becomes a table.
QString onPaper(QString html) {
    static const std::pair<QRegularExpression, const char*> kChanges[] = {
        {QRegularExpression(QStringLiteral("<button[^>]*class=\"copy\".*?</button>")), ""},
        {QRegularExpression(QStringLiteral("</?button[^>]*>|<input[^>]*>")), ""},
        {QRegularExpression(QStringLiteral("<details>.*?</details>")), ""},
        {QRegularExpression(QStringLiteral("<span class=\"bar[^>]*></span>")), ""},
        {QRegularExpression(QStringLiteral("<dl[^>]*>")), "<table class=\"facts\">"},
        {QRegularExpression(QStringLiteral("</dl>")), "</table>"},
        {QRegularExpression(QStringLiteral("<div><dt>")), "<tr><td class=\"dim\">"},
        {QRegularExpression(QStringLiteral("</dt><dd>")), "</td><td class=\"mono\">"},
        {QRegularExpression(QStringLiteral("</dd></div>")), "</td></tr>"},
        {QRegularExpression(QStringLiteral("<small>")), " <small class=\"dim\">"},
        {QRegularExpression(QStringLiteral("(<span class=\"badge [ab]\">[AB]</span>)")), "\\1 "},
        {QRegularExpression(QStringLiteral("</h1>(<span>.*?</span>)")), "</h1>\\1 &nbsp; "},
        {QRegularExpression(QStringLiteral("</?(section|header)[^>]*>")), ""},
    };
    for (const auto& [what, by] : kChanges) html.replace(what, QLatin1String(by));
    return html;
}

QString verdictPart(const Comparison& c) {
    using report::escaped;
    const VerdictLook look = verdictLook(c.verdict.kind);
    QString html = QStringLiteral("<p class=\"verdict %1\">%2 %3</p><p class=\"say\">%4</p>")
                       .arg(look.tone, look.mark, escaped(look.word), copyable(verdictSentence(c)));
    html +=
        QStringLiteral(
            "<p><span class=\"a\">A %1 %2</span> &nbsp; <span class=\"b\">B %1 %3</span> &nbsp; "
            "<span class=\"dim\">%4</span></p>")
            .arg(tr("loss"), exact(c.a.loss), exact(c.b.loss), escaped(verdictFigures(c)));
    if (!c.verdict.rule.empty()) html += QStringLiteral("<p>%1</p>").arg(escaped(c.verdict.rule));
    for (const std::string& remark : c.verdict.remarks)
        html += QStringLiteral("<p>%1</p>").arg(escaped(remark));
    return html;
}

QString style() {
    const auto name = [](Role role) { return Theme::color(role, false).name(); };
    return QStringLiteral(
               "h1{font-size:11pt;margin:14px 0 0 0}h2{font-size:11pt;margin:14px 0 4px 0}"
               "h3{font-size:9pt;margin:8px 0 2px 0}p{margin:3px "
               "0}.dim{color:%1}.small{font-size:8pt}"
               ".a,.badge{color:%2}.b{color:%3}.bad{color:%4}.good{color:%5}"
               ".verdict{font-size:19pt;font-weight:600;margin:10px 0 2px 0}.say{font-size:11pt}"
               ".mono,.site,.num,pre,.hash{font-family:'DejaVu Sans Mono','Noto Sans Mono CJK SC'}"
               "table{font-size:7.5pt}th{text-align:left;color:%1}td,th{padding:1px 8px 1px 0}"
               "td.num,th.num{text-align:right}td.site{white-space:nowrap;font-size:7pt}pre{font-"
               "size:8pt;white-space:pre-wrap}mark{background-color:%6}")
        .arg(name(Role::dimText), name(Role::a), name(Role::b), name(Role::bad), name(Role::good),
             name(Role::differ));
}

}  // namespace

QByteArray reportPdf(const Comparison& c, const std::vector<Figure>& figures,
                     const std::string& command) {
    using namespace report;
    QByteArray bytes;
    QBuffer file(&bytes);
    file.open(QIODevice::WriteOnly);
    Book book(file, QStringLiteral("Driftscope · ") + verdictLook(c.verdict.kind).word);
    book.addText(style(),
                 verdictPart(c) + onPaper(headSection(c) + warningSection(c) + factSection(c) +
                                          symptomSection(c) + configSection(c) + optionSection(c) +
                                          generationSection(c)));
    for (const Figure& figure : figures) book.addFigure(figure);
    book.addText(style(), onPaper(shareSection(c) + componentSection(c) + routingSection(c) +
                                  siteSection(c) + runSection(c) + provenanceSection(c, command)));
    book.end();
    return bytes;
}

}  // namespace driftscope
