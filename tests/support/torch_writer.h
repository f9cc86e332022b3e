// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/tiny_checkpoint.h"

#include <string>
#include <vector>

namespace driftscope::test {

/// A file as torch.save writes a state dict since 1.6: a stored zip with NAME/data.pkl and one
/// entry for each storage. Each tensor has a storage of its own.
class TorchWriter {
public:
    static std::string bytes(const std::vector<RawTensor>& tensors) {
        TorchWriter writer;
        std::string pickle = "\x80\x02}";
        for (size_t i = 0; i < tensors.size(); ++i) pickle += item(tensors[i], i);
        writer.add("model/data.pkl", pickle + ".");
        for (size_t i = 0; i < tensors.size(); ++i)
            writer.add("model/data/" + std::to_string(i), tensors[i].bytes);
        return writer.finish();
    }

private:
    static std::string number(uint64_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i, value = value >> 8) out += static_cast<char>(value & 255);
        return out;
    }
    static std::string text(const std::string& value) {
        return "X" + number(value.size(), 4) + value;
    }
    static std::string whole(int64_t value) {
        return "\x8a\x08" + number(static_cast<uint64_t>(value), 8);
    }
    static std::string tuple(const std::vector<int64_t>& values) {
        std::string out = "(";
        for (const int64_t value : values) out += whole(value);
        return out + "t";
    }

    /// key, _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks), SETITEM.
    static std::string item(const RawTensor& tensor, size_t key) {
        const char* storage = tensor.type == StoredType::F64   ? "DoubleStorage"
                              : tensor.type == StoredType::F32 ? "FloatStorage"
                              : tensor.type == StoredType::F16 ? "HalfStorage"
                                                               : "BFloat16Storage";
        std::vector<int64_t> strides(tensor.shape.size(), 1);
        for (size_t i = strides.size(); i-- > 1;) strides[i - 1] = strides[i] * tensor.shape[i];
        int64_t elements = 1;
        for (const int64_t size : tensor.shape) elements *= size;
        return text(tensor.name) + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") +
               "ctorch\n" + storage + "\n" + text(std::to_string(key)) + text("cpu") +
               whole(elements) + "tQK" + std::string(1, '\0') + tuple(tensor.shape) +
               tuple(strides) + "\x89" + "ccollections\nOrderedDict\n)RtRs";
    }

    void add(const std::string& name, const std::string& data) {
        const std::string sizes = number(data.size(), 4) + number(data.size(), 4);
        directory_ += number(0x02014b50, 4) + number(45, 2) + number(45, 2) + number(0, 12) +
                      sizes + number(name.size(), 2) + number(0, 12) + number(out_.size(), 4) +
                      name;
        out_ += number(0x04034b50, 4) + number(45, 2) + number(0, 12) + sizes +
                number(name.size(), 2) + number(0, 2) + name + data;
        ++members_;
    }
    std::string finish() const {
        return out_ + directory_ + number(0x06054b50, 4) + number(0, 4) + number(members_, 2) +
               number(members_, 2) + number(directory_.size(), 4) + number(out_.size(), 4) +
               number(0, 2);
    }

    std::string out_, directory_;
    size_t members_ = 0;
};

}  // namespace driftscope::test
