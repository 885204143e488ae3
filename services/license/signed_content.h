// The signed bytes of a licence: how its content becomes them, and how bytes that somebody hands
// over are read. Whether their signature is right is not asked here.

#ifndef ONETHING_SERVICES_LICENSE_SIGNED_CONTENT_H_
#define ONETHING_SERVICES_LICENSE_SIGNED_CONTENT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/calendar/date.h"
#include "libs/codes/license_identifier.h"
#include "onething/license/v1/license.pb.h"

namespace onething::license {

// Most signed bytes of one licence.
inline constexpr size_t kContentBytesMax = 65536;

// The bytes that are signed: the content's, its elements in the order of their names.
std::string EncodeContent(const v1::LicenseContent& content);

// Content that makes sense, with its codes and dates parsed.
struct SignedContent {
  v1::LicenseContent content;
  codes::LicenseIdentifier identifier;
  calendar::Date issue_date;
  calendar::Date valid_from;
  // Last valid day; nullopt for a licence without end.
  std::optional<calendar::Date> valid_to;
};

// Reads signed bytes. Nullopt when they are no content (too long, texts that are no UTF-8) or one
// that contradicts itself, as no issuer writes it: type or issuer differ from those in the
// identifier, a date that does not exist, a validity that ends before it begins.
std::optional<SignedContent> ReadContent(absl::string_view bytes);

// The identifier that the bytes claim, unchecked; empty when they are no content.
std::string ClaimedIdentifier(absl::string_view bytes);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_SIGNED_CONTENT_H_
