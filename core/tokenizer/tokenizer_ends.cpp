// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizer_ends.h"

#include <algorithm>

namespace driftscope {

namespace {

constexpr const char* bos_texts[] = {"<s>", "<|begin_of_text|>", "<bos>", "<|startoftext|>",
                                     "<｜begin▁of▁sentence｜>"};
constexpr const char* eos_texts[] = {
    "</s>",  "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>",           "<|im_end|>",
    "<eos>", "<end_of_turn>", "<|end|>",         "<|eot|>",    "<｜end▁of▁sentence｜>"};

}  // namespace

std::optional<std::int32_t> usual_bos(const FindSpecial& find) {
    for (const char* text : bos_texts)
        if (const auto id = find(text)) return id;
    return std::nullopt;
}

std::vector<std::int32_t> usual_eos(const FindSpecial& find) {
    std::vector<std::int32_t> ids;
    for (const char* text : eos_texts)
        if (const auto id = find(text)) ids.push_back(*id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

bool doubled_bos(const Tokenizer& tokenizer, std::span<const std::int32_t> ids) {
    const auto bos = tokenizer.bos();
    return bos && ids.size() > 1 && ids[0] == *bos && ids[1] == *bos;
}

}  // namespace driftscope
