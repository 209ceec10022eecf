#include "workloads/kernel/cases.h"

#include <initializer_list>

namespace lockgauge::kernel {
namespace {

using harness::Case;
using harness::Parameter;
using harness::ScenarioInfo;

const Parameter kOwner{
    .name = "owner",
    .defaults = {"task", "cgroup", "sk", "inode"},
    .help = "whose storage: each thread's task, the cgroup of all, a socket "
            "for each run of the program, a file of each thread",
    .choices = {"task", "cgroup", "sk", "inode"}};

const ScenarioInfo& handoff() {
  static const ScenarioInfo info{
      .name = "handoff",
      .summary = "one lock, taken by every thread in turn",
      .parameters =
          {{.name = "hold_ns",
            .defaults = {"0"},
            .help = "time inside the section, besides its data",
            .max = 1'000'000},
           {.name = "think_ns",
            .defaults = {"0"},
            .help = "time outside, between two sections",
            .max = 1'000'000},
           {.name = "stall_ns",
            .defaults = {"0"},
            .help = "time thread 0 stays in its first section, at most until "
                    "the window ends",
            .max = 10'000'000'000}},  // a lock may take a second to give up
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

const ScenarioInfo& deadlock() {
  static const ScenarioInfo info{
      .name = "deadlock",
      .summary = "a cycle: who is told, and after how long (the ns of an op)",
      .parameters = {{.name = "cycle",
                      .defaults = {"aa", "abba"},
                      .help = "each thread takes its own lock twice (aa), or "
                              "two take two in opposite order (abba)",
                      .choices = {"aa", "abba"}},
                     {.name = "hold_ns",
                      .defaults = {"2000"},
                      .help = "time between the two acquisitions of abba",
                      .max = 1'000'000}},
      .threads = {"2"},
      .placement = machine::Placement::kOnePerCore};
  return info;
}

const ScenarioInfo& same_cpu() {
  static const ScenarioInfo info{
      .name = "same_cpu",
      .summary = "threads on one CPU, each on its own value: what fails?",
      .parameters = {{.name = "owner",
                      .defaults = {"task", "cgroup"},
                      .help = "whose storage: each thread's task, or the "
                              "cgroup of all",
                      .choices = {"task", "cgroup"}},
                     {.name = "think_ns",
                      .defaults = {"0"},
                      .help = "time between two operations",
                      .max = 1'000'000}},
      .threads = {"2", "4"},
      .placement = machine::Placement::kSameCpu,
      .follows_failures = true};
  return info;
}

const ScenarioInfo& reentry() {
  static const ScenarioInfo info{
      .name = "reentry",
      .summary = "a create in the middle of creates and deletes: what fails?",
      .parameters =
          {{.name = "by",
            .defaults = {"interrupt", "update", "alloc", "unlink"},
            .help = "a timer's interrupt, or a program at the entry of the "
                    "kernel's own update, allocation or unlink",
            .choices = {"interrupt", "update", "alloc", "unlink"}},
           {.name = "map",
            .defaults = {"other"},
            .help = "where: in another map, or in the same",
            .choices = {"other", "same"}},
           {.name = "every_ns",
            .defaults = {"100000"},
            .help = "CPU time between two interrupts",
            .min = 10'000}},
      .threads = {"1"}};
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
  all.push_back(make_case(deadlock(), kSpinLock));
  all.push_back(make_case(deadlock(), kResSpinLock));
  all.push_back(make_case(same_cpu(), storage_backend));
  all.push_back(make_case(reentry(), kNoLock));
  all.push_back(make_case(reentry(), storage_backend));
  return all;
}

}  // namespace lockgauge::kernel
