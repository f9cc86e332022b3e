// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_keeper.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QScopedValueRollback>
#include <QSettings>
#include <utility>

#include "app/session_file.h"
#include "core/data/error.h"
#include "ui/main_window.h"
#include "ui/selection.h"

namespace driftscope {

namespace {

constexpr int kAutosaveMs = 1500;
constexpr int kMostRecent = 8;
const char* const kRequestKey =
    "request";  // MainWindow's own copy of what the session holds better

std::string jsonOf(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QJsonObject objectOf(const std::string& json) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

/// `now` over what the file held: keys that this version does not know stay.
QJsonObject merged(QJsonObject former, const QJsonObject& now) {
    for (auto it = now.begin(); it != now.end(); ++it) {
        const QJsonValue before = former.value(it.key());
        former[it.key()] = it.value().isObject() && before.isObject()
                               ? QJsonValue(merged(before.toObject(), it.value().toObject()))
                               : it.value();
    }
    return former;
}

SessionSelection chosen(const Selection& selection) {
    SessionSelection fields;
    fields.layer = selection.layer();
    fields.head = selection.head();
    fields.pos = selection.pos();
    fields.keyPos = selection.keyPos();
    fields.expert = selection.expert();
    fields.step = selection.step();
    fields.site = to_string(selection.site());
    return fields;
}

void choose(Selection& selection, const SessionSelection& fields) {
    if (const auto site = parse_site(fields.site)) selection.setSite(*site);
    if (fields.layer >= 0) selection.setLayer(fields.layer);
    if (fields.head >= 0) selection.setHead(fields.head);
    if (fields.pos >= 0) selection.setPos(fields.pos);
    if (fields.keyPos >= 0) selection.setKeyPos(fields.keyPos);
    if (fields.step >= 0) selection.setStep(fields.step);
    selection.setExpert(fields.expert);
}

}  // namespace

SessionKeeper::SessionKeeper(MainWindow& window, QObject* parent)
    : QObject(parent), m_window(window) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(kAutosaveMs);
    connect(&m_timer, &QTimer::timeout, this, &SessionKeeper::autosave);
    m_writer.setMaxThreadCount(1);
}

SessionKeeper::~SessionKeeper() { m_writer.waitForDone(); }

void SessionKeeper::open(const QString& path) {
    Session session = loadSession(path);
    const bool own = QFileInfo(path) == QFileInfo(lastSessionPath());
    m_session = std::move(session);
    m_path = own ? QString() : QFileInfo(path).absoluteFilePath();
    const QScopedValueRollback filling(m_filling, true);
    QJsonObject state = objectOf(m_session.ui);
    state.remove(QLatin1String(kRequestKey));
    m_window.restoreState(state);
    choose(*m_window.selection(), m_session.selection);
    m_window.setSessionPath(m_path);
    m_window.setSessionModified(false);
    m_shown.reset();
    m_stored.reset();
    if (m_session.numbers) m_stored = {m_session.request.fingerprint(), *m_session.numbers};
    m_window.showNumbersMoved({});
    if (!own) addRecent(m_path);
    m_window.setRequest(m_session.request);
}

void SessionKeeper::save(const QString& path) {
    QString target = path.isEmpty() ? m_path : path;
    if (target.isEmpty()) {
        throw Error(ErrorCode::usage, "save", "this session has no file yet", "choose one");
    }
    if (QFileInfo(target).suffix().isEmpty()) target += QStringLiteral(".drift");
    takeWindow();
    saveSession(m_session, target);
    m_path = QFileInfo(target).absoluteFilePath();
    m_window.setSessionPath(m_path);
    m_window.setSessionModified(false);
    addRecent(m_path);
}

void SessionKeeper::takeNumbers(const Comparison& comparison) {
    m_shown = {comparison.request.fingerprint(), stampOf(comparison)};
    if (m_stored && m_stored->request == m_shown->request) {
        m_window.showNumbersMoved(numbersDifference(m_stored->numbers, m_shown->numbers));
        m_stored.reset();
    } else {
        m_window.showNumbersMoved({});
    }
    if (!m_timer.isActive()) m_timer.start();  // for the next start; the person changed nothing
}

void SessionKeeper::setRuns(std::vector<NamedRun> runs) {
    m_session.runs = std::move(runs);
    touch();
}

void SessionKeeper::touch() {
    if (m_filling) return;
    if (!m_path.isEmpty()) m_window.setSessionModified(true);
    if (!m_timer.isActive()) m_timer.start();
}

void SessionKeeper::flush() {
    m_timer.stop();
    autosave();
    m_writer.waitForDone();
    saveLayout();
}

void SessionKeeper::takeWindow() {
    m_session.request = m_window.request();
    m_session.selection = chosen(*m_window.selection());
    m_session.numbers.reset();
    for (const std::optional<Seen>* seen : {&m_stored, &m_shown}) {
        if (*seen && (*seen)->request == m_session.request.fingerprint())
            m_session.numbers = (*seen)->numbers;
    }
    QJsonObject state = m_window.saveState();
    state.remove(QLatin1String(kRequestKey));
    m_session.ui = jsonOf(merged(objectOf(m_session.ui), state));
}

void SessionKeeper::autosave() {
    takeWindow();
    m_writer.start([this, session = m_session, path = autosavePath()] {
        try {
            saveSession(session, path);
        } catch (const Error& error) {
            const QString why = QString::fromStdString(error.message());
            QMetaObject::invokeMethod(
                this,
                [this, why] {
                    m_window.showMessage(tr("The session could not be kept: %1").arg(why));
                },
                Qt::QueuedConnection);
        }
    });
}

void SessionKeeper::saveLayout() const {
    QJsonObject state = m_window.saveState();
    state.remove(QLatin1String(kRequestKey));
    state.remove(QStringLiteral("selection"));
    QSettings().setValue(QStringLiteral("layout"),
                         QJsonDocument(state).toJson(QJsonDocument::Compact));
}

void SessionKeeper::restoreLayout() {
    const QByteArray bytes = QSettings().value(QStringLiteral("layout")).toByteArray();
    const QScopedValueRollback filling(m_filling, true);
    if (!bytes.isEmpty()) m_window.restoreState(QJsonDocument::fromJson(bytes).object());
}

QStringList SessionKeeper::recentFiles() const {
    QStringList paths;
    if (QFileInfo::exists(lastSessionPath())) paths << lastSessionPath();
    for (const QString& path : QSettings().value(QStringLiteral("recent")).toStringList()) {
        if (QFileInfo::exists(path)) paths << path;
    }
    return paths;
}

void SessionKeeper::addRecent(const QString& path) {
    QStringList paths = QSettings().value(QStringLiteral("recent")).toStringList();
    paths.removeAll(path);
    paths.prepend(path);
    QSettings().setValue(QStringLiteral("recent"), paths.mid(0, kMostRecent));
    m_window.setRecentFiles(recentFiles());
}

}  // namespace driftscope
