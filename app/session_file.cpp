// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/output/output_folder.h"
#include "core/data/error.h"

namespace driftscope {

namespace {

std::string folderOf(const QString& path) { return QFileInfo(path).absolutePath().toStdString(); }

}  // namespace

Session loadSession(const QString& path) {
    const std::string where = path.toStdString();
    QFile file(path);
    if (!QFileInfo::exists(path)) {
        throw Error(ErrorCode::not_found, where, "there is no such file", "check the path");
    }
    if (QFileInfo(path).isDir() || !file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorCode::unreadable, where,
                    "cannot be read: " + file.errorString().toStdString(), "is it a session file?");
    }
    const QByteArray bytes = file.read(static_cast<qint64>(SessionLimits::bytes) + 1);
    return parseSession({bytes.constData(), static_cast<std::size_t>(bytes.size())}, folderOf(path),
                        where);
}

void saveSession(const Session& session, const QString& path) {
    writeAtomically(path, QByteArray::fromStdString(sessionText(session, folderOf(path))));
}

QString stateFolder() {
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (base.isEmpty() || !QDir::isAbsolutePath(base)) {
        base = QDir::homePath() + QStringLiteral("/.local/state");
    }
    const QString folder = base + QStringLiteral("/driftscope");
    QDir().mkpath(folder);
    return folder;
}

QString autosavePath() { return stateFolder() + QStringLiteral("/autosave.drift"); }

QString lastSessionPath() { return stateFolder() + QStringLiteral("/last-session.drift"); }

void rotateAutosave() {
    if (!QFileInfo::exists(autosavePath())) return;
    QFile::remove(lastSessionPath());
    QFile::rename(autosavePath(), lastSessionPath());
}

}  // namespace driftscope
