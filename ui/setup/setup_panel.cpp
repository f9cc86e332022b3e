// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/setup_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/setup/model_field.h"
#include "ui/setup/option_form.h"
#include "ui/text/number_format.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

constexpr int kSettle = 120, kRunsShown = 4;

/// A block of the panel: heading above, content below.
QVBoxLayout* makeBlock(QWidget* box, const QString& heading) {
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(1));
    if (!heading.isEmpty()) column->addWidget(makeLabel(heading, Look::heading, box));
    return column;
}

}  // namespace

SetupPanel::SetupPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("setupPanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* scrolled = new QWidget;
    scrolled->setObjectName(QStringLiteral("scrolled"));
    auto* inner = new QVBoxLayout(scrolled);
    inner->setContentsMargins(Theme::space(3), Theme::space(3), Theme::space(2), Theme::space(2));
    inner->setSpacing(Theme::space(3));
    inner->addWidget(buildModels());
    inner->addWidget(buildPrompt());
    inner->addWidget(buildExamples());
    m_form = new OptionForm(scrolled);
    inner->addWidget(m_form);
    inner->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("setupScroll"));
    scroll->setWidget(scrolled);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 1, 0);
    column->setSpacing(0);
    column->addWidget(scroll, 1);
    column->addWidget(buildRuns());
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &SetupPanel::announceNow);
    connect(m_form, &OptionForm::edited, this, &SetupPanel::settle);
    setMinimumWidth(sizeHint().width());
}

QSize SetupPanel::sizeHint() const { return {m_form->neededWidth() + Theme::space(5) + 12, 500}; }

QWidget* SetupPanel::buildModels() {
    auto* box = new QWidget(this);
    QVBoxLayout* column = makeBlock(box, {});
    m_modelA = new ModelField(Side::a, box);
    m_modelB = new ModelField(Side::b, box);
    for (ModelField* field : {m_modelA, m_modelB}) {
        column->addWidget(field);
        connect(field, &ModelField::pathEdited, this, &SetupPanel::settle);
    }
    m_configB = new ConfigField(box);
    column->addWidget(m_configB);
    connect(m_configB, &ConfigField::pathEdited, this, &SetupPanel::settle);
    return box;
}

QWidget* SetupPanel::buildPrompt() {
    auto* box = new QWidget(this);
    QVBoxLayout* column = makeBlock(box, tr("Prompt"));
    m_prompt = new QPlainTextEdit(box);
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setPlaceholderText(tr("Text that both runs read"));
    m_prompt->setFixedHeight(QFontMetrics(Theme::instance().font()).lineSpacing() * 3 + 18);
    m_prompt->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_count = makeLabel({}, Look::caption, box);
    m_new = new QSpinBox(box);
    m_new->setObjectName(QStringLiteral("newTokens"));
    m_new->setAccessibleName(tr("New tokens"));
    m_new->setToolTip(tr("Tokens that both runs write; A's text is then read by both"));
    m_new->setRange(0, 4096);
    m_new->setKeyboardTracking(false);
    m_new->setAlignment(Qt::AlignRight);
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::space(1));
    row->addWidget(m_count);
    row->addWidget(m_new);
    row->addWidget(makeLabel(tr("new · teacher-forced on A"), Look::caption, box));
    row->addStretch(1);
    m_apart = new QCheckBox(tr("take apart by option and step"), box);
    m_apart->setObjectName(QStringLiteral("attribute"));
    m_apart->setToolTip(
        tr("Runs the model again for each option that differs and for each step of "
           "each block, with the arithmetic of A and of B; shown in Overview, "
           "“apart”. It takes many times longer; Esc cancels."));
    connect(m_apart, &QCheckBox::toggled, this, &SetupPanel::settle);
    column->addWidget(m_prompt);
    column->addLayout(row);
    column->addWidget(m_apart);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, [this] {
        m_tokens.clear();
        m_promptTokens = -1;
        updateCount();
        settle();
    });
    connect(m_new, &QSpinBox::valueChanged, this, &SetupPanel::settle);
    updateCount();
    return box;
}

QWidget* SetupPanel::buildExamples() {
    m_examples = new QWidget(this);
    QVBoxLayout* column = makeBlock(m_examples, tr("Examples"));
    m_exampleRows = new QVBoxLayout;
    m_exampleRows->setSpacing(0);
    column->addLayout(m_exampleRows);
    m_examples->hide();
    return m_examples;
}

QWidget* SetupPanel::buildRuns() {
    m_runs = new QWidget(this);
    m_runs->setObjectName(QStringLiteral("runsBox"));
    m_runs->setAttribute(Qt::WA_StyledBackground);
    QVBoxLayout* column = makeBlock(m_runs, tr("Runs"));
    column->setContentsMargins(Theme::space(3), Theme::space(1), Theme::space(2), Theme::space(2));
    column->setSpacing(2);
    m_runList = new QListWidget(m_runs);
    m_runList->setObjectName(QStringLiteral("runs"));
    m_runList->setAccessibleName(tr("Runs made before"));
    m_runList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_runList->setTextElideMode(Qt::ElideRight);
    m_runList->setUniformItemSizes(true);
    column->addWidget(m_runList);
    const auto take = [this](const QListWidgetItem* item) {
        const auto row = static_cast<size_t>(m_runList->row(item));
        if (row < m_history.size()) setRequest(CompareRequest(m_history[row].request), true);
    };
    connect(m_runList, &QListWidget::itemClicked, this, take);
    connect(m_runList, &QListWidget::itemActivated, this, take);
    m_runList->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_runList, &QListWidget::customContextMenuRequested, this, &SetupPanel::showRunMenu);
    auto* rename = new QAction(m_runList);
    rename->setShortcut(Qt::Key_F2);
    rename->setShortcutContext(Qt::WidgetShortcut);
    m_runList->addAction(rename);
    connect(rename, &QAction::triggered, this, [this] { renameRun(m_runList->currentRow()); });
    m_runs->hide();
    return m_runs;
}

void SetupPanel::renameRun(int row) {
    if (row < 0 || row >= static_cast<int>(m_history.size())) return;
    bool taken = false;
    const QString name =
        QInputDialog::getText(this, tr("Name of the run"), tr("Name; empty: what differs"),
                              QLineEdit::Normal, m_history[static_cast<size_t>(row)].title, &taken);
    if (taken) Q_EMIT runRenamed(row, name.trimmed());
}

void SetupPanel::showRunMenu(const QPoint& pos) {
    const int row = m_runList->row(m_runList->itemAt(pos));
    if (row < 0 || row >= static_cast<int>(m_history.size())) return;
    QMenu menu(this);
    const bool pinned = m_history[static_cast<size_t>(row)].pinned;
    const QAction* rename = menu.addAction(tr("&Rename…  F2"));
    const QAction* pin = menu.addAction(pinned ? tr("&Unpin") : tr("&Pin as baseline"));
    const QAction* forget = menu.addAction(tr("&Forget"));
    const QAction* chosen = menu.exec(m_runList->viewport()->mapToGlobal(pos));
    if (!chosen) return;
    if (chosen == rename) renameRun(row);
    if (chosen == pin) Q_EMIT runPinned(row);
    if (chosen == forget) Q_EMIT runForgotten(row);
}

CompareRequest SetupPanel::request() const {
    CompareRequest request;
    request.model_a = m_modelA->path().toStdString();
    request.model_b = m_modelB->path().toStdString();
    request.prompt = m_prompt->toPlainText().toStdString();
    request.tokens = m_tokens;
    request.max_new_tokens = m_new->value();
    request.options_a = m_form->values(Side::a);
    request.options_b = m_form->values(Side::b);
    request.judge = m_judge;
    request.config_b = m_configB->path().toStdString();
    request.attribute = m_apart->isChecked();
    request.against = m_against;
    return request;
}

void SetupPanel::setRequest(const CompareRequest& request, bool announce) {
    const QSignalBlocker blockPrompt(m_prompt), blockNew(m_new), blockApart(m_apart);
    m_modelA->setPath(QString::fromStdString(request.model_a));
    m_modelB->setPath(QString::fromStdString(request.model_b));
    const QString prompt = QString::fromStdString(request.prompt);
    if (m_prompt->toPlainText() != prompt) {
        m_prompt->setPlainText(prompt);
        m_promptTokens = -1;
    }
    m_tokens = request.tokens;
    m_new->setValue(request.max_new_tokens);
    m_form->setValues(Side::a, request.options_a);
    m_form->setValues(Side::b, request.options_b);
    m_judge = request.judge;
    m_configB->setPath(QString::fromStdString(request.config_b));
    m_apart->setChecked(request.attribute);
    m_against = request.against;
    m_settle.stop();
    updateCount();
    if (announce) announceNow();
}

void SetupPanel::settle() { m_settle.start(); }

void SetupPanel::announceNow() { Q_EMIT requestChanged(request()); }

void SetupPanel::updateCount() {
    if (!m_tokens.empty()) {
        m_count->setText(m_tokens.size() == 1 ? tr("1 id given ·")
                                              : tr("%1 ids given ·").arg(m_tokens.size()));
    } else if (m_promptTokens >= 0) {
        m_count->setText(m_promptTokens == 1 ? tr("1 token ·")
                                             : tr("%1 tokens ·").arg(m_promptTokens));
    } else {
        m_count->setText(tr("– tokens ·"));
    }
}

void SetupPanel::setPromptTokens(int count) {
    m_promptTokens = count;
    updateCount();
}

void SetupPanel::setModelInfo(Side side, std::shared_ptr<const ModelInfo> info,
                              const QString& problem) {
    (side == Side::a ? m_modelA : m_modelB)->setInfo(info, problem);
    (side == Side::a ? m_infoA : m_infoB) = std::move(info);
    // An option is greyed only where it can act on neither of the two models.
    const auto pick = [this] {
        if (m_infoB && m_infoB->moe()) return m_infoB;
        return m_infoA ? m_infoA : m_infoB;
    };
    m_form->setModel(pick());
}

void SetupPanel::setExamples(const std::vector<Example>& examples) {
    while (QLayoutItem* item = m_exampleRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const Example& example : examples) {
        auto* button = new QPushButton(example.title, m_examples);
        button->setObjectName(QStringLiteral("example.") + example.id);
        button->setToolTip(example.tip);
        button->setProperty("link", true);
        button->setCursor(Qt::PointingHandCursor);
        m_exampleRows->addWidget(button);
        connect(button, &QPushButton::clicked, this,
                [this, request = example.request] { setRequest(request, true); });
    }
    auto* more = new QPushButton(tr("Questions people asked…"), m_examples);
    more->setObjectName(QStringLiteral("questions"));
    more->setToolTip(tr("The known cases: each question is one click, answered step by step"));
    more->setProperty("link", true);
    more->setCursor(Qt::PointingHandCursor);
    m_exampleRows->addWidget(more);
    connect(more, &QPushButton::clicked, this, &SetupPanel::questionsWanted);
    m_examples->setVisible(!examples.empty());
}

void SetupPanel::setHistory(const std::vector<HistoryEntry>& history) {
    m_history = history;
    m_runList->clear();
    for (const HistoryEntry& entry : history) {
        const VerdictLook look = verdictLook(entry.verdict);
        // The verdict's mark stands before the name: what is cut at the end is the settings' tail.
        const bool judged = entry.verdict != VerdictKind::none;
        QString text = (entry.current ? QStringLiteral("● ") : QStringLiteral("○ ")) +
                       (judged ? look.mark + u' ' : QString()) +
                       (entry.pinned ? QStringLiteral("★ ") : QString()) + entry.title;
        auto* item = new QListWidgetItem(text, m_runList);
        if (judged) text += QStringLiteral(" · ") + look.word;
        item->setToolTip(text);
        item->setData(Qt::AccessibleTextRole, text);
        if (entry.current) m_runList->setCurrentItem(item);
    }
    const int rows = std::min<int>(kRunsShown, static_cast<int>(history.size()));
    const int rowHeight = m_runList->count() ? m_runList->sizeHintForRow(0) : 0;
    m_runList->setFixedHeight(rows * rowHeight + 4);
    m_runs->setVisible(!history.empty());
}

void SetupPanel::browseModel() { m_modelA->browse(); }

void SetupPanel::swapRuns() {
    CompareRequest swapped = request();
    if (!swapped.model_b.empty()) std::swap(swapped.model_a, swapped.model_b);
    std::swap(swapped.options_a, swapped.options_b);
    setRequest(swapped, true);
}

void SetupPanel::makeSame() {
    CompareRequest same = request();
    same.model_b.clear();
    same.config_b.clear();
    same.options_b = same.options_a;
    setRequest(same, true);
}

void SetupPanel::setOption(Side side, const std::string& id, const std::string& value) {
    CompareRequest changed = request();
    (side == Side::a ? changed.options_a : changed.options_b)[id] = value;
    setRequest(changed, true);
}

}  // namespace driftscope
