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

  // next() answers the first work, then the next; calling does it.
  //
  // All alike: there is nothing to be looked up that could miss.
  class Same {
   public:
    explicit Same(const Work& work) : work_(work) {}
    const Work& next() const { return work_; }
    void operator()() const { work_(); }

   private:
    Work work_;
  };
  // In the caller's registers; the works must outlive it.
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

  bool are_alike() const { return works_.size() == 1; }
  Same same() const { return Same(works_.front()); }  // REQUIRES: are_alike()
  Turns turns() const { return Turns(works_); }

 private:
  std::vector<Work> works_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_WORKS_H_
