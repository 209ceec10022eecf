// What a reading says where the kernel does not let us count.

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <functional>
#include <iterator>

#include "workloads/measure/counters.h"
#include "workloads/measure/counters_probe.h"

namespace lockgauge::measure {
namespace {

constexpr int kCannot = 77;

// Runs `body` in a child process, which it may spoil. Its messages appear, its
// failures come back as the exit status.
int in_child(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// From now on the kernel answers perf_event_open with `error`.
void refuse_perf_event_open(int error) {
  const auto answer = SECCOMP_RET_ERRNO | static_cast<unsigned>(error);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, answer),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program = {std::size(filter), filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    _exit(kCannot);
  }
}

void drop_privileges() {
  constexpr uid_t kNobody = 65534;
  if (geteuid() == 0 && setuid(kNobody) != 0) _exit(kCannot);
}

bool kernel_counting_needs_privilege() {
  int level = 0;
  std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> level;
  return level >= 2;
}

Reading reading_of(const std::string& event) {
  CounterGroup group({event});
  group.start();
  group.stop();
  return group.read().at(0);
}

void expect_empty(const std::string& event, const std::string& why) {
  const Reading reading = reading_of(event);
  EXPECT_FALSE(reading.value) << event;
  EXPECT_FALSE(reading.running_ratio) << event;
  EXPECT_TRUE(reading.status.starts_with(why))
      << event << ": " << reading.status;
}

struct Refusal {
  int error;
  const char* event;
  const char* status;
};

constexpr Refusal kRefusals[] = {
    {ENOENT, "perf::CYCLES", "no such counter on this machine"},
    {EOPNOTSUPP, "perf::CYCLES", "no such counter on this machine"},
    {EACCES, "perf::CYCLES", "not permitted: lower kernel.perf_event_paranoid"},
    {EPERM, "perf::CYCLES", "not permitted: allow perf_event_open"},
    {EMFILE, "perf::CYCLES", "too many open files"},
    {EINVAL, "perf::CYCLES", "does not fit on the PMU"},
    {ENOSYS, "perf::CYCLES", "this kernel has no perf_event_open"},
    {EACCES, "perf::CONTEXT-SWITCHES", "needs kernel counting"},
    {EACCES, "perf::CONTEXT-SWITCHES:k", "not permitted"}};

TEST(Refused, IsEmptyWithTheReason) {
  if (!kernel_has_perf_events()) GTEST_SKIP() << "no perf events here";
  for (const Refusal& refusal : kRefusals) {
    const int result = in_child([&] {
      refuse_perf_event_open(refusal.error);
      expect_empty(refusal.event, refusal.status);
    });
    if (result == kCannot) GTEST_SKIP() << "no seccomp here";
    EXPECT_EQ(result, 0) << refusal.event << ' ' << refusal.error;
  }
}

// With exclude_kernel these open, and count nothing: a silent zero.
TEST(UserModeOnly, KernelEventsStayEmptyEvenForRoot) {
  if (!kernel_has_perf_events()) GTEST_SKIP() << "no perf events here";
  for (const char* event :
       {"perf::CONTEXT-SWITCHES:u", "perf::CPU-MIGRATIONS:u",
        "perf::CGROUP-SWITCHES:u"}) {
    expect_empty(event, "needs kernel counting");
  }
}

TEST(UserModeOnly, IsWhatTheUnprivilegedGet) {
  if (!kernel_counting_needs_privilege()) {
    GTEST_SKIP() << "kernel.perf_event_paranoid is below 2";
  }
  const int result = in_child([] {
    drop_privileges();
    if (!kernel_counts_events()) _exit(kCannot);
    EXPECT_EQ(reading_of("perf::PAGE-FAULTS").status, kUserModeOnly);
    EXPECT_EQ(reading_of("perf::PAGE-FAULTS:u").status, kCounted);
    EXPECT_EQ(reading_of("perf::TASK-CLOCK").status, kCounted);
    expect_empty("perf::CONTEXT-SWITCHES", "needs kernel counting");
    expect_empty("perf::CPU-MIGRATIONS", "needs kernel counting");
  });
  if (result == kCannot) GTEST_SKIP() << "no unprivileged counting here";
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace lockgauge::measure
