#ifndef LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_

#include <cstddef>
#include <vector>

#include "workloads/measure/lengths.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// For a loop that has nothing to do there: a turn of it may take a nanosecond,
// and asking whether there is something to be done half of one.
struct NoWork {
  NoWork next() const { return {}; }
  void operator()() const {}
};

// What a thread does again and again, for lengths that were drawn beforehand.
template <class P>
class Works {
  using Work = typename World<P>::Work;

 public:
  Works(Shape shape, double mean_ns, Random random) : none_(mean_ns == 0) {
    // Few enough to leave room in the first-level cache.
    const std::size_t size = shape == Shape::kFixed ? 1 : 1024;
    const Lengths lengths(shape, mean_ns, random, size);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      works_.emplace_back(static_cast<double>(lengths[i]));
    }
  }

  // next() answers the first work, then the next; calling does it. In the
  // caller's registers; the works must outlive it.
  class Turns {
   public:
    explicit Turns(const std::vector<Work>& works)
        : works_(works.data()), mask_(works.size() - 1) {}
    Work next() { return works_[next_++ & mask_]; }
    void operator()() { next()(); }

   private:
    const Work* works_;
    std::size_t mask_;
    std::size_t next_ = 0;
  };

  bool none() const { return none_; }
  Turns turns() const { return Turns(works_); }

 private:
  const bool none_;
  std::vector<Work> works_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_
