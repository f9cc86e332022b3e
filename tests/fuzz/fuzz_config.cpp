// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: the text of a config.json, as it is and with every flag set.
#include "core/data/error.h"
#include "core/model/config.h"
#include "core/model/rope.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace driftscope;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::map<std::string, std::string> flags = {{"rope.base", "10000"},
                                                      {"rope.scaling", "off"},
                                                      {"context", "128"},
                                                      {"attention.window", "off"}};
    for (const auto& overrides : {std::map<std::string, std::string>{}, flags}) {
        try {
            const ModelConfig config = parse_config(text, "fuzz", overrides);
            // What passed the checks must make sense.
            if (config.n_layers < 1 || config.n_heads % config.n_kv_heads != 0 ||
                config.d_head % 2 != 0 || config.parameter_count() < 1)
                std::abort();
            if (config.d_head <= 4096)
                rope_frequencies(config.rope, config.d_head, config.n_ctx, config.n_ctx);
        } catch (const Error&) {
        }
    }
    return 0;
}
