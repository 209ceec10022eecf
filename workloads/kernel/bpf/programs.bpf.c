// All programs, as one object. (Linked from several, bpftool 7.1 loses the
// kernel's functions.)

#include "run.bpf.c"
#include "handoff.bpf.c"
#include "deadlock.bpf.c"
#include "task_storage.bpf.c"
#include "cgroup_storage.bpf.c"
#include "sk_storage.bpf.c"
#include "inode_storage.bpf.c"
#include "update_result.bpf.c"
#include "same_cpu.bpf.c"
#include "reentry.bpf.c"

char LICENSE[] SEC("license") = "GPL";
