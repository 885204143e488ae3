#include "tools/onething/format.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace onething::tool {
namespace {

TEST_CASE("every value of an enum that is shown has its own word") {
  const auto check = [](auto first, int count) {
    using Enum = decltype(first);
    std::vector<std::string> words;
    for (int i = 1; i < count; ++i) {
      const std::string word = Word(static_cast<Enum>(i));
      CHECK(word != "?");
      CHECK(std::find(words.begin(), words.end(), word) == words.end());
      words.push_back(word);
    }
    CHECK(Word(static_cast<Enum>(count)) == "?");
  };
  check(catalogue::v1::Item::State(), catalogue::v1::Item::State_ARRAYSIZE);
  check(workflow::v1::Case::State(), workflow::v1::Case::State_ARRAYSIZE);
  check(workflow::v1::CaseItem::State(), workflow::v1::CaseItem::State_ARRAYSIZE);
  check(workflow::v1::Task::State(), workflow::v1::Task::State_ARRAYSIZE);
  check(workflow::v1::Decision(), workflow::v1::Decision_ARRAYSIZE);
  check(license::v1::License::State(), license::v1::License::State_ARRAYSIZE);
  check(license::v1::Verdict(), license::v1::Verdict_ARRAYSIZE);
  check(relay::v1::Transfer::State(), relay::v1::Transfer::State_ARRAYSIZE);
  check(relay::v1::Transfer::Direction(), relay::v1::Transfer::Direction_ARRAYSIZE);
  check(relay::v1::ReceiptContent::Kind(), relay::v1::ReceiptContent::Kind_ARRAYSIZE);
  check(relay::v1::Mode(), relay::v1::Mode_ARRAYSIZE);
  check(bundle::v1::MaterialSource(), bundle::v1::MaterialSource_ARRAYSIZE);
  check(rating::v1::Rectification::State(), rating::v1::Rectification::State_ARRAYSIZE);
  check(ops::v1::OutboxEntry::State(), ops::v1::OutboxEntry::State_ARRAYSIZE);
}

TEST_CASE("durations and sizes are told in their largest units") {
  CHECK(DurationText(0) == "0 秒");
  CHECK(DurationText(59) == "59 秒");
  CHECK(DurationText(60) == "1 分");
  CHECK(DurationText(3725) == "1 小时 2 分");
  CHECK(DurationText(3605) == "1 小时");
  CHECK(DurationText(93784) == "1 天 2 小时");
  CHECK(BytesText(0) == "0 B");
  CHECK(BytesText(1023) == "1023 B");
  CHECK(BytesText(1536) == "1.5 KiB");
  CHECK(BytesText(uint64_t{5} << 40) == "5.0 TiB");
}

TEST_CASE("times are those of China") {
  google::protobuf::Timestamp time;
  CHECK(ClockTime(time) == "-");
  CHECK(FullTime(time) == "");
  time.set_seconds(1772413205);
  CHECK(ClockTime(time) == "03-02 09:00:05");
  CHECK(FullTime(time) == "2026-03-02 09:00:05");
}

TEST_CASE("a person is masked, an organisation is public") {
  common::v1::Subject subject;
  subject.set_kind(common::v1::SUBJECT_KIND_PERSON);
  subject.set_name("张敏");
  subject.set_code("360100199001011234");
  CHECK(MaskedSubject(subject) == "张*  360100********1234");
  CHECK(FullSubject(subject) == "张敏  360100199001011234");
  subject.set_kind(common::v1::SUBJECT_KIND_ORGANISATION);
  subject.set_name("某公司");
  CHECK(MaskedSubject(subject) == "某公司  360100199001011234");
}

}  // namespace
}  // namespace onething::tool
