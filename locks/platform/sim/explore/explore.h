#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXPLORE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXPLORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "locks/platform/sim/description.h"
#include "locks/platform/sim/explore/options.h"
#include "locks/platform/sim/explore/strategy.h"
#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {

// What an execution did that no execution may: a data race, a use after
// reclaim, a livelock, or what require() says.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Violation(claim) unless it holds.
inline void require(bool holds, const char* claim) {
  if (!holds) throw Violation(claim);
}

// An execution that went wrong.
struct Failure {
  std::string what;          // the exception's words
  std::string schedule;      // for Replay
  std::uint64_t seed;        // what Pct drew it from
  std::string interleaving;  // for people: a line for each step
};

struct Exploration {
  std::uint64_t executions = 0;  // different ones
  bool exhausted = false;        // there are no others (within the bound)
  std::optional<Failure> failure;
};

// Runs a test again and again, each time with other interleavings, until one
// fails, the strategy has no more, or options.executions. The test sets up
// objects on the machine it is given, spawns threads, calls run() and looks at
// what came out; it fails by throwing a std::exception, where Deadlock counts,
// or by what the machine finds (Violation). It must do the same each time, but
// for what the schedule decides.
//
//     const auto found = explore(one_llc(2), strategy, [](Machine& machine) {
//       auto& word = machine.make<Sim::Atomic<int>>();
//       for (int cpu : {0, 1}) machine.spawn(cpu, [&] { ... });
//       machine.run();
//       require(word.load(std::memory_order_relaxed) == 2, "both counted");
//     });
//     EXPECT_FALSE(found.failure) << found.failure->interleaving;
//
// The model: sequential consistency. A store happens at once; what weaker
// orders permit is the checker's to explore. But races are judged by the orders
// as written (races.h), so that most orders that are too weak show. Any
// thread can go on at any step, whatever its CPU; several may share one.
// Waiters go on when their word has changed. relax() lets others go first.
// There is a clock that moves on with each step, and by leaps where a wait
// expires. Costs: a switch away from a thread that could go on is a
// preemption; so is insisting to go on after a relax() (once, until a value
// changes), and letting a wait expire while others can go on. Switches where a
// thread waits, relaxes or ends cost nothing.
//
// Destructors must not take steps (unlock, say) if they are to run while an
// execution that failed is unwound.
//
// Throws what the strategy throws; std::logic_error if the test is not the same
// each time. One exploration at a time, and no other machine meanwhile.
Exploration explore(const Description& description, Strategy& strategy,
                    const std::function<void(Machine&)>& test,
                    const Options& options = {});

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXPLORE_H_
