#include "services/license/signed_content.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "libs/codes/credit_code.h"

namespace onething::license {
namespace {

// An old identifier names a mere division as its issuer; the authority then stands in the content
// only.
bool IsIssuer(const codes::LicenseIdentifier& identifier, const std::string& code) {
  const auto* issuer = std::get_if<codes::CreditCode>(&identifier.issuer());
  return issuer == nullptr ? codes::CreditCode::Parse(code).ok() : issuer->value() == code;
}

bool Decode(absl::string_view bytes, v1::LicenseContent* content) {
  return bytes.size() <= kContentBytesMax &&
         content->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::string EncodeContent(const v1::LicenseContent& content) {
  std::string bytes;
  google::protobuf::io::StringOutputStream sink(&bytes);
  google::protobuf::io::CodedOutputStream stream(&sink);
  stream.SetSerializationDeterministic(true);
  content.SerializeToCodedStream(&stream);
  stream.Trim();
  return bytes;
}

std::optional<SignedContent> ReadContent(absl::string_view bytes) {
  v1::LicenseContent content;
  if (!Decode(bytes, &content)) {
    return std::nullopt;
  }
  absl::StatusOr<codes::LicenseIdentifier> identifier =
      codes::LicenseIdentifier::Parse(content.identifier());
  if (!identifier.ok() || identifier->type().value() != content.type_code() ||
      !IsIssuer(*identifier, content.issuer_code())) {
    return std::nullopt;
  }
  const absl::StatusOr<calendar::Date> issue_date = calendar::ParseDate(content.issue_date());
  const absl::StatusOr<calendar::Date> valid_from = calendar::ParseDate(content.valid_from());
  if (!issue_date.ok() || !valid_from.ok()) {
    return std::nullopt;
  }
  std::optional<calendar::Date> valid_to;
  if (!content.valid_to().empty()) {
    const absl::StatusOr<calendar::Date> parsed = calendar::ParseDate(content.valid_to());
    if (!parsed.ok() || *parsed < *valid_from) {
      return std::nullopt;
    }
    valid_to = *parsed;
  }
  return SignedContent{.content = std::move(content),
                       .identifier = *std::move(identifier),
                       .issue_date = *issue_date,
                       .valid_from = *valid_from,
                       .valid_to = valid_to};
}

std::string ClaimedIdentifier(absl::string_view bytes) {
  v1::LicenseContent content;
  return Decode(bytes, &content) ? content.identifier() : "";
}

}  // namespace onething::license
