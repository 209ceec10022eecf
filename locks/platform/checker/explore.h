#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_

#include <cstdint>
#include <memory>
#include <string_view>

namespace lockgauge::checker {

// What is explored: constructed before each execution, destroyed after it.
// Only what the Checker knows of (its atomics and plain variables) is subject
// to the memory model; a plain int in a model is an oracle outside of it.
class Model {
 public:
  virtual ~Model() = default;
  // Run by each thread. Claims are made by require() (relacy.h).
  virtual void thread(unsigned index) = 0;
  // After the last thread has ended, with all they did in sight.
  virtual void finish() = 0;
};

// Runs `executions` executions of a model that make() constructs, in `threads`
// threads (2 to 5, or std::invalid_argument). Number n is the same execution
// each time: its schedule, stale loads and spurious failures are drawn from n.
// Answers what went wrong first, in Relacy's words ("DATA RACE"; "LIVELOCK",
// which a deadlock of spinning threads is, too; ...), with a trace on stdout;
// empty if nothing did. Not thread-safe: one exploration at a time.
std::string_view explore(unsigned threads, std::unique_ptr<Model> (*make)(),
                         std::uint64_t executions);

// The same for a model M that knows how many threads it is for.
template <class M>
std::string_view explore(std::uint64_t executions) {
  return explore(
      M::kThreads,
      []() -> std::unique_ptr<Model> { return std::make_unique<M>(); },
      executions);
}

}  // namespace lockgauge::checker

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_
