// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trace_run.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
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
        kept[name_of(kind)] = value.contiguous().clone();
    }
    std::map<std::string, at::Tensor> kept;

private:
    std::string name_of(SiteKind kind) const {
        const bool in_block = site_info(kind).scope == SiteScope::layer;
        return to_string({kind, in_block ? layer_ : -1});
    }
    bool asked(const std::string& name) const {
        return patterns_.empty() || std::any_of(patterns_.begin(), patterns_.end(),
            [&](const std::string& p) { return p == name || glob_match(p, name); });
    }
    std::vector<std::string> patterns_;
    int layer_ = -1;
};

}  // namespace

std::map<std::string, at::Tensor> trace_sites(const RunPlan& plan,
                                              const std::vector<int32_t>& tokens,
                                              const std::vector<std::string>& wanted,
                                              std::stop_token stop) {
    Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
    Collector tap(wanted);
    const auto n = static_cast<int64_t>(tokens.size());
    runner.use_threads();
    runner.begin(tokens, 0, n, plan.numerics.prefill_chunk, tap);
    for (int layer = 0; layer < static_cast<int>(plan.config.n_layers); ++layer) {
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "trace", "stopped");
        tap.set_layer(layer);
        runner.block(layer, tap);
    }
    runner.finish(tap);
    if (tap.kept.empty()) {
        throw Error(ErrorCode::usage, "sites", "none of this model's sites fits what was asked",
                    "'driftscope options --json' lists the site names");
    }
    return std::move(tap.kept);
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
        throw Error(ErrorCode::unreadable, path.string(), what, "choose a place that can be written");
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
