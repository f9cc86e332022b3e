// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_archive.h"

#include "core/checkpoint/pickle.h"
#include "core/checkpoint/problems.h"
#include "core/checkpoint/zip_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace driftscope {
namespace {

struct StorageRow {
    std::string_view name;
    StoredType type;
};
constexpr std::array storage_rows = {
    StorageRow{"torch.DoubleStorage", StoredType::F64},
    StorageRow{"torch.FloatStorage", StoredType::F32},
    StorageRow{"torch.HalfStorage", StoredType::F16},
    StorageRow{"torch.BFloat16Storage", StoredType::BF16},
    StorageRow{"torch.LongStorage", StoredType::I64},
    StorageRow{"torch.IntStorage", StoredType::I32},
    StorageRow{"torch.ShortStorage", StoredType::I16},
    StorageRow{"torch.CharStorage", StoredType::I8},
    StorageRow{"torch.ByteStorage", StoredType::U8},
    StorageRow{"torch.BoolStorage", StoredType::BOOL},
    StorageRow{"torch.ComplexFloatStorage", StoredType::C64},
};

std::optional<StoredType> storage_type(std::string_view name) {
    for (const StorageRow& row : storage_rows)
        if (row.name == name) return row.type;
    return std::nullopt;
}

/// Copies a tensor whose elements do not lie one after the other.
class StridedMaker : public TensorMaker {
public:
    StridedMaker(std::span<const std::byte> storage, const PickleTensor& tensor, StoredType type)
        : storage_(storage), offset_(tensor.offset), shape_(tensor.shape), strides_(tensor.strides),
          type_(type) {}

    void make(std::span<std::byte> out) const override {
        const auto size = static_cast<size_t>(type_bits(type_) / 8);
        std::vector<int64_t> index(shape_.size(), 0);
        int64_t at = offset_;
        for (size_t done = 0; done + size <= out.size(); done += size) {
            std::memcpy(out.data() + done, storage_.data() + static_cast<size_t>(at) * size, size);
            for (size_t axis = shape_.size(); axis-- > 0;) {
                at += strides_[axis];
                if (++index[axis] < shape_[axis]) break;
                at -= strides_[axis] * shape_[axis];
                index[axis] = 0;
            }
        }
    }
    std::vector<std::span<const std::byte>> sources() const override { return {storage_}; }
    std::string recipe() const override {
        return "strides " + std::string(type_name(type_)) + " " + std::to_string(offset_) + " " +
               list(shape_) + list(strides_);
    }
    std::string stored_name() const override { return std::string(type_name(type_)); }

private:
    static std::string list(const std::vector<int64_t>& values) {
        std::string text = "[";
        for (const int64_t value : values) text += std::to_string(value) + ",";
        return text + "]";
    }
    std::span<const std::byte> storage_;
    int64_t offset_;
    std::vector<int64_t> shape_, strides_;
    StoredType type_;
};

/// Elements of a tensor and the last one that it touches; nothing on overflow.
struct Reach {
    int64_t elements = 1, last = 0;
};

std::optional<Reach> reach_of(const PickleTensor& tensor) {
    Reach out;
    if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end())
        return Reach{0, 0};
    out.last = tensor.offset;
    for (size_t axis = 0; axis < tensor.shape.size(); ++axis) {
        int64_t span = 0;
        if (__builtin_mul_overflow(out.elements, tensor.shape[axis], &out.elements) ||
            __builtin_mul_overflow(tensor.shape[axis] - 1, tensor.strides[axis], &span) ||
            __builtin_add_overflow(out.last, span, &out.last))
            return std::nullopt;
    }
    return out;
}

bool is_contiguous(const PickleTensor& tensor) {
    int64_t expected = 1;
    for (size_t axis = tensor.shape.size(); axis-- > 0;) {
        if (tensor.shape[axis] != 1 && tensor.strides[axis] != expected) return false;
        expected *= tensor.shape[axis];
    }
    return true;
}

class ArchiveReader {
public:
    ArchiveReader(std::span<const std::byte> file, const std::string& where)
        : file_(file), where_(where) {}

    TorchContent read() {
        check_start();
        for (ZipEntry& entry : parse_zip(file_, where_))
            entries_.emplace(std::move(entry.name), entry.data);
        find_top();
        if (const auto order = entries_.find(top_ + "byteorder"); order != entries_.end())
            if (text_of(order->second) != "little")
                throw Error(ErrorCode::unsupported, where_,
                            "its byte order is " + in_quotes(text_of(order->second)),
                            "Save the model on a little-endian machine");
        const Pickle pickle(entries_.at(top_ + "data.pkl"), where_ + ": data.pkl");
        const auto* dict = pickle.root()->as<PickleDict>();
        if (!dict)
            throw Error(ErrorCode::unsupported, where_, "it holds no state dict",
                        "Save model.state_dict() with torch.save");
        for (const auto& [key, value] : dict->items) read_item(*key, *value);
        if (content_.tensors.empty() && problems_.empty())
            problems_.add(ErrorCode::format,
                          "the state dict holds no tensors; it may lie inside "
                          "another dict: save it alone");
        problems_.raise_if_any(where_, "Fetch the file again, or save the model with safetensors");
        return std::move(content_);
    }

private:
    static std::string_view text_of(std::span<const std::byte> bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    void check_start() const {
        const std::string_view start = text_of(file_.first(std::min<size_t>(file_.size(), 16)));
        if (start.starts_with("PK\x03\x04")) return;
        // Older files begin with a pickled magic number, 0x1950a86a20f9469cfc6c.
        if (start.starts_with("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46"))
            throw Error(ErrorCode::unsupported, where_,
                        "it is in the form that torch.save wrote before version 1.6",
                        "Load it with torch.load(..., weights_only=True) and save it again with a "
                        "current torch.save, or with safetensors");
        throw Error(ErrorCode::format, where_, "it is no zip archive as torch.save writes it",
                    "It may be cut short, or a page that was saved instead of the file");
    }

    void find_top() {
        for (const auto& [name, data] : entries_) {
            if (!name.ends_with("/data.pkl") || std::count(name.begin(), name.end(), '/') != 1)
                continue;
            if (!top_.empty())
                throw Error(ErrorCode::format, where_, "it holds two pickles, data.pkl twice");
            top_ = name.substr(0, name.find('/') + 1);
        }
        if (top_.empty())
            throw Error(ErrorCode::format, where_, "it is a zip archive without data.pkl",
                        "It was not written by torch.save, or is a TorchScript module");
    }

    void read_item(const PickleValue& key, const PickleValue& value) {
        const auto* name = key.as<std::string_view>();
        if (!name || name->empty() || name->find('\0') != name->npos) {
            problems_.add(ErrorCode::format, "a key of the state dict is no name");
            return;
        }
        const auto* tensor = value.as<PickleTensor>();
        if (!tensor) {
            content_.notes.push_back(in_quotes(*name) + " is no tensor: not read");
            return;
        }
        if (!names_.insert(*name).second)
            problems_.add(ErrorCode::format, "tensor " + in_quotes(*name) + " is there twice");
        else
            add(std::string(*name), *tensor);
    }

    void add(const std::string& name, const PickleTensor& tensor) {
        const std::string what = "tensor " + in_quotes(name);
        const auto fail = [&](const std::string& text, ErrorCode code = ErrorCode::format) {
            problems_.add(code, what + text);
        };
        const auto type = storage_type(tensor.storage.type);
        if (!type)
            return fail(" is stored as " + tensor.storage.type + ", which is not read",
                        ErrorCode::unsupported);
        const auto found = entries_.find(top_ + "data/" + tensor.storage.key);
        if (found == entries_.end())
            return fail(": its storage " + in_quotes(tensor.storage.key) +
                        " is not in the archive");
        const auto storage = found->second;
        const auto size = static_cast<size_t>(type_bits(*type) / 8);
        const auto room = static_cast<int64_t>(storage.size() / size);
        if (tensor.storage.elements > room)
            return fail(": its storage claims " + std::to_string(tensor.storage.elements) +
                        " elements, the archive holds " + std::to_string(room));
        const auto reach = reach_of(tensor);
        if (!reach) return fail(" " + shape_text(tensor.shape) + " overflows");
        if (reach->elements > 0 && (reach->last >= room || reach->elements > room))
            return fail(" " + shape_text(tensor.shape) + " at " + std::to_string(tensor.offset) +
                        " reaches beyond its storage of " + std::to_string(room) + " elements");
        TensorView view;
        view.name = name;
        view.type = *type;
        view.shape = tensor.shape;
        view.bytes = static_cast<size_t>(reach->elements) * size;
        if (reach->elements == 0 || is_contiguous(tensor))
            view.data = storage.data() +
                        (reach->elements == 0 ? 0 : static_cast<size_t>(tensor.offset) * size);
        else
            view.maker = std::make_shared<StridedMaker>(storage, tensor, *type);
        content_.tensors.push_back(std::move(view));
    }

    std::span<const std::byte> file_;
    const std::string& where_;
    std::string top_;
    std::unordered_map<std::string, std::span<const std::byte>> entries_;
    std::set<std::string_view> names_;
    TorchContent content_;
    Problems problems_;
};

}  // namespace

TorchContent parse_torch_archive(std::span<const std::byte> file, const std::string& where) {
    return ArchiveReader(file, where).read();
}

TorchFile TorchFile::open(const std::filesystem::path& path) {
    TorchFile out;
    out.file = MappedFile::open(path);
    out.content = parse_torch_archive(out.file->bytes(), path.string());
    for (TensorView& tensor : out.content.tensors) tensor.source = path.filename().string();
    return out;
}

}  // namespace driftscope
