// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf_model.h"
#include "core/checkpoint/mapped_file.h"
#include "core/model/convert.h"
#include "core/model/diff.h"
#include "core/model/rope_facts.h"
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

ConfigRead read_config(const std::string& config_file) {
    ConfigRead read;
    const ModelConfig config =
        parse_config(read_text_file(config_file, max_config_bytes), config_file);
    for (const ConfigValue& value : config.values) {
        const char* origin = value.origin == Origin::file ? "file" : "default";
        read.entries.push_back({value.key, value.value, origin, value.used, value.note});
        if (value.known) continue;
        read.problems.push_back("config key '" + value.key + "' is unknown and unused");
    }
    return read;
}

RopeFactsPtr read_rope(const std::string& model, const std::string& config_file,
                       const OptionValues& options) {
    std::map<std::string, std::string> overrides;
    for (const char* key : {"rope.base", "rope.scaling", "context"}) {
        const auto given = options.find(key);
        if (given != options.end()) overrides[key] = given->second;
    }
    const ConfigText text =
        config_file.empty()
            ? read_config_text(model_folder(model), max_config_bytes)
            : ConfigText{read_text_file(config_file, max_config_bytes), config_file, {}};
    const auto facts = rope_facts(parse_config(text.text, text.where, overrides));
    return facts ? std::make_shared<const RopeFacts>(*facts) : nullptr;
}

}  // namespace driftscope
