#ifndef LOCKGAUGE_STORAGE_TEARDOWN_EVENTS_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_EVENTS_H_

#include <atomic>
#include <cstdint>

namespace lockgauge::storage {

// Which acquisition of teardown: a side, and the lock it asked for.
enum class Acquisition {
  kMapFreeBucket,
  kMapFreeStorage,
  kDestroyBucket,
  kDestroyStorage
};

// What went wrong in teardowns of a storage type so far. Written only when
// something does. Thread-safe.
template <class P>
class TeardownEvents {
  using Count = typename P::template Atomic<std::uint64_t>;

 public:
  void failed(Acquisition which) { add(failures_[static_cast<int>(which)]); }
  void warn() { add(warnings_); }
  void retry() { add(retries_); }
  void saturate() { add(saturations_); }

  std::uint64_t failures(Acquisition which) const {
    return read(failures_[static_cast<int>(which)]);
  }
  // Where the kernel's form of the time warns that something may leak: there
  // once, here each time.
  std::uint64_t warnings() const { return read(warnings_); }
  // Locks asked for again after a failure (teardown::Retry).
  std::uint64_t retries() const { return read(retries_); }
  // Owner references that the kernel's saturating counter would have broken
  // (teardown::Nofail): destroy() would spin for ever.
  std::uint64_t saturations() const { return read(saturations_); }

 private:
  static void add(Count& count) {
    count.fetch_add(1, std::memory_order_relaxed);
  }
  static std::uint64_t read(const Count& count) {
    return count.load(std::memory_order_relaxed);
  }

  Count failures_[4] = {};
  Count warnings_{0};
  Count retries_{0};
  Count saturations_{0};
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_EVENTS_H_
