// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/run_names.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>
#include <QSet>

#include "core/data/error.h"
#include "core/options/option.h"
#include "ui/language.h"

namespace driftscope {

namespace {

constexpr int kExcerpt = 24;  // letters of a prompt

QString tr(const char* text) { return QCoreApplication::translate("RunNames", text); }
QString q(const std::string& text) { return QString::fromStdString(text); }

/// One property of every run of a group; may be empty for those that lack it.
using Trait = QStringList;
using Group = std::vector<const CompareRequest*>;

template <typename Text>
Trait traitOf(const Group& group, Text text) {
    Trait trait;
    for (const CompareRequest* request : group) trait << text(*request);
    return trait;
}

qsizetype kinds(const Trait& trait) { return QSet<QString>(trait.begin(), trait.end()).size(); }

/// How many items the lists have in common at their beginning.
qsizetype commonStart(const std::vector<QStringList>& lists) {
    qsizetype length = lists.front().size();
    for (const QStringList& list : lists) {
        qsizetype same = 0;
        while (same < std::min(length, list.size()) && list[same] == lists.front()[same]) ++same;
        length = same;
    }
    return length;
}

/// The text from the first word on in which the texts differ; the end of one that has no more.
Trait excerpts(const Trait& texts) {
    std::vector<QStringList> words;
    for (const QString& text : texts) words.push_back(text.simplified().split(u' '));
    const qsizetype same = commonStart(words);
    Trait trait;
    for (const QStringList& all : words) {
        const bool ended = all.size() <= same;
        QString rest = (ended ? all : all.mid(same)).join(u' ');
        if (ended) {
            rest = rest.size() > kExcerpt ? u'…' + rest.right(kExcerpt) : rest;
        } else {
            if (rest.size() > kExcerpt) rest = rest.left(kExcerpt) + u'…';
            if (same > 0) rest.prepend(QStringLiteral("… "));
        }
        trait << (rest.isEmpty() ? rest : QStringLiteral("“%1”").arg(rest));
    }
    return trait;
}

/// The paths' folders without those that all have in front and behind.
Trait foldersApart(const Trait& paths) {
    std::vector<QStringList> parts, backwards;
    for (const QString& path : paths) {
        parts.push_back(path.split(u'/'));
        backwards.emplace_back(parts.back().rbegin(), parts.back().rend());
    }
    const qsizetype front = commonStart(parts);
    const qsizetype back = commonStart(backwards);
    Trait trait;
    for (const QStringList& all : parts) {
        const qsizetype rest = std::max<qsizetype>(1, all.size() - front - back);
        trait << all.mid(std::min(front, all.size() - 1), rest).join(u'/');
    }
    return trait;
}

QString idsText(const CompareRequest& request) {
    QStringList ids;
    for (const int32_t id : request.tokens) ids << QString::number(id);
    return ids.join(u' ');
}

/// Options that the runs of one comparison share.
void addOptions(std::vector<Trait>& traits, const Group& group) {
    std::vector<OptionValues> values;
    try {
        for (const CompareRequest* request : group) values.push_back(complete(request->options_a));
    } catch (const Error&) {
        return;  // the engine says what is wrong with them
    }
    for (const auto& [id, first] : values.front()) {
        Trait trait;
        for (const OptionValues& each : values)
            trait << translatedText("options", option(id).label) + u' ' + q(each.at(id));
        traits.push_back(std::move(trait));
    }
}

/// What may tell runs apart, what one looks for first in front.
std::vector<Trait> traitsOf(const Group& group) {
    std::vector<Trait> traits;
    traits.push_back(traitOf(group, [](const CompareRequest& one) {
        return one.attribute ? tr("taken apart") : QString();
    }));
    traits.push_back(traitOf(group, [](const CompareRequest& one) {
        return one.max_new_tokens == 0 ? tr("no new tokens")
                                       : tr("%1 new tokens").arg(one.max_new_tokens);
    }));
    traits.push_back(
        excerpts(traitOf(group, [](const CompareRequest& one) { return q(one.prompt); })));
    traits.push_back(excerpts(traitOf(group, idsText)));
    addOptions(traits, group);
    traits.push_back(traitOf(
        group, [](const CompareRequest& one) { return one.judge ? QString() : tr("not judged"); }));
    for (const auto path : {&CompareRequest::model_a, &CompareRequest::model_b,
                            &CompareRequest::config_b, &CompareRequest::against}) {
        traits.push_back(foldersApart(
            traitOf(group, [path](const CompareRequest& one) { return q(one.*path); })));
    }
    return traits;
}

/// One trait where one is enough, else one after the other as long as they tell more apart; a
/// number where nothing does.
QStringList differences(const Group& group) {
    const auto all = static_cast<qsizetype>(group.size());
    const std::vector<Trait> traits = traitsOf(group);
    for (const Trait& trait : traits) {
        if (kinds(trait) == all) return trait;
    }
    QStringList made(all);
    for (const Trait& trait : traits) {
        QStringList tried = made;
        for (qsizetype i = 0; i < all; ++i) {
            if (!trait[i].isEmpty())
                tried[i] += (tried[i].isEmpty() ? QString() : QStringLiteral(" · ")) + trait[i];
        }
        if (kinds(tried) > kinds(made)) made = tried;
    }
    std::map<QString, int> seen;
    for (QString& text : made) {
        const int count = ++seen[text];
        if (count > 1) text = (QStringLiteral("%1 (%2)").arg(text).arg(count)).trimmed();
    }
    return made;
}

}  // namespace

QStringList distinctTitles(const QStringList& titles, const std::vector<CompareRequest>& requests) {
    std::map<QString, std::vector<qsizetype>> alike;
    for (qsizetype i = 0; i < titles.size(); ++i) alike[titles[i]].push_back(i);
    QStringList made = titles;
    for (const auto& [title, rows] : alike) {
        if (rows.size() < 2) continue;
        Group group;
        for (const qsizetype row : rows) group.push_back(&requests[static_cast<size_t>(row)]);
        const QStringList apart = differences(group);
        for (size_t i = 0; i < rows.size(); ++i) {
            const QString& difference = apart[static_cast<qsizetype>(i)];
            if (!difference.isEmpty()) made[rows[i]] = difference + QStringLiteral(" · ") + title;
        }
    }
    return made;
}

}  // namespace driftscope
