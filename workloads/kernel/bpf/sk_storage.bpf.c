// Every run's owner is a socket that test_run makes for it.

#include "storage.h"

STORAGE_MAP(sk_map, BPF_MAP_TYPE_SK_STORAGE);

#define sk_owner(loop) loop->sk
#define sk_get(owner, flags) bpf_sk_storage_get(&sk_map, owner, 0, flags)
#define sk_delete(owner) bpf_sk_storage_delete(&sk_map, owner)

STORAGE_LOOPS(sk)

#define SK_PROGRAM(what)                                                      \
  SEC("tc")                                                                   \
  int sk_storage_##what(struct __sk_buff* skb) {                              \
    struct loop loop = {.thread = skb->mark, .sk = skb->sk};                  \
    if (!loop.sk) return 0;                                                   \
    return sk_run_##what(&loop);                                              \
  }

SK_PROGRAM(get)
SK_PROGRAM(create)
SK_PROGRAM(churn)