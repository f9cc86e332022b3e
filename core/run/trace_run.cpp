// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trace_run.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/data/error.h"

namespace driftscope {

namespace {

/// Keeps what was asked for under canonical names.
class Collector final : public Tap {
public:
    explicit Collector(const std::vector<std::string>& wanted) {
        for (const std::string& name : wanted) {
            const auto site = parse_site(name);
            patterns_.push_back(site ? to_string(*site) : name);
        }
    }
    void set_layer(int layer) { layer_ = layer; }
    bool wants(SiteKind kind) const override { return asked(name_of(kind)); }
    void take(SiteKind kind, const at::Tensor& value) override {
        parts_[name_of(kind)].emplace_back(kind, value.contiguous().clone());
    }
    /// Every site over all stretches; keys that a stretch did not have yet are masked.
    std::map<std::string, at::Tensor> joined() const {
        std::map<std::string, at::Tensor> all;
        for (const auto& [name, parts] : parts_) {
            const SiteKind kind = parts.front().first;
            const bool by_key = site_info(kind).values == SiteValues::masked;
            const double fill =
                kind == SiteKind::pattern ? 0.0 : -std::numeric_limits<double>::infinity();
            std::vector<at::Tensor> values;
            for (const auto& [ignored, value] : parts) {
                const int64_t missing = by_key ? parts.back().second.size(2) - value.size(2) : 0;
                values.push_back(missing > 0 ? at::constant_pad_nd(value, {0, missing}, fill)
                                             : value);
            }
            all[name] = values.size() == 1 ? values.front() : at::cat(values, by_key ? 1 : 0);
        }
        return all;
    }

private:
    std::string name_of(SiteKind kind) const {
        const bool in_block = site_info(kind).scope == SiteScope::layer;
        return to_string({kind, in_block ? layer_ : -1});
    }
    bool asked(const std::string& name) const {
        return patterns_.empty() ||
               std::any_of(patterns_.begin(), patterns_.end(),
                           [&](const std::string& p) { return p == name || glob_match(p, name); });
    }
    std::vector<std::string> patterns_;
    std::map<std::string, std::vector<std::pair<SiteKind, at::Tensor>>> parts_;
    int layer_ = -1;
};

}  // namespace

std::map<std::string, at::Tensor> trace_sites(const RunPlan& plan,
                                              const std::vector<int32_t>& tokens,
                                              const std::vector<std::string>& wanted,
                                              int64_t n_prompt, std::stop_token stop) {
    Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
    Collector tap(wanted);
    const auto total = static_cast<int64_t>(tokens.size());
    if (n_prompt < 0 || n_prompt > total) {
        throw Error(ErrorCode::usage, "trace",
                    "the prompt is " + std::to_string(n_prompt) + " of " + std::to_string(total) +
                        " tokens",
                    "give a number from 1 to the length");
    }
    runner.use_threads();
    for (int64_t start = 0; start < total;) {
        const int64_t length = start > 0 ? 1 : n_prompt > 0 ? n_prompt : total;
        tap.set_layer(-1);
        runner.begin(tokens, start, length, plan.numerics.prefill_chunk, tap);
        for (int layer = 0; layer < static_cast<int>(plan.config.n_layers); ++layer) {
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "trace", "stopped");
            tap.set_layer(layer);
            runner.block(layer, tap);
        }
        runner.finish(tap);
        start += length;
    }
    std::map<std::string, at::Tensor> kept = tap.joined();
    if (kept.empty()) {
        throw Error(ErrorCode::usage, "sites", "none of this model's sites fits what was asked",
                    "'driftscope options --json' lists the site names");
    }
    return kept;
}

namespace {

std::string file_type(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return "F64";
        case at::kFloat: return "F32";
        case at::kBFloat16: return "BF16";
        case at::kHalf: return "F16";
        case at::kLong: return "I64";
        default: throw Error(ErrorCode::internal, "trace", "cannot be stored");
    }
}

}  // namespace

int64_t write_safetensors(const std::filesystem::path& path,
                          const std::map<std::string, at::Tensor>& tensors,
                          const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header;
    header["__metadata__"] = metadata;
    // Widest types first, as the reference writer orders them: every tensor stays aligned.
    std::vector<std::pair<std::string, at::Tensor>> order(tensors.begin(), tensors.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& x, const auto& y) {
        return x.second.element_size() > y.second.element_size();
    });
    size_t at = 0;
    for (const auto& [name, value] : order) {
        header[name] = {{"dtype", file_type(value.scalar_type())},
                        {"shape", value.sizes().vec()},
                        {"data_offsets", {at, at + value.nbytes()}}};
        at += value.nbytes();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::filesystem::path part = path.string() + ".part";
    const auto fail = [&](const std::string& what) {
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        throw Error(ErrorCode::unreadable, path.string(), what,
                    "choose a place that can be written");
    };
    {
        std::ofstream file(part, std::ios::binary);
        if (!file) fail("cannot be written");
        const uint64_t length = text.size();
        file.write(reinterpret_cast<const char*>(&length), 8);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        for (const auto& [name, value] : order) {
            file.write(static_cast<const char*>(value.data_ptr()),
                       static_cast<std::streamsize>(value.nbytes()));
        }
        if (!file.flush()) fail("could not be written to the end (disk full?)");
    }
    std::error_code error;
    std::filesystem::rename(part, path, error);
    if (error) fail(error.message());
    return static_cast<int64_t>(8 + text.size() + at);
}

}  // namespace driftscope
