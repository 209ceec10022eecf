#include "workloads/machine/session.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace lockgauge::machine {
namespace {

sigset_t handled_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

// What is left of the original process. `signals` are blocked.
[[noreturn]] void stand_in_for(pid_t child, const sigset_t& signals) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGCHLD) {
      kill(child, signal);
      continue;
    }
    int status = 0;
    if (waitpid(child, &status, WNOHANG) != child) continue;
    // _exit: the child owns what the standard streams still buffer.
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) _exit(128 + WTERMSIG(status));
  }
}

// Returns in the child, or with an error. A child is never a group leader, so
// its setsid() cannot fail. It happens even where the original could have
// called setsid() itself: Ctrl-C reaches only the terminal's own session, so
// somebody has to stay there.
int go_on_in_child() {
  signal(SIGCHLD, SIG_DFL);  // if ignored, the exit status would be lost
  const sigset_t signals = handled_signals();
  sigset_t before;
  // Before the fork, so that no signal falls between the two processes.
  sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t original = getpid();
  const pid_t child = fork();
  const int error = child < 0 ? errno : 0;
  if (child > 0) stand_in_for(child, signals);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != original) raise(SIGTERM);  // it died before the prctl
    setsid();
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return error;
}

// Empty if done.
std::string raise_autogroup() {
  std::string enabled;
  std::ifstream("/proc/sys/kernel/sched_autogroup_enabled") >> enabled;
  if (enabled != "1") return "scheduler autogroups are off";
  const int file = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return std::string("/proc/self/autogroup: ") + std::strerror(errno);
  }
  constexpr std::string_view kHighest = "-20";
  const bool written = write(file, kHighest.data(), kHighest.size()) > 0;
  const int error = errno;
  close(file);
  if (written) return "";
  if (error == EPERM) return "raising the priority needs CAP_SYS_NICE";
  return std::string("/proc/self/autogroup: ") + std::strerror(error);
}

}  // namespace

SessionStatus enter_own_session() {
  SessionStatus status;
  if (getsid(0) != getpid()) {
    if (const int error = go_on_in_child()) {
      status.reason = std::string("fork: ") + std::strerror(error);
      return status;
    }
  }
  status.own_session = true;
  status.reason = raise_autogroup();
  status.autogroup_raised = status.reason.empty();
  return status;
}

}  // namespace lockgauge::machine
