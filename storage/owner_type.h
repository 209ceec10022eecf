#ifndef LOCKGAUGE_STORAGE_OWNER_TYPE_H_
#define LOCKGAUGE_STORAGE_OWNER_TYPE_H_

#include <atomic>
#include <cstdint>
#include <string_view>

namespace lockgauge::storage {

// Who owns a storage. Each type has its own cache indices and gate.
//   charged        element and storage sizes count against a limit of the
//                  owner.
//   gated          the backend's gate stands around operations, if it has one;
//                  the kernel guards the others by which programs may use them.
//   always_asks    all programs ask at the gate; or only those that are checked
//                  for recursion.
//   delete_asks_first   a program's delete asks at the gate before it looks
//                  whether there is anything to delete.
//   clones         a new owner can be made as a copy of another.
//   Life<P>        what lets a program create a value, a member of the owner:
//                    begin_create()   false: the owner is going, create none.
//                    end_create()     after each begin_create() that was true.
//                    die()            no create from here on. A grace period
//                                     later the owner can be destroyed.
// System calls hold a reference of their own and are not asked.
namespace owner_type {

// The task's usage count is not 0.
struct task {
  static constexpr std::string_view name = "task";
  static constexpr bool charged = false;
  static constexpr bool gated = true;
  static constexpr bool always_asks = false;
  static constexpr bool delete_asks_first = false;
  static constexpr bool clones = false;

  template <class P>
  class Life {
   public:
    bool begin_create() const {
      return usage_.load(std::memory_order_relaxed) != 0;
    }
    void end_create() const {}
    void die() { usage_.store(0, std::memory_order_relaxed); }

   private:
    typename P::template Atomic<std::uint32_t> usage_{1};
  };
};

// The cgroup's reference is not dying.
struct cgroup {
  static constexpr std::string_view name = "cgroup";
  static constexpr bool charged = false;
  static constexpr bool gated = true;
  static constexpr bool always_asks = true;
  static constexpr bool delete_asks_first = true;
  static constexpr bool clones = false;

  template <class P>
  class Life {
   public:
    bool begin_create() const {
      return !dying_.load(std::memory_order_relaxed);
    }
    void end_create() const {}
    void die() { dying_.store(true, std::memory_order_relaxed); }

   private:
    typename P::template Atomic<bool> dying_{false};
  };
};

// The caller has the inode: it cannot be going.
struct inode {
  static constexpr std::string_view name = "inode";
  static constexpr bool charged = false;
  static constexpr bool gated = false;
  static constexpr bool always_asks = false;
  static constexpr bool delete_asks_first = false;
  static constexpr bool clones = false;

  template <class P>
  class Life {
   public:
    bool begin_create() const { return true; }
    void end_create() const {}
  };
};

// A reference on the socket is taken, unless its count is 0 already.
struct sk {
  static constexpr std::string_view name = "sk";
  static constexpr bool charged = true;
  static constexpr bool gated = false;
  static constexpr bool always_asks = false;
  static constexpr bool delete_asks_first = false;
  static constexpr bool clones = true;

  template <class P>
  class Life {
   public:
    bool begin_create() {
      std::uint32_t now = references_.load(std::memory_order_relaxed);
      do {
        if (now == 0) return false;
      } while (!references_.compare_exchange_weak(
          now, now + 1, std::memory_order_relaxed, std::memory_order_relaxed));
      return true;
    }
    void end_create() { references_.fetch_sub(1, std::memory_order_release); }
    void die() { end_create(); }

   private:
    typename P::template Atomic<std::uint32_t> references_{1};
  };
};

}  // namespace owner_type
}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_OWNER_TYPE_H_
