#include "workloads/kernel/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "workloads/kernel/cases.h"

namespace lockgauge::kernel {
namespace {

Recipe handoff(const harness::TrialSpec& spec) {
  const std::string_view backend = spec.subject->backend;
  if (backend == kSpinLock) {
    return {.program = "handoff_spin",
            .start = Start::kSocketBuffer,
            .maps = {"spin_section"},
            .has_section = true,
            .iterations = 50'000,
            .impossible = spec.parameters.number("stall_ns") == 0
                              ? ""
                              : "bpf_spin_lock keeps interrupts off: it must "
                                "not be held that long"};
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
  if (owner == "inode") {
    recipe.start = Start::kFcntl;
    recipe.attached = {recipe.program};
    recipe.symbols = {"bpf_lsm_file_fcntl"};
  }
  return recipe;
}

Recipe deadlock(const harness::TrialSpec& spec) {
  const std::string& cycle = spec.parameters.text("cycle");
  return {.program = "deadlock_" + cycle,
          .start = Start::kSocketBuffer,
          .maps = {"cycle_locks"},
          .symbols = {"bpf_res_spin_lock"},
          .iterations = 4,
          .least_threads = cycle == "aa" ? 1 : 2,
          .most_threads = 2,  // a lock each
          .impossible = spec.subject->backend == kSpinLock
                            ? "a program may hold one bpf_spin_lock at a time"
                            : ""};
}

Recipe same_cpu(const harness::TrialSpec& spec) {
  const std::string program = "same_cpu_" + spec.parameters.text("owner");
  const bool is_cgroup = spec.parameters.text("owner") == "cgroup";
  Recipe recipe{.program = program + "_0",
                .start = Start::kFunctionEntry,
                .maps = {is_cgroup ? "same_cpu_stays" : "same_cpu_map"},
                .symbols = {"bpf_local_storage_update"},
                .attached = {"update_result"},
                .iterations = 200,
                .most_threads = kTracedThreads};
  if (is_cgroup) recipe.symbols.push_back("bpf_cgrp_storage_get");
  for (std::size_t thread = 0; thread < spec.cpus.size(); ++thread) {
    recipe.symbols.push_back(fmt::format("bpf_fentry_test{}", thread + 1));
    recipe.attached.push_back(fmt::format("{}_{}", program, thread));
    if (!is_cgroup) continue;
    recipe.maps.push_back(fmt::format("same_cpu_map_{}", thread));
  }
  return recipe;
}

Recipe reentry(const harness::TrialSpec& spec) {
  Recipe recipe{.program = spec.subject->backend == kNoLock ? "reentry_control"
                                                            : "reentry_loop",
                .maps = {"outer_map", "inner_map", "witness_map"},
                .is_interrupted = true,
                .iterations = 4'000};
  const std::string& by = spec.parameters.text("by");
  if (by == "interrupt") {
    recipe.interrupt = "interrupt";
    return recipe;
  }
  const std::string function = by == "update" ? "bpf_local_storage_update"
                               : by == "alloc"
                                   ? "bpf_selem_alloc"
                                   : "bpf_selem_unlink_storage_nolock";
  recipe.symbols = {"bpf_local_storage_update", function};
  recipe.attached = {"update_result", "reenter_" + by};
  recipe.most_threads = kTracedThreads;
  if (spec.subject->backend == kNoLock) {
    recipe.impossible = "a control of interrupts: it calls nothing to enter";
  }
  return recipe;
}

// By scenario.
Recipe basic_recipe(const harness::TrialSpec& spec) {
  const std::string& scenario = spec.subject->scenario->name;
  if (scenario == "handoff") return handoff(spec);
  if (scenario == "deadlock") return deadlock(spec);
  if (scenario == "same_cpu") return same_cpu(spec);
  if (scenario == "reentry") return reentry(spec);
  return storage(spec);
}

// Whether there is time to be spent in the programs' busy loop.
bool works(const harness::TrialSpec& spec) {
  const auto& all = spec.subject->scenario->parameters;
  return std::any_of(all.begin(), all.end(), [&](const auto& parameter) {
    const std::string& name = parameter.name;
    return (name == "hold_ns" || name == "think_ns" || name == "stall_ns") &&
           spec.parameters.number(name) > 0;
  });
}

}  // namespace

Recipe recipe(const harness::TrialSpec& spec) {
  Recipe recipe = basic_recipe(spec);
  if (works(spec)) recipe.symbols.push_back("bpf_iter_num_new");
  return recipe;
}

std::string_view storage_backend(const HasSymbol& has) {
  if (has("bpf_selem_unlink_nofail")) return "kernel:merged";
  if (has("bpf_task_storage_busy")) return "kernel:percpu_busy";
  return "kernel:storage";
}

std::string lacks(const Recipe& recipe, const HasSymbol& has) {
  if (!recipe.impossible.empty()) return recipe.impossible;
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
