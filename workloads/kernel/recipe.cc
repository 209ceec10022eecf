#include "workloads/kernel/recipe.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "workloads/kernel/cases.h"

namespace lockgauge::kernel {
namespace {

Recipe handoff(std::string_view backend) {
  if (backend == kSpinLock) {
    return {.program = "handoff_spin",
            .start = Start::kSocketBuffer,
            .maps = {"spin_section"},
            .has_section = true,
            .iterations = 50'000};
  }
  if (backend == kResSpinLock) {
    return {.program = "handoff_res_spin",
            .start = Start::kSocketBuffer,
            .maps = {"res_spin_section"},
            .has_section = true,
            .symbols = {"bpf_res_spin_lock"},
            .iterations = 50'000};
  }
  return {.program = "handoff_no_lock",
          .start = Start::kSocketBuffer,
          .maps = {"no_lock_section"},
          .has_section = true,
          .iterations = 200'000};
}

// storage_get and its like, of the parameter's owner type.
Recipe storage(const harness::TrialSpec& spec) {
  if (spec.subject->backend == kNoLock) {
    return {.program = "empty_loop", .iterations = 500'000};
  }
  const std::string& scenario = spec.subject->scenario->name;
  const std::string& owner = spec.parameters.text("owner");
  Recipe recipe{.program = owner + "_" + scenario,
                .maps = {owner + "_map"},
                .iterations = scenario == "storage_get" ? 100'000u : 4'000u};
  if (owner == "sk") recipe.start = Start::kSocketBuffer;
  if (owner == "cgroup") recipe.symbols = {"bpf_cgrp_storage_get"};
  return recipe;
}

}  // namespace

Recipe recipe(const harness::TrialSpec& spec) {
  if (spec.subject->scenario->name == "handoff") {
    return handoff(spec.subject->backend);
  }
  return storage(spec);
}

std::string_view storage_backend(const HasSymbol& has) {
  if (has("bpf_selem_unlink_nofail")) return "kernel:merged";
  if (has("bpf_task_storage_busy")) return "kernel:percpu_busy";
  return "kernel:storage";
}

std::string lacks(const Recipe& recipe, const HasSymbol& has) {
  for (const std::string& symbol : recipe.symbols) {
    if (!has(symbol)) return fmt::format("this kernel has no {}", symbol);
  }
  return {};
}

std::string why_unavailable(int error, bool has_types) {
  if (error == EPERM || error == EACCES) {
    return "loading BPF programs takes root, or CAP_BPF, CAP_PERFMON and "
           "CAP_NET_ADMIN";
  }
  if (error == ENOSYS || error == EINVAL) return "this kernel has no BPF";
  if (error != 0) {
    return fmt::format("this kernel refuses any BPF program: {}",
                       std::strerror(error));
  }
  return has_types ? "" : "this kernel does not show its types (BTF)";
}

}  // namespace lockgauge::kernel
