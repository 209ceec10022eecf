#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_STRATEGY_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_STRATEGY_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "locks/platform/sim/explore/schedule.h"

namespace lockgauge::sim {

// Something to be decided: which thread takes the next step, or which outcome
// choose() has.
struct Choice {
  enum class Kind { kThread, kOutcome };
  struct Option {
    std::uint32_t number;  // of the thread, or the outcome
    std::uint32_t cost;    // in preemptions; see explore.h
  };

  Kind kind;
  std::span<const Option> options;  // at least one; the first costs nothing
};

// Decides all choices of an execution, and so which execution it is.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // Before each execution: false if there is none left.
  virtual bool next() = 0;
  // The index of an option. Also asked where there is only one.
  virtual std::size_t pick(const Choice& choice) = 0;

  // Whether the execution that has just ended had been there before.
  virtual bool repeated() const { return false; }
  // Whether there is nothing left because all there is was tried.
  virtual bool exhausted() const { return false; }
  // What the execution was drawn from; 0 where nothing is random.
  virtual std::uint64_t seed() const { return 0; }
};

// All executions with at most so many preemptions: first those with none, then
// with one, ..., so that the first that fails has the fewest. After Musuvathi
// and Qadeer, "Iterative context bounding for systematic testing of
// multithreaded programs", PLDI 2007.
class Exhaustive final : public Strategy {
 public:
  static constexpr std::uint32_t kNoBound = ~0u;
  // The first round is of all with at most `at_once`: where nothing is to be
  // found first, kNoBound makes each execution once.
  explicit Exhaustive(std::uint32_t preemptions = kNoBound,
                      std::uint32_t at_once = 0)
      : first_bound_(at_once), last_bound_(preemptions) {}

  bool next() override;
  std::size_t pick(const Choice& choice) override;
  bool repeated() const override {
    return bound_ > first_bound_ && spent_ < bound_;
  }
  bool exhausted() const override { return exhausted_; }

 private:
  struct Node {
    std::uint32_t chosen;
    std::uint32_t first_cost;  // index of option 0's in costs_
    std::uint32_t spent;       // before it
  };

  bool advance_deepest();

  const std::uint32_t first_bound_;
  const std::uint32_t last_bound_;
  std::uint32_t bound_ = first_bound_;
  bool started_ = false;
  bool exhausted_ = false;
  bool cut_ = false;        // something cost more than the bound
  std::vector<Node> path_;  // choices with more than one option
  std::vector<std::uint32_t> costs_;
  std::size_t depth_ = 0;
  std::uint32_t spent_ = 0;
};

// Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi and
// Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding
// bugs", ASPLOS 2010. Each thread has a random priority, the highest that can
// go on does; at depth-1 random steps whoever would go on drops below all.
//
// A bug of depth d, one that d ordering constraints between steps suffice for,
// is found by each execution with a probability of at least 1 / (n k^(d-1)),
// for n threads and at most k steps. k is taken from the longest execution so
// far, so the first does not count. Outcomes are drawn evenly.
class Pct final : public Strategy {
 public:
  Pct(std::uint64_t seed, std::uint32_t depth, std::uint64_t executions)
      : first_seed_(seed), depth_(depth), executions_(executions) {}

  bool next() override;
  std::size_t pick(const Choice& choice) override;
  std::uint64_t seed() const override { return seed_; }

  // Steps of the longest execution so far.
  std::uint64_t longest() const { return longest_; }

 private:
  std::size_t highest(const Choice& choice);
  std::uint64_t& priority(std::uint32_t thread);

  const std::uint64_t first_seed_;
  const std::uint32_t depth_;
  const std::uint64_t executions_;
  std::uint64_t done_ = 0;
  std::uint64_t seed_ = 0;
  std::mt19937_64 random_;
  std::uint64_t step_ = 0;
  std::uint64_t longest_ = 0;
  std::vector<std::uint64_t> change_at_;   // steps
  std::vector<std::uint64_t> priorities_;  // by thread; 0: not drawn yet
};

// One execution again, as a schedule says; what comes after the schedule's end
// goes by the first options. Throws std::invalid_argument from pick() if the
// schedule is not one of this test.
class Replay final : public Strategy {
 public:
  // Throws std::invalid_argument for what is no schedule.
  explicit Replay(const std::string& schedule)
      : schedule_(Schedule::parse(schedule)) {}

  bool next() override;
  std::size_t pick(const Choice& choice) override;

 private:
  const Schedule schedule_;
  std::size_t at_ = 0;
  bool started_ = false;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_STRATEGY_H_
