// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace driftscope {

struct PickleValue;
using PickleRef = const PickleValue*;  ///< lives as long as the Pickle

/// A global of the whitelist: "collections.OrderedDict".
struct PickleGlobal {
    std::string name;
};
/// A storage that the archive holds under data/KEY.
struct PickleStorage {
    std::string type;  ///< "torch.FloatStorage"
    std::string key;
    int64_t elements = 0;
};
/// A tensor over a storage; nothing checked but the kinds of its parts.
struct PickleTensor {
    PickleStorage storage;
    int64_t offset = 0;  ///< elements
    std::vector<int64_t> shape, strides;
};
/// A tuple or a list.
struct PickleSequence {
    std::vector<PickleRef> items;
};
struct PickleDict {
    std::vector<std::pair<PickleRef, PickleRef>> items;
};

struct PickleValue {
    std::variant<std::monostate, bool, int64_t, double, std::string_view, PickleGlobal,
                 PickleStorage, PickleTensor, PickleSequence, PickleDict>
        value;
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

/// What a pickle that torch.save wrote says. Nothing is executed: a machine of its own reads
/// protocol 2 with the opcodes that build dicts, tuples, numbers, texts and tensors, and with the
/// globals collections.OrderedDict, torch._utils._rebuild_tensor_v2,
/// torch._utils._rebuild_parameter, torch.Size, torch.device and torch.*Storage. Everything else is
/// refused by name and offset.
class Pickle {
public:
    /// `bytes` must outlive the Pickle (texts point into it).
    /// Errors: unsupported (an opcode or a global that is not allowed), format (broken, cut short),
    /// limit (more than a million values).
    Pickle(std::span<const std::byte> bytes, const std::string& where);

    PickleRef root() const { return root_; }

private:
    friend class PickleMachine;
    std::deque<PickleValue> values_;  ///< owns all values, so that none owns another
    PickleRef root_ = nullptr;
};

}  // namespace driftscope
