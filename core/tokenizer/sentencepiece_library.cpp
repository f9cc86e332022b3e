// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/sentencepiece_library.h"

#include <dlfcn.h>

#include <filesystem>

#include "core/data/error.h"
#include "core/tokenizer/module/sentencepiece_module.h"

namespace driftscope {

namespace {

constexpr const char* kModule = "libdriftscope_sentencepiece.so";

/// RTLD_DEEPBIND: the module finds sentencepiece's own protobuf before LibTorch's. Sanitizers
/// refuse that in dlopen, because memory might be taken by one malloc and given back to another;
/// what this module takes it gives back itself. dlmopen into the same namespace does what dlopen
/// does.
void* open_library(const std::filesystem::path& file) {
    return dlmopen(LM_ID_BASE, file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
}

void* open_module(std::string& error) {
    std::error_code ignored;
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const std::filesystem::path& folder :
         {program, program / "../lib/driftscope", std::filesystem::path(DRIFTSCOPE_MODULE_DIR)}) {
        if (void* module = open_library(folder / kModule)) return module;
        if (error.empty() || std::filesystem::exists(folder / kModule, ignored)) error = dlerror();
    }
    return nullptr;
}

const DriftscopeSentencepiece& functions() {
    static std::string error;
    static const DriftscopeSentencepiece* const found = [] {
        void* module = open_module(error);
        void* entry = module ? dlsym(module, "driftscope_sentencepiece") : nullptr;
        using Entry = const DriftscopeSentencepiece* (*)();
        return entry ? reinterpret_cast<Entry>(entry)() : nullptr;
    }();
    if (!found) {
        throw Error(ErrorCode::internal, kModule, "cannot be loaded: " + error,
                    "it belongs beside the program or in ../lib/driftscope");
    }
    return *found;
}

}  // namespace

SentencepieceLibrary::SentencepieceLibrary(std::string_view model, const std::string& file) {
    char error[512] = "";
    processor_ = functions().load(model.data(), model.size(), error, sizeof error);
    if (!processor_) {
        throw Error(ErrorCode::format, file,
                    std::string("the sentencepiece library refuses the model: ") + error);
    }
}

SentencepieceLibrary::~SentencepieceLibrary() { functions().free(processor_); }

int SentencepieceLibrary::size() const { return functions().size(processor_); }
int SentencepieceLibrary::bos() const { return functions().bos(processor_); }
int SentencepieceLibrary::eos() const { return functions().eos(processor_); }
bool SentencepieceLibrary::is_control(int id) const {
    return functions().kind(processor_, id) == 'c';
}
bool SentencepieceLibrary::is_unknown(int id) const {
    return functions().kind(processor_, id) == 'u';
}
bool SentencepieceLibrary::is_byte(int id) const { return functions().kind(processor_, id) == 'b'; }

std::string SentencepieceLibrary::piece(int id) const {
    size_t size = 0;
    const char* text = functions().piece(processor_, id, &size);
    return {text, size};
}

int SentencepieceLibrary::id_of(std::string_view piece) const {
    return functions().id_of(processor_, piece.data(), piece.size());
}

bool SentencepieceLibrary::encode(std::string_view text, std::vector<int>& ids,
                                  std::string& error) const {
    char reason[512] = "";
    const auto add = [](void* sink, int id) {
        static_cast<std::vector<int>*>(sink)->push_back(id);
    };
    if (functions().encode(processor_, text.data(), text.size(), add, &ids, reason,
                           sizeof reason)) {
        error = reason;
        return false;
    }
    return true;
}

bool SentencepieceLibrary::decode(const std::vector<std::string>& pieces, std::string& text,
                                  std::string& error) const {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const std::string& piece : pieces) {
        texts.push_back(piece.data());
        sizes.push_back(piece.size());
    }
    char reason[512] = "";
    const auto take = [](void* sink, const char* made, size_t size) {
        static_cast<std::string*>(sink)->assign(made, size);
    };
    if (functions().decode(processor_, texts.data(), sizes.data(), texts.size(), take, &text,
                           reason, sizeof reason)) {
        error = reason;
        return false;
    }
    return true;
}

}  // namespace driftscope
