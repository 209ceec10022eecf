#ifndef LOCKGAUGE_LOCKS_MCS_NODE_H_
#define LOCKGAUGE_LOCKS_MCS_NODE_H_

#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"
#include "locks/lock_word.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// What a queued waiter is told in its node.
inline constexpr std::uint32_t kMcsWait = 0;
inline constexpr std::uint32_t kMcsHead = 1;   // you are the head now
inline constexpr std::uint32_t kMcsLeave = 2;  // the queue is torn down

// A waiter's place in the queue, after Mellor-Crummey and Scott, "Algorithms
// for scalable synchronization on shared-memory multiprocessors", ACM TOCS
// 9(1), 1991. Each waiter spins on its own node.
template <Platform P>
struct McsNode {
  typename P::template Atomic<McsNode*> next{nullptr};
  typename P::template Atomic<std::uint32_t> locked{kMcsWait};
  // Of node 0 only: how many of the slot's nodes are in use. Contexts of one
  // slot nest strictly, so load and store need not be one step.
  typename P::template Atomic<std::uint32_t> count{0};
  [[no_unique_address]] typename P::Shadow shadow;

  // By the owner, before the node's tail is published.
  void init() {
    shadow.init();
    locked.store(kMcsWait, std::memory_order_relaxed);
    next.store(nullptr, std::memory_order_relaxed);
  }

  // By the next waiter. Release pairs with the acquire in wait_next(): our
  // node is initialised before the predecessor writes into it.
  void link(McsNode& waiter) {
    shadow.check();
    next.store(&waiter, std::memory_order_release);
  }

  // By the predecessor: its last access to this node. Release pairs with the
  // acquire in wait_turn(). For kMcsLeave the kernel stores plainly, since the
  // receiver takes no lock; release keeps even the reuse of the node provable.
  void tell(std::uint32_t what) {
    shadow.check();
    locked.store(what, std::memory_order_release);
  }

  // By the owner: kMcsHead or kMcsLeave, however long it takes.
  std::uint32_t wait_turn() const {
    return P::wait_until(locked, std::memory_order_acquire,
                         [](std::uint32_t told) { return told != kMcsWait; });
  }

  // By the owner, once the tail is no longer its own: the successor, which may
  // not have linked itself yet.
  McsNode& wait_next() const {
    return *P::wait_until(next, std::memory_order_acquire,
                          [](McsNode* node) { return node != nullptr; });
  }
};

// The nodes of one slot: one for each level that contexts can nest to (the
// kernel's task, softirq, hardirq, NMI). Tag keeps the nodes of different lock
// types apart, as the kernel does: a context waiting for one type may be
// interrupted by one that waits for the other.
template <Platform P, class Tag>
class alignas(kCacheLineBytes) McsNodes {
 public:
  static constexpr std::uint32_t kLevels = 4;

  // The index of a node for this context; kLevels or more: none is left. To be
  // paired with leave() in either case.
  std::uint32_t enter() {
    const std::uint32_t index = nodes_[0].count.load(std::memory_order_relaxed);
    nodes_[0].count.store(index + 1, std::memory_order_relaxed);
    // A context that interrupts us from here on must take another node.
    P::compiler_barrier();
    return index;
  }

  void leave() {
    P::compiler_barrier();
    nodes_[0].count.store(nodes_[0].count.load(std::memory_order_relaxed) - 1,
                          std::memory_order_relaxed);
  }

  McsNode<P>& operator[](std::uint32_t index) { return nodes_[index]; }

  // Levels in use: 0 when no context of the slot waits.
  std::uint32_t depth() const {
    return nodes_[0].count.load(std::memory_order_relaxed);
  }

  static McsNode<P>& of_tail(std::uint32_t tail) {
    return P::template slot_at<McsNodes>(lock_bits::tail_slot(tail))
        .nodes_[lock_bits::tail_index(tail)];
  }

 private:
  McsNode<P> nodes_[kLevels];
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_MCS_NODE_H_
