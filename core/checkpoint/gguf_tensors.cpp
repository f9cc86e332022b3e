// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf_tensors.h"

#include "core/checkpoint/gguf_names.h"
#include "core/checkpoint/problems.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace driftscope {
namespace {

using Change = GgufChange;

/// A matrix in the file, or one expert's slice of a stack; a vector is a matrix of one column.
struct Part {
    GgmlType type = GgmlType::F32;
    int64_t rows = 0, cols = 1;
    std::span<const std::byte> data;

    size_t row_bytes() const { return rows == 0 ? 0 : data.size() / static_cast<size_t>(rows); }
    std::span<const std::byte> row(int64_t i) const {
        return data.subspan(static_cast<size_t>(i) * row_bytes(), row_bytes());
    }
};

/// Head counts, for the changes of order.
struct Heads {
    int64_t all = 1, kv = 1;
};

/// A row of a made tensor: row `row` of part `part`.
struct RowSource {
    size_t part = 0;
    int64_t row = 0;
};

/// Row `row` of halves, in a tensor whose heads have their rows in pairs. Converter: each head's
/// [2, d/2] rows became [d/2, 2].
int64_t unpaired(int64_t row, int64_t d_head) {
    const int64_t head = row / d_head, in_head = row % d_head, half = d_head / 2;
    return head * d_head + in_head % half * 2 + in_head / half;
}

/// Makes a tensor from rows of parts of the file, one row at a time.
class RowMaker : public TensorMaker {
public:
    RowMaker(std::vector<Part> parts, Change change, Heads heads, StoredType type)
        : parts_(std::move(parts)), change_(change), heads_(heads), type_(type) {
        for (const Part& part : parts_) rows_ += part.rows;
    }

    void make(std::span<std::byte> out) const override {
        if (change_ == Change::transpose) return make_transposed(out);
        const auto bytes = static_cast<size_t>(parts_.front().cols * type_bits(type_) / 8);
        for (int64_t row = 0; row < rows_; ++row)
            write_row(row, out.subspan(static_cast<size_t>(row) * bytes, bytes));
    }
    std::vector<std::span<const std::byte>> sources() const override {
        std::vector<std::span<const std::byte>> out;
        out.reserve(parts_.size());
        for (const Part& part : parts_) out.push_back(part.data);
        return out;
    }
    std::string recipe() const override {
        std::string text = "GGUF";
        for (const Part& part : parts_) text += " " + ggml_type_name(part.type);
        return text + ", change " + std::to_string(static_cast<int>(change_)) + ", heads " +
               std::to_string(heads_.all) + "/" + std::to_string(heads_.kv) + ", rows " +
               std::to_string(rows_);
    }
    std::string stored_name() const override {
        std::string text;
        for (const Part& part : parts_) {
            const std::string name = ggml_type_name(part.type);
            if (text.find(name) == text.npos) text += (text.empty() ? "" : "+") + name;
        }
        return text;
    }

private:
    RowSource source_of(int64_t row) const {
        switch (change_) {
            case Change::unpair_q: return {0, unpaired(row, rows_ / heads_.all)};
            case Change::unpair_k: return {0, unpaired(row, rows_ / heads_.kv)};
            case Change::qkv_by_head: {
                const int64_t d = rows_ / (3 * heads_.all);
                const int64_t head = row / (3 * d), part = row / d % 3;
                return {0, (part * heads_.all + head) * d + row % d};
            }
            case Change::qkv_by_group: return in_group(row);
            case Change::none:
            case Change::transpose:
            case Change::minus_one: break;
        }
        return {0, row};
    }

    RowSource in_group(int64_t row) const {
        const int64_t per_group = heads_.all / heads_.kv, d = rows_ / (heads_.all + 2 * heads_.kv);
        const int64_t group = row / ((per_group + 2) * d), slot = row / d % (per_group + 2);
        const int64_t rest = row % d;
        if (slot < per_group) return {0, unpaired((group * per_group + slot) * d + rest, d)};
        if (slot == per_group) return {1, unpaired(group * d + rest, d)};
        return {2, group * d + rest};
    }

    void write_row(int64_t row, std::span<std::byte> out) const {
        const RowSource source = source_of(row);
        const Part& part = parts_[source.part];
        const auto stored = part.row(source.row);
        if (plain_type(part.type) == type_ && change_ != Change::minus_one) {
            std::memcpy(out.data(), stored.data(), stored.size());
            return;
        }
        std::vector<float> values(static_cast<size_t>(part.cols));
        dequantize(part.type, stored, values.data());
        if (change_ == Change::minus_one)
            for (float& value : values) value -= 1.0f;
        std::memcpy(out.data(), values.data(), out.size());
    }

    void make_transposed(std::span<std::byte> out) const {
        const Part& part = parts_.front();
        const auto size = static_cast<size_t>(type_bits(type_) / 8);
        const auto cols = static_cast<size_t>(part.cols), rows = static_cast<size_t>(rows_);
        std::vector<std::byte> line(cols * size);
        for (size_t row = 0; row < rows; ++row) {
            write_row(static_cast<int64_t>(row), line);
            for (size_t col = 0; col < cols; ++col)
                std::memcpy(out.data() + (col * rows + row) * size, line.data() + col * size, size);
        }
    }

    std::vector<Part> parts_;
    Change change_;
    Heads heads_;
    StoredType type_;
    int64_t rows_ = 0;
};

/// A name taken apart: "blk.3.ffn_up.weight" is stem "blk.{L}.ffn_up", layer 3, ending ".weight".
struct NameParts {
    std::string stem, layer, expert, ending;
};

NameParts take_apart(const std::string& name) {
    NameParts parts;
    const size_t dot = name.rfind('.');
    parts.stem = name.substr(0, dot);
    if (dot != name.npos) parts.ending = name.substr(dot);
    const auto digits_to_mark = [&parts](size_t at, const char* mark, std::string& number) {
        const size_t end =
            std::min(parts.stem.find_first_not_of("0123456789", at), parts.stem.size());
        if (end == at) return;
        number = parts.stem.substr(at, end - at);
        parts.stem.replace(at, end - at, mark);
    };
    if (parts.stem.starts_with("blk.")) digits_to_mark(4, "{L}", parts.layer);
    const size_t last = parts.stem.rfind('.');
    if (last != parts.stem.npos && last > 4) digits_to_mark(last + 1, "{E}", parts.expert);
    return parts;
}

std::string filled(std::string_view pattern, const std::string& layer, const std::string& expert) {
    std::string out(pattern);
    if (const size_t at = out.find("{L}"); at != out.npos) out.replace(at, 3, layer);
    if (const size_t at = out.find("{E}"); at != out.npos) out.replace(at, 3, expert);
    return out;
}

/// Tables of rotary factors: they go into the config.
bool is_rope_table(const std::string& name) {
    return name == "rope_freqs.weight" || name == "rope_factors_long.weight" ||
           name == "rope_factors_short.weight";
}

/// Translates all tensors of a model.
class Translator {
public:
    Translator(const std::vector<GgufFile>& files, const std::string& where)
        : files_(files), where_(where),
          architecture_(gguf_architecture(files.front().content, where)) {
        const GgufContent& content = files.front().content;
        const std::string prefix = *content.text("general.architecture") + ".attention.";
        heads_.all = std::max<int64_t>(1, content.whole(prefix + "head_count").value_or(1));
        heads_.kv =
            std::max<int64_t>(1, content.whole(prefix + "head_count_kv").value_or(heads_.all));
    }

    std::vector<TensorView> translate() {
        for (const GgufFile& file : files_)
            for (const GgufTensor& tensor : file.content.tensors)
                if (!by_name_.emplace(tensor.name, &tensor).second)
                    problems_.add(ErrorCode::format,
                                  "tensor " + in_quotes(tensor.name) + " is in more than one part");
        for (const GgufFile& file : files_) {
            source_ = file.file ? file.file->path().filename().string() : std::string();
            for (const GgufTensor& tensor : file.content.tensors) add(tensor);
        }
        problems_.raise_if_any(where_);
        return std::move(out_);
    }

private:
    void add(const GgufTensor& tensor) {
        if (is_rope_table(tensor.name)) return;
        const NameParts name = take_apart(tensor.name);
        const auto row =
            std::find_if(architecture_.names.begin(), architecture_.names.end(),
                         [&name](const GgufName& each) { return each.stem == name.stem; });
        if (row == architecture_.names.end()) {
            if (!joins_another(name))
                out_.push_back(view(tensor.name, {whole(tensor)}, tensor.shape, Change::none));
            return;
        }
        const bool stacked = row->theirs.find("{E}") != row->theirs.npos && name.expert.empty();
        if (stacked) return add_experts(tensor, *row, name);
        const std::string theirs = filled(row->theirs, name.layer, name.expert) + name.ending;
        // A bias has no columns to turn.
        Change change = row->change;
        if (change == Change::transpose && tensor.shape.size() < 2) change = Change::none;
        if (change == Change::qkv_by_group) return add_joined(tensor, theirs);
        if (!fits(tensor, change)) return;
        std::vector<int64_t> shape = tensor.shape;
        if (change == Change::transpose) std::swap(shape[0], shape[1]);
        out_.push_back(view(theirs, {whole(tensor)}, shape, change));
    }

    /// k and v of internlm2 are taken with q.
    bool joins_another(const NameParts& name) const {
        const bool k_or_v = name.stem == "blk.{L}.attn_k" || name.stem == "blk.{L}.attn_v";
        return architecture_.name == "internlm2" && k_or_v;
    }

    static Part whole(const GgufTensor& tensor) {
        Part part;
        part.type = tensor.type;
        part.data = tensor.data;
        part.rows = 1;
        if (tensor.shape.size() > 1) part.cols = tensor.shape.back();
        // A vector's values are rows of their own, so that their order can be changed, unless they
        // lie in blocks.
        const bool plain = plain_type(tensor.type).has_value();
        if (tensor.shape.size() == 1 && !plain)
            part.cols = tensor.shape.front();
        else
            for (size_t i = 0; i + (tensor.shape.size() > 1) < tensor.shape.size(); ++i)
                part.rows *= tensor.shape[i];
        return part;
    }

    /// True if the head counts divide the rows as the change of order needs it.
    bool fits(const GgufTensor& tensor, Change change) {
        const Part part = whole(tensor);
        int64_t unit = 1;
        if (change == Change::unpair_q) unit = 2 * heads_.all;
        if (change == Change::unpair_k) unit = 2 * heads_.kv;
        if (change == Change::qkv_by_head) unit = 3 * heads_.all;
        if (change == Change::transpose && tensor.shape.size() != 2) unit = 0;
        if (unit > 0 && part.rows % unit == 0) return true;
        problems_.add(ErrorCode::format,
                      "tensor " + in_quotes(tensor.name) + " " + shape_text(tensor.shape) +
                          " does not fit the head counts, " + std::to_string(heads_.all) + " and " +
                          std::to_string(heads_.kv));
        return false;
    }

    void add_experts(const GgufTensor& tensor, const GgufName& row, const NameParts& name) {
        if (tensor.shape.size() != 3) {
            problems_.add(ErrorCode::format, "tensor " + in_quotes(tensor.name) + " " +
                                                 shape_text(tensor.shape) +
                                                 " is no stack of experts");
            return;
        }
        const int64_t count = tensor.shape[0];
        if (static_cast<uint64_t>(count) > max_gguf_entries) {
            problems_.add(ErrorCode::limit, "tensor " + in_quotes(tensor.name) + " claims " +
                                                std::to_string(count) + " experts");
            return;
        }
        for (int64_t expert = 0; expert < count; ++expert) {
            Part part;
            part.type = tensor.type;
            part.rows = tensor.shape[1], part.cols = tensor.shape[2];
            const size_t bytes = tensor.data.size() / static_cast<size_t>(count);
            part.data = tensor.data.subspan(static_cast<size_t>(expert) * bytes, bytes);
            out_.push_back(
                view(filled(row.theirs, name.layer, std::to_string(expert)) + name.ending, {part},
                     {part.rows, part.cols}, Change::none));
        }
    }

    const GgufTensor* sibling(const GgufTensor& q, char letter) const {
        std::string name = q.name;
        name[name.find("attn_q") + 5] = letter;
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }

    void add_joined(const GgufTensor& q, const std::string& theirs) {
        const GgufTensor *k = sibling(q, 'k'), *v = sibling(q, 'v');
        const auto fail = [&](const std::string& text) {
            problems_.add(ErrorCode::format, "tensor " + in_quotes(q.name) + " " + text);
        };
        if (!k || !v) return fail("has no attn_k or no attn_v beside it");
        const Part parts[] = {whole(q), whole(*k), whole(*v)};
        const int64_t d = parts[0].rows / heads_.all;
        if (d * heads_.all != parts[0].rows || d % 2 != 0 || heads_.all % heads_.kv != 0 ||
            parts[1].rows != d * heads_.kv || parts[2].rows != d * heads_.kv ||
            parts[1].cols != parts[0].cols || parts[2].cols != parts[0].cols)
            return fail("and its k and v do not fit the head counts, " +
                        std::to_string(heads_.all) + " and " + std::to_string(heads_.kv));
        std::vector<int64_t> shape = q.shape;
        shape[0] = parts[0].rows + parts[1].rows + parts[2].rows;
        out_.push_back(
            view(theirs, {std::begin(parts), std::end(parts)}, shape, Change::qkv_by_group));
    }

    TensorView view(const std::string& name, std::vector<Part> parts, std::vector<int64_t> shape,
                    Change change) const {
        TensorView out;
        out.name = name;
        out.shape = std::move(shape);
        out.source = source_;
        const auto plain = plain_type(parts.front().type);
        const bool same = std::all_of(parts.begin(), parts.end(), [&parts](const Part& part) {
            return part.type == parts.front().type;
        });
        out.type = plain && same && change != Change::minus_one ? *plain : StoredType::F32;
        if (change == Change::none && plain) {
            out.data = parts.front().data.data();
            out.bytes = parts.front().data.size();
            return out;
        }
        out.bytes =
            static_cast<size_t>(out.elements()) * static_cast<size_t>(type_bits(out.type)) / 8;
        out.maker = std::make_shared<RowMaker>(std::move(parts), change, heads_, out.type);
        return out;
    }

    const std::vector<GgufFile>& files_;
    const std::string& where_;
    const GgufArchitecture& architecture_;
    Heads heads_;
    std::string source_;
    std::map<std::string_view, const GgufTensor*> by_name_;
    std::vector<TensorView> out_;
    Problems problems_;
};

}  // namespace

std::vector<TensorView> gguf_tensors(const std::vector<GgufFile>& files, const std::string& where) {
    return Translator(files, where).translate();
}

}  // namespace driftscope
