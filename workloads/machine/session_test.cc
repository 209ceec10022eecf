#include "workloads/machine/session.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>

namespace lockgauge::machine {
namespace {

// Nothing here lives longer, so that a broken session cannot hang the tests.
constexpr unsigned kLifetime_s = 20;

// A program that another one starts: a process of its own, in our session.
pid_t start(const std::function<int()>& program) {
  const pid_t process = fork();
  if (process == 0) {
    alarm(kLifetime_s);
    _exit(program());
  }
  return process;
}

SessionStatus enter() {
  const SessionStatus status = enter_own_session();
  alarm(kLifetime_s);
  return status;
}

int wait_status(pid_t process) {
  int status = 0;
  EXPECT_EQ(waitpid(process, &status, 0), process);
  return status;
}

// The exit code; -1 if it was killed.
int exit_code(pid_t process) {
  const int status = wait_status(process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

sigset_t blocked(int signal) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int received(const sigset_t& awaited) {
  int signal = 0;
  sigwait(&awaited, &signal);
  return signal;
}

bool leads_its_session() { return getsid(0) == getpid(); }

// "/autogroup-25 nice 0"
std::string autogroup() {
  std::string line;
  std::getline(std::ifstream("/proc/self/autogroup"), line);
  return line;
}

// A pipe that closes when the last process that writes to it has ended.
struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close(ends[0]);
    close_writing();
  }
  void close_writing() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  void send(pid_t value) const {
    if (write(ends[1], &value, sizeof value) != sizeof value) _exit(99);
  }
  // -1: closed.
  pid_t receive() const {
    pid_t value = -1;
    return read(ends[0], &value, sizeof value) == sizeof value ? value : -1;
  }

  int ends[2];
};

TEST(Session, ProgramGoesOnAsLeaderAndItsExitCodeComesBack) {
  EXPECT_EQ(exit_code(start([] {
              const SessionStatus status = enter();
              return status.own_session && leads_its_session() ? 42 : 1;
            })),
            42);
}

TEST(Session, WorksForAProcessGroupLeaderToo) {
  EXPECT_EQ(exit_code(start([] {
              setpgid(0, 0);  // what an interactive shell does
              const SessionStatus status = enter();
              return status.own_session && leads_its_session() ? 42 : 1;
            })),
            42);
}

TEST(Session, LeaderStaysTheProcessItIs) {
  EXPECT_EQ(exit_code(start([] {
              setsid();
              const pid_t before = getpid();
              const SessionStatus status = enter();
              return status.own_session && getpid() == before ? 42 : 1;
            })),
            42);
}

TEST(Session, DeathBySignalComesBackAsAShellReportsIt) {
  EXPECT_EQ(exit_code(start([] {
              enter();
              raise(SIGKILL);
              return 1;
            })),
            128 + SIGKILL);
}

TEST(Session, ExitCodeComesBackEvenIfChildrenAreIgnored) {
  EXPECT_EQ(exit_code(start([] {
              signal(SIGCHLD, SIG_IGN);
              enter();
              return 42;
            })),
            42);
}

class Forwarded : public testing::TestWithParam<int> {};

TEST_P(Forwarded, SignalReachesTheProgram) {
  Pipe ready;
  const pid_t original = start([&] {
    const sigset_t awaited = blocked(GetParam());
    enter();
    ready.send(getpid());
    return received(awaited) + 100;
  });
  EXPECT_NE(ready.receive(), original);
  kill(original, GetParam());
  EXPECT_EQ(exit_code(original), GetParam() + 100);
}

INSTANTIATE_TEST_SUITE_P(Signals, Forwarded,
                         testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(Session, ProgramDoesNotOutliveTheOriginal) {
  Pipe ready;
  const pid_t original = start([&] {
    const sigset_t awaited = blocked(SIGALRM);
    enter();
    ready.send(getpid());
    received(awaited);
    ready.send(0);  // still here
    return 1;
  });
  EXPECT_GT(ready.receive(), 0);
  ready.close_writing();
  kill(original, SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(wait_status(original)));
  EXPECT_EQ(ready.receive(), -1) << "closed by its end";
}

TEST(Session, RaisesItsOwnAutogroupOnly) {
  if (autogroup().empty()) GTEST_SKIP() << "a kernel without autogroups";
  const std::string before = autogroup();
  Pipe raised;
  const pid_t program = start([&]() -> int {
    const SessionStatus status = enter();
    raised.send(status.autogroup_raised);
    if (!status.autogroup_raised) return status.reason.empty() ? 1 : 42;
    return autogroup().ends_with(" nice -20") && status.reason.empty() ? 42 : 1;
  });
  const bool was_raised = raised.receive() == 1;
  EXPECT_EQ(exit_code(program), 42);
  EXPECT_EQ(autogroup(), before);
  if (!was_raised) GTEST_SKIP() << "not permitted to raise a priority";
}

}  // namespace
}  // namespace lockgauge::machine
