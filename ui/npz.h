// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include "ui/export.h"

namespace driftscope {

/// One array of a .npz file, row-major; an empty shape is a single value.
struct NpzArray {
    QString name;  ///< a file name without ending: letters, digits, '_', '.', '-'
    std::vector<int64_t> shape;
    std::variant<std::vector<double>, std::vector<int64_t>, QStringList> values;
};

/// An uncompressed zip of .npy files (format 1.0: '<f8', '<i8', '<U…'), as numpy.savez writes it.
/// Throws driftscope::Error: limit above 4 GiB, internal when shape and values disagree.
QByteArray npzBytes(const std::vector<NpzArray>& arrays);

/// A table's columns as arrays: whole numbers, numbers, else text; and what they come from.
std::vector<NpzArray> arraysOf(const Table& table);
NpzArray provenanceArray(const Provenance& provenance);

/// Written atomically. Throws driftscope::Error.
void writeNpz(const std::vector<NpzArray>& arrays, const QString& path);

/// CRC-32 of the zip format.
uint32_t crc32(const QByteArray& bytes);

}  // namespace driftscope
