#ifndef LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_

#include <cstddef>
#include <vector>

#include "workloads/measure/lengths.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// What a thread does again and again, for lengths that were drawn beforehand.
template <class P>
class Works {
  using Work = typename World<P>::Work;

 public:
  Works(Shape shape, double mean_ns, Random random) {
    // Few enough to leave room in the first-level cache. Those of fixed length
    // are one: nothing is looked up that could miss.
    const std::size_t size = shape == Shape::kFixed ? 1 : 1024;
    const Lengths lengths(shape, mean_ns, random, size);
    for (std::size_t i = 0; i < size; ++i) {
      works_.emplace_back(static_cast<double>(lengths[i]));
    }
  }

  // To be called: the first one, then the next. In the caller's registers; the
  // works must outlive it.
  class Turns {
   public:
    explicit Turns(const std::vector<Work>& works)
        : works_(works.data()), mask_(works.size() - 1) {}
    void operator()() { works_[next_++ & mask_](); }

   private:
    const Work* works_;
    std::size_t mask_;
    std::size_t next_ = 0;
  };
  Turns turns() const { return Turns(works_); }

 private:
  std::vector<Work> works_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_
