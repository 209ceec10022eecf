// All programs, as one object. (Linked from several, bpftool 7.1 loses the
// kernel's functions.)

#include "run.bpf.c"
#include "handoff.bpf.c"
#include "task_storage.bpf.c"
#include "cgroup_storage.bpf.c"
#include "sk_storage.bpf.c"

char LICENSE[] SEC("license") = "GPL";
