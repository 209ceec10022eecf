#ifndef LOCKGAUGE_LOCKS_RMW_FLOOR_H_
#define LOCKGAUGE_LOCKS_RMW_FLOOR_H_

#include <cstdint>
#include <string_view>

#include "locks/backend.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// Control: one compare-exchange and one release store on a lock word, which is
// all that an uncontended qspinlock should cost. It looks at what the exchange
// answers, as a lock does, but goes on in any case: no exclusion. (A plain
// exchange, as in raw_spin, can be cheaper.)
template <Platform P>
class RmwFloor {
 public:
  Result lock() {
    if (!try_lock()) [[unlikely]] {
      P::relax();
    }
    return Result::kOk;
  }
  bool try_lock() {
    std::uint32_t seen;
    return word_.try_lock(seen);
  }
  void unlock() { word_.unlock(); }

 private:
  typename P::LockWord word_;
};

namespace backend {

template <Platform P>
struct rmw_floor : Control<P, RmwFloor<P>> {
  static constexpr std::string_view name = "rmw_floor";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_RMW_FLOOR_H_
