// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a tokenizer.model, sentencepiece's protobuf as we read it and tiktoken's ranks.
// (The sentencepiece library itself is not instrumented and is left out.)
#include "core/data/error.h"
#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/tiktoken.h"

#include <cstdlib>
#include <string_view>

using namespace driftscope;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const SentencepieceModel model = read_sentencepiece_model(bytes, "fuzz");
        if (model.nul_piece >= model.n_pieces) std::abort();
    } catch (const Error&) {
    }
    try {
        const auto tokenizer = parse_tiktoken(bytes, "fuzz");
        const auto ids = tokenizer->encode("The fox's 12 caf\u00E9s \xFF end.", {});
        for (const auto id : ids)
            if (id < 0 || id >= tokenizer->vocab_size()) std::abort();
        tokenizer->decode(ids);
    } catch (const Error&) {
    }
    return 0;
}
