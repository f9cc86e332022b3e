// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer file of any content either loads and encodes, or ends in an Error.
#include "core/data/error.h"
#include "core/tokenizer/tokenizer_file.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace driftscope;
    constexpr std::string_view text = "The fox's 12 caf\u00E9s  \n<s> \u2581\U0001F680 \xFF end.";
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const auto tokenizer = parse_tokenizer_json(bytes, "fuzz");
        const auto ids = tokenizer->encode(text, {});
        for (const auto id : ids)
            if (id < 0 || id >= tokenizer->vocab_size()) std::abort();
        tokenizer->decode(ids);
        StreamDecoder stream(tokenizer, true);
        for (const auto id : ids) stream.feed(id);
        stream.flush();
    } catch (const Error&) {
    }
    return 0;
}
