#include "libs/config/scalars.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/time_util.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "onething/testing/v1/config_sample.pb.h"

namespace onething::config {
namespace {

using google::protobuf::util::TimeUtil;

TEST_CASE("a number is read in one way or not at all") {
  CHECK(ParseNumber<int32_t>("0") == 0);
  CHECK(ParseNumber<int32_t>("-2147483648") == INT32_MIN);
  CHECK(ParseNumber<uint64_t>("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"", "-", "+1", "01", "-01", "1 ", " 1", "0x1", "1e3", "1.0", "１", "--1",
                           "2147483648", "-2147483649"}) {
    INFO(text);
    CHECK(ParseNumber<int32_t>(text) == std::nullopt);
  }
  CHECK(ParseNumber<int32_t>("-0") == std::nullopt);
}

TEST_CASE("a floating-point number is finite and decimal") {
  CHECK(ParseNumber<double>("0") == 0);
  CHECK(ParseNumber<double>("-0.25") == -0.25);
  CHECK(ParseNumber<double>("1.5e3") == 1500);
  CHECK(ParseNumber<float>("0.1") == 0.1f);
  for (const char* text : {"", ".5", "5.", "-.5", "1e", "1e+", "00.5", "inf", "-inf", "nan", ".inf",
                           "0x1p3", "1,5", "1e400", "--1"}) {
    INFO(text);
    CHECK(ParseNumber<double>(text) == std::nullopt);
  }
  CHECK(ParseNumber<float>("1e39") == std::nullopt);
}

TEST_CASE("a duration is a whole number and a unit") {
  CHECK(ParseDuration("3s") == TimeUtil::SecondsToDuration(3));
  CHECK(ParseDuration("200ms") == TimeUtil::MillisecondsToDuration(200));
  CHECK(ParseDuration("1500ms") == TimeUtil::MillisecondsToDuration(1500));
  CHECK(ParseDuration("15m") == TimeUtil::MinutesToDuration(15));
  CHECK(ParseDuration("72h") == TimeUtil::HoursToDuration(72));
  CHECK(ParseDuration("0s") == TimeUtil::SecondsToDuration(0));
  CHECK(ParseDuration("315576000000s") == TimeUtil::SecondsToDuration(315'576'000'000));
  for (const char* text :
       {"", "3", "s", "-3s", "-0s", "+3s", "1.5s", "03s", "3 s", "3S", "3d", "3us", "1h30m",
        "315576000001s", "87660001000h", "18446744073709551615h"}) {
    INFO(text);
    CHECK(ParseDuration(text) == std::nullopt);
  }
}

TEST_CASE("a time is RFC 3339 with its offset") {
  CHECK(ParseTimestamp("1970-01-01T00:00:00Z") == TimeUtil::SecondsToTimestamp(0));
  CHECK(ParseTimestamp("2026-03-02T09:00:00+08:00") == TimeUtil::SecondsToTimestamp(1'772'413'200));
  CHECK(ParseTimestamp("1970-01-01T00:00:00.000000001Z") == TimeUtil::NanosecondsToTimestamp(1));
  CHECK(ParseTimestamp("2024-02-29T00:00:00Z").has_value());
  for (const char* text :
       {"", "2026-03-02", "2026-03-02T09:00:00", "2026-03-02 09:00:00Z", "2026-03-02t09:00:00z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-02T24:00:00Z",
        "2026-03-02T09:00:60Z", "2026-3-2T09:00:00Z", "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z", "2026-03-02T09:00:00.Z", "2026-03-02T09:00:00+0800",
        " 2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z ", "infinite-future",
        "2026-03-02T09:00:00.1234567890Z", "2026-03-02T09:00:00+25:00"}) {
    INFO(text);
    CHECK(ParseTimestamp(text) == std::nullopt);
  }
}

TEST_CASE("the words of an enum are its names without the common prefix") {
  const auto& source = *testing::v1::SampleSource_descriptor();
  CHECK(EnumWords(source) == std::vector<std::string>{"applicant", "e_licence", "data_sharing"});
  CHECK(EnumWord(*source.FindValueByNumber(0)) == "unspecified");
  CHECK(ParseEnumWord(source, "e_licence")->number() == testing::v1::SAMPLE_SOURCE_E_LICENCE);
  CHECK(ParseEnumWord(source, "e-licence")->number() == testing::v1::SAMPLE_SOURCE_E_LICENCE);
  for (const char* word :
       {"", "E_LICENCE", "unspecified", "sample_source_e_licence", "2", "e_licence "}) {
    INFO(word);
    CHECK(ParseEnumWord(source, word) == nullptr);
  }
  // An enum that does not follow the rule of the zero value is written in full.
  const auto& type = *google::protobuf::FieldDescriptorProto::Label_descriptor();
  CHECK(EnumWords(type) ==
        std::vector<std::string>{"label_optional", "label_required", "label_repeated"});
}

}  // namespace
}  // namespace onething::config
