// Why a create failed: the caller is told NULL, a function inside knows.

#include "loop.h"

SEC("fexit/bpf_local_storage_update")
int update_result(__u64* ctx) {
  struct kernel_cell* cell = cell_of_current();
  __u64 result = 0;
  if (!cell || bpf_get_func_ret(ctx, &result)) return 0;
  cell->update_result = (__s64)result < 0 && (__s64)result >= -4095
                            ? (__s64)result
                            : 0;
  return 0;
}
