#include "workloads/kernel/cases.h"

#include <initializer_list>

namespace lockgauge::kernel {
namespace {

using harness::Case;
using harness::Parameter;
using harness::ScenarioInfo;

const Parameter kOwner{
    .name = "owner",
    .defaults = {"task", "cgroup", "sk"},
    .help = "whose storage: each thread's task, the cgroup of all, a socket "
            "for each run of the program",
    .choices = {"task", "cgroup", "sk"}};

const ScenarioInfo& handoff() {
  static const ScenarioInfo info{
      .name = "handoff",
      .summary = "one lock, taken by every thread in turn",
      .parameters =
          {{"hold_ns", {"0"}, "time inside the section, besides its data"},
           {"think_ns", {"0"}, "time outside, between two sections"},
           {"stall_ns", {"0"}, "time thread 0 stays in its first section"}},
      .hands_over = true};
  return info;
}

const ScenarioInfo& storage_get() {
  static const ScenarioInfo info{.name = "storage_get",
                                 .summary = "look up the owner's value",
                                 .parameters = {kOwner},
                                 .threads = {"1"}};
  return info;
}

const ScenarioInfo& storage_create() {
  static const ScenarioInfo info{
      .name = "storage_create",
      .summary = "create a value and delete it; one operation",
      .parameters = {kOwner}};
  return info;
}

const ScenarioInfo& storage_churn() {
  static const ScenarioInfo info{
      .name = "storage_churn",
      .summary = "get-or-create, write and delete in random order",
      .parameters = {kOwner}};
  return info;
}

Case make_case(const ScenarioInfo& scenario, std::string_view backend) {
  return {.scenario = &scenario,
          .backend = backend,
          .excludes = backend != kNoLock,
          .spins = true,
          .gated = false,
          .native = {},
          .token = {},
          .sim = {}};
}

}  // namespace

std::vector<Case> cases(std::string_view storage_backend) {
  std::vector<Case> all;
  for (const auto backend : {kNoLock, kSpinLock, kResSpinLock}) {
    all.push_back(make_case(handoff(), backend));
  }
  for (const auto* scenario :
       {&storage_get(), &storage_create(), &storage_churn()}) {
    all.push_back(make_case(*scenario, kNoLock));
    all.push_back(make_case(*scenario, storage_backend));
  }
  return all;
}

}  // namespace lockgauge::kernel
