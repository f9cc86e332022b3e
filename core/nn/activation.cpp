// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/activation.h"

#include <cmath>
#include <numbers>
#include <string>

#include "core/data/error.h"

namespace driftscope {

namespace {

/// A chain of operations, each of which rounds to the run's dtype.
class Chain {
public:
    explicit Chain(const Exec& exec) : exec_(exec), type_(exec.num().dtype) {}
    at::Tensor operator()(const at::Tensor& x) const { return exec_.rounded(x, type_); }

private:
    const Exec& exec_;
    at::ScalarType type_;
};

/// NewGELUActivation: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
at::Tensor gelu_new(const Exec& exec, const at::Tensor& x) {
    const Chain r(exec);
    const at::Tensor cube = r(r(at::pow(x, 3.0)) * 0.044715);
    const at::Tensor inner = r(r(x + cube) * std::sqrt(2.0 / std::numbers::pi));
    const at::Tensor outer = r(r(at::tanh(inner)) + 1.0);
    return r(r(x * 0.5) * outer);
}

/// x · 0.5 · (1 + tanh(root · x · (1 + 0.044715 · x · x))): FastGELUActivation with √(2/π) in ten
/// digits, bloom_gelu_forward with it in eight.
at::Tensor gelu_with_root(const Exec& exec, const at::Tensor& x, double root) {
    const Chain r(exec);
    const at::Tensor square = r(r(r(x * 0.044715) * x) + 1.0);
    const at::Tensor inner = r(r(x * root) * square);
    const at::Tensor outer = r(r(at::tanh(inner)) + 1.0);
    return r(r(x * 0.5) * outer);
}

}  // namespace

at::Tensor activate(const Exec& exec, std::string_view name, const at::Tensor& x) {
    const at::ScalarType dtype = exec.num().dtype;
    if (name == "silu") return exec.rounded(at::silu(x), dtype);
    if (name == "gelu") return exec.rounded(at::gelu(x), dtype);
    if (name == "relu") return at::relu(x);
    if (name == "gelu_pytorch_tanh") return exec.rounded(at::gelu(x, "tanh"), dtype);
    if (name == "gelu_new") return gelu_new(exec, x);
    if (name == "gelu_fast") return gelu_with_root(exec, x, 0.7978845608);
    if (name == "bloom_gelu") {
        // HookedTransformer takes gelu_fast for BLOOM (convert of the config, act_fn).
        return gelu_with_root(exec, x, lens(exec.num()) ? 0.7978845608 : 0.79788456);
    }
    throw Error(ErrorCode::internal, "activation", "no function " + std::string(name));
}

at::Tensor soft_cap(const Exec& exec, const at::Tensor& x, double cap, at::ScalarType type) {
    const at::Tensor ratio = exec.rounded(x / cap, type);
    return exec.rounded(exec.rounded(at::tanh(ratio), type) * cap, type);
}

}  // namespace driftscope
