#include "libs/rpc/format.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"
#include "libs/codes/catalog_code.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "libs/codes/region_code.h"
#include "libs/codes/task_code.h"

namespace onething::rpc {
namespace {

constexpr size_t kRequestIdMin = 8;
constexpr size_t kRequestIdMax = 64;
constexpr size_t kPhoneDigits = 11;

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

bool IsDate(absl::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !AllDigits(text.substr(0, 4)) ||
      !AllDigits(text.substr(5, 2)) || !AllDigits(text.substr(8, 2)) ||
      !absl::SimpleAtoi(text.substr(0, 4), &year) || !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day)) {
    return false;
  }
  const absl::CivilDay date(year, month, day);
  return date.year() == year && date.month() == month && date.day() == day && year > 0;
}

bool IsRequestId(absl::string_view text) {
  return text.size() >= kRequestIdMin && text.size() <= kRequestIdMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' ||
                  c == '-';
         });
}

bool IsPhone(absl::string_view text) {
  return text.size() == kPhoneDigits && text[0] == '1' && AllDigits(text);
}

template <class Code>
std::string ParseFault(absl::string_view text) {
  return std::string(Code::Parse(text).status().message());
}

}  // namespace

std::string FormatFault(options::v1::Format format, absl::string_view text) {
  switch (format) {
    case options::v1::FORMAT_CREDIT_CODE:
      return ParseFault<codes::CreditCode>(text);
    case options::v1::FORMAT_CITIZEN_NUMBER:
      return ParseFault<codes::CitizenNumber>(text);
    case options::v1::FORMAT_REGION_CODE:
      return ParseFault<codes::RegionCode>(text);
    case options::v1::FORMAT_CATALOG_CODE:
      return ParseFault<codes::CatalogCode>(text);
    case options::v1::FORMAT_TASK_CODE:
      return ParseFault<codes::TaskCode>(text);
    case options::v1::FORMAT_LICENSE_IDENTIFIER:
      return ParseFault<codes::LicenseIdentifier>(text);
    case options::v1::FORMAT_DATE:
      return IsDate(text) ? "" : "应为YYYY-MM-DD格式的有效日期";
    case options::v1::FORMAT_REQUEST_ID:
      return IsRequestId(text) ? "" : "应为8至64位字母、数字或 . _ -";
    case options::v1::FORMAT_PHONE:
      return IsPhone(text) ? "" : "应为以1开头的11位手机号码";
    default:
      return "";
  }
}

}  // namespace onething::rpc
