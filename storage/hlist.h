#ifndef LOCKGAUGE_STORAGE_HLIST_H_
#define LOCKGAUGE_STORAGE_HLIST_H_

#include <atomic>

namespace lockgauge::storage {

// The kernel's hlist under RCU: a head of one pointer, nodes that know the
// pointer that points at them, so that a node can be removed without its head.
//
// Thread-safety: writers exclude each other (the lock of the list); readers
// walk under rcu_read_lock() alone and may be on a node while it is removed:
// removal keeps `next`, so that they find their way on, and a removed node is
// not reused before a grace period.
template <class P>
struct HlistNode {
  template <class T>
  using Atomic = typename P::template Atomic<T>;

  Atomic<HlistNode*> next{nullptr};
  // Null: not on a list. Other threads may look without the lock.
  Atomic<Atomic<HlistNode*>*> pprev{nullptr};

  bool linked() const {
    return pprev.load(std::memory_order_relaxed) != nullptr;
  }

  // What follows, for readers. Acquire pairs with the releases below: whoever
  // finds a node finds it initialised.
  HlistNode* following() const { return next.load(std::memory_order_acquire); }

  // REQUIRES: linked, under the lock of the list.
  void remove() {
    HlistNode* const after = next.load(std::memory_order_relaxed);
    Atomic<HlistNode*>* const before = pprev.load(std::memory_order_relaxed);
    // Release: the node behind us was published by somebody else, whose store
    // a reader that comes this way no longer meets.
    before->store(after, std::memory_order_release);
    if (after != nullptr) {
      after->pprev.store(before, std::memory_order_relaxed);
    }
    pprev.store(nullptr, std::memory_order_relaxed);
  }
};

template <class P>
struct HlistHead {
  typename P::template Atomic<HlistNode<P>*> first{nullptr};

  bool empty() const {
    return first.load(std::memory_order_relaxed) == nullptr;
  }

  // For readers; see HlistNode::following().
  HlistNode<P>* front() const { return first.load(std::memory_order_acquire); }

  // Under the lock of the list, or while nobody else knows the list.
  void add(HlistNode<P>& node) {
    HlistNode<P>* const old = first.load(std::memory_order_relaxed);
    node.next.store(old, std::memory_order_relaxed);
    node.pprev.store(&first, std::memory_order_relaxed);
    if (old != nullptr) {
      old->pprev.store(&node.next, std::memory_order_relaxed);
    }
    // Publishes the node and all that was written into it.
    first.store(&node, std::memory_order_release);
  }

  // Under the lock of the list: `node` is all there is.
  bool only(const HlistNode<P>& node) const {
    return front() == &node && node.following() == nullptr;
  }
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_HLIST_H_
