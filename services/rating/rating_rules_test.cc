#include "services/rating/rating_rules.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libs/base/error.h"
#include "tests/support/load_file.h"

namespace onething::rating {
namespace {

LabelTable ShippedLabels() {
  return LabelTable::Create(
             testing::LoadFile<config::v1::RatingLabels>("deploy/rating/labels.yaml"))
      .value();
}

TEST_CASE(
    "the shipped label table has eight labels in force for every level and keeps version 1 "
    "readable") {
  const LabelTable table = ShippedLabels();
  int in_force[kLevelCount + 1] = {};
  int retired = 0;
  for (const v1::Label& label : table.labels()) {
    (label.in_force() ? in_force[label.level()] : retired) += 1;
  }
  for (int level = 1; level <= kLevelCount; ++level) {
    CHECK(in_force[level] == 8);
  }
  CHECK(retired == 9 + 4 + 6 + 6 + 7);
}

TEST_CASE("a choice of labels must fit its level") {
  const LabelTable table = ShippedLabels();
  struct Row {
    int level;
    std::vector<std::string> codes;
    bool ok;
  };
  const Row rows[] = {{5, {}, true},       {5, {"510", "517"}, true}, {1, {"110"}, true},
                      {5, {"110"}, false}, {4, {"510"}, false},       {5, {"510", "510"}, false},
                      {5, {"501"}, false}, {5, {"999"}, false},       {2, {"207", "108"}, false}};
  for (const Row& row : rows) {
    std::vector<const std::string*> codes;
    for (const std::string& code : row.codes) {
      codes.push_back(&code);
    }
    const absl::Status status = table.CheckChoice(row.level, codes);
    INFO(row.level << " " << status);
    CHECK(status.ok() == row.ok);
    CHECK((row.ok || ReasonOf(status) == common::v1::ERROR_REASON_RATING_LABEL));
  }
}

TEST_CASE("a label table with a wrong or doubled code is refused") {
  const auto create = [](const char* code, int level, int times) {
    config::v1::RatingLabels labels;
    for (int i = 0; i < times; ++i) {
      labels.add_labels()->set_code(code);
      labels.mutable_labels(i)->set_level(level);
    }
    return LabelTable::Create(labels).ok();
  };
  CHECK(create("510", 5, 1));
  CHECK_FALSE(create("510", 5, 2));
  CHECK_FALSE(create("510", 4, 1));
  CHECK_FALSE(create("5100", 5, 1));
  CHECK_FALSE(create("x10", 5, 1));
  CHECK_FALSE(create("610", 6, 1));
}

TEST_CASE("a rating counts for its item, its authority, its region and every region above") {
  v1::RatedService service;
  service.set_item_code("X");
  service.set_authority_code("A");
  service.set_region_code("360102000000");
  CHECK(DimensionsOf(service) ==
        std::vector<std::string>{"item/X", "authority/A", "region/360102000000",
                                 "region/360100000000", "region/360000000000"});
  CHECK(PeriodsOf(calendar::Date(2026, 3, 2)) ==
        std::vector<std::string>{"", "2026", "2026-03", "2026-03-02"});
}

TEST_CASE("periods are years, months and days that exist") {
  for (const char* period : {"", "2026", "2026-12", "2024-02-29"}) {
    INFO(period);
    CHECK(IsPeriod(period));
  }
  for (const char* period :
       {"26", "2026-13", "2026-00", "2025-02-29", "2026-1", "2026-03-02 ", "abcd"}) {
    INFO(period);
    CHECK_FALSE(IsPeriod(period));
  }
}

TEST_CASE("rates are in ten-thousandths and nothing is divided by zero") {
  v1::CountRecord counts;
  CHECK(ToStatistics(counts, 0).satisfaction_per_10000() == 0);
  counts.set_invited(4);
  for (const int64_t count : {1, 0, 0, 0, 2}) {
    counts.add_levels(count);
  }
  const v1::Statistics statistics = ToStatistics(counts, 1);
  CHECK(statistics.rated_count() == 3);
  CHECK(statistics.satisfaction_per_10000() == 6666);
  CHECK(statistics.response_per_10000() == 7500);
  CHECK(statistics.open_rectification_count() == 1);
}

}  // namespace
}  // namespace onething::rating
