// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <string>
#include <vector>

namespace driftscope {

/// A folder for results. Made and tried before the long computation; every file is written
/// atomically. A folder that was made here and stays empty is removed again.
class OutputFolder {
public:
    /// Throws Error (unreadable) when the folder cannot be made or written to.
    explicit OutputFolder(const std::string& path);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    void write(const QString& name, const QByteArray& bytes);
    /// Full path of a file in it, for those who write it themselves; it counts as written.
    QString claim(const QString& name);
    /// Full paths in the order they were written.
    const std::vector<QString>& written() const { return m_written; }

private:
    QString m_path;
    QString m_made;  ///< topmost folder made here; empty: it was there
    std::vector<QString> m_written;
};

/// Writes all or nothing. Throws Error (unreadable).
void writeAtomically(const QString& path, const QByteArray& bytes);
/// Throws Error (unreadable) when no file of this name can be written.
void requireWritableFile(const std::string& path);

}  // namespace driftscope
