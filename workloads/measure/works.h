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
    if (shape == Shape::kFixed) {
      works_.emplace_back(mean_ns);
      return;
    }
    // Few enough to leave room in the first-level cache.
    const Lengths lengths(shape, mean_ns, random, 1024);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      works_.emplace_back(static_cast<double>(lengths[i]));
    }
  }

  // Of fixed length: then it is all there is to do.
  bool is_one() const { return works_.size() == 1; }
  const Work& one() const { return works_.front(); }

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
