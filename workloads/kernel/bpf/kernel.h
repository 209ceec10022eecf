#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_KERNEL_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_KERNEL_H_

// The few types and functions of the kernel that the programs name. Fields are
// found in the running kernel's BTF when an object is loaded, so this header
// stands for every kernel and no vmlinux.h is needed.

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(                                                 \
    __attribute__((preserve_access_index)), apply_to = record)

struct cgroup;
struct css_set {
  struct cgroup* dfl_cgrp;
};
struct sched_entity {
  __u64 sum_exec_runtime;
};
struct task_struct {
  struct sched_entity se;
  struct css_set* cgroups;
};
struct inode;
struct file {
  struct inode* f_inode;
};

#pragma clang attribute pop

// Since 6.2; the header may be older.
enum { kMapTypeCgrpStorage = 32 };

struct bpf_res_spin_lock {
  __u32 val;
};
struct bpf_iter_num {
  __u64 state[1];
};

// Weak: a program that calls one is not loaded where the kernel has none.
extern int bpf_res_spin_lock(struct bpf_res_spin_lock* lock) __ksym __weak;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock* lock) __ksym __weak;
extern int bpf_iter_num_new(struct bpf_iter_num* it, int start,
                            int end) __ksym __weak;
extern int* bpf_iter_num_next(struct bpf_iter_num* it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num* it) __ksym __weak;

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_KERNEL_H_
