#include "libs/rpc/masking.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "onething/common/v1/subject.pb.h"
#include "onething/testing/v1/echo.pb.h"

namespace onething::rpc {
namespace {

using testing::v1::CheckRulesRequest;

TEST_CASE("of a subject a log shows what does not give a person away") {
  const std::string citizen =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 3)->value();
  const std::string organisation = codes::CreditCode::Make("11360000014500000")->value();
  CHECK(MaskSubject(citizen) == "110101********" + citizen.substr(14));
  CHECK(MaskSubject(organisation) == organisation);
  CHECK(MaskSubject("") == "");
  CHECK(MaskSubject("anything else") == "***");
}

TEST_CASE("no sensitive field, in whatever shape, is in the text of a message") {
  CheckRulesRequest request;
  request.set_plain_text("公开");
  request.set_citizen_number("110101199003071234");
  request.set_phone("13912345678");
  request.set_secret_text("SECRET-1");
  request.set_secret_bytes("SECRET-2");
  request.add_secret_list("SECRET-3");
  (*request.mutable_secret_map())["SECRET-4"] = "SECRET-5";
  request.mutable_secret_message()->set_room("SECRET-6");
  request.set_secret_number(987654321);
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(999, "SECRET-7");
  const std::string text = MaskedText(request);
  INFO(text);
  CHECK(absl::StrContains(text, "plain_text: \"公开\""));
  CHECK(absl::StrContains(text, "110101********1234"));
  CHECK(absl::StrContains(text, "139****5678"));
  CHECK(absl::StrContains(text, "secret_text: \"***\""));
  CHECK_FALSE(absl::StrContains(text, "SECRET"));
  CHECK_FALSE(absl::StrContains(text, "987654321"));
  CHECK_FALSE(absl::StrContains(text, "\n"));
  CHECK(request.secret_text() == "SECRET-1");
}

TEST_CASE("sensitive fields are masked in messages inside lists, maps and messages") {
  common::v1::Subject subject;
  subject.set_kind(common::v1::SUBJECT_KIND_PERSON);
  subject.set_name("张三");
  subject.set_code("110101199003071234");
  const std::string text = MaskedText(subject);
  CHECK(absl::StrContains(text, "SUBJECT_KIND_PERSON"));
  CHECK_FALSE(absl::StrContains(text, "张三"));
  CHECK_FALSE(absl::StrContains(text, "1990"));

  testing::v1::ListSamplesResponse samples;
  samples.add_samples()->set_owner("张三");
  testing::v1::CreateSampleRequest create;
  create.mutable_sample()->set_owner("张三");
  CHECK_FALSE(absl::StrContains(MaskedText(samples), "张三"));
  CHECK_FALSE(absl::StrContains(MaskedText(create), "张三"));
}

TEST_CASE("a long message is cut between characters") {
  CheckRulesRequest request;
  for (int i = 0; i < 50; ++i) {
    request.add_required_list("二十个汉字二十个汉字二十个汉字二十个汉字");
  }
  const std::string text = MaskedText(request);
  CHECK(text.size() <= 2003);
  CHECK(absl::EndsWith(text, "…"));
  CheckRulesRequest parsed;
  parsed.set_plain_text(text);
  CHECK(CheckRulesRequest().ParseFromString(parsed.SerializeAsString()));
}

}  // namespace
}  // namespace onething::rpc
