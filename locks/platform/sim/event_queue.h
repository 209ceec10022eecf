#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EVENT_QUEUE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EVENT_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lockgauge::sim {

// Virtual time, in picoseconds since the machine was made.
using Time = std::uint64_t;
inline constexpr Time kNever = ~Time{0};
inline constexpr Time kPsPerNs = 1000;

class Task;

// Something that is due at some time: a task that goes on, or something that
// happens to the machine.
class Event {
 public:
  // `task`: whose turn it is; nullptr for what happens by fire(). `recurs`: as
  // long as there are threads, and so no reason to go on if they cannot.
  explicit Event(Task* task, bool recurs = false)
      : task_(task), recurs_(recurs) {}
  virtual ~Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  Task* task() const { return task_; }
  bool recurs() const { return recurs_; }
  bool queued() const { return position_ != kNone; }
  virtual void fire(Time now) { (void)now; }

 private:
  friend class EventQueue;
  static constexpr std::size_t kNone = ~std::size_t{0};

  Task* const task_;
  const bool recurs_;
  std::size_t position_ = kNone;  // in the queue
};

// Events by time; of the same time, by rank. A binary heap that knows where its
// events are, so that one can be moved to another time: a waiter whose line
// changes before its deadline leaves nothing behind.
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  // When the first event is due; kNever if there is none.
  Time next_time() const { return heap_.empty() ? kNever : heap_[0].time; }

  template <class Condition>
  bool any_of(Condition condition) const {
    return std::any_of(heap_.begin(), heap_.end(), [&](const Entry& entry) {
      return condition(*entry.event);
    });
  }

  // REQUIRES: not queued.
  void push(Event& event, Time time, std::uint64_t rank) {
    heap_.emplace_back();
    sift_up(heap_.size() - 1, {time, rank, &event});
  }

  // REQUIRES, of the next three: not empty.
  Event& first() const { return *heap_[0].event; }
  Event& pop() {
    Event& first = *heap_[0].event;
    remove_at(0);
    return first;
  }

  // Does both in one, the event that is pushed not the one that is popped.
  Event& pop_and_push(Event& event, Time time, std::uint64_t rank) {
    Event& first = *heap_[0].event;
    first.position_ = Event::kNone;
    sift_down(0, {time, rank, &event});
    return first;
  }

  // REQUIRES: queued.
  void remove(Event& event) { remove_at(event.position_); }

 private:
  struct Entry {
    Time time;
    std::uint64_t rank;
    Event* event;

    bool before(const Entry& other) const {
      return time != other.time ? time < other.time : rank < other.rank;
    }
  };

  void remove_at(std::size_t position) {
    heap_[position].event->position_ = Event::kNone;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    // The last entry comes from another branch: it may belong above or below.
    if (position > 0 && last.before(heap_[(position - 1) / 2])) {
      sift_up(position, last);
    } else {
      sift_down(position, last);
    }
  }

  void put(std::size_t position, const Entry& entry) {
    heap_[position] = entry;
    entry.event->position_ = position;
  }

  void sift_up(std::size_t position, const Entry& entry) {
    while (position > 0) {
      const std::size_t parent = (position - 1) / 2;
      if (!entry.before(heap_[parent])) break;
      put(position, heap_[parent]);
      position = parent;
    }
    put(position, entry);
  }

  void sift_down(std::size_t position, const Entry& entry) {
    for (;;) {
      std::size_t child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) {
        ++child;
      }
      if (!heap_[child].before(entry)) break;
      put(position, heap_[child]);
      position = child;
    }
    put(position, entry);
  }

  std::vector<Entry> heap_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EVENT_QUEUE_H_
