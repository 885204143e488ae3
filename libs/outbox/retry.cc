#include "libs/outbox/retry.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/codes/utf8.h"

namespace onething::outbox {
namespace {

constexpr size_t kSentenceBytesMax = 256;
constexpr size_t kNumberLengthMin = 6;
constexpr size_t kNumberCharactersShown = 2;
constexpr double kJitterFloor = 0.5;

// SplitMix64: every bit of the input changes every bit of the output.
uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

double FractionOf(uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

bool IsAlphanumeric(absl::string_view character) {
  return character.size() == 1 && absl::ascii_isalnum(static_cast<unsigned char>(character[0]));
}

bool IsDigit(absl::string_view character) {
  return character.size() == 1 && absl::ascii_isdigit(static_cast<unsigned char>(character[0]));
}

bool IsBroken(absl::string_view character) {
  return character.size() == 1 && !absl::ascii_isascii(static_cast<unsigned char>(character[0]));
}

}  // namespace

bool IsRetryable(const absl::Status& status) {
  CHECK(!status.ok());
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return ReasonOf(status) == common::v1::ERROR_REASON_OUT_OF_ORDER;
  }
}

absl::Duration RetryDelay(const RetryOptions& options, uint64_t id, uint32_t attempts) {
  CHECK(attempts >= 1);
  absl::Duration delay = options.delay_min;
  for (uint32_t i = 1; i < attempts && delay < options.delay_max; ++i) {
    delay *= 2;
  }
  delay = std::min(delay, options.delay_max);
  const double part = kJitterFloor + (1 - kJitterFloor) * FractionOf(Mix(Mix(id) ^ attempts));
  return absl::Trunc(delay * part, absl::Microseconds(1));
}

std::string MaskSentence(absl::string_view sentence) {
  // More than fits is cut off first: masking never makes a sentence longer.
  const bool cut = sentence.size() > kSentenceBytesMax;
  const std::vector<absl::string_view> characters =
      codes::SplitCharacters(sentence.substr(0, kSentenceBytesMax));
  std::string masked;
  for (size_t i = 0; i < characters.size();) {
    size_t end = i;
    bool has_digit = false;
    while (end < characters.size() && IsAlphanumeric(characters[end])) {
      has_digit = has_digit || IsDigit(characters[end]);
      ++end;
    }
    const bool hide =
        has_digit && (end - i >= kNumberLengthMin || (cut && end == characters.size()));
    for (size_t shown = 0; i < end; ++i, ++shown) {
      masked.push_back(hide && shown >= kNumberCharactersShown ? '*' : characters[i][0]);
    }
    if (i < characters.size()) {
      masked.append(IsBroken(characters[i]) ? "?" : std::string(characters[i]));
      ++i;
    }
  }
  return masked;
}

}  // namespace onething::outbox
