// What every backend promises (contract.h), on the host for each word in the
// list.

#include "locks/contract.h"

#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "locks/platform/host/host.h"
#include "locks/registry.h"

namespace lockgauge::contract {
namespace {

class OnHost {
 public:
  // The token keeps a queued lock usable with more threads than CPUs.
  using Platform = TokenHost;
  static constexpr int kThreads = 4;
  static constexpr int kSections = 20'000;

  template <class Body>
  void run(int n, Body body) {
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < n; ++i) {
      threads.emplace_back([&, i] {
        const Platform::Thread self;
        ready.fetch_add(1, std::memory_order_relaxed);
        while (ready.load(std::memory_order_relaxed) < n) Platform::relax();
        body(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  template <class T>
  T& make() {
    auto made = std::make_shared<T>();
    made_.push_back(made);
    return *made;
  }

  static void linger(int i) {
    for (int turn = 0; turn < i % 4; ++turn) Platform::relax();
  }

 private:
  std::deque<std::shared_ptr<void>> made_;
};

using All = AllBackends<OnHost::Platform>;
using Everybody = Cases<OnHost, All>;
using Excluding = Cases<OnHost, Filter<All, Excludes>>;
using Failing = Cases<OnHost, Filter<All, Fails>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Host, Contract, Everybody, Name);
INSTANTIATE_TYPED_TEST_SUITE_P(Host, Exclusion, Excluding, Name);
INSTANTIATE_TYPED_TEST_SUITE_P(Host, Failure, Failing, Name);

}  // namespace
}  // namespace lockgauge::contract
