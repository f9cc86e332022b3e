// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a whole safetensors file in memory, and the same bytes as an index.
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors.h"
#include "core/data/error.h"

#include <cstdlib>
#include <span>
#include <string_view>

using namespace driftscope;

namespace {

/// Reads both bytes, so that the address sanitizer sees them.
void touch(std::byte first, std::byte last) {
    volatile std::byte sink = first;
    sink = last;
    (void)sink;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    try {
        const SafetensorsHeader header = parse_safetensors(bytes, "fuzz");
        size_t covered = header.data_begin;
        for (const TensorView& tensor : header.tensors) {
            // What passed the checks must be readable, and cover the file once.
            covered += tensor.bytes;
            if (tensor.bytes > 0) touch(tensor.data[0], tensor.data[tensor.bytes - 1]);
            if (static_cast<uint64_t>(tensor.elements()) *
                    static_cast<uint64_t>(type_bits(tensor.type)) !=
                tensor.bytes * 8)
                std::abort();
        }
        if (covered != size) std::abort();
    } catch (const Error&) {
    }
    try {
        parse_index({reinterpret_cast<const char*>(data), size}, "fuzz");
    } catch (const Error&) {
    }
    return 0;
}
