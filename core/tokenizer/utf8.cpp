// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/utf8.h"

namespace driftscope {

namespace {

unsigned char byte_at(std::string_view bytes, std::size_t pos) {
    return static_cast<unsigned char>(bytes[pos]);
}

/// How far the bytes at a place go towards a well-formed character.
struct Scan {
    std::size_t used;  ///< bytes that fit the pattern, at least 1
    bool complete;     ///< they are a whole character
    bool may_grow;     ///< the input ended inside one
};

/// Unicode 16, table 3-7 "Well-Formed UTF-8 Byte Sequences".
Scan scan(std::string_view bytes, std::size_t pos) {
    const auto lead = byte_at(bytes, pos);
    if (lead < 0x80) return {1, true, false};
    if (lead < 0xC2 || lead > 0xF4) return {1, false, false};
    const std::size_t width = utf8_width(bytes[pos]);
    for (std::size_t i = 1; i < width; ++i) {
        if (pos + i == bytes.size()) return {i, false, true};
        unsigned char low = 0x80, high = 0xBF;
        if (i == 1 && lead == 0xE0) low = 0xA0;
        if (i == 1 && lead == 0xED) high = 0x9F;
        if (i == 1 && lead == 0xF0) low = 0x90;
        if (i == 1 && lead == 0xF4) high = 0x8F;
        const auto next = byte_at(bytes, pos + i);
        if (next < low || next > high) return {i, false, false};
    }
    return {width, true, false};
}

}  // namespace

std::size_t utf8_width(char lead) noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte >= 0xF0) return 4;
    if (byte >= 0xE0) return 3;
    return byte >= 0xC0 ? 2 : 1;
}

char32_t next_code_point(std::string_view text, std::size_t& pos) noexcept {
    const std::size_t width = utf8_width(text[pos]);
    const auto lead = byte_at(text, pos);
    char32_t point = width == 1 ? lead : lead & (0xFFu >> (width + 1));
    for (std::size_t i = 1; i < width && pos + i < text.size(); ++i)
        point = (point << 6) | (byte_at(text, pos + i) & 0x3Fu);
    pos += width;
    return point;
}

std::size_t previous_start(std::string_view text, std::size_t end) noexcept {
    do {
        --end;
    } while (end > 0 && (byte_at(text, end) & 0xC0) == 0x80);
    return end;
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto tail = [&](int shift) {
        return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
    };
    if (code_point < 0x80) {
        text += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        text += static_cast<char>(0xC0 | (code_point >> 6));
        text += tail(0);
    } else if (code_point < 0x10000) {
        text += static_cast<char>(0xE0 | (code_point >> 12));
        text += {tail(6), tail(0)};
    } else {
        text += static_cast<char>(0xF0 | (code_point >> 18));
        text += {tail(12), tail(6), tail(0)};
    }
}

std::size_t complete_length(std::string_view bytes) noexcept {
    for (std::size_t pos = 0; pos < bytes.size();) {
        const auto step = scan(bytes, pos);
        if (step.may_grow) return pos;
        pos += step.used;
    }
    return bytes.size();
}

bool is_valid_utf8(std::string_view bytes) noexcept {
    for (std::size_t pos = 0; pos < bytes.size();) {
        const auto step = scan(bytes, pos);
        if (!step.complete) return false;
        pos += step.used;
    }
    return true;
}

std::string to_valid_utf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t pos = 0; pos < bytes.size();) {
        const auto step = scan(bytes, pos);
        if (step.complete)
            text += bytes.substr(pos, step.used);
        else
            text += "\uFFFD";
        pos += step.used;
    }
    return text;
}

}  // namespace driftscope
