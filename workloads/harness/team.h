#ifndef LOCKGAUGE_WORKLOADS_HARNESS_TEAM_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_TEAM_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workloads/machine/affinity.h"
#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// Threads, each pinned to its CPU and holding an execution slot, that do one
// job after the other together.
class Team {
 public:
  // `cpus`: the OS index for each thread. The topology must outlive the team.
  Team(const machine::Topology& topology, std::vector<int> cpus);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(cpus_.size()); }
  const std::vector<int>& cpus() const { return cpus_; }

  // The worst that any thread's pin came to.
  machine::PinStatus pinned() const { return pinned_; }

  // job(thread) on every thread; start() returns at once, wait() when all are
  // done. A job that throws ends the team's use: wait() throws what the first
  // one threw.
  void start(std::function<void(int)> job);
  void wait();
  void run(std::function<void(int)> job) {
    start(std::move(job));
    wait();
  }

 private:
  void work(const machine::Topology& topology, int thread);
  void arrive();

  const std::vector<int> cpus_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::function<void(int)> job_;  // empty: go home
  int generation_ = 0;            // jobs started so far
  int busy_ = 0;                  // threads not done with the current one
  std::exception_ptr error_;
  machine::PinStatus pinned_ = machine::PinStatus::kVerified;
  std::vector<std::thread> threads_;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_TEAM_H_
