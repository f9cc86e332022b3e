// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/header_reader.h"

#include "core/checkpoint/json_text.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <unordered_set>
#include <utility>

namespace driftscope {
namespace {

using Json = nlohmann::json;

/// Event handler of the streaming parser. Returning false stops the parse; a problem has then
/// been added.
class HeaderHandler final : public Json::json_sax_t {
public:
    HeaderHandler(RawHeader& out, Problems& problems) : out_(out), problems_(problems) {}

    bool null() override { return unexpected("null"); }
    bool boolean(bool) override { return unexpected("true or false"); }
    bool number_integer(Json::number_integer_t value) override {
        return unexpected("the negative number " + std::to_string(value));
    }
    bool number_unsigned(Json::number_unsigned_t value) override { return number(value); }
    bool number_float(Json::number_float_t, const std::string& text) override {
        return unexpected("the number " + in_quotes(text) + ", not a whole one in range");
    }
    bool string(std::string& value) override;
    bool binary(Json::binary_t&) override { return unexpected("binary"); }
    bool start_object(std::size_t) override;
    bool key(std::string& name) override;
    bool end_object() override;
    bool start_array(std::size_t) override;
    bool end_array() override;
    bool parse_error(std::size_t, const std::string&, const Json::exception& e) override {
        return stop("the header is not JSON: " + json_message(e.what()));
    }

private:
    enum class In { nothing, header, entry, metadata, shape, offsets };

    bool stop(std::string text) {
        problems_.add(ErrorCode::format, std::move(text));
        return false;
    }
    std::string place() const {
        if (in_ == In::nothing || in_ == In::header) return "the header";
        if (in_ == In::metadata) return "__metadata__";
        return "tensor " + in_quotes(entry_.name);
    }
    bool unexpected(const std::string& what) {
        std::string at = key_.empty() ? "" : " at key " + in_quotes(key_);
        return stop(place() + at + " holds " + what);
    }
    bool number(uint64_t value);
    bool begin_tensor(std::string& name);

    RawHeader& out_;
    Problems& problems_;
    In in_ = In::nothing;
    std::string key_;
    HeaderEntry entry_;
    std::vector<uint64_t> offsets_;
    std::unordered_set<std::string> names_;
    bool has_type_ = false, has_shape_ = false, has_offsets_ = false;
};

bool HeaderHandler::number(uint64_t value) {
    if (in_ == In::shape) {
        if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
            return unexpected("the size " + std::to_string(value));
        entry_.shape.push_back(static_cast<int64_t>(value));
        return true;
    }
    if (in_ == In::offsets) {
        if (offsets_.size() == 2) return unexpected("more than two offsets");
        offsets_.push_back(value);
        return true;
    }
    return unexpected("the number " + std::to_string(value));
}

bool HeaderHandler::string(std::string& value) {
    if (in_ == In::metadata) {
        out_.metadata.emplace(key_, std::move(value));
        return true;
    }
    if (in_ != In::entry || key_ != "dtype") return unexpected("the text " + in_quotes(value));
    entry_.type = type_from_name(value);
    has_type_ = true;
    if (!entry_.type)
        problems_.add(ErrorCode::format, place() + " has the unknown dtype " + in_quotes(value));
    return true;
}

bool HeaderHandler::start_object(std::size_t) {
    if (in_ == In::nothing) {
        in_ = In::header;
        return true;
    }
    if (in_ != In::header) return unexpected("an object");
    in_ = key_ == "__metadata__" ? In::metadata : In::entry;
    if (in_ == In::entry) {
        entry_ = {};
        entry_.name = key_;
        offsets_.clear();
        has_type_ = has_shape_ = has_offsets_ = false;
    }
    key_.clear();
    return true;
}

bool HeaderHandler::key(std::string& name) {
    key_ = name;
    if (in_ == In::header) {
        if (name.find('\0') != std::string::npos)
            return stop("the tensor name " + in_quotes(name) + " holds a NUL");
        if (!names_.insert(name).second)
            return stop("tensor " + in_quotes(name) + " is there twice");
        return true;
    }
    if (in_ == In::metadata) {
        if (out_.metadata.contains(name))
            return stop("__metadata__ has the key " + in_quotes(name) + " twice");
        return true;
    }
    const bool twice = (name == "dtype" && has_type_) || (name == "shape" && has_shape_) ||
                       (name == "data_offsets" && has_offsets_);
    if (twice) return stop(place() + " has the key " + in_quotes(name) + " twice");
    if (name != "dtype" && name != "shape" && name != "data_offsets")
        return stop(place() + " has the unknown key " + in_quotes(name));
    return true;
}

bool HeaderHandler::end_object() {
    if (in_ == In::entry) {
        std::string missing;
        if (!has_type_) missing += " dtype";
        if (!has_shape_) missing += " shape";
        if (!has_offsets_) missing += " data_offsets";
        if (!missing.empty()) {
            problems_.add(ErrorCode::format, place() + " lacks" + missing);
        } else if (entry_.type) {
            entry_.begin = offsets_[0];
            entry_.end = offsets_[1];
            out_.entries.push_back(std::move(entry_));
        }
    }
    in_ = in_ == In::header ? In::nothing : In::header;
    key_.clear();
    return true;
}

bool HeaderHandler::start_array(std::size_t) {
    if (in_ == In::entry && key_ == "shape") {
        in_ = In::shape;
    } else if (in_ == In::entry && key_ == "data_offsets") {
        in_ = In::offsets;
    } else {
        return unexpected("an array");
    }
    return true;
}

bool HeaderHandler::end_array() {
    if (in_ == In::offsets && offsets_.size() != 2)
        return unexpected(std::to_string(offsets_.size()) + " offsets instead of two");
    (in_ == In::shape ? has_shape_ : has_offsets_) = true;
    in_ = In::entry;
    return true;
}

}  // namespace

RawHeader read_header_json(std::string_view text, Problems& problems) {
    RawHeader out;
    HeaderHandler handler(out, problems);
    Json::sax_parse(text.begin(), text.end(), &handler);
    return out;
}

}  // namespace driftscope
