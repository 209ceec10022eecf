#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOCK_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOCK_H_

#include "kernel.h"
#include "shared.h"

// The kernel's locks under names of one form. The section is first in its
// element, where user space finds it.
struct spin_element {
  struct kernel_section section;
  struct bpf_spin_lock lock;
};
struct res_spin_element {
  struct kernel_section section;
  struct bpf_res_spin_lock lock;
};
struct no_lock_element {
  struct kernel_section section;
};

#define ELEMENT_MAP(name, lock, entries)                                      \
  struct {                                                                    \
    __uint(type, BPF_MAP_TYPE_ARRAY);                                         \
    __uint(max_entries, entries);                                             \
    __type(key, __u32);                                                       \
    __type(value, struct lock##_element);                                     \
  } name SEC(".maps")

// 0, or an error and no lock.
static __always_inline int spin_acquire(struct spin_element* element) {
  bpf_spin_lock(&element->lock);
  return 0;
}
static __always_inline void spin_release(struct spin_element* element) {
  bpf_spin_unlock(&element->lock);
}

static __always_inline int res_spin_acquire(struct res_spin_element* element) {
  return bpf_res_spin_lock(&element->lock);
}
static __always_inline void res_spin_release(struct res_spin_element* element) {
  bpf_res_spin_unlock(&element->lock);
}

static __always_inline int no_lock_acquire(struct no_lock_element* element) {
  return 0;
}
static __always_inline void no_lock_release(struct no_lock_element* element) {}

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOCK_H_
