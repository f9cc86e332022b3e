// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// One sentencepiece processor, reached through the module that keeps the library's protobuf and
/// LibTorch's apart (module/sentencepiece_module.h).
class SentencepieceLibrary {
public:
    /// Errors: format when the library refuses the model; internal when the module is not found.
    SentencepieceLibrary(std::string_view model, const std::string& file);
    ~SentencepieceLibrary();
    SentencepieceLibrary(const SentencepieceLibrary&) = delete;
    SentencepieceLibrary& operator=(const SentencepieceLibrary&) = delete;

    int size() const;
    int bos() const;  ///< −1: none
    int eos() const;
    bool is_control(int id) const;
    bool is_unknown(int id) const;
    bool is_byte(int id) const;
    std::string piece(int id) const;
    int id_of(std::string_view piece) const;
    /// False with the reason in `error`.
    bool encode(std::string_view text, std::vector<int>& ids, std::string& error) const;
    /// The text of pieces; what is no piece stands for itself. False with the reason in `error`.
    bool decode(const std::vector<std::string>& pieces, std::string& text,
                std::string& error) const;

private:
    void* processor_ = nullptr;
};

}  // namespace driftscope
