// SPDX-License-Identifier: GPL-3.0-or-later
// llama_cpp_logits MODEL.gguf OUT ID...: the logits that llama.cpp gives every position of the ids,
// in one call, as little-endian float32 [position, token]. Keys and values are kept in float32 and
// attention is the plain one: llama.cpp's defaults round keys and values to float16.
#include <llama.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* what) {
    fprintf(stderr, "llama_cpp_logits: %s\n", what);
    return 1;
}

static void only_errors(enum ggml_log_level level, const char* text, void* unused) {
    (void)unused;
    if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

int main(int argc, char** argv) {
    if (argc < 4) return fail("usage: llama_cpp_logits MODEL.gguf OUT ID...");
    const int n = argc - 3;
    llama_log_set(only_errors, NULL);
    llama_backend_init();
    struct llama_model* model = llama_model_load_from_file(argv[1], llama_model_default_params());
    if (!model) return fail("no model");
    struct llama_context_params how = llama_context_default_params();
    how.n_ctx = 64;
    how.n_batch = how.n_ubatch = 64;
    how.n_threads = how.n_threads_batch = 1;
    how.type_k = how.type_v = GGML_TYPE_F32;
    how.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    struct llama_context* context = llama_init_from_model(model, how);
    if (!context) return fail("no context");
    const int width = llama_vocab_n_tokens(llama_model_get_vocab(model));
    struct llama_batch batch = llama_batch_init(n, 0, 1);
    batch.n_tokens = n;
    for (int i = 0; i < n; ++i) {
        batch.token[i] = atoi(argv[3 + i]);
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = 1;
    }
    if (llama_decode(context, batch) != 0) return fail("llama_decode failed");
    FILE* out = fopen(argv[2], "wb");
    if (!out) return fail("cannot write");
    for (int i = 0; i < n; ++i)
        if (fwrite(llama_get_logits_ith(context, i), sizeof(float), width, out) != (size_t)width)
            return fail("cannot write");
    return fclose(out) == 0 ? 0 : fail("cannot write");
}
