// The implementation code (实施编码): one item as one authority carries it out, in the
// 31-character form of GB/T 39554.1. The 24-character form of 2018 is for an import adapter.
//
//   code = authority{18} use level{1} catalog code{12}      authority: a credit code

#ifndef ONETHING_LIBS_CODES_TASK_CODE_H_
#define ONETHING_LIBS_CODES_TASK_CODE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/strong_string.h"
#include "libs/codes/catalog_code.h"
#include "libs/codes/credit_code.h"

namespace onething::codes {

// 行使层级 of GB/T 39046-2020 app. A; the numbers are the digits of the standard. Platforms that
// write 6 for graded administration are put right by their adapter.
enum class UseLevel {
  kNation = 1,
  kProvince = 2,
  kCity = 3,
  kCounty = 4,
  kTown = 5,
  kVillage = 6,
  kGraded = 7,
};

// One implementation code with its parts. A value.
class TaskCode : public StrongString<TaskCode> {
 public:
  // The code that `text` writes. INVALID_ARGUMENT (CODE_INVALID) when one of its parts is wrong.
  static absl::StatusOr<TaskCode> Parse(absl::string_view text);

  // The code of these parts, which always fit.
  static TaskCode Make(const CreditCode& authority, UseLevel level,
                       const CatalogCode& catalog_code);

  const CreditCode& authority() const { return authority_; }
  UseLevel use_level() const { return static_cast<UseLevel>(value()[18] - '0'); }
  const CatalogCode& catalog_code() const { return catalog_code_; }

  // OK when an item with this code may carry the other three: its basic code `catalog_code`, its
  // two-digit `item_type`, and its `use_level`, one digit or several joined by ^ as in the
  // national tables, of which the code's is one. INVALID_ARGUMENT (ITEM_CODE_MISMATCH) names the
  // first that differs.
  absl::Status CheckAgainst(const CatalogCode& catalog_code, absl::string_view item_type,
                            absl::string_view use_level) const;

 private:
  TaskCode(std::string value, CreditCode authority, CatalogCode catalog_code);

  CreditCode authority_;
  CatalogCode catalog_code_;
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_TASK_CODE_H_
