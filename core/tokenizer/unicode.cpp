// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/unicode.h"

#include "core/data/error.h"
#include "core/tokenizer/utf8.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <limits>

namespace driftscope {

namespace {

const icu::Normalizer2& normalizer_of(NormalForm form) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = nullptr;
    switch (form) {
        case NormalForm::nfc: found = icu::Normalizer2::getNFCInstance(status); break;
        case NormalForm::nfd: found = icu::Normalizer2::getNFDInstance(status); break;
        case NormalForm::nfkc: found = icu::Normalizer2::getNFKCInstance(status); break;
        case NormalForm::nfkd: found = icu::Normalizer2::getNFKDInstance(status); break;
    }
    if (U_FAILURE(status) || !found)
        throw Error(ErrorCode::internal, "tokenizer", "ICU has no tables for this normal form");
    return *found;
}

UChar32 to_icu(char32_t point) { return static_cast<UChar32>(point); }

}  // namespace

std::string normalize(std::string_view text, NormalForm form) {
    if (text.size() > std::numeric_limits<int32_t>::max() / 2)
        throw Error(ErrorCode::limit, "tokenizer", "the text is above 1 GB");
    UErrorCode status = U_ZERO_ERROR;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    normalizer_of(form).normalizeUTF8(
        0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
    if (U_FAILURE(status))
        throw Error(ErrorCode::internal, "tokenizer",
                    std::string("ICU could not normalise the text: ") + u_errorName(status));
    return result;
}

std::string lowercase(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
        const char32_t point = next_code_point(text, pos);
        if (point == 0x130)  // the one character whose full lower case is two: i with a dot above
            result += "i\u0307";
        else
            append_utf8(result, static_cast<char32_t>(u_tolower(to_icu(point))));
    }
    return result;
}

bool is_white_space(char32_t point) { return u_isUWhiteSpace(to_icu(point)); }

bool is_word(char32_t point) {
    const auto category = U_GET_GC_MASK(to_icu(point));
    return u_isUAlphabetic(to_icu(point)) ||
           (category & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) ||
           u_hasBinaryProperty(to_icu(point), UCHAR_JOIN_CONTROL);
}

bool is_number(char32_t point) { return U_GET_GC_MASK(to_icu(point)) & U_GC_N_MASK; }

}  // namespace driftscope
