// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

// The C face of the one shared library that links sentencepiece. Debian's libsentencepiece exports
// a protobuf of its own, libtorch brings another version under the same names, and in one symbol
// scope either breaks the other at start. The module is opened with a scope of its own instead.
extern "C" {

struct DriftscopeSentencepiece {
    /// A processor for a serialised model, or null with the reason in `error` (always ended by 0).
    void* (*load)(const char* bytes, size_t size, char* error, size_t error_size);
    void (*free)(void* processor);
    int (*size)(void* processor);
    int (*bos)(void* processor);  ///< −1: none
    int (*eos)(void* processor);
    int (*kind)(void* processor, int id);  ///< 'c' control, 'u' unknown, 'b' byte, ' ' other
    int (*id_of)(void* processor, const char* piece, size_t size);
    /// The piece's text; `size` is set. Valid until the processor is freed.
    const char* (*piece)(void* processor, int id, size_t* size);
    /// Calls `add(sink, id)` for each id. 0, or 1 with the reason in `error`.
    int (*encode)(void* processor, const char* text, size_t size, void (*add)(void*, int),
                  void* sink, char* error, size_t error_size);
    /// Calls `take(sink, text, size)` with the text of `count` pieces. 0, or 1 with the reason.
    int (*decode)(void* processor, const char* const* pieces, const size_t* sizes, size_t count,
                  void (*take)(void* sink, const char* text, size_t size), void* sink, char* error,
                  size_t error_size);
};

const DriftscopeSentencepiece* driftscope_sentencepiece();
}
