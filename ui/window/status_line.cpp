// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/status_line.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QRegularExpression>
#include <QToolButton>

#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
constexpr int kQuiet = 150, kMessageTime = 5000;
}

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent), m_site(new ElidedLabel(Look::mono, this)),
      m_where(new ElidedLabel(Look::monoDim, this)), m_a(makeLabel({}, Look::a, this)),
      m_b(makeLabel({}, Look::b, this)), m_rest(new ElidedLabel(Look::monoDim, this)),
      m_machine(makeLabel({}, Look::captionMono, this)),
      m_stage(makeLabel({}, Look::caption, this)), m_bar(new QProgressBar(this)),
      m_cancel(new QToolButton(this)) {
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(90);
    m_bar->setRange(0, 1000);
    m_cancel->setText(tr("Cancel  Esc"));
    m_cancel->setProperty("flat", true);
    m_cancel->setObjectName(QStringLiteral("cancel"));
    connect(m_cancel, &QToolButton::clicked, this, &StatusLine::cancelPressed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::space(3), 2, Theme::space(3), 2);
    row->setSpacing(Theme::space(3));
    // A long read-out never widens the window.
    auto* readout = new QWidget(this);
    readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* words = new QHBoxLayout(readout);
    words->setSizeConstraint(QLayout::SetNoConstraint);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(Theme::space(3));
    for (QLabel* part : {m_site, m_where, m_a, m_b, m_rest}) words->addWidget(part);
    words->addStretch(1);
    row->addWidget(readout, 1);
    row->addWidget(m_stage);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    row->addWidget(m_machine);
    setFixedHeight(QFontMetrics(Theme::instance().mono()).height() + Theme::space(3));
    m_delay.setSingleShot(true);
    m_delay.setInterval(kQuiet);
    connect(&m_delay, &QTimer::timeout, this, &StatusLine::showProgress);
    m_message.setSingleShot(true);
    m_message.setInterval(kMessageTime);
    connect(&m_message, &QTimer::timeout, this, &StatusLine::clearHover);
    clearHover();
    setBusy(false);
}

void StatusLine::setHover(const HoverInfo& info) {
    m_message.stop();
    m_hovered = true;
    display(info);
}

void StatusLine::setResting(const HoverInfo& info) {
    m_resting = info;
    if (!m_hovered && !m_message.isActive()) display(info);
}

void StatusLine::display(const HoverInfo& info) {
    const auto put = [](QLabel* label, const QString& text) {
        label->setText(text);
        label->setVisible(!text.isEmpty());
    };
    put(m_site, info.site);
    put(m_where, info.where);
    put(m_a, info.a ? QStringLiteral("A ") + formatNumber(*info.a, 4) : QString());
    put(m_b, info.b ? QStringLiteral("B ") + formatNumber(*info.b, 4) : QString());
    QStringList rest;
    if (info.diff) rest << QStringLiteral("A−B ") + formatSigned(*info.diff, 4);
    if (info.relative) rest << tr("relative ") + formatNumber(*info.relative);
    if (info.ulp) rest << formatUlp(*info.ulp);
    if (info.band) rest << tr("band ") + formatNumber(*info.band);
    if (!info.note.isEmpty()) rest << info.note;
    put(m_rest, rest.join(QStringLiteral("   ")));
    if (!m_bar->isHidden()) m_rest->hide();
    setAccessibleDescription(
        QStringList{m_site->text(), m_where->text(), m_a->text(), m_b->text(), m_rest->text()}.join(
            QStringLiteral("  ")));
}

void StatusLine::clearHover() {
    m_hovered = false;
    display(m_resting);
}

void StatusLine::showMessage(const QString& text) {
    m_hovered = false;
    display({});
    m_where->setText(text);
    m_where->show();
    m_message.start();
}

/// "OpenBLAS 0.3.29 NO_LAPACKE … MAX_THREADS=128, openmp" is "OpenBLAS openmp" here; the whole text
/// is in the tool tip and in About.
QString shortBlas(const QString& blas) {
    const QString name = blas.section(QRegularExpression(QStringLiteral("[ ,(]")), 0, 0);
    const QString kind = blas.section(u' ', -1);
    for (const char* known : {"openmp", "pthread", "serial"}) {
        if (kind == QLatin1String(known)) return name + u' ' + kind;
    }
    return name;
}

void StatusLine::setProvenance(const std::map<std::string, std::string>& provenance) {
    const auto value = [&provenance](const char* key) {
        const auto found = provenance.find(key);
        return found == provenance.end() ? QString() : QString::fromStdString(found->second);
    };
    QStringList parts;
    if (const QString blas = shortBlas(value("blas")); !blas.isEmpty()) parts << blas;
    if (const QString torch = value("libtorch").section(u'+', 0, 0); !torch.isEmpty()) {
        parts << (torch.contains(QLatin1String("orch")) ? torch
                                                        : QStringLiteral("LibTorch ") + torch);
    }
    if (const QString threads = value("threads"); !threads.isEmpty()) {
        parts << (threads == QLatin1String("1") ? tr("1 thread") : tr("%1 threads").arg(threads));
    }
    m_machine->setText(parts.join(QStringLiteral(" · ")));
    QStringList lines;
    for (const auto& [key, text] : provenance) {
        lines << QString::fromStdString(key) + QStringLiteral(": ") + QString::fromStdString(text);
    }
    m_machine->setToolTip(lines.join(u'\n'));
}

void StatusLine::setBusy(bool busy) {
    if (busy) {
        m_progress = {};
        if (!m_stage->isVisible() && !m_delay.isActive()) m_delay.start();
        return;
    }
    m_delay.stop();
    m_stage->hide();
    m_bar->hide();
    m_cancel->hide();
    m_machine->show();
    m_rest->setVisible(!m_rest->text().isEmpty() && !m_site->isHidden());
}

void StatusLine::setProgress(const Progress& progress) {
    m_progress = progress;
    if (m_stage->isVisible()) showProgress();
}

void StatusLine::showProgress() {
    QStringList parts{stageText(m_progress.stage)};
    if (m_progress.total > 0) {
        parts << tr("%1 of %2").arg(formatNumber(m_progress.done), formatNumber(m_progress.total));
    }
    if (m_progress.seconds_left >= 0)
        parts << tr("%1 left").arg(formatSeconds(m_progress.seconds_left));
    if (m_progress.bytes_needed > 0)
        parts << tr("at most %1").arg(formatBytes(m_progress.bytes_needed));
    m_stage->setText(parts.join(QStringLiteral(" · ")));
    m_bar->setRange(0, m_progress.total > 0 ? 1000 : 0);
    if (m_progress.total > 0)
        m_bar->setValue(static_cast<int>(1000 * m_progress.done / m_progress.total));
    for (QWidget* part : {static_cast<QWidget*>(m_stage), static_cast<QWidget*>(m_bar),
                          static_cast<QWidget*>(m_cancel)}) {
        part->show();
    }
    m_machine->hide();
    m_rest->hide();  // half a number would be a wrong one
}

QString stageText(const std::string& stage) {
    static constexpr std::pair<const char*, const char*> kWords[] = {
        {"open", QT_TRANSLATE_NOOP("stage", "opening")},
        {"generate A", QT_TRANSLATE_NOOP("stage", "writing with A")},
        {"generate B", QT_TRANSLATE_NOOP("stage", "writing with B")},
        {"draws", QT_TRANSLATE_NOOP("stage", "drawing texts")},
        {"compare", QT_TRANSLATE_NOOP("stage", "comparing")},
        {"judge", QT_TRANSLATE_NOOP("stage", "judging in float64")},
        {"observer", QT_TRANSLATE_NOOP("stage", "proving the observer")},
        {"band", QT_TRANSLATE_NOOP("stage", "measuring the noise band")},
        {"", QT_TRANSLATE_NOOP("stage", "working")},
    };
    for (const auto& [id, words] : kWords) {
        if (stage == id) return QCoreApplication::translate("stage", words);
    }
    return QString::fromStdString(stage);
}

}  // namespace driftscope
