#include "services/workflow/license_rules.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/config/source_map.h"
#include "services/workflow/case_errors.h"

namespace onething::workflow {
namespace {

// The texts an officer and a form give for one decision; remembers what is missing.
class Texts {
 public:
  Texts(const CompiledBundle& compiled, const Elements& elements, const Elements& form)
      : compiled_(compiled), elements_(elements), form_(form) {}

  // The text under `key`; empty, and remembered as missing, when neither has it.
  std::string Take(const std::string& key) {
    if (const auto found = elements_.find(key); found != elements_.end()) {
      if (!found->second.empty()) return found->second;
    }
    if (const auto found = form_.find(key); found != form_.end()) {
      if (!found->second.empty()) return found->second;
    }
    const std::optional<int> field = compiled_.FindField(key);
    Miss(key, absl::StrCat("签发证照需要“",
                           field.has_value() ? compiled_.bundle().fields(*field).label() : key,
                           "”，请随决定填写"));
    return "";
  }

  // Once per key, however many texts come from it.
  void Miss(const std::string& key, const std::string& description) {
    if (!missing_.insert(key).second) return;
    auto* fault = faults_.add_field_violations();
    fault->set_field(absl::StrCat("elements", config::SourceMap::KeyPart(key)));
    fault->set_description(description);
  }

  const common::v1::BadRequest& faults() const { return faults_; }

 private:
  const CompiledBundle& compiled_;
  const Elements& elements_;
  const Elements& form_;
  std::set<std::string> missing_;
  common::v1::BadRequest faults_;
};

// The person or organisation with this code; kind not set when the code is neither's.
common::v1::Subject SubjectOf(const std::string& code) {
  common::v1::Subject subject;
  if (const auto citizen = codes::CitizenNumber::Parse(code); citizen.ok()) {
    subject.set_kind(common::v1::SUBJECT_KIND_PERSON);
    subject.set_code(citizen->value());
  } else if (codes::CreditCode::Parse(code).ok()) {
    subject.set_kind(common::v1::SUBJECT_KIND_ORGANISATION);
    subject.set_code(code);
  }
  return subject;
}

// The bundle names a source of the holder's name and one of the code, or neither.
void SetHolder(const bundle::v1::IssuedLicense& issued, const common::v1::Subject& applicant,
               Texts* texts, common::v1::Subject* holder) {
  if (issued.holder_code_field().empty()) {
    *holder = applicant;
    holder->clear_phone();
    return;
  }
  const std::string code = texts->Take(issued.holder_code_field());
  *holder = SubjectOf(code);
  if (!code.empty() && holder->code().empty()) {
    texts->Miss(issued.holder_code_field(), "持证人的证件号码不正确，请核对");
  }
  holder->set_name(texts->Take(issued.holder_name_field()));
}

}  // namespace

absl::StatusOr<license::v1::IssueLicenseRequest> LicenseOfItem(const CompiledBundle& compiled,
                                                               int position,
                                                               const v1::Application& application,
                                                               const Elements& elements) {
  const bundle::v1::IssuedLicense& issued = compiled.bundle().items(position).issues();
  const bundle::v1::Authority& authority = compiled.authority_of(position);
  Texts texts(compiled, elements, application.form());
  license::v1::IssueLicenseRequest request;
  request.set_type_code(issued.type_code());
  request.set_issuer_code(authority.credit_code());
  request.set_issuer_name(authority.display_name());
  SetHolder(issued, application.applicant(), &texts, request.mutable_holder());
  // In the order of names, so that faults are listed alike each time.
  const std::map<std::string, std::string> sources(issued.elements().begin(),
                                                   issued.elements().end());
  for (const auto& [name, source] : sources) {
    (*request.mutable_elements())[name] = texts.Take(source);
  }
  if (texts.faults().field_violations_size() > 0) return DecisionIncomplete(texts.faults());
  return request;
}

license::v1::IssueLicenseRequest LicenseOfHandOver(const v1::HandOverRecord& record,
                                                   const std::string& authority_code,
                                                   const Elements& elements) {
  license::v1::IssueLicenseRequest request;
  request.set_type_code(record.license_type());
  request.set_issuer_code(authority_code);
  request.set_issuer_name(record.authority_name());
  *request.mutable_holder() = record.hand_over().applicant();
  request.mutable_holder()->clear_phone();
  *request.mutable_elements() = elements;
  return request;
}

}  // namespace onething::workflow
