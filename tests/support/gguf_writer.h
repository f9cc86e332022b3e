// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftscope::test {

/// Writes small GGUF files for tests, well-formed unless told otherwise.
class GgufWriter {
public:
    uint32_t version = 3;
    uint64_t alignment = 32;

    void text(std::string_view key, std::string_view value) {
        begin_key(key, 8);
        put_text(keys_, value);
    }
    void u32(std::string_view key, uint32_t value) { begin_key(key, 4), put(keys_, value, 4); }
    void f32(std::string_view key, float value) {
        begin_key(key, 6), put(keys_, std::bit_cast<uint32_t>(value), 4);
    }
    void truth(std::string_view key, bool value) { begin_key(key, 7), put(keys_, value, 1); }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        begin_key(key, 9), put(keys_, 8, 4), put(keys_, values.size(), 8);
        for (const std::string& value : values) put_text(keys_, value);
    }
    void i32s(std::string_view key, const std::vector<int32_t>& values) {
        begin_key(key, 9), put(keys_, 5, 4), put(keys_, values.size(), 8);
        for (const int32_t value : values) put(keys_, static_cast<uint32_t>(value), 4);
    }
    void f32s(std::string_view key, const std::vector<float>& values) {
        begin_key(key, 9), put(keys_, 6, 4), put(keys_, values.size(), 8);
        for (const float value : values) put(keys_, std::bit_cast<uint32_t>(value), 4);
    }

    /// A tensor of any type; `shape` row-major.
    void tensor(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type,
                const std::string& bytes) {
        data_.resize((data_.size() + alignment - 1) / alignment * alignment, '\0');
        raw_tensor(name, shape, type, data_.size());
        data_ += bytes;
    }
    void floats(std::string_view name, const std::vector<uint64_t>& shape,
                const std::vector<float>& values) {
        tensor(name, shape, 0, {reinterpret_cast<const char*>(values.data()), 4 * values.size()});
    }
    /// A tensor's description only, with any offset.
    void raw_tensor(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type,
                    uint64_t offset) {
        put_text(tensors_, name);
        put(tensors_, shape.size(), 4);
        for (auto it = shape.rbegin(); it != shape.rend(); ++it) put(tensors_, *it, 8);
        put(tensors_, type, 4);
        put(tensors_, offset, 8);
        ++n_tensors_;
    }
    void raw_data(const std::string& bytes) { data_ += bytes; }
    /// Bytes as they are behind the keys; counts as one key.
    void raw_key(const std::string& bytes) { keys_ += bytes, ++n_keys_; }

    std::string bytes() const {
        std::string out = "GGUF";
        put(out, version, 4);
        put(out, n_tensors_, 8);
        put(out, n_keys_, 8);
        out += keys_ + tensors_;
        out.resize((out.size() + alignment - 1) / alignment * alignment, '\0');
        return out + data_;
    }
    void save(const std::filesystem::path& path) const {
        std::ofstream(path, std::ios::binary) << bytes();
    }

    static void put(std::string& out, uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
    }
    static void put_text(std::string& out, std::string_view text) {
        put(out, text.size(), 8);
        out += text;
    }

private:
    void begin_key(std::string_view key, uint32_t kind) {
        put_text(keys_, key);
        put(keys_, kind, 4);
        ++n_keys_;
    }
    std::string keys_, tensors_, data_;
    uint64_t n_keys_ = 0, n_tensors_ = 0;
};

}  // namespace driftscope::test
