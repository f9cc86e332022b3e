// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/provenance.h"

#include <dlfcn.h>
#include <link.h>
#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

namespace driftscope {

namespace {

int collect_library(dl_phdr_info* info, size_t, void* out) {
    if (info->dlpi_name && *info->dlpi_name) {
        static_cast<std::vector<std::string>*>(out)->push_back(info->dlpi_name);
    }
    return 0;
}

std::vector<std::string> loaded_libraries() {
    std::vector<std::string> names;
    dl_iterate_phdr(collect_library, &names);
    return names;
}

/// The library that answers sgemm, by the file the dynamic linker took it from.
std::string blas_file() {
    void* symbol = dlsym(RTLD_DEFAULT, "sgemm_");
    Dl_info info{};
    if (!symbol || !dladdr(symbol, &info) || !info.dli_fname) return {};
    char real[4096];
    return realpath(info.dli_fname, real) ? real : info.dli_fname;
}

std::string blas_name(std::map<std::string, std::string>& out) {
    const std::string file = blas_file();
    using Config = char*();
    std::string name;
    if (auto* config = reinterpret_cast<Config*>(dlsym(RTLD_DEFAULT, "openblas_get_config"))) {
        name = config();
        while (!name.empty() && name.back() == ' ') name.pop_back();
        for (const char* kind : {"openmp", "pthread", "serial"}) {
            if (file.find(kind) != std::string::npos) name += std::string(", ") + kind;
        }
        if (file.find("pthread") != std::string::npos) {
            out["warning"] =
                "OpenBLAS runs its own thread pool (pthread build): decoding is about "
                "4 times slower than with libopenblas0-openmp";
        }
        return name;
    }
    for (const std::string& library : loaded_libraries()) {
        if (library.find("mkl") != std::string::npos) return "MKL";
    }
    out["warning"] =
        "this is the slow reference BLAS: products take about 75 times longer; install "
        "libopenblas0-openmp";
    return file.empty() ? "none" : "reference (" + file + ")";
}

std::string cpu_line(const std::string& key) {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key)) {
            const size_t colon = line.find(':');
            if (colon != std::string::npos && colon + 2 <= line.size())
                return line.substr(colon + 2);
        }
    }
    return {};
}

std::string features() {
    std::istringstream flags(cpu_line("flags"));
    std::string out;
    for (std::string flag; flags >> flag;) {
        const bool shown = flag == "avx2" || flag == "fma" || flag == "f16c" || flag == "avx512f" ||
                           flag == "avx512bw" || flag == "avx512vl" || flag == "avx512_bf16" ||
                           flag == "avx512_fp16" || flag.starts_with("amx");
        if (shown) out += (out.empty() ? "" : " ") + flag;
    }
    return out;
}

}  // namespace

std::map<std::string, std::string> measure_provenance() {
    std::map<std::string, std::string> out;
    out["version"] = DRIFTSCOPE_VERSION;
    out["libtorch"] = TORCH_VERSION;
    out["threads"] = std::to_string(omp_get_num_procs());
    out["cpu"] = cpu_line("model name");
    out["cpu_features"] = features();
    out["blas"] = blas_name(out);
    return out;
}

}  // namespace driftscope
