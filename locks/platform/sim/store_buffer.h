#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_STORE_BUFFER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_STORE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "locks/platform/sim/coherence.h"
#include "locks/platform/sim/event_queue.h"
#include "locks/platform/sim/line.h"
#include "locks/platform/sim/scheduler.h"

namespace lockgauge::sim {

class Machine;
class StoreBuffer;

// A store that its CPU did not wait for.
class PendingStore final : public Event {
 public:
  explicit PendingStore(StoreBuffer& buffer)
      : Event(nullptr), buffer_(buffer) {}
  void fire(Time now) override;

 private:
  friend class StoreBuffer;

  // Of the request for its line. kNone: the line is there, or will be thanks to
  // an earlier store.
  enum class Request { kNone, kOnItsWay, kAdmitted, kThere };

  StoreBuffer& buffer_;
  PendingStore* next_ = nullptr;  // of the same task, or unused
  std::uint64_t number_ = 0;
  Task* storer_ = nullptr;
  Line* line_ = nullptr;
  void* address_ = nullptr;
  std::uint64_t value_ = 0;
  std::size_t bytes_ = 0;
  Request request_ = Request::kNone;
  Time issued_ = 0;
  Time travel_ = 0;  // of the request
  Time start_ = 0;   // of the transfer
};

// What each CPU has stored but still has to get the line for. The requests
// overlap, the stores happen in program order (total store order, as on x86);
// until then only the CPU itself sees them.
class StoreBuffer {
 public:
  StoreBuffer(Machine& machine, Coherence& coherence, Scheduler& scheduler)
      : machine_(machine), coherence_(coherence), scheduler_(scheduler) {}

  // The low `bytes` of `value` to `address`, on `line`.
  void push(Task& task, Line& line, void* address, std::uint64_t value,
            std::size_t bytes);

  // Whether the CPU of the task will have the line without asking again.
  static bool has(const Task& task, const Line& line);
  // What the task itself reads: `value`, loaded from `address`, with its own
  // stores to the same place.
  static void forward(const Task& task, const void* address, void* value);

  // Stores so far, and whether one of the first `count` is still pending.
  std::uint64_t count() const { return count_; }
  bool any_of_first(std::uint64_t count) const;

 private:
  friend class PendingStore;

  void request(PendingStore& store, Time now);
  void advance(PendingStore& store, Time now);
  // Carries out what can be of a task's stores.
  void commit(Task& task, Time now);
  void free_first(Task& task);

  Machine& machine_;
  Coherence& coherence_;
  Scheduler& scheduler_;
  std::uint64_t count_ = 0;
  std::deque<PendingStore> stores_;
  PendingStore* unused_ = nullptr;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_STORE_BUFFER_H_
