// Every thread's owner is the inode of a file. Only the security module's
// programs have a helper for it: this one runs when a thread calls fcntl() with
// a command that nobody has.

#include "storage.h"

STORAGE_MAP(inode_map, BPF_MAP_TYPE_INODE_STORAGE);

#define inode_owner(loop) loop->inode
#define inode_get(owner, flags)                                               \
  bpf_inode_storage_get(&inode_map, owner, 0, flags)
#define inode_delete(owner) bpf_inode_storage_delete(&inode_map, owner)

STORAGE_LOOPS(inode)

#define INODE_PROGRAM(what)                                                   \
  SEC("lsm/file_fcntl")                                                       \
  int inode_storage_##what(__u64* ctx) {                                      \
    struct file* file = (struct file*)ctx[0];                                 \
    struct loop loop = {.thread = ctx[2], .inode = file->f_inode};            \
    if ((__u32)ctx[1] != kKernelFcntl) return 0;                              \
    if (cell_of(loop.thread)->task != (__u64)bpf_get_current_task()) {        \
      return 0;                                                               \
    }                                                                         \
    return inode_run_##what(&loop);                                           \
  }

INODE_PROGRAM(get)
INODE_PROGRAM(create)
INODE_PROGRAM(churn)
