// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace driftscope {

/// SHA-256 of a stream of bytes, to name files in provenance. Source: FIPS 180-4, §5 and §6.2.
class Sha256 {
public:
    /// Adds bytes; may be called any number of times.
    void update(std::string_view bytes);
    /// The digest of everything added, 64 lower-case hexadecimal digits. Ends the stream.
    std::string hex();

private:
    void block(const unsigned char* bytes);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> pending_{};
    std::size_t n_pending_ = 0;
    std::uint64_t n_bytes_ = 0;
};

/// SHA-256 of one string of bytes in hexadecimal.
std::string sha256_hex(std::string_view bytes);

}  // namespace driftscope
