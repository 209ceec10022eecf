#include "locks/platform/sim/fiber.h"

#include <boost/context/protected_fixedsize_stack.hpp>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define LOCKGAUGE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKGAUGE_ASAN 1
#endif
#endif

#ifdef LOCKGAUGE_ASAN
extern "C" {
void __sanitizer_start_switch_fiber(void** fake_stack, const void* stack,
                                    std::size_t bytes);
void __sanitizer_finish_switch_fiber(void* fake_stack, const void** stack,
                                     std::size_t* bytes);
}
#endif

namespace lockgauge::sim {
namespace {

namespace context = boost::context;

// Enough for a test framework's failure message on top of the locks.
constexpr std::size_t kStackBytes = 256 * 1024;

#ifdef LOCKGAUGE_ASAN
const auto before_switch = __sanitizer_start_switch_fiber;
const auto after_switch = __sanitizer_finish_switch_fiber;
#else
void before_switch(void**, const void*, std::size_t) {}
void after_switch(void*, const void**, std::size_t*) {}
#endif

// Hands out the one stack that was allocated before it.
struct GivenStack {
  context::stack_context stack;
  context::stack_context allocate() { return stack; }
  void deallocate(context::stack_context& given) {
    context::protected_fixedsize_stack().deallocate(given);
  }
};

}  // namespace

Fiber::Fiber(std::function<Fiber&()> body) {
  const context::stack_context stack =
      context::protected_fixedsize_stack(kStackBytes).allocate();
  stack_bytes_ = kStackBytes;
  stack_ = static_cast<const char*>(stack.sp) - kStackBytes;
  context_ =
      context::fiber(std::allocator_arg, GivenStack{stack},
                     [this, body = std::move(body)](context::fiber&& from) {
                       Fiber* next = nullptr;
                       try {
                         arrive(std::move(from));
                         next = &body();
                       } catch (const Cancelled&) {
                         next = canceller_;
                       }
                       leave(*next, /*for_good=*/true);
                       return std::move(next->context_);
                     });
}

void Fiber::switch_to(Fiber& from, Fiber& to) {
  from.leave(to, /*for_good=*/false);
  from.arrive(std::move(to.context_).resume());
}

void Fiber::cancel() {
  if (!context_) return;
  Fiber here;
  canceller_ = &here;
  switch_to(here, *this);
}

void Fiber::leave(Fiber& to, bool for_good) {
  left_ = this;
  before_switch(for_good ? nullptr : &fake_stack_, to.stack_, to.stack_bytes_);
}

void Fiber::arrive(context::fiber&& from) {
  Fiber& left = *left_;
  // A thread's own stack is known once it has been left.
  after_switch(fake_stack_, &left.stack_, &left.stack_bytes_);
  left.context_ = std::move(from);
  if (canceller_ != nullptr) throw Cancelled{};
}

}  // namespace lockgauge::sim
