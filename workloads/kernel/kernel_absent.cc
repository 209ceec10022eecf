// The kernel target of a build without the tools for BPF programs.
#include "workloads/kernel/kernel.h"

namespace lockgauge::kernel {

Kernel::Kernel()
    : has_symbol_([](const std::string&) { return false; }),
      unavailable_("built without clang, bpftool or libbpf-dev"),
      storage_backend_(kernel::storage_backend(has_symbol_)) {}

Object* Kernel::load(const Recipe&, std::string& why_not) {
  why_not = unavailable_;
  return nullptr;
}

}  // namespace lockgauge::kernel
