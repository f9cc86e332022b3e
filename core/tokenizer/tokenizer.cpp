// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizer.h"

#include "core/checkpoint/gguf_model.h"
#include "core/data/error.h"
#include "core/tokenizer/gguf_tokenizer.h"
#include "core/tokenizer/tiktoken.h"
#include "core/tokenizer/tokenizer_file.h"

#include <fstream>
#include <system_error>

namespace driftscope {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 256u << 20;  // bytes
constexpr const char* no_tokenizer_hint =
    "Put tokenizer.json or tokenizer.model there, or give token ids with --tokens";

std::string read_file(const fs::path& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    if (failure)
        throw Error(ErrorCode::unreadable, path.string(), "cannot be read: " + failure.message());
    if (size > largest_file)
        throw Error(ErrorCode::limit, path.string(), "the tokenizer file is above 256 MB");
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)) && size > 0)
        throw Error(ErrorCode::unreadable, path.string(), "cannot be read");
    return bytes;
}

fs::path tokenizer_file_of(const fs::path& path) {
    if (fs::is_regular_file(path)) return path;
    if (!fs::exists(path))
        throw Error(ErrorCode::not_found, path.string(), "there is no such file or folder",
                    no_tokenizer_hint);
    for (const char* name : {"tokenizer.json", "tokenizer.model"})
        if (fs::is_regular_file(path / name)) return path / name;
    if (const auto gguf = find_gguf(path)) return *gguf;
    throw Error(ErrorCode::not_found, path.string(), "there is no tokenizer in this folder",
                no_tokenizer_hint);
}

TokenizerHints read_hints(const fs::path& folder) {
    const auto path = folder / "tokenizer_config.json";
    if (!fs::is_regular_file(path)) return {};
    return parse_tokenizer_hints(read_file(path), path.string());
}

}  // namespace

Tokenizer::~Tokenizer() = default;

std::shared_ptr<const Tokenizer> parse_tokenizer(std::string_view bytes, const std::string& file,
                                                 const TokenizerHints& hints) {
    const auto text = bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) throw Error(ErrorCode::format, file, "the file is empty");
    if (is_tiktoken(text)) return parse_tiktoken(bytes, file, hints);
    const bool is_json = text[first] == '{' || text[first] == '[';
    return is_json ? parse_tokenizer_json(bytes, file, hints)
                   : parse_tokenizer_model(bytes, file, hints);
}

std::shared_ptr<const Tokenizer> load_tokenizer(const std::filesystem::path& folder_or_file) {
    try {
        const auto path = tokenizer_file_of(folder_or_file);
        if (path.extension() == ".gguf")
            return parse_tokenizer_gguf(open_gguf(path).front().content, path.string());
        return parse_tokenizer(read_file(path), path.string(), read_hints(path.parent_path()));
    } catch (const fs::filesystem_error& failure) {
        throw Error(ErrorCode::unreadable, folder_or_file.string(), failure.code().message());
    }
}

}  // namespace driftscope
