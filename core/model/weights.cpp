// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

#include "core/checkpoint/problems.h"
#include "core/model/contradiction.h"

#include <algorithm>
#include <set>
#include <utility>

namespace driftscope {
namespace {

std::vector<int64_t> eval_shape(const std::vector<std::string>& shape, const ModelConfig& config) {
    std::vector<int64_t> sizes;
    for (const std::string& size : shape) sizes.push_back(eval_size(size, config));
    return sizes;
}

bool has_mark(const WeightRow& row, const char* mark) {
    return row.canonical.find(mark) != std::string::npos;
}

/// True if `name` is `pattern` with digits for {L} and {E}.
bool matches(std::string_view name, std::string_view pattern) {
    while (!pattern.empty()) {
        if (pattern.starts_with("{L}") || pattern.starts_with("{E}")) {
            const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
            if (digits == 0) return false;
            name.remove_prefix(digits);
            pattern.remove_prefix(3);
        } else {
            if (name.empty() || name.front() != pattern.front()) return false;
            name.remove_prefix(1);
            pattern.remove_prefix(1);
        }
    }
    return name.empty();
}

}  // namespace

/// Walks a family's rows over layers and experts, looks each weight up and checks it.
class WeightBinder {
public:
    WeightBinder(const FamilySpec& family, const ModelConfig& config, const Checkpoint& checkpoint)
        : family_(family), config_(config), checkpoint_(checkpoint) {
        table_.slices_ = std::make_shared<std::deque<TensorView>>();
    }

    WeightTable bind() {
        pick_prefix();
        const auto& rows = family_.weights;
        for (size_t i = 0; i < rows.size();) {
            size_t end = i + 1;
            const bool layered = has_mark(rows[i], "{L}");
            while (layered && end < rows.size() && has_mark(rows[end], "{L}")) ++end;
            const int64_t layers = layered ? config_.n_layers : 1;
            for (int64_t layer = 0; layer < layers && !hopeless(); ++layer)
                bind_layer(i, end, layered ? layer : -1);
            i = end;
        }
        problems_.raise_if_any(checkpoint_.folder().string() + ": weights", hint());
        list_unused();
        return std::move(table_);
    }

private:
    /// The prefix under which the first weight is found, else the family's first.
    void pick_prefix() {
        if (family_.prefixes.empty()) return;
        prefix_ = family_.prefixes.front();
        for (const std::string& each : family_.prefixes) {
            const std::string name = fill_pattern(family_.weights.front().pattern, 0, 0, each);
            if (!checkpoint_.find(name)) continue;
            prefix_ = each;
            return;
        }
    }

    std::string name_of(const std::string& pattern, int64_t layer, int64_t expert) const {
        return fill_pattern(pattern, layer, expert, prefix_);
    }

    /// A checkpoint of another model: no use in walking through every absent tensor.
    bool hopeless() const { return problems_.count() > 10'000; }

    void bind_layer(size_t begin, size_t end, int64_t layer) {
        const auto& rows = family_.weights;
        for (size_t i = begin; i < end;) {
            size_t stop = i + 1;
            const bool per_expert = has_mark(rows[i], "{E}");
            while (per_expert && stop < end && has_mark(rows[stop], "{E}")) ++stop;
            const int64_t experts = per_expert ? config_.n_experts : 1;
            for (int64_t expert = 0; expert < experts && !hopeless(); ++expert)
                for (size_t row = i; row < stop; ++row)
                    bind_row(rows[row], layer, per_expert ? expert : -1);
            i = stop;
        }
    }

    void bind_row(const WeightRow& row, int64_t layer, int64_t expert) {
        if (!eval_condition(row.condition, config_, layer)) return;
        BoundWeight weight;
        weight.canonical = fill_pattern(row.canonical, layer, expert);
        weight.shape = eval_shape(row.shape, config_);
        weight.fused = row.kind == WeightKind::fused;
        if (row.kind == WeightKind::tied) {
            const auto target = table_.index_.find(row.tied_to);
            if (target == table_.index_.end()) return;  // its own absence is reported already
            weight.source_name = table_.weights_[target->second].source_name;
            weight.tensor = table_.weights_[target->second].tensor;
            weight.tied = true;
            return add(std::move(weight));
        }
        weight.source_name = name_of(row.pattern, layer, expert);
        weight.tensor = checkpoint_.find(weight.source_name);
        if (weight.tensor) {
            const auto& stored = row.stored.empty() ? row.shape : row.stored;
            if (!check(weight.canonical, *weight.tensor, stored)) return;
            weight.transposed = row.transposed;
            if (!row.rows.whole()) cut_rows(row.rows, weight);
            return add(std::move(weight));
        }
        for (const AltSource& source : row.alternatives)
            if (bind_alternative(row, source, layer, expert, weight)) return;
        if (row.kind == WeightKind::optional || row.kind == WeightKind::fused) return;
        missing_head_ |= row.condition == "!tied";
        problems_.add(ErrorCode::mismatch,
                      weight.canonical + ": " + weight.source_name + " is missing");
    }

    /// True if the alternative is in the checkpoint, right or wrong.
    bool bind_alternative(const WeightRow& row, const AltSource& source, int64_t layer,
                          int64_t expert, BoundWeight& weight) {
        const TensorView* stored = checkpoint_.find(name_of(source.pattern, layer, expert));
        if (!stored) return false;
        weight.source_name = stored->name;
        weight.tensor = stored;
        if (!check(weight.canonical, *stored, source.shape)) return true;
        if (source.per_expert) cut_slice(row, source, expert, weight);
        add(std::move(weight));
        return true;
    }

    void cut_rows(const RowSlice& slice, BoundWeight& weight) {
        weight.rows = {eval_size(slice.first, config_), eval_size(slice.count, config_),
                       eval_size(slice.step, config_), eval_size(slice.blocks, config_)};
        const RowRuns& runs = weight.rows;
        weight.source_name += weight.transposed ? "[:, " : "[";
        weight.source_name +=
            std::to_string(runs.first) + ":" + std::to_string(runs.first + runs.count);
        if (runs.blocks > 1) weight.source_name += " of every " + std::to_string(runs.step);
        weight.source_name += "]";
    }

    /// Makes weight.tensor the rows of one expert inside a stacked [expert, rows, cols] tensor.
    void cut_slice(const WeightRow& row, const AltSource& source, int64_t expert,
                   BoundWeight& weight) {
        const TensorView& stored = *weight.tensor;
        used_.insert(&stored);
        const int64_t first = eval_size(source.first_row, config_);
        const std::vector<int64_t> shape = eval_shape(row.shape, config_);
        // The stored shape was checked, so neither of these can pass the end of the tensor.
        const size_t row_bytes = stored.bytes / static_cast<size_t>(stored.shape[0]) /
                                 static_cast<size_t>(stored.shape[1]);
        TensorView slice =
            stored.part(row_bytes * static_cast<size_t>(expert * stored.shape[1] + first),
                        row_bytes * static_cast<size_t>(shape[0]));
        slice.shape = shape;
        slice.name = stored.name + "[" + std::to_string(expert) + ", " + std::to_string(first) +
                     ":" + std::to_string(first + slice.shape[0]) + "]";
        weight.source_name = slice.name;
        weight.tensor = &table_.slices_->emplace_back(std::move(slice));
    }

    bool check(const std::string& canonical, const TensorView& tensor,
               const std::vector<std::string>& shape) {
        used_.insert(&tensor);
        const std::vector<int64_t> expected = eval_shape(shape, config_);
        const std::string name = canonical + " (" + tensor.name + "): ";
        if (tensor.shape != expected) {
            problems_.add(ErrorCode::mismatch, name + "expected " + shape_text(expected) +
                                                   ", file has " + shape_text(tensor.shape));
            if (contradiction_.empty())
                contradiction_ =
                    config_contradiction(family_, config_, canonical, expected, tensor.shape);
        } else if (!is_usable(tensor.type))
            problems_.add(ErrorCode::unsupported, name + "stored as " +
                                                      std::string(type_name(tensor.type)) +
                                                      ", which cannot be computed with");
        else
            return true;
        return false;
    }

    void add(BoundWeight weight) {
        if (weight.tensor) used_.insert(weight.tensor);
        table_.index_.emplace(weight.canonical, table_.weights_.size());
        table_.weights_.push_back(std::move(weight));
    }

    std::string hint() const {
        if (!contradiction_.empty()) return contradiction_;
        return missing_head_ ? "A model whose head is tied to its embedding says "
                               "\"tie_word_embeddings\": true in config.json"
                             : "";
    }

    void list_unused() {
        for (const TensorView& tensor : checkpoint_.tensors()) {
            if (used_.contains(&tensor)) continue;
            const bool known = std::any_of(
                family_.ignored_tensors.begin(), family_.ignored_tensors.end(),
                [&](const std::string& pattern) { return ignores(tensor.name, pattern); });
            (known ? table_.ignored_ : table_.unused_).push_back(tensor.name);
        }
    }

    bool ignores(std::string_view name, const std::string& pattern) const {
        return matches(name, pattern.starts_with('~') ? prefix_ + pattern.substr(1) : pattern);
    }

    const FamilySpec& family_;
    const ModelConfig& config_;
    const Checkpoint& checkpoint_;
    std::string prefix_;
    WeightTable table_;
    Problems problems_;
    std::set<const TensorView*> used_;
    bool missing_head_ = false;
    std::string contradiction_;  ///< the first key of config.json that a shape contradicts
};

WeightTable WeightTable::bind(const FamilySpec& family, const ModelConfig& config,
                              const Checkpoint& checkpoint) {
    return WeightBinder(family, config, checkpoint).bind();
}

int64_t BoundWeight::elements() const {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    return count;
}

bool WeightTable::contains(std::string_view canonical) const {
    return index_.contains(std::string(canonical));
}

const BoundWeight& WeightTable::at(std::string_view canonical) const {
    const auto found = index_.find(std::string(canonical));
    if (found == index_.end())
        throw Error(ErrorCode::not_found, "weights", "no weight is called " + in_quotes(canonical));
    return weights_[found->second];
}

}  // namespace driftscope
