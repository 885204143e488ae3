// The verdict on a licence, as a pure function of what was found out about it. How it is found out
// is in verification.h.

#ifndef ONETHING_SERVICES_LICENSE_VERDICT_RULES_H_
#define ONETHING_SERVICES_LICENSE_VERDICT_RULES_H_

#include <optional>
#include <string>

#include "libs/calendar/date.h"
#include "onething/license/v1/license.pb.h"

namespace onething::license {

// What was found out. Defects stand in the order in which they decide: of several the first does.
struct Evidence {
  // Of the record at hand: the presented one, or else the one kept here.
  enum class Record {
    // There is none: nothing presented, nothing kept.
    kNone,
    // No licence content, or one that contradicts itself.
    kUnreadable,
    // The issuer had no trusted key on the day of issue.
    kNoKey,
    // None of the issuer's trusted keys made the signature.
    kWrong,
    // Signed by the issuer.
    kRight,
  };

  // What is wrong with the identifier asked for; empty when it is well formed.
  std::string identifier_fault;
  Record record = Record::kNone;
  // The record at hand is that of the identifier asked for.
  bool is_same_identifier = true;
  // The presented content is the one kept here; also when only one of both is there.
  bool is_as_kept = true;
  // The holder is the one the verifier was told of, if it named one.
  bool is_holder = true;
  // Where the licence stands; nullopt when it is not known here.
  std::optional<v1::License::State> state;
  // Validity, for a record that can be read.
  calendar::Date valid_from;
  std::optional<calendar::Date> valid_to;
};

// What a verifier is told.
struct Judgement {
  v1::Verdict verdict;
  // In Chinese; says what to do where something is to be done.
  std::string sentence;
};

// The verdict for `evidence` on `today`, a date in China.
Judgement Judge(const Evidence& evidence, calendar::Date today);

// Whether the verdict is about a licence that is authentic and the named holder's, be it in force
// or not.
bool IsAuthentic(v1::Verdict verdict);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_VERDICT_RULES_H_
