// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tensor_facts.h"

#include "core/checkpoint/problems.h"
#include "core/data/error.h"
#include "core/data/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope {
namespace {

/// Facts of tensors seen by this process, by file identity and offset.
class FactsCache {
public:
    static FactsCache& instance() {
        static FactsCache cache;
        return cache;
    }
    std::optional<TensorFacts> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = facts_.find(key);
        if (found == facts_.end()) return std::nullopt;
        return found->second;
    }
    void store(const std::string& key, const TensorFacts& facts) {
        const std::lock_guard lock(mutex_);
        facts_[key] = facts;
    }

private:
    std::mutex mutex_;
    std::unordered_map<std::string, TensorFacts> facts_;
};

const MappedFile& file_of(const Checkpoint& checkpoint, const TensorView& tensor,
                          const std::byte* data) {
    for (const auto& file : checkpoint.files()) {
        const auto bytes = file->bytes();
        // A tensor of no bytes may point one past the end.
        if (data >= bytes.data() && data <= bytes.data() + bytes.size() &&
            (tensor.maker || file->path().filename() == tensor.source))
            return *file;
    }
    throw Error(ErrorCode::internal, checkpoint.folder().string(),
                "tensor " + in_quotes(tensor.name) + " is not of this checkpoint");
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

double widened_half(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double sign = bits & 0x8000 ? -1.0 : 1.0;
    if (exponent == 31)
        return fraction ? std::numeric_limits<double>::quiet_NaN()
                        : sign * std::numeric_limits<double>::infinity();
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

/// binary16 has few enough values to be looked up.
const std::vector<double>& half_table() {
    static const std::vector<double> table = [] {
        std::vector<double> values(1 << 16);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = widened_half(static_cast<uint16_t>(i));
        return values;
    }();
    return table;
}

double widened(const std::byte* at, StoredType type) {
    uint64_t wide = 0;
    uint32_t single = 0;
    uint16_t half = 0;
    switch (type) {
        case StoredType::F64: std::memcpy(&wide, at, 8); return std::bit_cast<double>(wide);
        case StoredType::F32: std::memcpy(&single, at, 4); return std::bit_cast<float>(single);
        case StoredType::F16: std::memcpy(&half, at, 2); return half_table()[half];
        default:
            std::memcpy(&half, at, 2);
            return std::bit_cast<float>(static_cast<uint32_t>(half) << 16);
    }
}

/// How a type says that a value is not finite: all exponent bits set; NaN has fraction bits too.
template <typename Bits>
struct Layout {
    Bits exponent, fraction;
};

template <typename Bits>
void count_non_finite(std::span<const std::byte> bytes, Layout<Bits> layout, TensorFacts& facts) {
    const size_t count = bytes.size() / sizeof(Bits);
    int64_t nan = 0, infinite = 0;
    for (size_t i = 0; i < count; ++i) {
        Bits bits = 0;
        std::memcpy(&bits, bytes.data() + i * sizeof(Bits), sizeof(Bits));
        const bool special = (bits & layout.exponent) == layout.exponent;
        const bool fraction = (bits & layout.fraction) != 0;
        nan += special && fraction ? 1 : 0;
        infinite += special && !fraction ? 1 : 0;
    }
    facts.elements += static_cast<int64_t>(count);
    facts.nan += nan;
    facts.infinite += infinite;
}

void count_non_finite(std::span<const std::byte> bytes, StoredType type, TensorFacts& facts) {
    switch (type) {
        case StoredType::F64:
            return count_non_finite<uint64_t>(bytes, {0x7FF0000000000000, 0xFFFFFFFFFFFFF}, facts);
        case StoredType::F32:
            return count_non_finite<uint32_t>(bytes, {0x7F800000, 0x7FFFFF}, facts);
        case StoredType::F16: return count_non_finite<uint16_t>(bytes, {0x7C00, 0x3FF}, facts);
        default: return count_non_finite<uint16_t>(bytes, {0x7F80, 0x7F}, facts);
    }
}

/// Running counts of one tensor.
class Scan {
public:
    Scan(const TensorView& tensor, TensorFacts& out) : tensor_(tensor), facts_(out) {
        facts_.scanned = is_usable(tensor.type);
    }
    void add(std::span<const std::byte> bytes) {
        if (!facts_.scanned) return;
        count_non_finite(bytes, tensor_.type, facts_);
        if (tensor_.shape.size() > 1) return;
        each_value(bytes, tensor_.type, [this](std::span<const double> values) {
            for (const double x : values) {
                if (std::isfinite(x)) sum_ += x;
                facts_.not_positive += x <= 0.0 ? 1 : 0;
            }
        });
    }
    void finish() {
        const int64_t finite = facts_.elements - facts_.nan - facts_.infinite;
        facts_.mean = finite > 0 ? sum_ / static_cast<double>(finite) : 0.0;
    }

private:
    const TensorView& tensor_;
    TensorFacts& facts_;
    double sum_ = 0;
};

/// Hash and scan together, a megabyte at a time, so that the bytes come from memory once.
TensorFacts read_stored(const TensorView& tensor) {
    constexpr size_t chunk = size_t{1} << 20;
    TensorFacts facts;
    Sha256 sha;
    Scan scan(tensor, facts);
    for (size_t at = 0; at < tensor.bytes; at += chunk) {
        const std::span<const std::byte> bytes(tensor.data + at,
                                               std::min(chunk, tensor.bytes - at));
        sha.update(as_text(bytes));
        scan.add(bytes);
    }
    scan.finish();
    facts.hash = sha.hex();
    return facts;
}

TensorFacts read_made(const TensorView& tensor) {
    TensorFacts facts;
    Sha256 sha;
    const std::string recipe = tensor.maker->recipe() + "\n";
    sha.update(recipe);
    for (const auto& source : tensor.maker->sources()) sha.update(as_text(source));
    facts.hash = sha.hex();
    if (tensor.bytes > max_scanned_made_bytes) return facts;
    std::vector<std::byte> values(tensor.bytes);
    tensor.read(values);
    Scan scan(tensor, facts);
    scan.add(values);
    scan.finish();
    return facts;
}

}  // namespace

void each_value(std::span<const std::byte> bytes, StoredType type,
                const std::function<void(std::span<const double>)>& visit) {
    if (!is_usable(type)) return;
    std::array<double, 1024> values{};
    const size_t width = static_cast<size_t>(type_bits(type)) / 8;
    const size_t count = bytes.size() / width;
    for (size_t at = 0; at < count;) {
        const size_t n = std::min(values.size(), count - at);
        for (size_t i = 0; i < n; ++i) values[i] = widened(bytes.data() + (at + i) * width, type);
        visit(std::span<const double>(values).first(n));
        at += n;
    }
}

std::string tensor_key(const Checkpoint& checkpoint, const TensorView& tensor) {
    const auto stretch = [&](const std::byte* data, size_t bytes) {
        const MappedFile& file = file_of(checkpoint, tensor, data);
        return file.cache_key() + "|" + std::to_string(data - file.bytes().data()) + "|" +
               std::to_string(bytes);
    };
    if (!tensor.maker) return stretch(tensor.data, tensor.bytes);
    std::string key = tensor.maker->recipe();
    for (const auto& source : tensor.maker->sources())
        key += "|" + stretch(source.data(), source.size());
    return key;
}

TensorFacts tensor_facts(const Checkpoint& checkpoint, const TensorView& tensor) {
    const std::string key = tensor_key(checkpoint, tensor);
    if (const auto known = FactsCache::instance().find(key)) return *known;
    const TensorFacts facts = tensor.maker ? read_made(tensor) : read_stored(tensor);
    // A file written to in place since it was opened no longer is what the key says.
    if (checkpoint.still_unchanged()) FactsCache::instance().store(key, facts);
    return facts;
}

std::optional<TensorFacts> known_facts(const Checkpoint& checkpoint, const TensorView& tensor) {
    return FactsCache::instance().find(tensor_key(checkpoint, tensor));
}

}  // namespace driftscope
