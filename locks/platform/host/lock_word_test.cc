// The host's transitions against the portable ones that the checkers run: the
// same answers and the same word afterwards, from every state.

#include "locks/platform/host/lock_word.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace lockgauge {
namespace {

using Mixed = host::MixedSizeLockWord;
using Portable = PortableLockWord<std::atomic>;
using namespace lock_bits;

const std::uint32_t kTails[] = {0, encode_tail(0, 0), encode_tail(5, 3),
                                encode_tail(kMaxSlots - 1, 3)};

std::vector<std::uint32_t> all_states() {
  std::vector<std::uint32_t> states;
  for (const std::uint32_t tail : kTails) {
    for (const std::uint32_t low :
         {0u, kLocked, kPending, kPending | kLocked}) {
      states.push_back(tail | low);
    }
  }
  return states;
}

// What a transition answers, and the word that it leaves.
struct Outcome {
  std::uint32_t answer;
  std::uint32_t word;
  bool operator==(const Outcome&) const = default;
};

template <class Word, class Transition>
Outcome outcome(std::uint32_t state, Transition transition) {
  static_assert(sizeof(Word) == sizeof(state));
  Word word;
  std::memcpy(static_cast<void*>(&word), &state, sizeof(state));
  const std::uint32_t answer = transition(word);
  return {answer, word.load(std::memory_order_relaxed)};
}

template <class Transition>
void expect_same(const char* name, Transition transition) {
  for (const std::uint32_t state : all_states()) {
    EXPECT_EQ(outcome<Mixed>(state, transition),
              outcome<Portable>(state, transition))
        << name << " from 0x" << std::hex << state;
  }
}

TEST(LockWord, HostAndPortableTransitionsAgree) {
  expect_same("try_lock", [](auto& word) {
    std::uint32_t seen;
    return word.try_lock(seen) ? ~0u : seen;
  });
  expect_same("unlock", [](auto& word) { return word.unlock(), 0u; });
  expect_same("fetch_set_pending",
              [](auto& word) { return word.fetch_set_pending(); });
  expect_same("clear_pending",
              [](auto& word) { return word.clear_pending(), 0u; });
  for (const std::uint32_t tail : kTails) {
    expect_same("exchange_tail",
                [=](auto& word) { return word.exchange_tail(tail); });
    expect_same("try_clear_tail", [=](auto& word) {
      return std::uint32_t{word.try_clear_tail(tail)};
    });
    expect_same("try_claim_alone", [=](auto& word) {
      return std::uint32_t{word.try_claim_alone(tail)};
    });
  }
}

// These two ask for a state: what they do elsewhere is nobody's business.
TEST(LockWord, ClaimsAgreeWhereTheyAreAllowed) {
  for (const std::uint32_t tail : kTails) {
    const auto claim = [](auto& word) {
      return word.clear_pending_set_locked(), 0u;
    };
    EXPECT_EQ(outcome<Mixed>(tail | kPending, claim),
              outcome<Portable>(tail | kPending, claim));
    const auto set = [](auto& word) { return word.set_locked(), 0u; };
    EXPECT_EQ(outcome<Mixed>(tail, set), outcome<Portable>(tail, set));
  }
}

TEST(LockWord, TailsAreFoundAgain) {
  for (const std::uint32_t slot : {0u, 1u, 1023u, kMaxSlots - 1}) {
    for (std::uint32_t index = 0; index < 4; ++index) {
      const std::uint32_t word = encode_tail(slot, index) | kPending | kLocked;
      EXPECT_EQ(tail_slot(word), slot);
      EXPECT_EQ(tail_index(word), index);
      EXPECT_NE(word & kTailMask, 0u) << "0 means no queue";
    }
  }
}

}  // namespace
}  // namespace lockgauge
