#ifndef LOCKGAUGE_WORKLOADS_HARNESS_SCENARIO_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_SCENARIO_H_

#include <cstddef>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "locks/backend.h"
#include "locks/platform/host/host.h"
#include "locks/platform/sim/backends.h"
#include "workloads/harness/parameters.h"
#include "workloads/harness/workload.h"
#include "workloads/machine/placement.h"

namespace lockgauge::harness {

// Who does what in a team.
struct Jobs {
  // Threads have different ones: it means nothing who got more done.
  bool differ = false;
  int least_threads = 1;
};

// What a scenario says of itself, whatever the backend.
struct ScenarioInfo {
  std::string name = {};
  std::string summary = {};  // one line, for --list
  std::vector<Parameter> parameters = {};
  // Thread counts run by default: numbers, "all" for every CPU, "ladder".
  std::vector<std::string> threads = {"1", "all"};
  machine::Placement placement = machine::Placement::kCompact;
  // Threads pass one lock's line between them, so that the cost of a hand-over
  // in units of a core-to-core transfer means something.
  bool hands_over = false;
  // Threads are interrupted in the middle of an operation: a lock that waits
  // for its own thread hangs, which is an answer, not an error.
  bool interrupts = false;
  // Threads wait for each other in a cycle: for locks that can fail only.
  bool cycles = false;
  // Threads wait asleep, for grace periods or for each other: being off their
  // CPU does not tell that something disturbed them.
  bool sleeps = false;
  // Threads look at the machine and not at a lock, two at a time.
  bool probes = false;
  // Operations give memory away that comes back after a grace period: the
  // window is not to begin before that has come round (Workload::warm_up()).
  bool defers = false;
  // By parameters.
  Jobs (*jobs)(const Parameters&) = [](const Parameters&) { return Jobs(); };
  // Callers retry or live through runs of failures, so that retries and streaks
  // are counted.
  bool follows_failures = false;
};

// How to make a workload, as Workload<P> of the platform it runs on.
template <class W>
struct BasicMaker {
  std::size_t bytes;  // of the workload, aligned like a cache line
  W* (*make)(void* memory, const Setup&);
};
template <class P>
using Maker = BasicMaker<Workload<P>>;

// One scenario on one backend.
struct Case {
  const ScenarioInfo* scenario;
  // Of the backend; see locks/backend.h.
  std::string_view backend;
  bool excludes;
  bool spins;
  bool gated;
  // Without and with a preemption token for each CPU (host/preemption.h).
  Maker<NativeHost> native;
  Maker<NativeHost> token;
  // Nothing where the backend is not ours to simulate.
  std::optional<Maker<Sim>> sim;
  // A step of the kernel's change (storage/series/): run if named.
  bool step = false;
  bool fallible = false;  // of the backend
};

// A scenario is a struct S in namespace scenario with
//   static ScenarioInfo info();
//   template <Backend B> class Run : public Workload<typename B::Platform>,
//       constructible from a Setup.
template <class S, class B>
auto maker() {
  using P = typename B::Platform;
  using Run = typename S::template Run<B>;
  return Maker<P>{sizeof(Run),
                  [](void* memory, const Setup& setup) -> Workload<P>* {
                    return new (memory) Run(setup);
                  }};
}

template <class S, class B>
std::optional<Maker<Sim>> sim_maker() {
  if constexpr (sim::RunsOnSim<B>::value) {
    return maker<S, B>();
  } else {
    return std::nullopt;
  }
}

template <class S, template <class> class B>
Case make_case() {
  static const ScenarioInfo info = S::info();
  using Native = B<NativeHost>;
  return {&info,
          Native::name,
          Native::excludes,
          Native::spins,
          !std::is_same_v<typename Native::Gate, NoGate>,
          maker<S, Native>(),
          maker<S, B<TokenHost>>(),
          sim_maker<S, B<Sim>>(),
          requires { typename Native::Era; },
          Native::fallible};
}

// Every scenario on every backend, by scenario, in the order of the lists
// (in CMakeLists.txt of workloads/, locks/ and storage/).
std::vector<Case> all_cases();

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_SCENARIO_H_
