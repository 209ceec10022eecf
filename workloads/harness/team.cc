#include "workloads/harness/team.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "locks/platform/host/slot.h"

namespace lockgauge::harness {

Team::Team(const machine::Topology& topology, std::vector<int> cpus)
    : cpus_(std::move(cpus)), busy_(size()) {
  for (int thread = 0; thread < size(); ++thread) {
    threads_.emplace_back(
        [this, &topology, thread] { work(topology, thread); });
  }
  // Until every pin is known.
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return busy_ == 0; });
}

Team::~Team() {
  start({});
  for (std::thread& thread : threads_) thread.join();
}

void Team::start(std::function<void(int)> job) {
  {
    const std::lock_guard guard(mutex_);
    job_ = std::move(job);
    busy_ = size();
    ++generation_;
  }
  changed_.notify_all();
}

void Team::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return busy_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Team::arrive() {
  const std::lock_guard guard(mutex_);
  if (--busy_ == 0) changed_.notify_all();
}

void Team::work(const machine::Topology& topology, int thread) {
  const auto pin = machine::pin_this_thread(topology, cpus_[thread]);
  {
    const std::lock_guard guard(mutex_);
    pinned_ = std::max(pinned_, pin);
  }
  const host::Thread registration;
  arrive();
  for (int done = 0;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return generation_ > done; });
    done = generation_;
    const std::function<void(int)> job = job_;
    lock.unlock();
    if (!job) return;
    try {
      job(thread);
    } catch (...) {
      const std::lock_guard guard(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    arrive();
  }
}

}  // namespace lockgauge::harness
