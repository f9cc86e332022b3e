// SPDX-License-Identifier: GPL-3.0-or-later
// Opcodes: CPython 3.13 Lib/pickletools.py.
#include "core/checkpoint/pickle.h"

#include "core/checkpoint/problems.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

namespace driftscope {
namespace {

constexpr size_t max_values = 1'000'000;  // the largest mixtures of experts need 300,000
constexpr size_t max_dimensions = 16, max_name = 100;  // of a tensor; bytes of a key, a global
constexpr const char* safe_hint =
    "Only files of plain tensors are read, because a pickle can run any program: save the state "
    "dict alone with torch.save, or the model with safetensors";

struct OpcodeName {
    unsigned code;
    const char* name;
};
/// Opcodes that are refused, for the message.
constexpr std::array refused_opcodes = {
    OpcodeName{'0', "POP"},
    OpcodeName{'1', "POP_MARK"},
    OpcodeName{'2', "DUP"},
    OpcodeName{'B', "BINBYTES"},
    OpcodeName{'C', "SHORT_BINBYTES"},
    OpcodeName{'F', "FLOAT"},
    OpcodeName{'I', "INT"},
    OpcodeName{'L', "LONG"},
    OpcodeName{'P', "PERSID"},
    OpcodeName{'S', "STRING"},
    OpcodeName{'T', "BINSTRING"},
    OpcodeName{'U', "SHORT_BINSTRING"},
    OpcodeName{'V', "UNICODE"},
    OpcodeName{'d', "DICT"},
    OpcodeName{'g', "GET"},
    OpcodeName{'i', "INST"},
    OpcodeName{'l', "LIST"},
    OpcodeName{'o', "OBJ"},
    OpcodeName{'p', "PUT"},
    OpcodeName{0x81, "NEWOBJ"},
    OpcodeName{0x82, "EXT1"},
    OpcodeName{0x83, "EXT2"},
    OpcodeName{0x84, "EXT4"},
    OpcodeName{0x8b, "LONG4"},
    OpcodeName{0x8c, "SHORT_BINUNICODE"},
    OpcodeName{0x8d, "BINUNICODE8"},
    OpcodeName{0x8e, "BINBYTES8"},
    OpcodeName{0x8f, "EMPTY_SET"},
    OpcodeName{0x90, "ADDITEMS"},
    OpcodeName{0x91, "FROZENSET"},
    OpcodeName{0x92, "NEWOBJ_EX"},
    OpcodeName{0x93, "STACK_GLOBAL"},
    OpcodeName{0x94, "MEMOIZE"},
    OpcodeName{0x95, "FRAME"},
    OpcodeName{0x96, "BYTEARRAY8"},
    OpcodeName{0x97, "NEXT_BUFFER"},
    OpcodeName{0x98, "READONLY_BUFFER"},
};

constexpr std::string_view ordered_dict = "collections.OrderedDict";
constexpr std::string_view rebuild_tensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view rebuild_parameter = "torch._utils._rebuild_parameter";
constexpr std::string_view torch_size = "torch.Size", torch_device = "torch.device";

bool is_storage_name(std::string_view name) {
    return name.starts_with("torch.") && name.ends_with("Storage") && name.size() <= max_name &&
           name.find('.', 6) == name.npos;
}

bool is_allowed(std::string_view name) {
    return name == ordered_dict || name == rebuild_tensor || name == rebuild_parameter ||
           name == torch_size || name == torch_device || is_storage_name(name);
}

}  // namespace

/// The stack machine.
class PickleMachine {
public:
    PickleMachine(std::span<const std::byte> bytes, const std::string& where, Pickle& out)
        : bytes_(bytes), where_(where), out_(out) {}

    void run() {
        if (bytes_.size() < 2 || byte_at(0) != 0x80) fail("does not begin with the opcode PROTO");
        while (!done_) {
            op_at_ = at_;
            step(static_cast<unsigned>(number(1)));
        }
    }

private:
    [[noreturn]] void fail(const std::string& text, ErrorCode code = ErrorCode::format) const {
        throw Error(
            code, where_, "the pickle " + text + " (byte " + std::to_string(op_at_) + ")",
            code == ErrorCode::unsupported ? safe_hint : "The file is damaged: fetch it again");
    }
    [[noreturn]] void refuse(const std::string& text) const { fail(text, ErrorCode::unsupported); }

    unsigned byte_at(size_t at) const { return std::to_integer<unsigned>(bytes_[at]); }

    std::string_view take(uint64_t bytes) {
        if (bytes > bytes_.size() - at_)
            fail("asks for " + std::to_string(bytes) + " bytes where " +
                 std::to_string(bytes_.size() - at_) + " are left");
        const std::string_view part(reinterpret_cast<const char*>(bytes_.data()) + at_,
                                    static_cast<size_t>(bytes));
        at_ += static_cast<size_t>(bytes);
        return part;
    }
    uint64_t number(size_t bytes) {
        const std::string_view part = take(bytes);
        uint64_t value = 0;
        for (size_t i = 0; i < bytes; ++i)
            value |= uint64_t{static_cast<unsigned char>(part[i])} << (8 * i);
        return value;
    }
    std::string_view line() {
        const size_t begin = at_;
        while (at_ < bytes_.size() && byte_at(at_) != '\n') ++at_;
        if (at_ == bytes_.size()) fail("ends inside a name");
        ++at_;
        return {reinterpret_cast<const char*>(bytes_.data()) + begin, at_ - 1 - begin};
    }

    template <typename T>
    PickleValue* push(T value) {
        if (out_.values_.size() >= max_values)
            fail("holds more than " + std::to_string(max_values) + " values", ErrorCode::limit);
        out_.values_.push_back({std::move(value)});
        stack_.push_back(&out_.values_.back());
        return stack_.back();
    }
    PickleValue* pop() {
        if (stack_.size() <= floor()) fail("takes a value from an empty stack");
        PickleValue* value = stack_.back();
        stack_.pop_back();
        return value;
    }
    PickleValue* top() {
        PickleValue* value = pop();
        stack_.push_back(value);
        return value;
    }
    size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    std::vector<PickleRef> pop_to_mark() {
        if (marks_.empty()) fail("has no mark to go back to");
        const size_t mark = marks_.back();
        marks_.pop_back();
        std::vector<PickleRef> items(stack_.begin() + static_cast<std::ptrdiff_t>(mark),
                                     stack_.end());
        stack_.resize(mark);
        return items;
    }
    void tuple(size_t count) {
        PickleSequence items;
        for (size_t i = 0; i < count; ++i) items.items.insert(items.items.begin(), pop());
        push(std::move(items));
    }

    void step(unsigned op) {
        switch (op) {
            case 0x80: return check_protocol();
            case '.': return stop();
            case '(': marks_.push_back(stack_.size()); return;
            case 'N': push(std::monostate{}); return;
            case 0x88: push(true); return;
            case 0x89: push(false); return;
            case 'K': push(static_cast<int64_t>(number(1))); return;
            case 'M': push(static_cast<int64_t>(number(2))); return;
            case 'J': push(int64_t{static_cast<int32_t>(number(4))}); return;
            case 0x8a: return long1();
            case 'G': return binfloat();
            case 'X': push(take(number(4))); return;
            case '}': push(PickleDict{}); return;
            case ']':
            case ')': push(PickleSequence{}); return;
            case 't': push(PickleSequence{pop_to_mark()}); return;
            case 0x85: return tuple(1);
            case 0x86: return tuple(2);
            case 0x87: return tuple(3);
            case 'a': return append({pop()});
            case 'e': return append(pop_to_mark());
            case 's': return set_items(pair());
            case 'u': return set_items(pop_to_mark());
            case 'q': return put(number(1));
            case 'r': return put(number(4));
            case 'h': return get(number(1));
            case 'j': return get(number(4));
            case 'c': return global();
            case 'Q': return storage();
            case 'R': return reduce();
            case 'b': return build();
            default: return unknown(op);
        }
    }

    [[noreturn]] void unknown(unsigned op) const {
        for (const OpcodeName& each : refused_opcodes)
            if (each.code == op)
                refuse(std::string("uses the opcode ") + each.name + ", which is not allowed");
        fail("holds byte " + std::to_string(op) + ", which is no opcode");
    }

    void check_protocol() {
        const uint64_t protocol = number(1);
        if (protocol != 2 && protocol != 3)
            refuse("is of protocol " + std::to_string(protocol) + "; 2 and 3 are read");
    }

    void stop() {
        out_.root_ = pop();
        if (!stack_.empty() || !marks_.empty()) fail("stops with values left on its stack");
        done_ = true;
    }

    void long1() {
        const uint64_t bytes = number(1);
        if (bytes > 8) fail("holds a whole number of " + std::to_string(bytes) + " bytes");
        uint64_t value = number(static_cast<size_t>(bytes));
        if (bytes > 0 && bytes < 8 && value >> (8 * bytes - 1) & 1) value |= ~0ull << (8 * bytes);
        push(static_cast<int64_t>(value));
    }

    void binfloat() {
        uint64_t value = 0;  // big-endian
        for (const char each : take(8)) value = value << 8 | static_cast<unsigned char>(each);
        push(std::bit_cast<double>(value));
    }

    std::vector<PickleRef> pair() {
        PickleRef value = pop();
        PickleRef key = pop();
        return {key, value};
    }

    void append(std::vector<PickleRef> items) {
        auto* list = std::get_if<PickleSequence>(&top()->value);
        if (!list) fail("appends to what is no list");
        list->items.insert(list->items.end(), items.begin(), items.end());
    }

    void set_items(const std::vector<PickleRef>& items) {
        auto* dict = std::get_if<PickleDict>(&top()->value);
        if (!dict) refuse("sets items of what is no dict");
        if (items.size() % 2 != 0) fail("sets a key without a value");
        for (size_t i = 0; i < items.size(); i += 2)
            dict->items.emplace_back(items[i], items[i + 1]);
    }

    void put(uint64_t index) {
        if (index > max_values) fail("keeps a value under number " + std::to_string(index));
        if (index >= memo_.size()) memo_.resize(static_cast<size_t>(index) + 1, nullptr);
        memo_[static_cast<size_t>(index)] = top();
    }
    void get(uint64_t index) {
        if (index >= memo_.size() || !memo_[static_cast<size_t>(index)])
            fail("takes value number " + std::to_string(index) + ", which was never kept");
        if (stack_.size() > 2 * max_values) fail("grows without end", ErrorCode::limit);
        stack_.push_back(memo_[static_cast<size_t>(index)]);
    }

    void global() {
        const std::string module(line());
        const std::string name = module + "." + std::string(line());
        if (!is_allowed(name))
            refuse("asks for " + in_quotes(name) + ", which is none of the allowed globals");
        push(PickleGlobal{name});
    }

    /// ("storage", type, key, device, elements)
    void storage() {
        const auto* parts = pop()->as<PickleSequence>();
        if (!parts || parts->items.size() < 5 || !parts->items[0]->as<std::string_view>() ||
            *parts->items[0]->as<std::string_view>() != "storage")
            refuse("refers to something outside it that is no storage");
        const auto* type = parts->items[1]->as<PickleGlobal>();
        const auto* key = parts->items[2]->as<std::string_view>();
        const auto* elements = parts->items[4]->as<int64_t>();
        if (!type || !is_storage_name(type->name) || !key || key->size() > max_name || !elements ||
            *elements < 0)
            fail("describes a storage wrongly");
        push(PickleStorage{type->name, std::string(*key), *elements});
    }

    void reduce() {
        const PickleRef arguments = pop();
        const PickleRef callee = pop();
        const auto* global = callee->as<PickleGlobal>();
        const auto* list = arguments->as<PickleSequence>();
        if (!global || !list) refuse("calls what is no allowed global");
        const auto& items = list->items;
        if (global->name == ordered_dict && items.empty()) {
            push(PickleDict{});
        } else if (global->name == rebuild_tensor) {
            push(tensor(items));
        } else if (global->name == rebuild_parameter && !items.empty() &&
                   items[0]->as<PickleTensor>()) {
            push(PickleTensor(*items[0]->as<PickleTensor>()));
        } else if (global->name == torch_size && items.size() == 1 &&
                   items[0]->as<PickleSequence>() &&
                   items[0]->as<PickleSequence>()->items.size() <= max_dimensions) {
            push(PickleSequence(*items[0]->as<PickleSequence>()));
        } else if (global->name == torch_device) {
            push(std::monostate{});
        } else {
            refuse("calls " + in_quotes(global->name) + " in a way that builds no tensor");
        }
    }

    std::vector<int64_t> sizes(PickleRef value) const {
        const auto* list = value->as<PickleSequence>();
        if (!list || list->items.size() > max_dimensions)
            fail("describes a tensor's sizes wrongly");
        std::vector<int64_t> out;
        for (const PickleRef item : list->items) {
            const auto* size = item->as<int64_t>();
            if (!size || *size < 0) fail("holds a tensor with a negative size or none");
            out.push_back(*size);
        }
        return out;
    }

    PickleTensor tensor(const std::vector<PickleRef>& items) const {
        if (items.size() < 4 || !items[0]->as<PickleStorage>() || !items[1]->as<int64_t>())
            fail("describes a tensor wrongly");
        PickleTensor out{*items[0]->as<PickleStorage>(), *items[1]->as<int64_t>(), sizes(items[2]),
                         sizes(items[3])};
        if (out.offset < 0 || out.shape.size() != out.strides.size())
            fail("holds a tensor whose sizes and strides do not fit");
        return out;
    }

    /// Attributes of an OrderedDict (_metadata): known, without effect. Nothing else has any.
    void build() {
        pop();
        if (!std::get_if<PickleDict>(&top()->value))
            refuse("sets attributes (BUILD) of what is no OrderedDict");
    }

    std::span<const std::byte> bytes_;
    const std::string& where_;
    Pickle& out_;
    size_t at_ = 0, op_at_ = 0;
    bool done_ = false;
    std::vector<PickleValue*> stack_;
    std::vector<size_t> marks_;
    std::vector<PickleValue*> memo_;
};

Pickle::Pickle(std::span<const std::byte> bytes, const std::string& where) {
    PickleMachine(bytes, where, *this).run();
}

}  // namespace driftscope
