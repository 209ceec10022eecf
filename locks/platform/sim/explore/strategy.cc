#include "locks/platform/sim/explore/strategy.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace lockgauge::sim {

bool Exhaustive::next() {
  depth_ = 0;
  spent_ = 0;
  if (!started_) return started_ = true;
  if (advance_deepest()) return true;
  if (cut_ && bound_ < last_bound_) {
    ++bound_;
    cut_ = false;
    return true;
  }
  exhausted_ = true;
  return false;
}

// The last choice that has options left takes the next; those behind it are
// made anew.
bool Exhaustive::advance_deepest() {
  while (!path_.empty()) {
    Node& node = path_.back();
    while (node.first_cost + ++node.chosen < costs_.size()) {
      if (node.spent + costs_[node.first_cost + node.chosen] <= bound_) {
        return true;
      }
      cut_ = true;
    }
    costs_.resize(node.first_cost);
    path_.pop_back();
  }
  return false;
}

std::size_t Exhaustive::pick(const Choice& choice) {
  if (choice.options.size() == 1) return 0;
  if (depth_ == path_.size()) {
    path_.push_back({0, static_cast<std::uint32_t>(costs_.size()), spent_});
    for (const auto& option : choice.options) costs_.push_back(option.cost);
  }
  const Node& node = path_[depth_++];
  const std::size_t end =
      depth_ < path_.size() ? path_[depth_].first_cost : costs_.size();
  if (end - node.first_cost != choice.options.size()) {
    throw std::logic_error(
        "the test is not the same each time: it depends on more than the "
        "schedule");
  }
  spent_ += choice.options[node.chosen].cost;
  return node.chosen;
}

bool Pct::next() {
  longest_ = std::max(longest_, step_);
  if (done_ == executions_) return false;
  seed_ = first_seed_ + done_++;
  random_.seed(seed_);
  step_ = 0;
  priorities_.clear();
  change_at_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i) {
    change_at_.push_back(1 + random_() % std::max<std::uint64_t>(longest_, 1));
  }
  return true;
}

// Above all that change points give, which are 1 to depth-1; equal ones would
// need 2^63 threads.
std::uint64_t& Pct::priority(std::uint32_t thread) {
  if (thread >= priorities_.size()) priorities_.resize(thread + 1);
  auto& priority = priorities_[thread];
  if (priority == 0) priority = random_() | std::uint64_t{1} << 63;
  return priority;
}

std::size_t Pct::highest(const Choice& choice) {
  const auto& options = choice.options;
  const auto found = std::max_element(options.begin(), options.end(),
                                      [this](const auto& a, const auto& b) {
                                        const auto first = priority(a.number);
                                        return first < priority(b.number);
                                      });
  return static_cast<std::size_t>(found - options.begin());
}

std::size_t Pct::pick(const Choice& choice) {
  if (choice.kind == Choice::Kind::kOutcome) {
    return random_() % choice.options.size();
  }
  ++step_;
  for (std::size_t i = 0; i < change_at_.size(); ++i) {
    if (change_at_[i] == step_) {
      priority(choice.options[highest(choice)].number) = i + 1;
    }
  }
  return highest(choice);
}

bool Replay::next() {
  at_ = 0;
  return !std::exchange(started_, true);
}

std::size_t Replay::pick(const Choice& choice) {
  if (at_ == schedule_.size()) return 0;
  const bool is_outcome = choice.kind == Choice::Kind::kOutcome;
  const Schedule::Entry& entry = schedule_[at_++];
  for (std::size_t i = 0; i < choice.options.size(); ++i) {
    if (entry == Schedule::Entry{is_outcome, choice.options[i].number}) {
      return i;
    }
  }
  throw std::invalid_argument(
      "the schedule is not one of this test: its step " + std::to_string(at_) +
      " is not possible");
}

}  // namespace lockgauge::sim
