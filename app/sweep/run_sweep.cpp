// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sweep/run_sweep.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/options/option.h"

namespace driftscope {

namespace {

using Seconds = std::chrono::duration<double>;

Error misuse(const std::string& message, const std::string& hint) {
    return {ErrorCode::usage, "--axis", message, hint};
}

int wholeNumber(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

void checkAxisValue(const SweepAxis& axis, const std::string& value) {
    if (value.empty()) {
        throw misuse("'" + axis.key + "' has an empty value", "write " + axis.key + "=VALUE|VALUE");
    }
    if (axis.key == "model") return;
    if (axis.key == "length") {
        if (wholeNumber(value) < 1) {
            throw misuse("'" + value + "' is no prompt length", "write length=8|16|32, in tokens");
        }
        return;
    }
    check_value(option(axis.key), value);
}

/// The tokens of every model's prompt, asked for once.
class Prompts {
public:
    explicit Prompts(Engine& engine) : m_engine(engine) {}
    const std::vector<int32_t>& of(const CompareRequest& request) {
        if (!request.tokens.empty()) return request.tokens;
        const auto known = m_tokens.find(request.model_a);
        if (known != m_tokens.end()) return known->second;
        return m_tokens[request.model_a] =
                   m_engine.tokenize(request.model_a, request.prompt, true).ids;
    }

private:
    Engine& m_engine;
    std::map<std::string, std::vector<int32_t>> m_tokens;
};

void setOption(CompareRequest& request, const SweepAxis& axis, const std::string& value) {
    if (axis.side != AxisSide::b) request.options_a[axis.key] = value;
    if (axis.side != AxisSide::a) request.options_b[axis.key] = value;
}

void setModel(CompareRequest& request, const SweepAxis& axis, const std::string& value) {
    const std::string before = request.model_b.empty() ? request.model_a : request.model_b;
    if (axis.side != AxisSide::b) request.model_a = value;
    request.model_b = axis.side == AxisSide::a ? before : value;
    if (request.model_b == request.model_a) request.model_b.clear();
}

/// What a cell compares, its length still to be cut.
CompareRequest requestOfCell(const SweepRequest& sweep, const std::vector<std::string>& values) {
    CompareRequest request = sweep.base;
    for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
        const SweepAxis& axis = sweep.axes[i];
        if (axis.key == "model") {
            setModel(request, axis, values[i]);
        } else if (axis.key != "length") {
            setOption(request, axis, values[i]);
        }
    }
    return request;
}

void cutLength(CompareRequest& request, const std::string& length, Prompts& prompts) {
    const std::vector<int32_t> all = prompts.of(request);
    const auto wanted = static_cast<std::size_t>(wholeNumber(length));
    if (wanted > all.size()) {
        throw Error(ErrorCode::unsupported, "length",
                    "the prompt has only " + std::to_string(all.size()) + " tokens",
                    "give a longer prompt");
    }
    request.tokens.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(wanted));
}

/// Why an axis' option cannot act on the cell's model; empty: it can. The default always can.
std::string whyNotHere(Engine& engine, const SweepAxis& axis, const std::string& value,
                       const CompareRequest& request) {
    if (axis.key == "model" || axis.key == "length") return {};
    const OptionSpec& spec = option(axis.key);
    if (value == spec.fallback) return {};
    const auto why = [&](const std::string& model) { return why_not(spec, *engine.open(model)); };
    std::string reason = axis.side == AxisSide::b ? std::string() : why(request.model_a);
    if (reason.empty() && axis.side != AxisSide::a) {
        reason = why(request.model_b.empty() ? request.model_a : request.model_b);
    }
    return reason.empty() ? reason : axis.key + ": " + reason;
}

void fill(SweepCell& cell, const Comparison& result) {
    cell.state = CellState::done;
    cell.positions = static_cast<int>(result.tokens.size());
    cell.loss_a = result.a.loss;
    cell.loss_b = result.b.loss;
    const std::vector<double>& kl = result.logits.kl_ab;
    if (!kl.empty()) {
        cell.kl_mean = std::accumulate(kl.begin(), kl.end(), 0.0) / static_cast<double>(kl.size());
        cell.kl_max = *std::max_element(kl.begin(), kl.end());
    }
    cell.top1_agreement = result.logits.top1_agreement;
    if (result.generation) cell.first_split = result.generation->first_split;
    cell.verdict = result.verdict;
}

/// One sweep while it runs.
class Runner {
public:
    Runner(Engine& engine, const SweepRequest& request, const SweepCallbacks& callbacks,
           std::stop_token stop)
        : m_engine(engine), m_callbacks(callbacks), m_stop(std::move(stop)), m_prompts(engine),
          m_start(std::chrono::steady_clock::now()) {
        m_sweep.request = request;
        m_sweep.provenance = engine.provenance();
        addCells({});
    }

    SweepPtr run() {
        tell();
        for (m_at = 0; m_at < m_sweep.cells.size(); ++m_at) {
            if (m_stop.stop_requested() || !runCell(m_sweep.cells[m_at])) {
                m_sweep.cancelled = true;
                break;
            }
            tell();
        }
        return std::make_shared<const Sweep>(m_sweep);
    }

private:
    void addCells(const std::vector<std::string>& chosen) {
        const std::vector<SweepAxis>& axes = m_sweep.request.axes;
        if (chosen.size() == axes.size()) {
            SweepCell cell;
            cell.values = chosen;
            cell.request = requestOfCell(m_sweep.request, chosen);
            m_sweep.cells.push_back(std::move(cell));
            return;
        }
        for (const std::string& value : axes[chosen.size()].values) {
            std::vector<std::string> more = chosen;
            more.push_back(value);
            addCells(more);
        }
    }

    /// false: it was stopped before there was a result.
    bool runCell(SweepCell& cell) {
        const auto begin = std::chrono::steady_clock::now();
        try {
            prepare(cell);
            if (cell.state == CellState::waiting) {
                const ComparisonPtr result =
                    m_engine.compare(cell.request, {progress(), {}, {}}, m_stop);
                if (result->cancelled) return false;
                fill(cell, *result);
            }
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) return false;
            const bool refused =
                error.code() == ErrorCode::usage || error.code() == ErrorCode::unsupported;
            cell.state = refused ? CellState::not_applicable : CellState::failed;
            cell.why = error.message();
        }
        cell.seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
        return true;
    }

    void prepare(SweepCell& cell) {
        const std::vector<SweepAxis>& axes = m_sweep.request.axes;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            if (axes[i].key == "length") cutLength(cell.request, cell.values[i], m_prompts);
            cell.why = whyNotHere(m_engine, axes[i], cell.values[i], cell.request);
            if (cell.why.empty()) continue;
            cell.state = CellState::not_applicable;
            return;
        }
    }

    /// Cells as steps; a cell's own progress is a part of one.
    std::function<void(const Progress&)> progress() {
        if (!m_callbacks.progress) return {};
        return [this](const Progress& inner) {
            const double part = inner.total > 0 ? std::min(inner.done / inner.total, 1.0) : 0;
            report(static_cast<double>(m_at) + part, inner.bytes_needed);
        };
    }

    /// `bytes`: what the cell in work takes at most.
    void report(double done, int64_t bytes = 0) {
        if (!m_callbacks.progress) return;
        Progress progress;
        progress.stage = "sweep";
        progress.done = done;
        progress.total = static_cast<double>(m_sweep.cells.size());
        const double gone = Seconds(std::chrono::steady_clock::now() - m_start).count();
        progress.bytes_needed = bytes;
        if (done >= 1) progress.seconds_left = gone / done * (progress.total - done);
        m_callbacks.progress(progress);
    }

    void tell() {
        std::size_t done = 0;
        for (const SweepCell& cell : m_sweep.cells) done += cell.state != CellState::waiting;
        report(static_cast<double>(done));
        if (m_callbacks.grid) m_callbacks.grid(std::make_shared<const Sweep>(m_sweep));
    }

    Engine& m_engine;
    const SweepCallbacks& m_callbacks;
    std::stop_token m_stop;
    Prompts m_prompts;
    std::chrono::steady_clock::time_point m_start;
    Sweep m_sweep;
    std::size_t m_at = 0;
};

}  // namespace

SweepAxis parseAxis(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw misuse("'" + text + "' is no axis", "write --axis dtype=float32|bfloat16");
    }
    SweepAxis axis;
    axis.key = text.substr(0, equals);
    const std::pair<const char*, AxisSide> sides[] = {
        {"a.", AxisSide::a}, {"b.", AxisSide::b}, {"both.", AxisSide::both}};
    for (const auto& [prefix, side] : sides) {
        if (!axis.key.starts_with(prefix)) continue;
        axis.key.erase(0, std::string(prefix).size());
        axis.side = side;
        break;
    }
    if (axis.key == "length") axis.side = AxisSide::both;
    if (axis.key != "model" && axis.key != "length") option(axis.key);
    for (std::size_t at = equals + 1; at <= text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        axis.values.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return axis;
}

void checkAxes(const std::vector<SweepAxis>& axes) {
    if (axes.empty()) throw misuse("there is no axis", "write --axis dtype=float32|bfloat16");
    if (axes.size() > 2) throw misuse("there are more than two axes", "a grid has one or two");
    if (axes.size() == 2 && axes[0].name() == axes[1].name()) {
        throw misuse("both axes are '" + axes[0].name() + "'", "give two different ones");
    }
    std::size_t cells = 1;
    for (const SweepAxis& axis : axes) {
        for (const std::string& value : axis.values) {
            checkAxisValue(axis, value);
            if (std::count(axis.values.begin(), axis.values.end(), value) > 1) {
                throw misuse("'" + axis.key + "' has '" + value + "' twice",
                             "name each value once");
            }
        }
        if (axis.values.empty()) throw misuse("'" + axis.key + "' has no value", "");
        cells *= axis.values.size();
    }
    if (cells > kMostCells) {
        throw misuse("that would be " + std::to_string(cells) + " comparisons",
                     "at most " + std::to_string(kMostCells) + " make a grid");
    }
}

SweepPtr runSweep(Engine& engine, const SweepRequest& request, const SweepCallbacks& callbacks,
                  std::stop_token stop) {
    checkAxes(request.axes);
    return Runner(engine, request, callbacks, std::move(stop)).run();
}

}  // namespace driftscope
