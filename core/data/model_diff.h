// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

enum class DiffKind { equal, different, only_a, only_b };

/// "equal", "different", "only in a", "only in b".
inline std::string_view diff_word(DiffKind kind) {
    switch (kind) {
        case DiffKind::equal: return "equal";
        case DiffKind::different: return "different";
        case DiffKind::only_a: return "only in a";
        case DiffKind::only_b: return "only in b";
    }
    return "";
}

/// One key of the two configs.
struct ConfigDiff {
    std::string key;
    DiffKind kind = DiffKind::equal;
    std::string value_a, origin_a;  ///< JSON text; "file", "default", "flag"; empty if absent
    std::string value_b, origin_b;
    bool used = true;  ///< by either model's forward pass
};

/// One weight of the two models, or a tensor that nothing binds.
struct TensorDiff {
    std::string name;  ///< canonical, so that packed and unpacked files meet; else the file's
    DiffKind kind = DiffKind::equal;
    std::string source_a, source_b;  ///< tensor and rows in the file
    std::vector<int64_t> shape_a, shape_b;
    std::string dtype_a, dtype_b;
    std::string hash_a, hash_b;  ///< sha256 of the bytes of the weight's rows as stored
};

/// Two models side by side, everything read.
struct ModelDiff {
    std::string path_a, path_b, family_a, family_b;
    std::vector<ConfigDiff> config;   ///< in the order of A's file, then what only B has
    std::vector<TensorDiff> tensors;  ///< in forward order of A, then what only B has
    std::vector<std::string> problems_a, problems_b;
    int64_t count(DiffKind kind) const {
        int64_t n = 0;
        for (const TensorDiff& tensor : tensors) n += tensor.kind == kind ? 1 : 0;
        return n;
    }
};

}  // namespace driftscope
