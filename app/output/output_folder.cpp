// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/output_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QTemporaryFile>

#include "core/data/error.h"

namespace driftscope {

namespace {

[[noreturn]] void refuse(const QString& path, const QString& message) {
    throw Error(ErrorCode::unreadable, path.toStdString(), message.toStdString(),
                "choose a place you may write to");
}

void tryFolder(const QString& folder) {
    QTemporaryFile probe(folder + QStringLiteral("/.driftscope-XXXXXX"));
    if (!probe.open())
        refuse(folder, QStringLiteral("cannot be written to: ") + probe.errorString());
}

}  // namespace

OutputFolder::OutputFolder(const std::string& path)
    : m_path(QDir::cleanPath(QDir::current().absoluteFilePath(QString::fromStdString(path)))) {
    if (path.empty()) {
        throw Error(ErrorCode::usage, "--out", "the folder's name is empty", "write --out DIR");
    }
    const QFileInfo info(m_path);
    if (info.exists() && !info.isDir()) refuse(m_path, QStringLiteral("is a file, not a folder"));
    for (QString at = m_path; !QFileInfo::exists(at); at = QFileInfo(at).path()) m_made = at;
    if (!QDir().mkpath(m_path)) refuse(m_path, QStringLiteral("the folder cannot be made"));
    tryFolder(m_path);
}

OutputFolder::~OutputFolder() {
    if (m_made.isEmpty() || !m_written.empty()) return;
    for (QString at = m_path; at.size() >= m_made.size(); at = QFileInfo(at).path()) {
        if (!QDir().rmdir(at)) return;  // not empty: someone else uses it
    }
}

QString OutputFolder::claim(const QString& name) {
    m_written.push_back(m_path + QLatin1Char('/') + name);
    return m_written.back();
}

void OutputFolder::write(const QString& name, const QByteArray& bytes) {
    writeAtomically(m_path + QLatin1Char('/') + name, bytes);
    claim(name);
}

void writeAtomically(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        refuse(path, QStringLiteral("cannot be written: ") + file.errorString());
    }
}

void requireWritableFile(const std::string& path) {
    const QFileInfo info(QString::fromStdString(path));
    if (info.isDir()) refuse(info.filePath(), QStringLiteral("is a folder, not a file"));
    if (!info.absoluteDir().exists()) {
        refuse(info.absolutePath(), QStringLiteral("there is no such folder"));
    }
    tryFolder(info.absolutePath());
}

}  // namespace driftscope
