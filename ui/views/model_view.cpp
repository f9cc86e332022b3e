// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/model_view.h"

#include <algorithm>
#include <utility>

#include <QTimer>
#include <QVBoxLayout>

#include "ui/text/number_format.h"
#include "ui/views/rope_pane.h"
#include "ui/views/weight_pane.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

const char* const kPages[] = {"config", "tensors", "notes", "rope"};
constexpr qsizetype kHashShown = 10;

QString q(const std::string& text) { return QString::fromStdString(text); }

/// "file" where both say so, else "A file · B default".
QString originText(const ConfigRow& row) {
    if (row.originA == row.originB) return row.originA;
    if (row.originB.isEmpty()) return ModelView::tr("only A: %1").arg(row.originA);
    if (row.originA.isEmpty()) return ModelView::tr("only B: %1").arg(row.originB);
    return row.originA + QStringLiteral(" | ") + row.originB;
}

QString noteText(const ConfigRow& row) {
    if (!row.unused || row.harmless) return row.note;
    const QString unused = ModelView::tr("present and unused");
    return row.note.isEmpty() ? unused : unused + QStringLiteral(" · ") + row.note;
}

QString both(const QString& a, const QString& b) {
    return a == b ? a
                  : (a.isEmpty() ? QStringLiteral("–") : a) + QStringLiteral(" | ") +
                        (b.isEmpty() ? QStringLiteral("–") : b);
}

QString configCell(const ConfigRow& row, int column) {
    switch (column) {
        case 0: return row.key;
        case 1: return row.a;
        case 2: return row.b;
        case 3: return originText(row);
        default: return noteText(row);
    }
}

QString tensorCell(const TensorRow& row, int column, bool whole) {
    switch (column) {
        case 0: return row.name;
        case 1: return both(row.shapeA, row.shapeB);
        case 2: return both(row.dtypeA, row.dtypeB);
        case 3: return stateText(row);
        case 4: {
            const QString a = whole ? row.hashA : row.hashA.left(kHashShown);
            const QString b = whole ? row.hashB : row.hashB.left(kHashShown);
            return a.isEmpty() && b.isEmpty() ? ModelView::tr("not hashed yet") : both(a, b);
        }
        default: return both(row.sourceA, row.sourceB);
    }
}

}  // namespace

ModelView::ModelView(QWidget* parent) : View(QStringLiteral("model"), parent) {
    m_switch = new Segmented({tr("config"), tr("tensors"), tr("notes"), tr("rope")});
    m_switch->setProperty("part", QStringLiteral("page"));
    m_switch->setItemTip(0, tr("keys of config.json in A and B: where each value comes from"));
    m_switch->setItemTip(1, tr("weights of A and B: shape, dtype, bytes; choose one to see the "
                               "histogram of its values and of A − B"));
    m_switch->setItemTip(2, tr("what opening the models found odd"));
    m_switch->setItemTip(3, tr("rotary frequencies of A and B and how far their angles part"));
    connect(m_switch, &Segmented::chosen, this, [this](int i) { setPage(static_cast<Page>(i)); });
    addControl(m_switch);
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    m_caption = new ElidedLabel(Look::caption);
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_table = new DataTable;
    m_table->setObjectName(QStringLiteral("table"));
    m_table->setAccessibleName(tr("Models A and B"));
    rows->addWidget(m_caption);
    rows->addWidget(m_table, 1);
    m_rope = new RopePane;
    m_rope->setObjectName(QStringLiteral("rope"));
    m_rope->hide();
    rows->addWidget(m_rope, 1);
    m_weight = new WeightPane;
    m_weight->setObjectName(QStringLiteral("weight"));
    m_weight->hide();
    rows->addWidget(m_weight, 1);
    connect(m_table, &DataTable::rowChosen, this, [this](int row) {
        if (m_page == Page::tensors) askForWeight(row);
    });
    setContent(page);
    setVeil(false);  // nothing of it waits for a run
}

ModelView::~ModelView() = default;

const ModelInfo* ModelView::other() const {
    const ModelInfo* b = info(Side::b);
    return b && info(Side::a) && b->path != info(Side::a)->path ? b : nullptr;
}

QString ModelView::unmetNeed() const { return info(Side::a) ? QString() : tr("No model is open"); }

void ModelView::feed(View& twin) const {
    twin.setModelInfo(Side::a, m_info[0]);
    twin.setModelInfo(Side::b, m_info[1]);
    if (auto* other = qobject_cast<ModelView*>(&twin))
        other->setRope(m_rope->rope()), other->setConfigOfB(m_configOfB, m_problemsOfB),
            other->m_wanted = m_wanted;
    if (m_answer) twin.setAnswer(m_answer);
}

void ModelView::askForWeight(int row) {
    if (row < 0 || row >= static_cast<int>(m_tensors.size()) || !info(Side::a)) return;
    const TensorRow& tensor = m_tensors[static_cast<size_t>(row)];
    const WeightQuestion question{info(Side::a)->path, other() ? other()->path : std::string(),
                                  tensor.name.toStdString()};
    if (question == m_wanted) return;
    m_wanted = question;
    m_answer.reset();
    m_waits = !tensor.unused;
    m_weight->setReason(m_waits ? tr("%1: reading its values …").arg(tensor.name)
                                : tr("%1 is read by nothing here").arg(tensor.name));
    m_weight->setVisible(showsWeight());
    keepChosenInSight();
    if (m_waits) Q_EMIT questionAsked(question);
}

/// The table gives room to the pane.
void ModelView::keepChosenInSight() {
    QTimer::singleShot(0, m_table, [table = m_table] { table->scrollTo(table->currentIndex()); });
}

bool ModelView::showsWeight() const { return m_page == Page::tensors && !m_wanted.name.empty(); }

void ModelView::setAnswer(AnswerPtr answer) {
    if (!answer || answer->question != Question(m_wanted)) return;
    m_waits = false;
    m_weight->setWeights(m_wanted, std::get<WeightPair>(answer->body));
    m_answer = std::move(answer);
    keepChosenInSight();
    m_weight->setVisible(showsWeight());
}

void ModelView::setAnswerFailed(const QString& message, const QString& hint) {
    if (!m_waits) return;
    m_waits = false;
    m_weight->setReason(q(m_wanted.name) + QStringLiteral(": ") + message +
                        (hint.isEmpty() ? QString() : QStringLiteral(". ") + hint));
    m_wanted.name.clear();  // the same row may be asked for again
    m_weight->setVisible(m_page == Page::tensors);
}

void ModelView::setModelInfo(Side side, std::shared_ptr<const ModelInfo> info) {
    const auto& before = m_info[static_cast<size_t>(side)];
    if (!info || !before || before->path != info->path) {  // of other files than these
        m_wanted = {};
        m_answer.reset();
        m_waits = false;
    }
    m_info[static_cast<size_t>(side)] = std::move(info);
    setEmpty(unmetNeed());
    if (m_info[0]) rebuild();
}

void ModelView::setRope(const RopePair& rope) {
    m_rope->setRope(rope);
    if (m_info[0]) rebuild();
}

void ModelView::setConfigOfB(std::vector<ConfigEntry> entries, std::vector<std::string> problems) {
    m_configOfB = std::move(entries);
    m_problemsOfB = std::move(problems);
    if (m_info[0]) rebuild();
}

std::shared_ptr<const ModelInfo> ModelView::underConfigOfB() const {
    const size_t side = other() ? 1 : 0;
    if (m_configOfB.empty()) return side == 1 ? m_info[1] : nullptr;
    auto under = std::make_shared<ModelInfo>(*m_info[side]);
    under->config = m_configOfB;
    under->problems = m_problemsOfB;
    return under;
}

void ModelView::comparisonChanged() { rebuild(); }

QJsonObject ModelView::saveState() const {
    return {{QStringLiteral("page"), QLatin1String(kPages[static_cast<size_t>(m_page)])}};
}

void ModelView::restoreState(const QJsonObject& state) {
    const QString name = state.value(QStringLiteral("page")).toString();
    for (int i = 0; i < int(std::size(kPages)); ++i) {
        if (name == QLatin1String(kPages[i])) setPage(static_cast<Page>(i));
    }
}

void ModelView::setPage(Page page) {
    m_page = page;
    m_switch->setCurrent(static_cast<int>(page));
    if (m_info[0]) rebuild();
}

void ModelView::rebuild() {
    static const OptionValues none;
    const Comparison* c = comparison().get();
    m_config = configRows(*info(Side::a), underConfigOfB().get(), c ? c->request.options_a : none,
                          c ? c->request.options_b : none);
    m_tensors = tensorRows(*info(Side::a), other());
    const auto differing = std::count_if(m_config.begin(), m_config.end(),
                                         [](const ConfigRow& row) { return row.differs; });
    setNote(differing > 0                     ? tr("config keys that differ: %1").arg(differing)
            : other() || !m_configOfB.empty() ? tr("the same config")
                                              : tr("A and B are the same folder"));
    const bool turns = m_page == Page::rope;
    m_caption->setText(turns ? m_rope->summary() : summary());
    m_caption->setToolTip(m_caption->text());
    m_table->setVisible(!turns);
    m_rope->setVisible(turns && m_rope->reasonEmpty().isEmpty());
    m_weight->setVisible(showsWeight());
    switch (m_page) {
        case Page::config: return showConfig();
        case Page::tensors: return showTensors();
        case Page::notes: return showNotes();
        case Page::rope: return;
    }
}

QString ModelView::summary() const {
    const auto line = [](const ModelInfo& m) {
        QStringList parts{q(m.name), q(m.family),
                          tr("%1 parameters").arg(formatCount(m.parameters)), formatBytes(m.bytes),
                          q(m.stored_dtype)};
        parts << (m.tokenizer.empty() ? tr("no tokenizer") : q(m.tokenizer));
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    };
    if (!other()) return line(*info(Side::a));
    return tr("A %1   B %2").arg(line(*info(Side::a)), line(*other()));
}

void ModelView::showConfig() {
    DataContent content;
    content.columns = {
        {tr("key"), {}, false, Role::text},
        {tr("A"), {}, false, Role::aText},
        {tr("B"), {}, false, Role::bText},
        {tr("from"), tr("file, default of the family, or an option"), false, Role::dimText},
        {tr("note"), {}, false, Role::dimText}};
    content.rows = static_cast<int>(m_config.size());
    content.text = [rows = m_config](int r, int c) {
        return configCell(rows[static_cast<size_t>(r)], c);
    };
    content.tip = content.text;
    content.tone = [rows = m_config](int r) {
        const ConfigRow& row = rows[static_cast<size_t>(r)];
        if (row.differs) return RowTone::differs;
        return row.harmless ? RowTone::dim : row.unused ? RowTone::bad : RowTone::even;
    };
    m_table->setContent(std::move(content));
    m_table->fitColumns(0.3, 0.48);
}

void ModelView::showTensors() {
    DataContent content;
    content.columns = {
        {tr("tensor"), {}, false, Role::text},
        {tr("shape"), {}, false, Role::text},
        {tr("dtype"), tr("as stored"), false, Role::text},
        {tr("A | B"), tr("whether the bytes of A and B are the same"), false, Role::text},
        {tr("sha256"), tr("of the bytes as stored; known after the first run"), false,
         Role::dimText},
        {tr("source"), tr("name in the file, and the file"), false, Role::dimText}};
    content.rows = static_cast<int>(m_tensors.size());
    content.text = [rows = m_tensors](int r, int c) {
        return tensorCell(rows[static_cast<size_t>(r)], c, false);
    };
    content.tip = [rows = m_tensors](int r, int c) {
        return tensorCell(rows[static_cast<size_t>(r)], c, true);
    };
    content.tone = [rows = m_tensors](int r) {
        using S = TensorRow::State;
        const TensorRow& row = rows[static_cast<size_t>(r)];
        if (row.unused) return RowTone::bad;
        return row.state == S::equal || row.state == S::unknown ? RowTone::plain : RowTone::differs;
    };
    m_table->setContent(std::move(content));
    m_table->fitColumns(0.3);
}

void ModelView::showNotes() {
    std::vector<std::pair<QString, QString>> notes;
    const auto add = [&](const QString& side, const ModelInfo* model) {
        if (!model) return;
        for (const std::string& problem : model->problems) notes.emplace_back(side, q(problem));
    };
    add(other() ? QStringLiteral("A") : QStringLiteral("A, B"), info(Side::a));
    add(QStringLiteral("B"), other());
    if (notes.empty()) notes.emplace_back(QString(), tr("nothing odd was found"));
    DataContent content;
    content.columns = {{tr("model"), {}, false, Role::dimText},
                       {tr("note"), {}, false, Role::text}};
    content.rows = static_cast<int>(notes.size());
    content.text = [notes = std::move(notes)](int r, int c) {
        const auto& note = notes[static_cast<size_t>(r)];
        return c == 0 ? note.first : note.second;
    };
    content.tip = content.text;
    m_table->setContent(std::move(content));
    m_table->fitColumns(0.2);
}

Table ModelView::table() const {
    Table table;
    if (!info(Side::a)) return table;
    if (m_page == Page::rope && m_rope->reasonEmpty().isEmpty()) return m_rope->table();
    if (showsWeight() && m_weight->hasWeights()) return m_weight->table();
    table.title = tr("config and tensors of A and B");
    table.header = {
        QStringLiteral("kind"),    QStringLiteral("name"),     QStringLiteral("a"),
        QStringLiteral("b"),       QStringLiteral("origin_a"), QStringLiteral("origin_b"),
        QStringLiteral("differs"), QStringLiteral("unused"),   QStringLiteral("hash_a"),
        QStringLiteral("hash_b"),  QStringLiteral("note")};
    const auto flag = [](bool on) { return on ? QStringLiteral("1") : QStringLiteral("0"); };
    for (const ConfigRow& row : m_config) {
        table.add({QStringLiteral("config"),
                   row.key,
                   row.a,
                   row.b,
                   row.originA,
                   row.originB,
                   flag(row.differs),
                   flag(row.unused),
                   {},
                   {},
                   row.note});
    }
    for (const TensorRow& row : m_tensors) {
        const auto value = [](const QString& dtype, const QString& shape) {
            return dtype.isEmpty() ? QString() : dtype + u' ' + shape;
        };
        using S = TensorRow::State;
        const bool known = row.state != S::unknown;
        table.add({QStringLiteral("tensor"), row.name, value(row.dtypeA, row.shapeA),
                   value(row.dtypeB, row.shapeB), row.sourceA, row.sourceB,
                   known ? flag(row.state != S::equal) : QString(), flag(row.unused), row.hashA,
                   row.hashB, stateText(row)});
    }
    return table;
}

QString ModelView::describe() const {
    if (!info(Side::a)) return tr("no model is open");
    if (m_page == Page::rope) return tr("Rotary embedding: %1").arg(m_rope->summary());
    if (showsWeight()) return m_weight->summary();
    const auto differing = std::count_if(m_config.begin(), m_config.end(),
                                         [](const ConfigRow& row) { return row.differs; });
    const auto unused = std::count_if(m_config.begin(), m_config.end(),
                                      [](const ConfigRow& row) { return row.unused; });
    return tr("Models: %1. Config keys that differ: %2, present and unused: %3. Tensors: %4")
        .arg(summary())
        .arg(differing)
        .arg(unused)
        .arg(m_tensors.size());
}

}  // namespace driftscope
