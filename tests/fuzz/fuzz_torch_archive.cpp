// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a whole pytorch_model.bin in memory, zip and pickle; its tensors are read.
#include "core/checkpoint/torch_archive.h"
#include "core/data/error.h"

#include <cstdlib>
#include <span>
#include <vector>

using namespace driftscope;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    try {
        const TorchContent content = parse_torch_archive(bytes, "fuzz");
        for (const TensorView& tensor : content.tensors) {
            // A tensor with strides of zero may be larger than its storage; that is not a fault.
            if (tensor.bytes > (size_t{1} << 20)) continue;
            std::vector<std::byte> values(tensor.bytes);
            tensor.read(values);
        }
    } catch (const Error&) {
    }
    return 0;
}
