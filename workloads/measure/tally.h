#ifndef LOCKGAUGE_WORKLOADS_MEASURE_TALLY_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_TALLY_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "locks/platform/sim/description.h"
#include "locks/result.h"
#include "workloads/measure/short_windows.h"

namespace lockgauge::measure {

// What one thread counted in one trial. Kept in the thread's own frame while
// it runs and handed over at the end: nobody else touches it meanwhile.
struct Tally {
  std::uint64_t ops = 0;       // completed inside the window
  std::uint64_t attempts = 0;  // calls made, refused ones included
  // Sections whose predecessor was another thread, by how far away that is.
  std::array<std::uint64_t, sim::kDistances> handovers_at{};
  // Of its sections, by short windows of all sections.
  WindowShare windows;
  // Most others that were served while one attempt waited; simulated only.
  std::uint64_t overtaken_max = 0;

  // Failed attempts, by what the caller was told.
  std::uint64_t fail_busy = 0;
  std::uint64_t fail_deadlock = 0;
  std::uint64_t fail_timeout = 0;
  std::uint64_t fail_again = 0;
  std::uint64_t fail_nomem = 0;

  // Attempts that lock or gate refused (busy, deadlock, timeout), by what was
  // the case (measure/attempt.h).
  std::uint64_t real = 0;
  std::uint64_t spurious = 0;

  // Runs of spurious failures without a success in between (measure/streak.h).
  std::uint64_t incidents = 0;
  std::uint64_t incident_cpu_ns = 0;
  std::uint64_t streak_max = 0;
  std::uint64_t streak_max_ns = 0;

  // Attempts after the first for one operation.
  std::uint64_t retries = 0;
  std::uint64_t retries_max = 0;

  std::uint64_t handovers() const {
    return std::accumulate(handovers_at.begin(), handovers_at.end(),
                           std::uint64_t{0});
  }

  // Off the measured path of infallible backends: there it is never called.
  [[gnu::cold]] void count_failure(Result result, bool was_real) {
    switch (result) {
      case Result::kBusy:
        ++fail_busy;
        break;
      case Result::kDeadlock:
        ++fail_deadlock;
        break;
      case Result::kTimeout:
        ++fail_timeout;
        break;
      case Result::kAgain:  // a race for the owner itself was lost
        ++fail_again;
        return;
      case Result::kNoMem:
        ++fail_nomem;
        return;
      default:
        return;  // an answer, not a failure
    }
    ++(was_real ? real : spurious);
  }

  void add(const Tally& other) {
    ops += other.ops;
    attempts += other.attempts;
    for (std::size_t i = 0; i < handovers_at.size(); ++i) {
      handovers_at[i] += other.handovers_at[i];
    }
    windows.turns += other.windows.turns;
    windows.squares += other.windows.squares;
    overtaken_max = std::max(overtaken_max, other.overtaken_max);
    fail_busy += other.fail_busy;
    fail_deadlock += other.fail_deadlock;
    fail_timeout += other.fail_timeout;
    fail_again += other.fail_again;
    fail_nomem += other.fail_nomem;
    real += other.real;
    spurious += other.spurious;
    incidents += other.incidents;
    incident_cpu_ns += other.incident_cpu_ns;
    streak_max = std::max(streak_max, other.streak_max);
    streak_max_ns = std::max(streak_max_ns, other.streak_max_ns);
    retries += other.retries;
    retries_max = std::max(retries_max, other.retries_max);
  }
};

// Whether the result is one of the failures that a Tally counts: the operation
// did not happen, though its arguments were good.
constexpr bool failed(Result result) {
  return result == Result::kBusy || result == Result::kDeadlock ||
         result == Result::kTimeout || result == Result::kAgain ||
         result == Result::kNoMem;
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_TALLY_H_
