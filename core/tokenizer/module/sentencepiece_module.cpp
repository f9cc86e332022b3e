// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/module/sentencepiece_module.h"

#include <sentencepiece_processor.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

using Processor = sentencepiece::SentencePieceProcessor;

Processor& as_processor(void* processor) { return *static_cast<Processor*>(processor); }

void* load(const char* bytes, size_t size, char* error, size_t error_size) {
    auto processor = std::make_unique<Processor>();
    const auto status = processor->LoadFromSerializedProto({bytes, size});
    if (status.ok()) return processor.release();
    std::snprintf(error, error_size, "%s", status.ToString().c_str());
    return nullptr;
}

void free_processor(void* processor) { delete static_cast<Processor*>(processor); }
int size_of(void* processor) { return as_processor(processor).GetPieceSize(); }
int bos(void* processor) { return as_processor(processor).bos_id(); }
int eos(void* processor) { return as_processor(processor).eos_id(); }

int kind(void* processor, int id) {
    const Processor& p = as_processor(processor);
    return p.IsControl(id) ? 'c' : p.IsUnknown(id) ? 'u' : p.IsByte(id) ? 'b' : ' ';
}

int id_of(void* processor, const char* piece, size_t size) {
    return as_processor(processor).PieceToId({piece, size});
}

const char* piece(void* processor, int id, size_t* size) {
    const std::string& text = as_processor(processor).IdToPiece(id);
    *size = text.size();
    return text.data();
}

int encode(void* processor, const char* text, size_t size, void (*add)(void*, int), void* sink,
           char* error, size_t error_size) {
    std::vector<int> ids;
    const auto status = as_processor(processor).Encode({text, size}, &ids);
    if (!status.ok()) {
        std::snprintf(error, error_size, "%s", status.ToString().c_str());
        return 1;
    }
    for (const int id : ids) add(sink, id);
    return 0;
}

int decode(void* processor, const char* const* pieces, const size_t* sizes, size_t count,
           void (*take)(void*, const char*, size_t), void* sink, char* error, size_t error_size) {
    std::vector<std::string> list;
    for (size_t i = 0; i < count; ++i) list.emplace_back(pieces[i], sizes[i]);
    std::string text;
    const auto status = as_processor(processor).Decode(list, &text);
    if (!status.ok()) {
        std::snprintf(error, error_size, "%s", status.ToString().c_str());
        return 1;
    }
    take(sink, text.data(), text.size());
    return 0;
}

const DriftscopeSentencepiece functions = {load, free_processor, size_of, bos,    eos,
                                           kind, id_of,          piece,   encode, decode};

}  // namespace

extern "C" const DriftscopeSentencepiece* driftscope_sentencepiece() { return &functions; }
