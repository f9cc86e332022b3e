// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/model_field.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"
#include "ui/window/banner.h"

namespace driftscope {

namespace {

QString localPath(const QMimeData* data) {
    return data->hasUrls() ? data->urls().value(0).toLocalFile() : QString();
}

/// The type is that of the file: what a run computes in is an option.
QString summaryOf(const ModelInfo& info) {
    const QString name = QString::fromStdString(info.name);
    if (info.stored_dtype.empty()) return name;
    return name + QStringLiteral(" · ") +
           ModelField::tr("stored %1").arg(QString::fromStdString(info.stored_dtype));
}

QString tipOf(const ModelInfo& info) {
    QStringList lines{QString::fromStdString(info.path)};
    lines << ModelField::tr("%1 · %2 blocks · %3 heads (%4 for keys) · width %5")
                 .arg(QString::fromStdString(info.family), QString::number(info.n_layers),
                      QString::number(info.n_heads), QString::number(info.n_kv_heads),
                      QString::number(info.d_model));
    if (info.moe())
        lines << ModelField::tr("%1 experts, %2 chosen").arg(info.n_experts).arg(info.top_k);
    lines << ModelField::tr("%1 parameters · %2")
                 .arg(formatCount(info.parameters), formatBytes(info.bytes));
    for (const std::string& problem : info.problems) lines << QString::fromStdString(problem);
    return lines.join(u'\n');
}

}  // namespace

PathEdit::PathEdit(QWidget* parent) : QLineEdit(parent) {
    setAcceptDrops(true);
    connect(this, &QLineEdit::returnPressed, this, &PathEdit::take);
}

void PathEdit::setPath(const QString& path) {
    m_path = path;
    m_summary.clear();
    if (hasFocus()) {
        setText(path);
    } else {
        showRest();
    }
}

void PathEdit::setSummary(const QString& summary) {
    m_summary = summary;
    if (!hasFocus()) showRest();
}

void PathEdit::showRest() {
    const QString name = QFileInfo(QDir::cleanPath(m_path)).fileName();
    setText(m_path.isEmpty() ? QString() : m_summary.isEmpty() ? name : m_summary);
    setCursorPosition(0);
}

void PathEdit::take() {
    const QString path = text().trimmed();
    if (path == m_path) return;
    setPath(path);
    Q_EMIT pathEdited(path);
}

void PathEdit::focusInEvent(QFocusEvent* event) {
    setText(m_path);
    QLineEdit::focusInEvent(event);
    selectAll();
}

void PathEdit::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    if (event->reason() == Qt::PopupFocusReason) return;
    take();
    showRest();
}

void PathEdit::dragEnterEvent(QDragEnterEvent* event) {
    if (!localPath(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    } else {
        QLineEdit::dragEnterEvent(event);
    }
}

void PathEdit::dropEvent(QDropEvent* event) {
    const QString path = localPath(event->mimeData());
    if (path.isEmpty()) return QLineEdit::dropEvent(event);
    event->acceptProposedAction();
    const QFileInfo info(path);
    setPath(info.isDir() || m_takesFiles ? path : info.absolutePath());
    Q_EMIT pathEdited(m_path);
}

ConfigField::ConfigField(QWidget* parent)
    : QWidget(parent), m_edit(new PathEdit(this)), m_warning(makeLabel({}, Look::caption, this)) {
    m_edit->setObjectName(QStringLiteral("configB"));
    m_edit->setTakesFiles(true);
    m_edit->setPlaceholderText(tr("B's config.json: its own"));
    m_edit->setAccessibleName(tr("Another config.json for run B"));
    m_edit->setToolTip(
        tr("Run B reads the same weights under another config.json, as a port with a "
           "wrong config does. The keys that differ are listed above the views."));
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("…"));
    button->setProperty("small", true);
    button->setToolTip(tr("Choose a config.json"));
    button->setAccessibleName(tr("Choose another config.json for run B"));
    m_warning->setText(tr("shapes may match, the meaning differs"));
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::space(1));
    row->addSpacing(RunMark(Side::b).sizeHint().width() + Theme::space(1));
    row->addWidget(m_edit, 1);
    row->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_warning);
    connect(m_edit, &PathEdit::pathEdited, this, [this](const QString& path) {
        showState();
        Q_EMIT pathEdited(path);
    });
    connect(button, &QToolButton::clicked, this, &ConfigField::browse);
    showState();
}

void ConfigField::setPath(const QString& path) {
    m_edit->setPath(path);
    showState();
}

void ConfigField::showState() {
    m_warning->setVisible(!path().isEmpty());
    m_edit->setProperty("quiet", path().isEmpty());
    repolish(m_edit);
}

void ConfigField::browse() {
    const QString found = QFileDialog::getOpenFileName(this, tr("config.json for run B"), path(),
                                                       tr("Configs (*.json)"));
    if (found.isEmpty()) return;
    setPath(found);
    Q_EMIT pathEdited(found);
}

ModelField::ModelField(Side side, QWidget* parent)
    : QWidget(parent), m_side(side), m_edit(new PathEdit(this)),
      m_problem(makeLabel({}, Look::bad, this)) {
    const bool first = side == Side::a;
    m_edit->setObjectName(first ? QStringLiteral("modelA") : QStringLiteral("modelB"));
    m_edit->setPlaceholderText(first ? tr("folder of a model") : tr("same as A"));
    m_edit->setAccessibleName(first ? tr("Model A") : tr("Model B"));
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("…"));
    button->setProperty("small", true);
    button->setToolTip(tr("Choose a folder"));
    button->setAccessibleName(tr("Choose the folder of model %1").arg(first ? u'A' : u'B'));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::space(1));
    row->addWidget(new RunMark(side, this));
    row->addWidget(m_edit, 1);
    row->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_problem);
    connect(m_edit, &PathEdit::pathEdited, this, &ModelField::pathEdited);
    connect(button, &QToolButton::clicked, this, &ModelField::browse);
}

QString ModelField::path() const { return m_edit->path(); }

void ModelField::setPath(const QString& path) {
    if (path == m_edit->path()) return;
    m_edit->setPath(path);
    setInfo(nullptr, {});
}

void ModelField::setInfo(const std::shared_ptr<const ModelInfo>& info, const QString& problem) {
    m_edit->setSummary(info ? summaryOf(*info) : QString());
    m_edit->setToolTip(info ? tipOf(*info) : m_edit->path());
    m_edit->setProperty("wrong", !problem.isEmpty());
    repolish(m_edit);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void ModelField::browse() {
    const QString title = m_side == Side::a ? tr("Folder of model A") : tr("Folder of model B");
    const QString path = QFileDialog::getExistingDirectory(this, title, m_edit->path());
    if (path.isEmpty()) return;
    m_edit->setPath(path);
    Q_EMIT pathEdited(path);
}

}  // namespace driftscope
