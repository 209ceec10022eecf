// The state table against what is known of the kernel's teardown: 24 rows, each
// over all interleavings, for the three forms.

#include "storage/state/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>

namespace lockgauge::storage::state {
namespace {

// As Cell::words(): element, storage, fields, charge.
struct Expected {
  const char* row;
  const char* v3;
  const char* merged;
  const char* by_default;
};

// Who frees and returns is written down from the rules of each form and from
// what is known of the merged one (kernel/bpf/bpf_local_storage.c), before any
// exploration. So are b and s where they are known: MF: b and MF: bs then D,
// MF: s D: s, MF: b D: b, MF: bs D: bs. All other b and s, and those of v3 but
// for MF: b then D, are as explored: they guard against change, no more.
constexpr Expected kExpected[] = {
    {"MF: -  then D", "d d M d", "M M M M", "M M M M"},
    {"MF: b  then D", "db d - d", "- M - M", "M M M M"},
    {"MF: s  then D", "d d M d", "d d M d", "d d M d"},
    {"MF: bs then D", "db d - d", "db d - d", "d d M d"},

    {"D: -   then MF", "D D D D", "D D D D", "D D D D"},
    {"D: b   then MF", "m D m D", "m D m D", "m D m D"},
    {"D: s   then MF", "- D D D", "- - D D", "C D D D"},
    {"D: bs  then MF", "ms D m D", "ms - m D", "m D m D"},

    {"MF: -  D: -", "MD D MD D", "MD MD MD MD", "MD MD MD MD"},
    {"MF: b  D: -", "MDb D D- D", "MD-b MD D- MD", "MD MD MD MD"},
    {"MF: s  D: -", "MD D MD D", "MD D MD D", "MD D MD D"},
    {"MF: bs D: -", "MDb D D- D", "MDb D D- D", "MD D MD D"},
    {"MF: -  D: b", "MD D M D", "MD MD M MD", "MD MD M MD"},
    {"MF: b  D: b", "MDb D - D", "MD-b MD - MD", "M MD M MD"},
    {"MF: s  D: b", "MD D M D", "MD D M D", "MD D M D"},
    {"MF: bs D: b", "MDb D - D", "MDb D - D", "MD D M D"},
    {"MF: -  D: s", "MD-s D MD D", "MD-s M- MD MD", "MDC MD MD MD"},
    {"MF: b  D: s", "MD-bs D D- D", "MD-bs M- D- MD", "MDC MD MD MD"},
    {"MF: s  D: s", "MD-s D MD D", "MD-s - MD D", "C D MD D"},
    {"MF: bs D: s", "MD-bs D D- D", "MD-bs - D- D", "MC D MD D"},
    {"MF: -  D: bs", "MDs D M D", "MDs M- M MD", "MC MD M MD"},
    {"MF: b  D: bs", "MDbs D - D", "MD-bs M- - MD", "MC MD M MD"},
    {"MF: s  D: bs", "MDs D M D", "MDs - M D", "MC D M D"},
    {"MF: bs D: bs", "MDbs D - D", "MDbs - - D", "MC D M D"},
};

void expect_column(Form form, const char* Expected::*column) {
  const std::vector<Row> rows = all_rows();
  ASSERT_EQ(rows.size(), std::size(kExpected));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(name(rows[i]), kExpected[i].row);
    SCOPED_TRACE(kExpected[i].row);
    const Cell cell = explore_row(form, rows[i]);
    EXPECT_EQ(fmt::format("{}", fmt::join(cell.words(rows[i].order), " ")),
              kExpected[i].*column);
  }
}

TEST(StateTable, OfV3) { expect_column(Form::kV3, &Expected::v3); }
TEST(StateTable, OfMerged) { expect_column(Form::kMerged, &Expected::merged); }
TEST(StateTable, OfTheDefault) {
  expect_column(Form::kDefault, &Expected::by_default);
}

}  // namespace
}  // namespace lockgauge::storage::state
