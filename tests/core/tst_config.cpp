// SPDX-License-Identifier: GPL-3.0-or-later
// config.json of published models, origins of values, flags.
#include "core/data/error.h"
#include "core/model/config.h"

#include <QTest>

using namespace driftscope;

namespace {

const std::string llama31 = R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "hidden_act": "silu",
  "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
  "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
  "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
  "pretraining_tp": 1, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                   "original_max_position_embeddings": 8192, "rope_type": "llama3"},
  "rope_theta": 500000.0, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
  "transformers_version": "4.42.3", "use_cache": true, "vocab_size": 128256})";

/// A llama config with these further keys.
ModelConfig llama(const std::string& keys, const std::map<std::string, std::string>& flags = {}) {
    return parse_config("{\"model_type\": \"llama\"" + (keys.empty() ? "" : ", " + keys) + "}",
                        "test", flags);
}

RopeConfig scaling(const std::string& json, const std::string& more = "") {
    return llama("\"rope_scaling\": " + json + (more.empty() ? "" : ", " + more)).rope;
}

}  // namespace

class TestConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void llama_3_1();
    void sizes_of_published_models_data();
    void sizes_of_published_models();
    void class_defaults_differ_by_family();
    void null_heads_and_head_width();
    void head_width_of_its_own();
    void whole_numbers_may_be_written_as_floats();
    void end_tokens_are_one_or_many();
    void tokens_outside_the_vocabulary_are_noted();
    void every_key_has_a_line();
    void rope_scaling_in_both_spellings();
    void rope_parameters_of_version_5();
    void yarn_with_all_its_keys();
    void yarn_reads_zero_as_not_given();
    void flags_win_and_say_so();
    void scaling_can_be_switched_off();
    void one_window_for_all_layers();
    void architecture_alone_is_enough();
    void two_spellings_of_the_stored_type();
};

void TestConfig::llama_3_1() {
    const ModelConfig c = parse_config(llama31, "config.json");
    QCOMPARE(c.family, std::string("llama"));
    QCOMPARE(c.architecture, std::string("LlamaForCausalLM"));
    QCOMPARE(c.n_kv_heads, 8);
    QCOMPARE(c.d_head, 128);
    QCOMPARE(c.norm_eps, 1e-5);
    QCOMPARE(c.rope.kind, RopeKind::llama3);
    QCOMPARE(c.rope.factor, 8.0);
    QCOMPARE(c.rope.original_context, 8192);
    QCOMPARE(c.rope.base, 500000.0);
    QCOMPARE(c.stored_dtype, std::string("bfloat16"));
    QCOMPARE(c.bos, std::optional<int64_t>(128000));
    QCOMPARE(c.eos, (std::vector<int64_t>{128001, 128008, 128009}));
    QVERIFY(!c.tied && !c.attention_bias && !c.mlp_bias && !c.sliding_window);
    QCOMPARE(c.n_experts, 0);
    QCOMPARE(c.parameter_count(), 8'030'261'248);  // as published
}

void TestConfig::sizes_of_published_models_data() {
    QTest::addColumn<QString>("keys");
    QTest::addColumn<qint64>("d_head");
    QTest::addColumn<qint64>("parameters");
    QTest::newRow("Llama-2 7B") << R"("model_type": "llama", "max_position_embeddings": 4096)"
                                << qint64{128} << qint64{6'738'415'616};
    QTest::newRow("Llama-3.2 1B")
        << R"("model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16,
              "num_key_value_heads": 8, "head_dim": 64, "intermediate_size": 8192,
              "vocab_size": 128256, "tie_word_embeddings": true)"
        << qint64{64} << qint64{1'235'814'400};
    QTest::newRow("Mistral 7B v0.1")
        << R"("model_type": "mistral")" << qint64{128} << qint64{7'241'732'096};
    QTest::newRow("Mistral Nemo")
        << R"("model_type": "mistral", "hidden_size": 5120, "num_hidden_layers": 40,
              "head_dim": 128, "vocab_size": 131072, "sliding_window": null)"
        << qint64{128} << qint64{12'247'782'400};
    QTest::newRow("Mixtral 8x7B") << R"("model_type": "mixtral")" << qint64{128}
                                  << qint64{46'702'792'704};
}

void TestConfig::sizes_of_published_models() {
    QFETCH(QString, keys);
    QFETCH(qint64, d_head);
    QFETCH(qint64, parameters);
    const ModelConfig c = parse_config("{" + keys.toStdString() + "}", "test");
    QCOMPARE(c.d_head, d_head);
    QCOMPARE(c.parameter_count(), parameters);
}

void TestConfig::class_defaults_differ_by_family() {
    const ModelConfig l = llama("");
    QCOMPARE(l.n_kv_heads, 32);
    QCOMPARE(l.n_ctx, 2048);
    QCOMPARE(l.norm_eps, 1e-6);
    QCOMPARE(l.rope.base, 1e4);
    const ModelConfig m = parse_config(R"({"model_type": "mistral"})", "test");
    QCOMPARE(m.n_kv_heads, 8);
    QCOMPARE(m.n_ctx, 131072);
    QCOMPARE(m.sliding_window, std::optional<int64_t>(4096));
    const ModelConfig x = parse_config(R"({"model_type": "mixtral"})", "test");
    QVERIFY(!x.sliding_window);
    QCOMPARE(x.rope.base, 1e6);
    QCOMPARE(x.norm_eps, 1e-5);
    QCOMPARE(x.n_experts, 8);
    QCOMPARE(x.top_k, 2);
    QVERIFY(x.norm_topk_prob);
}

void TestConfig::null_heads_and_head_width() {
    // Null is not the class default of 8: it means as many as query heads.
    const ModelConfig c = parse_config(
        R"({"model_type": "mistral", "num_key_value_heads": null, "head_dim": null})", "test");
    QCOMPARE(c.n_kv_heads, 32);
    QCOMPARE(c.d_head, 128);
}

void TestConfig::head_width_of_its_own() {
    QCOMPARE(llama(R"("head_dim": 64)").d_head, 64);
    // With a width of its own, hidden_size need not be a multiple of the heads.
    QCOMPARE(llama(R"("head_dim": 64, "hidden_size": 4100)").d_head, 64);
}

void TestConfig::whole_numbers_may_be_written_as_floats() {
    QCOMPARE(llama(R"("num_hidden_layers": 4.0, "rms_norm_eps": 1)").n_layers, 4);
}

void TestConfig::end_tokens_are_one_or_many() {
    QCOMPARE(llama(R"("eos_token_id": 7)").eos, std::vector<int64_t>{7});
    QCOMPARE(llama(R"("eos_token_id": [7, 9])").eos, (std::vector<int64_t>{7, 9}));
    QVERIFY(llama(R"("eos_token_id": null, "bos_token_id": null)").eos.empty());
    QVERIFY(!llama(R"("bos_token_id": null)").bos);
}

void TestConfig::tokens_outside_the_vocabulary_are_noted() {
    const ModelConfig c = llama(R"("vocab_size": 2, "eos_token_id": [1, 2])");
    QCOMPARE(c.value("eos_token_id")->note, std::string("outside the vocabulary"));
    QVERIFY(c.value("bos_token_id")->note.empty());
}

void TestConfig::every_key_has_a_line() {
    const ModelConfig c = llama(
        R"("hidden_size": 2048, "use_cache": true, "flux": {"a": [1, 2]}, "sliding_window": 7)");
    QCOMPARE(c.value("hidden_size")->origin, Origin::file);
    QVERIFY(c.value("hidden_size")->used);
    QCOMPARE(c.value("vocab_size")->origin, Origin::default_value);
    QCOMPARE(c.value("vocab_size")->value, std::string("32000"));
    QCOMPARE(c.value("rope_scaling")->origin, Origin::default_value);
    QVERIFY(c.value("use_cache")->known && !c.value("use_cache")->used);
    QVERIFY(!c.value("flux")->known && !c.value("flux")->used);
    QCOMPARE(c.value("flux")->value, std::string(R"({"a":[1,2]})"));
    // transformers' Llama does not look at a window: shown as unused, never obeyed.
    QVERIFY(!c.value("sliding_window")->known && !c.sliding_window);
    QVERIFY(!c.value("nothing"));
    const ModelConfig full = parse_config(llama31, "test");
    for (const char* key : {"factor", "low_freq_factor", "high_freq_factor", "rope_type",
                            "original_max_position_embeddings"})
        QVERIFY2(full.value(std::string("rope_scaling.") + key)->used, key);
}

void TestConfig::rope_scaling_in_both_spellings() {
    QCOMPARE(scaling("null").kind, RopeKind::none);
    QCOMPARE(scaling(R"({"rope_type": "default"})").kind, RopeKind::none);
    for (const char* key : {"type", "rope_type"}) {
        const RopeConfig linear =
            scaling("{\"" + std::string(key) + R"(": "linear", "factor": 2})");
        QCOMPARE(linear.kind, RopeKind::linear);
        QCOMPARE(linear.factor, 2.0);
    }
    QCOMPARE(scaling(R"({"type": "dynamic", "rope_type": "dynamic", "factor": 2.5})").kind,
             RopeKind::dynamic);
    const ModelConfig c =
        llama(R"("rope_scaling": {"type": "linear", "factor": 4, "beta_fast": 1, "huh": 2})");
    QVERIFY(c.value("rope_scaling.beta_fast")->known && !c.value("rope_scaling.beta_fast")->used);
    QVERIFY(!c.value("rope_scaling.huh")->known);
}

void TestConfig::rope_parameters_of_version_5() {
    const ModelConfig c = llama(
        R"("rope_theta": 3, "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0})");
    QCOMPARE(c.rope.base, 500000.0);
    QVERIFY(!c.value("rope_theta")->used);
    QVERIFY(c.value("rope_parameters.rope_theta")->used);
    QCOMPARE(llama(R"("rope_parameters": {"rope_theta": 7.0})").rope.kind, RopeKind::none);
    // Both dictionaries: the newer wins.
    const ModelConfig both = llama(R"("rope_scaling": {"rope_type": "linear", "factor": 2},
        "rope_parameters": {"rope_type": "linear", "factor": 4, "rope_theta": 5})");
    QCOMPARE(both.rope.factor, 4.0);
    QVERIFY(!both.value("rope_scaling")->used);
    // One set per kind of layer, all equal.
    const ModelConfig nested = parse_config(
        R"({"model_type": "mistral", "rope_parameters": {"sliding_attention": {"rope_type":
            "linear", "factor": 4, "rope_theta": 5}}})",
        "test");
    QCOMPARE(nested.rope.base, 5.0);
    QCOMPARE(nested.rope.kind, RopeKind::linear);
    // The original context may stand beside, or is max_position_embeddings.
    const std::string llama3 = R"("rope_parameters": {"rope_type": "llama3", "factor": 8,
        "low_freq_factor": 1, "high_freq_factor": 4, "rope_theta": 5})";
    QCOMPARE(llama(llama3).rope.original_context, 2048);
    QCOMPARE(llama(llama3 + R"(, "original_max_position_embeddings": 99)").rope.original_context,
             99);
}

void TestConfig::yarn_with_all_its_keys() {
    const RopeConfig r = scaling(
        R"({"rope_type": "yarn", "factor": 4, "beta_fast": 16, "beta_slow": 2, "mscale": 0.5,
            "mscale_all_dim": 0.7, "attention_factor": 1.25, "truncate": false,
            "original_max_position_embeddings": 1024})");
    QCOMPARE(r.kind, RopeKind::yarn);
    QCOMPARE(r.beta_fast, 16.0);
    QCOMPARE(r.beta_slow, 2.0);
    QCOMPARE(r.mscale, std::optional(0.5));
    QCOMPARE(r.mscale_all_dim, std::optional(0.7));
    QCOMPARE(r.attention_factor, std::optional(1.25));
    QVERIFY(!r.truncate);
    QCOMPARE(r.original_context, 1024);
}

void TestConfig::yarn_reads_zero_as_not_given() {
    const RopeConfig r =
        scaling(R"({"type": "yarn", "factor": 4, "beta_fast": 0, "beta_slow": null, "mscale": 0})");
    QCOMPARE(r.beta_fast, 32.0);
    QCOMPARE(r.beta_slow, 1.0);
    QVERIFY(!r.mscale && !r.mscale_all_dim && !r.attention_factor && r.truncate);
    QCOMPARE(r.original_context, 2048);
}

void TestConfig::flags_win_and_say_so() {
    const ModelConfig c =
        parse_config(llama31, "test", {{"rope.base", "10000"}, {"context", "2048"}});
    QCOMPARE(c.rope.base, 10000.0);
    QCOMPARE(c.rope.original_context, 8192);
    QCOMPARE(c.n_ctx, 2048);
    const ConfigValue& base = *c.value("rope_theta");
    QCOMPARE(base.origin, Origin::flag);
    QCOMPARE(base.value, std::string("10000.0"));
    QCOMPARE(base.note, std::string("set by rope.base; file says 500000.0"));
    QCOMPARE(c.value("max_position_embeddings")->origin, Origin::flag);
    QCOMPARE(llama("", {{"rope.base", "config"}}).value("rope_theta")->origin,
             Origin::default_value);
    const auto window = [](const char* value) {
        return parse_config(R"({"model_type": "mistral"})", "test", {{"attention.window", value}})
            .sliding_window;
    };
    QCOMPARE(window("config"), std::optional<int64_t>(4096));
    QCOMPARE(window("off"), std::optional<int64_t>());
    QCOMPARE(window("16"), std::optional<int64_t>(16));
}

void TestConfig::scaling_can_be_switched_off() {
    const ModelConfig c = parse_config(llama31, "test", {{"rope.scaling", "off"}});
    QCOMPARE(c.rope.kind, RopeKind::none);
    QCOMPARE(c.rope.base, 500000.0);
    QCOMPARE(c.value("rope.scaling")->origin, Origin::flag);
    QVERIFY(!c.value("rope_scaling.factor")->used);
    QCOMPARE(c.value("rope_scaling.factor")->note, std::string("not used: rope.scaling=off"));
}

void TestConfig::one_window_for_all_layers() {
    const ModelConfig c = parse_config(
        R"({"model_type": "mistral", "num_hidden_layers": 2, "sliding_window": 8,
            "layer_types": ["sliding_attention", "sliding_attention"]})",
        "test");
    QCOMPARE(c.sliding_window, std::optional<int64_t>(8));
    QVERIFY(c.value("layer_types")->used);
}

void TestConfig::architecture_alone_is_enough() {
    QCOMPARE(parse_config(R"({"architectures": ["MixtralForCausalLM"]})", "test").family,
             std::string("mixtral"));
    const ModelConfig c = parse_config(
        R"({"model_type": "my-llama", "architectures": ["LlamaForCausalLM"]})", "test");
    QCOMPARE(c.value("model_type")->note, std::string("not known; read as llama"));
}

void TestConfig::two_spellings_of_the_stored_type() {
    const ModelConfig c = llama(R"("torch_dtype": "float32", "dtype": "bfloat16")");
    QCOMPARE(c.stored_dtype, std::string("bfloat16"));
    QVERIFY(!c.value("torch_dtype")->used);
    QCOMPARE(llama(R"("torch_dtype": "torch.float16")").stored_dtype, std::string("float16"));
    QVERIFY(llama("").stored_dtype.empty());
}

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
