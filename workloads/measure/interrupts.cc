#include "workloads/measure/interrupts.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "workloads/measure/world.h"

#ifndef sigev_notify_thread_id  // glibc before 2.37
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace lockgauge::measure {
namespace {

int interrupt_signal() { return SIGRTMIN; }
int watchdog_signal() { return SIGRTMIN + 1; }

void install(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(signal, &action, nullptr);
}

timer_t make_timer(int signal, void* object) {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal;
  event.sigev_value.sival_ptr = object;
  event.sigev_notify_thread_id = gettid();
  timer_t timer;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
    throw std::system_error(errno, std::generic_category(), "timer_create");
  }
  return timer;
}

// Once; 0: not any more. Async-signal-safe.
void arm(timer_t timer, std::uint64_t ns) {
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  timer_settime(timer, 0, &when, nullptr);
}

}  // namespace

HostInterrupts::HostInterrupts(std::uint64_t every_ns, std::uint64_t seed,
                               int number, std::function<void()> handler,
                               std::uint64_t patience_ns)
    : every_ns_(every_ns),
      handler_(std::move(handler)),
      patience_ns_(patience_ns),
      random_(seed, number),
      timer_(make_timer(interrupt_signal(), this)),
      watchdog_(make_timer(watchdog_signal(), this)) {
  install(interrupt_signal(), on_interrupt);
  install(watchdog_signal(), on_watchdog);
  arm_next();
}

HostInterrupts::~HostInterrupts() {
  timer_delete(timer_);
  timer_delete(watchdog_);
}

void HostInterrupts::on_interrupt(int, siginfo_t* info, void*) {
  const int error = errno;
  static_cast<HostInterrupts*>(info->si_value.sival_ptr)->handle();
  errno = error;
}

void HostInterrupts::handle() {
  if (open_ == 0) {
    if (over_ == 0) arm_next();
    return;
  }
  const host::SlotState slot_state = host::slot_state;
  const int operations = World<NativeHost>::operations();
  NativeHost::rcu_read_lock();
  arm(watchdog_, patience_ns_);
  handling_ = 1;
  if (sigsetjmp(escape_, /*savemask=*/1) == 0) {
    const host::NmiScope nmi;
    handler_();
  } else {
    // No destructor has run on the way here.
    hung_ = 1;
    host::slot_state = slot_state;
    World<NativeHost>::operations() = operations;
  }
  handling_ = 0;
  arm(watchdog_, 0);
  NativeHost::rcu_read_unlock();
  if (hung_ == 0) arm_next();
}

void HostInterrupts::on_watchdog(int, siginfo_t* info, void*) {
  auto* const self = static_cast<HostInterrupts*>(info->si_value.sival_ptr);
  if (self->handling_ != 0) siglongjmp(self->escape_, 1);
}

// Gaps from nothing to twice the mean.
void HostInterrupts::arm_next() {
  arm(timer_, 1 + random_.next() % (2 * every_ns_));
}

}  // namespace lockgauge::measure
