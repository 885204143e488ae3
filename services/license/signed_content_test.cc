#include "services/license/signed_content.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/license/license_hall.h"
#include "services/license/license_rules.h"

namespace onething::license {
namespace {

v1::LicenseContent SampleContent() {
  return MakeContent(SampleType(), SampleRequest(), "1", calendar::Date(2026, 3, 2)).value();
}

TEST_CASE("the same content has the same bytes, whatever the order its elements came in") {
  v1::LicenseContent up = SampleContent();
  v1::LicenseContent down = SampleContent();
  for (int i = 0; i < 50; ++i) {
    (*up.mutable_elements())[absl::StrCat("KZ_", i)] = absl::StrCat(i);
    (*down.mutable_elements())[absl::StrCat("KZ_", 49 - i)] = absl::StrCat(49 - i);
  }
  CHECK(EncodeContent(up) == EncodeContent(down));
}

struct Row {
  const char* story;
  std::function<void(v1::LicenseContent&)> change;
  bool is_read;
};

const Row kRows[] = {
    {"as issued", [](v1::LicenseContent&) {}, true},
    {"without end", [](v1::LicenseContent& c) { c.clear_valid_to(); }, true},
    {"an old identifier names a division as its issuer",
     [](v1::LicenseContent& c) {
       c.set_identifier("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9");
       c.set_type_code("11100000MB03271699022");
     },
     true},
    {"a wrong check character",
     [](v1::LicenseContent& c) {
       c.mutable_identifier()->back() = c.identifier().back() == '0' ? '1' : '0';
     },
     false},
    {"no identifier", [](v1::LicenseContent& c) { c.clear_identifier(); }, false},
    {"another type than in the identifier",
     [](v1::LicenseContent& c) { c.set_type_code("11100000000013338W009"); }, false},
    {"another issuer than in the identifier",
     [](v1::LicenseContent& c) { c.set_issuer_code(kOtherIssuer); }, false},
    {"no day of issue", [](v1::LicenseContent& c) { c.clear_issue_date(); }, false},
    {"a first day that does not exist",
     [](v1::LicenseContent& c) { c.set_valid_from("2026-02-30"); }, false},
    {"a last day in another form", [](v1::LicenseContent& c) { c.set_valid_to("2027/03/01"); },
     false},
    {"an end before the beginning", [](v1::LicenseContent& c) { c.set_valid_to("2026-03-01"); },
     false},
    {"more bytes than allowed",
     [](v1::LicenseContent& c) { c.set_source(std::string(kContentBytesMax, 'x')); }, false},
};

TEST_CASE("only content that does not contradict itself is read") {
  for (const Row& row : kRows) {
    v1::LicenseContent content = SampleContent();
    row.change(content);
    INFO(row.story);
    CHECK(ReadContent(EncodeContent(content)).has_value() == row.is_read);
  }
}

TEST_CASE("bytes that are no content are not read, and claim nothing") {
  const std::string whole = EncodeContent(SampleContent());
  std::string not_utf8 = whole;
  not_utf8[not_utf8.find("张") + 1] = '\xff';
  for (const std::string& bytes : {std::string(), std::string("\xff\xff\xff"), not_utf8,
                                   whole.substr(0, whole.size() - 1), std::string(70'000, '\n')}) {
    CHECK_FALSE(ReadContent(bytes).has_value());
    CHECK(ClaimedIdentifier(bytes).empty());
  }
  CHECK(ClaimedIdentifier(whole) == SampleContent().identifier());
}

}  // namespace
}  // namespace onething::license
