#include "libs/codes/region_code.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libs/base/error.h"

namespace onething::codes {
namespace {

RegionCode Region(absl::string_view text) {
  const auto region = RegionCode::Parse(text);
  INFO(text);
  REQUIRE(region.ok());
  return *region;
}

std::string ParentOf(absl::string_view text) {
  const std::optional<RegionCode> parent = Region(text).Parent();
  return parent.has_value() ? parent->value() : "";
}

struct Reading {
  const char* text;
  const char* value;
  RegionLevel level;
  const char* parent;  // empty: none
};

const Reading kReadings[] = {
    {"44", "440000000000", RegionLevel::kProvince, ""},
    {"440000", "440000000000", RegionLevel::kProvince, ""},
    {"440000000", "440000000000", RegionLevel::kProvince, ""},
    {"440000000000", "440000000000", RegionLevel::kProvince, ""},
    {"50", "500000000000", RegionLevel::kProvince, ""},
    {"110000", "110000000000", RegionLevel::kProvince, ""},
    {"66", "660000000000", RegionLevel::kProvince, ""},
    {"82", "820000000000", RegionLevel::kProvince, ""},
    {"440100", "440100000000", RegionLevel::kPrefecture, "440000000000"},
    {"512000", "512000000000", RegionLevel::kPrefecture, "510000000000"},
    {"457000", "457000000000", RegionLevel::kPrefecture, "450000000000"},
    {"429000", "429000000000", RegionLevel::kPrefecture, "420000000000"},
    {"440106", "440106000000", RegionLevel::kCounty, "440100000000"},
    {"429004", "429004000000", RegionLevel::kCounty, "429000000000"},
    {"130110", "130110000000", RegionLevel::kCounty, "130100000000"},
    {"469001", "469001000000", RegionLevel::kCounty, "469000000000"},
    {"440106009", "440106009000", RegionLevel::kTown, "440106000000"},
    {"440106100", "440106100000", RegionLevel::kTown, "440106000000"},
    {"441900003", "441900003000", RegionLevel::kTown, "441900000000"},
    {"440106009013", "440106009013", RegionLevel::kVillage, "440106009000"},
    {"441900003001", "441900003001", RegionLevel::kVillage, "441900003000"},
};

struct Refusal {
  const char* text;
  const char* sentence;
};

TEST_CASE("a division is read in 2, 6, 9 or 12 digits and always has 12") {
  for (const Reading& reading : kReadings) {
    INFO(reading.text);
    const RegionCode region = Region(reading.text);
    CHECK(region.value() == reading.value);
    CHECK(region.level() == reading.level);
    CHECK(ParentOf(reading.text) == reading.parent);
    CHECK((Region(region.value()) == region));
    CHECK(region.province().value() == std::string(reading.value, 2) + "0000000000");
    CHECK(region.province().level() == RegionLevel::kProvince);
  }
}

TEST_CASE("a text that is no division is refused with what is wrong and where") {
  const Refusal refusals[] = {
      {"", "行政区划代码应为2、6、9或12位，实为0位"},
      {"4", "行政区划代码应为2、6、9或12位，实为1位"},
      {"4401", "行政区划代码应为2、6、9或12位，实为4位"},
      {"44010600", "行政区划代码应为2、6、9或12位，实为8位"},
      {"4401060000000", "行政区划代码应为2、6、9或12位，实为13位"},
      {"广东省", "行政区划代码第1位应为数字"},
      {"４４０１０６", "行政区划代码第1位应为数字"},
      {"44010A", "行政区划代码第6位应为数字"},
      {"-40106", "行政区划代码第1位应为数字"},
      {"00", "行政区划代码第1至2位不是省级代码"},
      {"000000000000", "行政区划代码第1至2位不是省级代码"},
      {"100000", "行政区划代码第1至2位不是省级代码"},
      {"160000", "行政区划代码第1至2位不是省级代码"},
      {"990000", "行政区划代码第1至2位不是省级代码"},
      {"447100", "行政区划代码第3至4位应在01至70之间，或为90"},
      {"448900", "行政区划代码第3至4位应在01至70之间，或为90"},
      {"449100", "行政区划代码第3至4位应在01至70之间，或为90"},
      {"440006", "行政区划代码第3至4位为00时，其后各位应为0"},
      {"440000001", "行政区划代码第3至4位为00时，其后各位应为0"},
      {"440000000001", "行政区划代码第3至4位为00时，其后各位应为0"},
      {"440106000001", "行政区划代码第7至9位为000时，其后各位应为0"},
      {"441900000001", "行政区划代码第7至9位为000时，其后各位应为0"},
  };
  for (const Refusal& refusal : refusals) {
    INFO(refusal.text);
    const auto region = RegionCode::Parse(refusal.text);
    REQUIRE(region.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(region.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(region.status().message() == refusal.sentence);
  }
}

TEST_CASE("a division lies in another when it begins with its digits, level by level") {
  struct Row {
    const char* outer;
    const char* inner;
    bool contains;
  };
  const Row rows[] = {
      {"44", "44", true},
      {"44", "440106", true},
      {"44", "440106009013", true},
      {"44", "441900003001", true},
      {"44", "450106", false},
      {"440100", "440106", true},
      {"440100", "440306", false},
      {"440100", "44", false},
      {"441000", "441000", true},
      {"441000", "440106", false},
      {"50", "500112", true},
      {"50", "51", false},  // the 0 of 50 is no empty level
      {"440110", "440110100", true},
      {"440110", "440111", false},
      {"441900", "441900003001", true},
      {"441900003", "441900003001", true},
      {"441900003", "441900004001", false},
      {"429000", "429004", true},
      {"440106009013", "440106009013", true},
      {"440106009013", "440106009", false},
  };
  for (const Row& row : rows) {
    INFO(row.outer << " and " << row.inner);
    const RegionCode outer = Region(row.outer);
    const RegionCode inner = Region(row.inner);
    CHECK(outer.Contains(inner) == row.contains);
    CHECK(outer.IsAncestorOf(inner) == (row.contains && outer != inner));
  }
}

TEST_CASE("every division lies in all of its parents and sorts after them") {
  for (const Reading& reading : kReadings) {
    const RegionCode region = Region(reading.text);
    std::optional<RegionCode> parent = region.Parent();
    while (parent.has_value()) {
      INFO(parent->value() << " and " << region.value());
      CHECK(parent->IsAncestorOf(region));
      CHECK_FALSE(region.Contains(*parent));
      CHECK(parent->level() < region.level());
      CHECK((*parent < region));
      if (!parent->Parent().has_value()) CHECK((*parent == region.province()));
      parent = parent->Parent();
    }
  }
}

TEST_CASE("the significant digits of a division are those all within begin with") {
  CHECK(Region("50").significant_digits() == "50");
  CHECK(Region("441000").significant_digits() == "4410");
  CHECK(Region("440110").significant_digits() == "440110");
  CHECK(Region("441900003").significant_digits() == "441900003");
  CHECK(Region("440106009010").significant_digits() == "440106009010");
}

TEST_CASE("34 provinces and the corps have a prefix") {
  int count = 0;
  for (char a = '0'; a <= '9'; ++a) {
    for (char b = '0'; b <= '9'; ++b)
      count += IsProvincePrefix(std::string{a, b}) ? 1 : 0;
  }
  CHECK(count == 35);
  CHECK_FALSE(IsProvincePrefix(""));
  CHECK_FALSE(IsProvincePrefix("4"));
  CHECK_FALSE(IsProvincePrefix("440"));
}

}  // namespace
}  // namespace onething::codes
