// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/defect_stage.h"

#include "core/model/family.h"
#include "core/options/effects.h"
#include "tests/support/sentencepiece_writer.h"

namespace driftscope::test {

namespace {

void fill_config(TinyModel& m, const DefectSpec& defect, const std::string& family) {
    for (const KeyRow& row : family_by_id(family).keys) {
        const std::string& key = row.keys.front();
        if (row.field == ConfigField::rope_base) m.config[key] = "1000000.0";
        if (row.field == ConfigField::partial_rotary) m.config[key] = "1.0";
        if (row.field == ConfigField::norm_topk_prob) m.config[key] = "true";
        if (!defect.id.starts_with("D-SWA")) {
            // Layers with a window have rotary frequencies of their own in Gemma 3.
            if (row.field == ConfigField::window_pattern) m.config[key] = "1";
            continue;
        }
        if (row.field == ConfigField::sliding_window) m.config[key] = "3";
        if (row.field == ConfigField::use_window) m.config[key] = "true";
        if (row.field == ConfigField::max_window_layers) m.config[key] = "0";
    }
}

/// A vocabulary in which every word begins with a space and a mark, so that InternLM2Tokenizer
/// reads any two of them otherwise than LlamaTokenizer: " .a .b" is ".a.b" there. The special
/// tokens stand behind the ids that the model knows.
void add_marked_words(TinyModel& m) {
    std::string bytes;
    for (int64_t id = 0; id < m.d_vocab; ++id) {
        const std::string word = {static_cast<char>('a' + id / 26),
                                  static_cast<char>('a' + id % 26)};
        bytes += sentencepiece_piece("\u2581." + word, -static_cast<float>(id), PieceType::normal);
    }
    bytes += sentencepiece_piece("<unk>", 0, PieceType::unknown) +
             sentencepiece_piece("<s>", 0, PieceType::control) +
             sentencepiece_piece("</s>", 0, PieceType::control);
    m.files["tokenizer.model"] = bytes + sentencepiece_specs(false, true);
    m.files["tokenizer_config.json"] = R"({"tokenizer_class": "InternLM2Tokenizer"})";
}

}  // namespace

DefectStage stage_for(const DefectSpec& defect, const std::string& family) {
    DefectStage stage;
    TinyModel& m = stage.model;
    m.family = family;
    m.type = StoredType::BF16;
    fill_config(m, defect, family);
    if (defect.id == "D-ROPE-SCALING-IGNORED" || defect.id == "D-ROPE-OLDCTX") {
        m.config["rope_scaling"] =
            R"({"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64})";
    }
    if (defect.kind == "tokens") m.config["bos_token_id"] = "5";
    if (defect.id.starts_with("D-ROPE-DYN")) {
        m.config["rope_scaling"] = R"({"rope_type": "dynamic", "factor": 2.0})";
        m.n_ctx = 6;
    }
    if (defect.id == "D-ROPE-DYN-CACHED") stage.options_a = ",kv_cache=off";
    if (defect.id == "D-LONGROPE-IGNORED") {
        m.config["rope_scaling"] =
            R"({"type": "longrope", "short_factor": [1.1, 1.2, 1.3, 1.4],
                "long_factor": [2.0, 3.0, 4.0, 5.0]})";
    }
    if (defect.id == "D-ALIBI-SLOPES") m.n_heads = 6, m.d_model = 48;
    if (defect.id == "D-TIED-HEAD-MISSING") m.tied = true;
    if (defect.id == "D-WQKV-NEOX") m.n_kv_heads = m.n_heads;
    if (changes_text_only(defect)) add_marked_words(m);
    if (defect.id == "D-SOFTCAP-DROPPED") stage.options_b = ",attention=sdpa";
    return stage;
}

bool keeps_tokens(const DefectSpec& defect) { return defect.kind != "tokens"; }

}  // namespace driftscope::test
