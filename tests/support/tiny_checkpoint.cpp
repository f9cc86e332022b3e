// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_checkpoint.h"

#include "core/model/family.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace driftscope::test {
namespace {

/// splitmix64 (Sebastiano Vigna, public domain): the same numbers on every platform.
class Random {
public:
    Random(uint64_t seed, std::string_view name) : state_(seed) {
        for (const char c : name) {
            state_ ^= static_cast<unsigned char>(c);
            next();
        }
    }
    /// Uniform in [-1, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-52 - 1.0; }

private:
    uint64_t next() {
        uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    uint64_t state_;
};

std::string little_endian(uint64_t bits, size_t bytes) {
    std::string out(bytes, '\0');
    for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(bits >> (8 * i));
    return out;
}

/// IEEE binary16 bits of a value of normal or subnormal size, nearest even.
uint16_t half_bits(double value) {
    const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    const double magnitude = std::fabs(value);
    if (magnitude >= 65520.0) return sign | 0x7C00;
    // Below 2^-14 the spacing is 2^-24; above, 2^-10 of the leading power of two.
    const int exponent = std::max(magnitude > 0 ? std::ilogb(magnitude) : -14, -14);
    const auto steps = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
    // A carry out of the fraction (steps = 2048) moves into the exponent by itself.
    return static_cast<uint16_t>(sign + (static_cast<uint32_t>(exponent + 14) << 10) + steps);
}

uint16_t bfloat_bits(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    return static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

std::string shape_json(const std::vector<int64_t>& shape) {
    std::string out = "[";
    for (size_t i = 0; i < shape.size(); ++i) out += (i ? "," : "") + std::to_string(shape[i]);
    return out + "]";
}

std::string weight_bytes(const TinyModel& model, const std::string& canonical,
                         const std::vector<int64_t>& shape) {
    Random random(model.seed, canonical);
    const bool is_norm = canonical.ends_with(".w");
    const bool is_bias = canonical.find(".b_") != std::string::npos || canonical.ends_with(".b");
    const bool is_embed = canonical == "embed.W_E" || canonical == "embed.W_pos";
    const bool plus_one = family_by_id(model.family).block.norm == NormKind::rms_plus_one;
    const double centre = is_norm && !plus_one ? 1.0 : 0.0;
    const auto fan_in = static_cast<double>(is_embed ? 1 : shape.back());
    const double spread = is_norm || is_bias ? 0.2 : std::sqrt(3.0 / fan_in);
    size_t count = 1;
    for (const int64_t size : shape) count *= static_cast<size_t>(size);
    std::string bytes;
    for (size_t i = 0; i < count; ++i)
        bytes += stored_bytes(centre + spread * random.uniform(), model.type);
    return bytes;
}

/// Calls `visit(canonical, row, layer, expert)` for every weight, expert by expert.
template <typename Visit>
void each_weight(const FamilySpec& family, const ModelConfig& config, Visit visit) {
    for (const WeightRow& row : family.weights) {
        if (row.kind == WeightKind::tied || row.kind == WeightKind::fused) continue;
        const bool layered = row.canonical.find("{L}") != std::string::npos;
        const bool experts = row.canonical.find("{E}") != std::string::npos;
        for (int64_t layer = 0; layer < (layered ? config.n_layers : 1); ++layer) {
            if (!eval_condition(row.condition, config, layered ? layer : -1)) continue;
            for (int64_t expert = 0; expert < (experts ? config.n_experts : 1); ++expert)
                visit(fill_pattern(row.canonical, layer, expert), row, layer, expert);
        }
    }
}

/// The tensor called `name`, made of zeros on first sight.
std::vector<RawTensor>::iterator shared_tensor(std::vector<RawTensor>& tensors,
                                               const std::string& name, StoredType type,
                                               const std::vector<std::string>& shape,
                                               const ModelConfig& config) {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(),
                     [&name](const RawTensor& tensor) { return tensor.name == name; });
    if (found != tensors.end()) return found;
    RawTensor made{name, type, {}, {}};
    size_t bytes = static_cast<size_t>(type_bits(type)) / 8;
    for (const std::string& size : shape) {
        made.shape.push_back(eval_size(size, config));
        bytes *= static_cast<size_t>(made.shape.back());
    }
    made.bytes.assign(bytes, '\0');
    return tensors.insert(tensors.end(), std::move(made));
}

/// Writes the weight into its rows, or columns, of a packed or transposed tensor.
void put_packed(std::vector<RawTensor>& tensors, const WeightRow& row, const RawTensor& part,
                const ModelConfig& config) {
    const auto found = shared_tensor(tensors, part.name, part.type,
                                     row.stored.empty() ? row.shape : row.stored, config);
    const size_t width = static_cast<size_t>(type_bits(part.type)) / 8;
    const auto rows = static_cast<size_t>(part.shape[0]);
    const size_t columns = part.shape.size() > 1 ? static_cast<size_t>(part.shape[1]) : 1;
    const auto size = [&](const std::string& text) {
        return text.empty() ? rows : static_cast<size_t>(eval_size(text, config));
    };
    const size_t first = size(row.rows.first), count = size(row.rows.count);
    const auto stored_columns = static_cast<size_t>(found->shape.back());
    for (size_t r = 0; r < rows; ++r) {
        const size_t at = first + r / count * size(row.rows.step) + r % count;
        for (size_t c = 0; c < columns; ++c) {
            const size_t place = row.transposed ? c * stored_columns + at : at * columns + c;
            found->bytes.replace(place * width, width, part.bytes, (r * columns + c) * width,
                                 width);
        }
    }
}

/// Writes the weight into its expert's rows of the stacked tensor, made on first sight.
void put_stacked(std::vector<RawTensor>& tensors, const AltSource& source, const RawTensor& part,
                 const ModelConfig& config, const std::string& name, int64_t expert) {
    const auto found = shared_tensor(tensors, name, part.type, source.shape, config);
    const size_t row_bytes = part.bytes.size() / static_cast<size_t>(part.shape[0]);
    const auto first =
        static_cast<size_t>(expert * found->shape[1] + eval_size(source.first_row, config));
    found->bytes.replace(first * row_bytes, part.bytes.size(), part.bytes);
}

std::string quoted_key(const std::string& key) { return "\"" + key + "\""; }

}  // namespace

std::string stored_bytes(double value, StoredType type) {
    switch (type) {
        case StoredType::F64: return little_endian(std::bit_cast<uint64_t>(value), 8);
        case StoredType::F32:
            return little_endian(std::bit_cast<uint32_t>(static_cast<float>(value)), 4);
        case StoredType::F16: return little_endian(half_bits(value), 2);
        case StoredType::BF16: return little_endian(bfloat_bits(static_cast<float>(value)), 2);
        default: throw std::runtime_error("tiny checkpoints hold F64, F32, F16 or BF16");
    }
}

std::string tiny_config(const TinyModel& model) {
    const FamilySpec& family = family_by_id(model.family);
    const std::map<StoredType, std::string> dtypes = {{StoredType::F64, "float64"},
                                                      {StoredType::F32, "float32"},
                                                      {StoredType::F16, "float16"},
                                                      {StoredType::BF16, "bfloat16"}};
    const std::map<ConfigField, int64_t> sizes = {
        {ConfigField::n_layers, model.n_layers}, {ConfigField::d_model, model.d_model},
        {ConfigField::n_heads, model.n_heads},   {ConfigField::n_kv_heads, model.n_kv_heads},
        {ConfigField::d_mlp, model.d_mlp},       {ConfigField::d_vocab, model.d_vocab},
        {ConfigField::n_ctx, model.n_ctx},       {ConfigField::n_experts, model.n_experts},
        {ConfigField::top_k, model.top_k},       {ConfigField::d_mlp_dense, model.d_mlp + 8},
    };
    std::map<std::string, std::string> keys;
    for (const KeyRow& row : family.keys) {
        const std::string& key = row.keys.front();
        if (const auto size = sizes.find(row.field); size != sizes.end())
            keys[key] = std::to_string(size->second);
        // A class default such as Gemma's 256 would be no tiny model.
        if (row.field == ConfigField::d_head && (model.d_head > 0 || row.default_json != "null"))
            keys[key] =
                std::to_string(model.d_head > 0 ? model.d_head : model.d_model / model.n_heads);
        if (row.field == ConfigField::tied) keys[key] = model.tied ? "true" : "false";
    }
    keys["model_type"] = quoted_key(family.model_types.front());
    keys["architectures"] = "[" + quoted_key(family.architectures.front()) + "]";
    keys["torch_dtype"] = quoted_key(dtypes.at(model.type));
    for (const auto& [key, value] : model.config) keys[key] = value;
    std::string out = "{";
    for (const auto& [key, value] : keys)
        if (!value.empty())
            out += (out.size() > 1 ? ",\n  " : "\n  ") + quoted_key(key) + ": " + value;
    return out + "\n}\n";
}

std::vector<RawTensor> tiny_tensors(const TinyModel& model) {
    const ModelConfig config = parse_config(tiny_config(model), "tiny config.json");
    const FamilySpec& family = family_by_id(model.family);
    const std::string prefix = family.prefixes.empty() ? "" : family.prefixes.front();
    std::vector<RawTensor> tensors;
    each_weight(
        family, config,
        [&](const std::string& canonical, const WeightRow& row, int64_t layer, int64_t expert) {
            RawTensor tensor;
            tensor.name = fill_pattern(row.pattern, layer, expert, prefix);
            tensor.type = model.type;
            for (const std::string& size : row.shape)
                tensor.shape.push_back(eval_size(size, config));
            tensor.bytes = weight_bytes(model, canonical, tensor.shape);
            if (!row.stored.empty()) {
                put_packed(tensors, row, tensor, config);
            } else if (!model.stacked_experts || row.alternatives.empty()) {
                tensors.push_back(std::move(tensor));
            } else if (const AltSource& source = row.alternatives.front(); source.per_expert) {
                put_stacked(tensors, source, tensor, config,
                            fill_pattern(source.pattern, layer, expert, prefix), expert);
            } else {
                tensor.name = fill_pattern(source.pattern, layer, expert, prefix);
                tensors.push_back(std::move(tensor));
            }
        });
    std::sort(tensors.begin(), tensors.end(),
              [](const RawTensor& a, const RawTensor& b) { return a.name < b.name; });
    return tensors;
}

std::string raw_safetensors(const std::string& header, const std::string& data, int64_t length) {
    const uint64_t stated = length < 0 ? header.size() : static_cast<uint64_t>(length);
    return little_endian(stated, 8) + header + data;
}

void write_tiny_families(const std::filesystem::path& folder, const TinyModel& like,
                         const std::string& rope_base) {
    for (const FamilySpec& family : all_families()) {
        TinyModel model = like;
        model.family = family.id;
        for (const KeyRow& row : family.keys)
            if (!rope_base.empty() && row.field == ConfigField::rope_base)
                model.config[row.keys.front()] = rope_base;
        write_tiny_checkpoint(folder / family.id, model);
    }
}

std::string safetensors_bytes(const std::vector<RawTensor>& tensors,
                              const std::map<std::string, std::string>& metadata) {
    std::string header = "{";
    std::string data;
    if (!metadata.empty()) {
        header += "\"__metadata__\":{";
        for (const auto& [key, value] : metadata)
            header += (header.back() == '{' ? "" : ",") + quoted_key(key) + ":" + quoted_key(value);
        header += "}";
    }
    for (const RawTensor& tensor : tensors) {
        if (header.size() > 1) header += ",";
        header += quoted_key(tensor.name) + ":{\"dtype\":\"" + std::string(type_name(tensor.type)) +
                  "\",\"shape\":" + shape_json(tensor.shape) + ",\"data_offsets\":[" +
                  std::to_string(data.size()) + "," +
                  std::to_string(data.size() + tensor.bytes.size()) + "]}";
        data += tensor.bytes;
    }
    header += "}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return raw_safetensors(header, data);
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path.string());
}

void write_tiny_checkpoint(const std::filesystem::path& folder, const TinyModel& model) {
    std::filesystem::create_directories(folder);
    write_file(folder / "config.json", tiny_config(model));
    for (const char* name : {"tokenizer.model", "tokenizer_config.json"})
        std::filesystem::remove(folder / name);
    for (const auto& [name, bytes] : model.files) write_file(folder / name, bytes);
    const std::vector<RawTensor> tensors = tiny_tensors(model);
    if (model.shards <= 1) {
        write_file(folder / "model.safetensors", safetensors_bytes(tensors, {{"format", "pt"}}));
        return;
    }
    const auto shards = static_cast<size_t>(model.shards);
    const auto number = [](size_t n) {
        const std::string digits = std::to_string(n);
        return std::string(5 - std::min<size_t>(5, digits.size()), '0') + digits;
    };
    std::string map;
    size_t total = 0;
    for (size_t shard = 0; shard < shards; ++shard) {
        const std::string name =
            "model-" + number(shard + 1) + "-of-" + number(shards) + ".safetensors";
        const size_t begin = tensors.size() * shard / shards;
        const size_t end = tensors.size() * (shard + 1) / shards;
        const std::vector<RawTensor> part(tensors.begin() + static_cast<std::ptrdiff_t>(begin),
                                          tensors.begin() + static_cast<std::ptrdiff_t>(end));
        for (const RawTensor& tensor : part) {
            map += (map.empty() ? "" : ", ") + quoted_key(tensor.name) + ": " + quoted_key(name);
            total += tensor.bytes.size();
        }
        write_file(folder / name, safetensors_bytes(part, {{"format", "pt"}}));
    }
    write_file(folder / "model.safetensors.index.json",
               "{\"metadata\": {\"total_size\": " + std::to_string(total) + "}, \"weight_map\": {" +
                   map + "}}");
}

}  // namespace driftscope::test
