// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a whole GGUF file in memory; its tensors are read and its tokenizer is used.
#include "core/checkpoint/gguf_file.h"
#include "core/checkpoint/gguf_names.h"
#include "core/data/error.h"
#include "core/tokenizer/gguf_tokenizer.h"

#include <cstdlib>
#include <span>

using namespace driftscope;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    try {
        const GgufContent content = parse_gguf(bytes, "fuzz");
        for (const GgufTensor& tensor : content.tensors) {
            // What passed the checks lies inside the file.
            if (tensor.data.empty()) continue;
            if (tensor.data.data() < bytes.data() ||
                tensor.data.data() + tensor.data.size() > bytes.data() + bytes.size())
                std::abort();
        }
        for (const auto& [key, value] : content.metadata) {
            if (const auto* array = std::get_if<GgufArray>(&value)) {
                if (array->texts().size() + array->numbers().size() > size) std::abort();
            }
        }
        try {
            gguf_architecture(content, "fuzz");
        } catch (const Error&) {
        }
        const auto tokenizer = parse_tokenizer_gguf(content, "fuzz");
        const auto ids = tokenizer->encode("The fox's 12 caf\u00E9s \U0001F680 \xFF end.", {});
        for (const auto id : ids)
            if (id < 0 || id >= tokenizer->vocab_size()) std::abort();
        tokenizer->decode(ids);
    } catch (const Error&) {
    }
    return 0;
}
