// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include "core/model/convert.h"
#include "core/model/diff.h"
#include "core/tokenizer/tokenizer.h"

#include <utility>

namespace driftscope {

ConvertResult convert_model(const ConvertRequest& request,
                            const std::function<void(const Progress&)>& progress,
                            std::stop_token stop) {
    return convert_checkpoint(request, progress, std::move(stop));
}

ModelDiff diff_models(const std::string& a, const std::string& b,
                      const std::function<void(const Progress&)>& progress, std::stop_token stop) {
    return diff_checkpoints(a, b, progress, std::move(stop));
}

void verify_model(const std::string& folder, const std::function<void(const Progress&)>& progress,
                  std::stop_token stop) {
    verify_checkpoint(folder, progress, std::move(stop));
}

TokenizedTexts tokenize_texts(const std::string& path, const std::vector<std::string>& texts,
                              bool add_bos) {
    const auto tokenizer = load_tokenizer(path);
    TokenizedTexts out;
    out.kind = tokenizer->kind();
    for (const std::string& text : texts)
        out.ids.push_back(tokenizer->encode(text, {add_bos, true}));
    return out;
}

}  // namespace driftscope
