#include "libs/rpc/page_token.h"

#include <catch2/catch.hpp>

#include "absl/strings/escaping.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/test_samples.h"

namespace onething::rpc::test {
namespace {

using common::v1::ErrorReason;

absl::StatusOr<pb::ListSamplesResponse> List(SampleProcess& process,
                                             const pb::ListSamplesRequest& request,
                                             const std::string& identity = "portal",
                                             const std::string& subject = "") {
  return process.Call<pb::ListSamplesResponse>("ListSamples", identity, request,
                                               {.on_behalf_of = subject});
}

// Samples `aa`, `ab`, …, every third of them red.
void Fill(SampleProcess& process, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name{static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)};
    pb::CreateSampleRequest request = CreateRequest(name, "creating-" + name);
    if (i % 3 == 0) {
      request.mutable_sample()->add_colours("red");
    }
    REQUIRE(process.Call<pb::Sample>("CreateSample", "editor", request).ok());
  }
}

TEST_CASE("pages follow one another without gap or repetition, whatever their sizes") {
  SampleProcess process;
  Fill(process, 60);
  for (const char* colour : {"", "red"}) {
    for (const int size : {0, 1, 7, 20, 60, 1000}) {
      INFO(colour << " in pages of " << size);
      pb::ListSamplesRequest request;
      request.set_page_size(std::min(size, 200));
      request.set_colour(colour);
      std::string names;
      int page_count = 0;
      do {
        const auto page = List(process, request);
        REQUIRE(page.ok());
        for (const pb::Sample& sample : page->samples()) {
          CHECK(sample.name() > names.substr(names.size() < 2 ? 0 : names.size() - 2));
          names += sample.name();
        }
        CHECK(page->samples_size() <= (request.page_size() == 0 ? 50 : request.page_size()));
        request.set_page_token(page->next_page_token());
        // The size may change from page to page.
        request.set_page_size(request.page_size() == 7 ? 8 : request.page_size());
        REQUIRE(++page_count < 100);
      } while (!request.page_token().empty());
      CHECK(names.size() == 2 * (request.colour().empty() ? 60 : 20));
    }
  }
}

TEST_CASE("a page has 50 records when nothing is said, and never more than 200") {
  SampleProcess process;
  pb::ListSamplesRequest request;
  const CallerDirectory callers = SampleCallers();
  const Call call{.caller = **callers.Find("portal")};
  CHECK(PageTokens(call, request).Decode()->size == 50);
  request.set_page_size(3);
  CHECK(PageTokens(call, request).Decode()->size == 3);
  request.set_page_size(1'000'000);
  CHECK(PageTokens(call, request).Decode()->size == 200);
  request.set_page_size(-1);
  const auto negative = List(process, request);
  CHECK(ReasonOf(negative.status()) == common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(ViolationsOf(negative.status())->field_violations(0).field() == "page_size");
}

TEST_CASE("a token of another query, or none at all, is refused") {
  SampleProcess process;
  Fill(process, 3);
  const std::string first_subject =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 1)->value();
  const std::string second_subject =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 2)->value();
  pb::ListSamplesRequest request;
  request.set_page_size(1);
  const auto first = List(process, request, "portal", first_subject);
  REQUIRE(first.ok());
  const std::string token = first->next_page_token();
  REQUIRE_FALSE(token.empty());
  request.set_page_token(token);
  CHECK(List(process, request, "portal", first_subject).ok());

  absl::Status refused;
  SECTION("another filter") {
    request.set_colour("red");
    refused = List(process, request, "portal", first_subject).status();
  }
  SECTION("another caller") {
    refused = List(process, request, "other.portal", first_subject).status();
  }
  SECTION("another subject") {
    refused = List(process, request, "portal", second_subject).status();
  }
  SECTION("cut") {
    request.set_page_token(token.substr(0, token.size() / 2));
    refused = List(process, request, "portal", first_subject).status();
  }
  SECTION("cut down to nothing but its head") {
    std::string bytes;
    REQUIRE(absl::WebSafeBase64Unescape(token, &bytes));
    request.set_page_token(absl::WebSafeBase64Escape(bytes.substr(0, 17)));
    refused = List(process, request, "portal", first_subject).status();
  }
  SECTION("of another version") {
    std::string bytes;
    REQUIRE(absl::WebSafeBase64Unescape(token, &bytes));
    bytes[0] = 2;
    request.set_page_token(absl::WebSafeBase64Escape(bytes));
    refused = List(process, request, "portal", first_subject).status();
  }
  SECTION("garbage") {
    request.set_page_token("%%%");
    refused = List(process, request, "portal", first_subject).status();
  }
  CHECK(refused.code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

}  // namespace
}  // namespace onething::rpc::test
