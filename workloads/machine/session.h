#ifndef LOCKGAUGE_WORKLOADS_MACHINE_SESSION_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_SESSION_H_

#include <string>

namespace lockgauge::machine {

struct SessionStatus {
  bool own_session = false;       // this process leads its session
  bool autogroup_raised = false;  // and that session has the top priority
  std::string reason;             // one line if either is false
};

// Makes this process the leader of a session of its own and gives the session
// the highest autogroup priority it may have. The scheduler shares a CPU
// between sessions before it looks at nice values (kernel:
// kernel/sched/autogroup.c), so on a small shared machine nothing else makes
// two runs agree.
//
// Unless it leads a session already, the process goes on as a child. The
// original process stays where the shell and the terminal know it: it passes
// SIGINT, SIGTERM and SIGHUP on, and exits as the child does (128 + signal if
// that was killed). If the original is killed, the child gets SIGTERM.
//
// Call it first in main(): before threads, and before anything is kept by
// process id. A session led by another process is never touched.
SessionStatus enter_own_session();

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_SESSION_H_
