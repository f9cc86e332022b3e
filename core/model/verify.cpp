// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/verify.h"

#include "core/checkpoint/problems.h"
#include "core/checkpoint/tensor_facts.h"
#include "core/data/error.h"
#include "core/model/pair_statistic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace driftscope {
namespace {

/// Layers whose queries and keys are read for the statistic, evenly spaced.
constexpr int64_t max_pair_layers = 8;

/// Statistics seen by this process, by tensor key and rows.
class PairCache {
public:
    static PairCache& instance() {
        static PairCache cache;
        return cache;
    }
    std::optional<PairStatistic> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = seen_.find(key);
        if (found == seen_.end()) return std::nullopt;
        return found->second;
    }
    void store(const std::string& key, const PairStatistic& value) {
        const std::lock_guard lock(mutex_);
        seen_[key] = value;
    }

private:
    std::mutex mutex_;
    std::map<std::string, PairStatistic> seen_;
};

/// The file's tensor behind a bound weight; the weight's own view may be a slice of it.
const TensorView* stored_tensor(const BoundModel& model, const BoundWeight& weight) {
    return model.checkpoint.find(weight.source_name.substr(0, weight.source_name.find('[')));
}

/// Query and key weights that the statistic looks at.
std::vector<const BoundWeight*> paired_weights(const BoundModel& model) {
    std::vector<const BoundWeight*> out;
    if (model.config.block.positions != PositionKind::rotary) return out;
    const int64_t layers = model.config.n_layers;
    const int64_t step = std::max<int64_t>(1, (layers + max_pair_layers - 1) / max_pair_layers);
    for (int64_t layer = 0; layer < layers; layer += step)
        for (const char* name : {".attn.W_Q", ".attn.W_K"}) {
            const std::string canonical = "blocks." + std::to_string(layer) + name;
            if (!model.weights.contains(canonical)) continue;
            const BoundWeight& weight = model.weights.at(canonical);
            if (!weight.transposed) out.push_back(&weight);
        }
    return out;
}

std::string pair_key(const BoundModel& model, const BoundWeight& weight) {
    const TensorView* tensor = stored_tensor(model, weight);
    if (!tensor) return {};
    const RowRuns& runs = weight.rows;
    return tensor_key(model.checkpoint, *tensor) + "|" + std::to_string(runs.first) + "," +
           std::to_string(runs.count) + "," + std::to_string(runs.step) + "," +
           std::to_string(runs.blocks) + "|" + std::to_string(model.config.d_head) + "," +
           std::to_string(rotated_width(model.config));
}

/// The sentences about one model, in the order of model_problems().
class Verifier {
public:
    explicit Verifier(const BoundModel& model) : model_(model) {}

    std::vector<std::string> problems() {
        unused();
        tie();
        finite();
        norms();
        pairs();
        return std::move(out_);
    }

private:
    void say(std::string text) { out_.push_back(std::move(text)); }

    const KeyRow* key_of(ConfigField field) const {
        for (const KeyRow& row : model_.family.keys)
            if (row.field == field) return &row;
        return nullptr;
    }

    void unused() {
        int64_t beyond = -1;
        for (const std::string& name : model_.weights.unused()) {
            say("tensor '" + name + "' is in the file and not used");
            beyond = std::max(beyond, layer_of(name));
        }
        const KeyRow* key = key_of(ConfigField::n_layers);
        if (beyond >= model_.config.n_layers && key)
            say("the file has weights of layer " + std::to_string(beyond) + ", config.json says " +
                key->keys.front() + " " + std::to_string(model_.config.n_layers) +
                ": the layers from there on are not used");
    }

    /// The layer that a name of the family's own patterns has, −1 if it fits none.
    int64_t layer_of(const std::string& name) const {
        for (const WeightRow& row : model_.family.weights) {
            const size_t mark = row.pattern.find("{L}");
            if (mark == std::string::npos) continue;
            std::string head = row.pattern.substr(0, mark), tail = row.pattern.substr(mark + 3);
            if (head.starts_with('~')) head.erase(0, 1);
            const size_t at = name.find(head);
            if (at == std::string::npos || !name.ends_with(tail)) continue;
            const size_t first = at + head.size();
            const size_t digits = name.find_first_not_of("0123456789", first);
            if (digits == std::string::npos || digits == first || digits - first > 6) continue;
            if (name.substr(digits) == tail) return std::stoll(name.substr(first, digits - first));
        }
        return -1;
    }

    const TensorView* embedding() const {
        return model_.weights.contains("embed.W_E") ? model_.weights.at("embed.W_E").tensor
                                                    : nullptr;
    }

    /// The tensor that the family's untied head would be, if the file has one.
    const TensorView* head() const {
        for (const WeightRow& row : model_.family.weights) {
            if (row.canonical != "unembed.W_U" || row.pattern.empty()) continue;
            if (const TensorView* found = model_.checkpoint.find(row.pattern)) return found;
        }
        return nullptr;
    }

    void tie() {
        const TensorView *embed = embedding(), *own = head();
        const KeyRow* key = key_of(ConfigField::tied);
        if (!embed || !own || !key || embed == own) return;
        const auto a = known_facts(model_.checkpoint, *embed);
        const auto b = known_facts(model_.checkpoint, *own);
        const bool tied = model_.config.tied;
        const std::string name = key->keys.front();
        if (a && b) {
            const bool equal = a->hash == b->hash && embed->shape == own->shape;
            if (tied && !equal)
                say("config.json contradicts the weights: " + name + " is true, and '" + own->name +
                    "' is not '" + embed->name +
                    "'; the embedding is used for both, as the config says");
            if (!tied && equal)
                say("'" + own->name + "' equals '" + embed->name + "' byte for byte, and " + name +
                    " is false");
        } else if (tied) {
            say("'" + own->name + "' is in the file and " + name +
                " is true: whether it equals the embedding is not checked yet");
        }
    }

    void finite() {
        size_t unread = 0, made = 0;
        for (const TensorView& tensor : model_.checkpoint.tensors()) {
            if (!is_usable(tensor.type)) continue;
            const auto facts = known_facts(model_.checkpoint, tensor);
            if (!facts)
                ++unread;
            else if (!facts->scanned)
                ++made;
            else if (facts->nan + facts->infinite > 0)
                say("tensor '" + tensor.name + "' has values that are not finite: " +
                    std::to_string(facts->nan) + " NaN, " + std::to_string(facts->infinite) +
                    " infinite of " + std::to_string(facts->elements));
        }
        if (unread > 0)
            say("not checked yet: NaN and infinities, norms and row order of " +
                std::to_string(unread) +
                " tensors that nothing has read so far "
                "(driftscope inspect --verify reads them)");
        if (made > 0)
            say(std::to_string(made) +
                " quantised tensors are too large to be unpacked for a look "
                "at their values: not checked for NaN and infinities");
    }

    void norms() {
        const NormKind kind = model_.config.block.norm;
        if (kind == NormKind::layer) return;
        int64_t elements = 0, not_positive = 0;
        bool near_one = true;
        for (const BoundWeight& weight : model_.weights.all()) {
            if (!weight.canonical.ends_with(".w")) continue;
            const auto facts = known_facts(model_.checkpoint, *weight.tensor);
            if (!facts || !facts->scanned) return;
            elements += facts->elements;
            not_positive += facts->not_positive;
            near_one = near_one && facts->mean > 0.5 && facts->mean < 2.0;
        }
        if (elements == 0) return;
        const double share = static_cast<double>(not_positive) / static_cast<double>(elements);
        // A norm's weight is positive in every trained model; stored as w of 1 + w it is not.
        if (kind == NormKind::rms && share > 0.2)
            say("the norm weights look like w of a norm that multiplies by 1 + w: " +
                std::to_string(static_cast<int>(std::lround(100 * share))) +
                " % of them are zero or below; " + model_.family.title + " multiplies by w");
        if (kind == NormKind::rms_plus_one && not_positive == 0 && near_one)
            say("the norm weights look like w itself: all are positive and near 1; " +
                model_.family.title + " multiplies by 1 + w");
    }

    void pairs() {
        PairStatistic all;
        for (const BoundWeight* weight : paired_weights(model_)) {
            const auto seen = PairCache::instance().find(pair_key(model_, *weight));
            if (seen) all.add(*seen);
        }
        if (!all.interleaved()) return;
        const auto two = [](double x) {
            const std::string text = std::to_string(x);
            return text.substr(0, text.find('.') + 3);
        };
        say("query and key rows look interleaved, (2i, 2i+1), and " + model_.family.title +
            " rotates halves, (i, i+d/2): mean log ratio " + two(all.mean()) + " ± " +
            two(all.standard_error()) + " over " + std::to_string(all.heads) +
            " heads, near 0 expected");
    }

    const BoundModel& model_;
    std::vector<std::string> out_;
};

}  // namespace

void read_weights(const BoundModel& model, const std::function<void(const Progress&)>& progress,
                  std::stop_token stop) {
    const auto total = static_cast<double>(model.checkpoint.total_bytes());
    double done = 0;
    for (const TensorView& tensor : model.checkpoint.tensors()) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, model.checkpoint.folder().string(),
                        "stopped while its weights were read");
        if (progress) progress({"read", done, total, -1});
        tensor_facts(model.checkpoint, tensor);
        done += static_cast<double>(tensor.stored_bytes());
    }
    for (const BoundWeight* weight : paired_weights(model)) {
        const std::string key = pair_key(model, *weight);
        if (key.empty() || PairCache::instance().find(key)) continue;
        const PairStatistic seen = pair_statistic(*weight, model.config);
        if (model.checkpoint.still_unchanged()) PairCache::instance().store(key, seen);
    }
}

std::vector<std::string> model_problems(const BoundModel& model) {
    return Verifier(model).problems();
}

}  // namespace driftscope
