#include "workloads/measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "workloads/measure/random.h"

namespace lockgauge::measure {
namespace {

using Values = std::vector<std::uint64_t>;

std::unique_ptr<Histogram> histogram_of(const Values& values) {
  auto histogram = std::make_unique<Histogram>();
  for (const std::uint64_t value : values) histogram->record(value);
  return histogram;
}

std::vector<std::array<std::uint64_t, 3>> buckets(const Histogram& histogram) {
  std::vector<std::array<std::uint64_t, 3>> all;
  histogram.for_each([&](const Histogram::Bucket& bucket) {
    all.push_back({bucket.low, bucket.high, bucket.count});
  });
  return all;
}

// Of every magnitude up to 2^40, as latencies are.
Values random_values(std::size_t count, int stream) {
  Random random(/*seed=*/1, stream);
  Values values(count);
  for (std::uint64_t& value : values) {
    const std::uint64_t bits = random.next();
    value = (bits >> 24) >> (bits % 40);
  }
  return values;
}

TEST(HistogramTest, NothingRecorded) {
  const auto none = std::make_unique<Histogram>();
  EXPECT_EQ(none->count(), 0u);
  EXPECT_EQ(none->max(), 0u);
  EXPECT_EQ(none->value_at(1, 2), 0u);
  EXPECT_TRUE(buckets(*none).empty());
}

TEST(HistogramTest, EveryPercentileIsWithinItsErrorOfTheExactOne) {
  Values values = random_values(10'000'000, 0);
  const auto histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (std::size_t part = 1; part <= 10'000; ++part) {
    const std::size_t rank = (values.size() * part + 9'999) / 10'000;
    const std::uint64_t exact = values[rank - 1];
    const std::uint64_t found = histogram->value_at(part, 10'000);
    ASSERT_GE(found, exact) << part;
    ASSERT_LE(found - exact, exact / 128) << part;
  }
  EXPECT_EQ(histogram->count(), values.size());
  EXPECT_EQ(histogram->max(), values.back());
  EXPECT_EQ(histogram->value_at(1, 1), values.back());
}

TEST(HistogramTest, FewValuesHaveTheirOwnPercentiles) {
  const auto histogram = histogram_of({10, 20, 30});
  EXPECT_EQ(histogram->value_at(0, 1), 10u);
  EXPECT_EQ(histogram->value_at(1, 3), 10u);
  EXPECT_EQ(histogram->value_at(34, 100), 20u);
  EXPECT_EQ(histogram->value_at(9'999, 10'000), 30u);
}

TEST(HistogramTest, MergingIsRecordingBoth) {
  const Values some = random_values(100'000, 1);
  Values both = random_values(50'000, 2);
  const auto merged = histogram_of(both);
  merged->merge(*histogram_of(some));
  both.insert(both.end(), some.begin(), some.end());
  const auto expected = histogram_of(both);
  EXPECT_EQ(buckets(*merged), buckets(*expected));
  EXPECT_EQ(merged->max(), expected->max());
}

TEST(HistogramTest, BucketsHoldWhatTheySayAndAreAsNarrowAsTheySay) {
  // Both sides of every boundary between octaves, and both ends.
  Values values = {0, ~std::uint64_t{0}};
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    values.insert(values.end(), {power - 1, power, power + power / 3});
  }
  for (const std::uint64_t value : values) {
    const auto only = buckets(*histogram_of({value}));
    ASSERT_EQ(only.size(), 1u);
    const auto [low, high, count] = only.front();
    EXPECT_EQ(count, 1u);
    EXPECT_LE(low, value);
    EXPECT_GE(high, value);
    EXPECT_LE(high - low, low / 128);
  }
}

TEST(HistogramTest, BucketsLeaveNoGap) {
  Histogram dense;
  for (std::uint64_t value = 0; value < 10'000; ++value) dense.record(value);
  std::uint64_t next = 0;
  dense.for_each([&](const Histogram::Bucket& bucket) {
    EXPECT_EQ(bucket.low, next);
    next = bucket.high + 1;
  });
}

}  // namespace
}  // namespace lockgauge::measure
