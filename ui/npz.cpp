// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/npz.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QtEndian>

#include "core/data/error.h"

namespace driftscope {

namespace {

static_assert(std::endian::native == std::endian::little, "the arrays are written as they lie");

constexpr uint16_t kVersion = 20;                       // of the zip format: plain files
constexpr uint16_t kDosDate = (0 << 9) | (1 << 5) | 1;  // 1980-01-01: the same bytes every time

void put16(QByteArray& to, uint16_t value) {
    const uint16_t little = qToLittleEndian(value);
    to.append(reinterpret_cast<const char*>(&little), 2);
}

void put32(QByteArray& to, size_t value) {
    if (value > std::numeric_limits<uint32_t>::max()) {
        throw Error(ErrorCode::limit, "npz", "more than 4 GiB", "export fewer values");
    }
    const auto little = qToLittleEndian(static_cast<uint32_t>(value));
    to.append(reinterpret_cast<const char*>(&little), 4);
}

size_t elements(const NpzArray& array) {
    size_t count = 1;
    for (const int64_t size : array.shape) count *= static_cast<size_t>(size);
    return count;
}

QByteArray shapeText(const std::vector<int64_t>& shape) {
    QByteArray text = "(";
    for (const int64_t size : shape)
        text += QByteArray::number(static_cast<qlonglong>(size)) + ", ";
    if (shape.size() > 1) text.chop(2);
    if (shape.size() == 1) text.chop(1);
    return text + ")";
}

/// Magic, version, length and a header that ends at a multiple of 64 bytes.
QByteArray npyHeader(const QByteArray& type, const std::vector<int64_t>& shape) {
    QByteArray text =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shapeText(shape) + ", }";
    constexpr qsizetype kBefore = 10;
    text.append((64 - (kBefore + text.size() + 1) % 64) % 64, ' ');
    text += '\n';
    QByteArray bytes("\x93NUMPY\x01\x00", 8);
    put16(bytes, static_cast<uint16_t>(text.size()));
    return bytes + text;
}

template <class T>
QByteArray plain(const char* type, const NpzArray& array, const std::vector<T>& values) {
    QByteArray bytes = npyHeader(type, array.shape);
    bytes.append(reinterpret_cast<const char*>(values.data()),
                 static_cast<qsizetype>(values.size()) * static_cast<qsizetype>(sizeof(T)));
    return bytes;
}

QByteArray texts(const NpzArray& array, const QStringList& values) {
    std::vector<QList<uint>> points;
    qsizetype longest = 1;
    for (const QString& value : values) {
        points.push_back(value.toUcs4());
        longest = std::max(longest, points.back().size());
    }
    QByteArray bytes = npyHeader("<U" + QByteArray::number(longest), array.shape);
    for (QList<uint>& text : points) {
        text.resize(longest);  // the rest is zero
        bytes.append(reinterpret_cast<const char*>(text.constData()), longest * 4);
    }
    return bytes;
}

QByteArray npyBytes(const NpzArray& array) {
    const size_t count =
        std::visit([](const auto& v) { return static_cast<size_t>(v.size()); }, array.values);
    if (count != elements(array)) {
        throw Error(ErrorCode::internal, array.name.toStdString(), "shape and values disagree");
    }
    if (const auto* numbers = std::get_if<std::vector<double>>(&array.values))
        return plain("<f8", array, *numbers);
    if (const auto* whole = std::get_if<std::vector<int64_t>>(&array.values))
        return plain("<i8", array, *whole);
    return texts(array, std::get<QStringList>(array.values));
}

/// What the local header and the directory have in common.
QByteArray fields(const QByteArray& content, const QByteArray& name) {
    QByteArray bytes;
    put16(bytes, kVersion);
    put16(bytes, 0x0800);  // names in UTF-8
    put16(bytes, 0);       // stored, not compressed
    put16(bytes, 0);
    put16(bytes, kDosDate);
    put32(bytes, crc32(content));
    put32(bytes, static_cast<size_t>(content.size()));
    put32(bytes, static_cast<size_t>(content.size()));
    put16(bytes, static_cast<uint16_t>(name.size()));
    put16(bytes, 0);
    return bytes;
}

std::variant<std::vector<double>, std::vector<int64_t>, QStringList> column(const Table& table,
                                                                            qsizetype at) {
    std::vector<double> numbers;
    std::vector<int64_t> whole;
    QStringList texts;
    bool allNumbers = !table.rows.empty(), allWhole = allNumbers;
    for (const QStringList& row : table.rows) {
        const QString text = row.value(at);
        texts << text;
        bool isWhole = false, isNumber = false;
        whole.push_back(text.toLongLong(&isWhole));
        // Nothing there is no number, but stands in a column of numbers.
        const double value = text.isEmpty() ? std::nan("") : text.toDouble(&isNumber);
        numbers.push_back(value);
        allWhole = allWhole && isWhole;
        allNumbers = allNumbers && (isNumber || text.isEmpty());
    }
    const bool allEmpty =
        std::all_of(texts.begin(), texts.end(), [](const QString& t) { return t.isEmpty(); });
    if (allWhole) return whole;
    if (allNumbers && !allEmpty) return numbers;
    return texts;
}

}  // namespace

uint32_t crc32(const QByteArray& bytes) {
    static const auto table = [] {
        std::array<uint32_t, 256> entries{};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
            }
            entries[i] = value;
        }
        return entries;
    }();
    uint32_t sum = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        sum = (sum >> 8) ^ table[(sum ^ static_cast<unsigned char>(byte)) & 0xFFU];
    }
    return sum ^ 0xFFFFFFFFU;
}

QByteArray npzBytes(const std::vector<NpzArray>& arrays) {
    QByteArray zip, directory;
    for (const NpzArray& array : arrays) {
        const QByteArray name = array.name.toUtf8() + ".npy";
        const QByteArray content = npyBytes(array);
        const QByteArray common = fields(content, name);
        directory += QByteArray("PK\x01\x02", 4);
        put16(directory, kVersion);
        directory += common;
        put16(directory, 0);  // comment, disk, attributes
        put16(directory, 0);
        put16(directory, 0);
        put32(directory, 0);
        put32(directory, static_cast<size_t>(zip.size()));
        directory += name;
        zip += QByteArray("PK\x03\x04", 4) + common + name + content;
    }
    const auto start = static_cast<size_t>(zip.size());
    zip += directory + QByteArray("PK\x05\x06", 4);
    put16(zip, 0);
    put16(zip, 0);
    put16(zip, static_cast<uint16_t>(arrays.size()));
    put16(zip, static_cast<uint16_t>(arrays.size()));
    put32(zip, static_cast<size_t>(directory.size()));
    put32(zip, start);
    put16(zip, 0);
    return zip;
}

std::vector<NpzArray> arraysOf(const Table& table) {
    std::vector<NpzArray> arrays;
    const auto rows = static_cast<int64_t>(table.rows.size());
    for (qsizetype i = 0; i < table.header.size(); ++i) {
        arrays.push_back({table.header[i], {rows}, column(table, i)});
    }
    return arrays;
}

NpzArray provenanceArray(const Provenance& provenance) {
    QJsonArray pairs;
    for (const auto& [key, value] : provenance) pairs.append(QJsonArray{key, value});
    const QByteArray json = QJsonDocument(pairs).toJson(QJsonDocument::Compact);
    return {QStringLiteral("provenance"), {}, QStringList{QString::fromUtf8(json)}};
}

void writeNpz(const std::vector<NpzArray>& arrays, const QString& path) {
    const QByteArray bytes = npzBytes(arrays);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        throw Error(ErrorCode::unreadable, path.toStdString(),
                    "cannot be written: " + file.errorString().toStdString(),
                    "choose another folder");
    }
}

}  // namespace driftscope
