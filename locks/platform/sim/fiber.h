#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_FIBER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_FIBER_H_

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>

namespace lockgauge::sim {

// A stack to run on, and where it stopped. Of all fibers and the thread they
// take turns on, one runs; the others stand in a call of switch_to(). All
// switches are told to AddressSanitizer where there is one.
class Fiber {
 public:
  // The one that is running now.
  Fiber() = default;
  // Starts with body(), the first time it is switched to. body() answers who
  // goes on when it has ended.
  explicit Fiber(std::function<Fiber&()> body);
  ~Fiber() { cancel(); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // REQUIRES: `from` is running.
  static void switch_to(Fiber& from, Fiber& to);
  // Ends one that has not ended, where it stands: its stack is unwound as if
  // by an exception.
  void cancel();

 private:
  void leave(Fiber& to, bool for_good);
  void arrive(boost::context::fiber&& from);

  struct Cancelled {};

  // Who is being left, for the one who arrives.
  static inline Fiber* left_ = nullptr;

  boost::context::fiber context_;
  const void* stack_ = nullptr;  // its lowest address
  std::size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;
  Fiber* canceller_ = nullptr;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_FIBER_H_
