#include "services/license/verdict_rules.h"

#include <catch2/catch.hpp>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include "absl/strings/match.h"

namespace onething::license {
namespace {

using Record = Evidence::Record;
using v1::License;

const calendar::Date kToday(2026, 3, 2);

// A licence that is right and in force.
Evidence Good() {
  return {.record = Record::kRight,
          .state = License::STATE_VALID,
          .valid_from = calendar::Date(2026, 1, 1),
          .valid_to = calendar::Date(2026, 12, 31)};
}

struct Defect {
  const char* story;
  std::function<void(Evidence&)> bring;
  v1::Verdict verdict;
  const char* sentence;
};

// In the order in which they decide.
const Defect kDefects[] = {
    {"a malformed identifier", [](Evidence& e) { e.identifier_fault = "证照标识的校验码不符"; },
     v1::VERDICT_IDENTIFIER_WRONG, "校验码不符"},
    {"no record", [](Evidence& e) { e.record = Record::kNone; }, v1::VERDICT_UNKNOWN_LICENSE,
     "没有查到"},
    {"an unreadable record", [](Evidence& e) { e.record = Record::kUnreadable; },
     v1::VERDICT_SIGNATURE_WRONG, "无法读取"},
    {"an issuer without trusted key", [](Evidence& e) { e.record = Record::kNoKey; },
     v1::VERDICT_UNKNOWN_ISSUER, "没有受信任的签名密钥"},
    {"a wrong signature", [](Evidence& e) { e.record = Record::kWrong; },
     v1::VERDICT_SIGNATURE_WRONG, "签名与内容不符"},
    {"the record of another licence", [](Evidence& e) { e.is_same_identifier = false; },
     v1::VERDICT_IDENTIFIER_WRONG, "不是该证照标识的证照"},
    {"another content than the one kept", [](Evidence& e) { e.is_as_kept = false; },
     v1::VERDICT_SIGNATURE_WRONG, "留存的不一致"},
    {"another holder", [](Evidence& e) { e.is_holder = false; }, v1::VERDICT_HOLDER_MISMATCH,
     "持证人"},
    {"suspended", [](Evidence& e) { e.state = License::STATE_SUSPENDED; }, v1::VERDICT_SUSPENDED,
     "暂扣"},
    {"revoked", [](Evidence& e) { e.state = License::STATE_REVOKED; }, v1::VERDICT_REVOKED, "注销"},
    {"not yet valid", [](Evidence& e) { e.valid_from = kToday + 1; }, v1::VERDICT_NOT_YET_VALID,
     "自2026-03-03起"},
    {"expired", [](Evidence& e) { e.valid_to = kToday - 1; }, v1::VERDICT_EXPIRED,
     "2026-03-01届满"},
};

TEST_CASE("each defect has its verdict and a sentence that says it") {
  std::set<v1::Verdict> reached = {Judge(Good(), kToday).verdict};
  for (const Defect& defect : kDefects) {
    Evidence evidence = Good();
    defect.bring(evidence);
    const Judgement judgement = Judge(evidence, kToday);
    INFO(defect.story << ": " << judgement.sentence);
    CHECK(judgement.verdict == defect.verdict);
    CHECK(absl::StrContains(judgement.sentence, defect.sentence));
    reached.insert(judgement.verdict);
  }
  // All but VERDICT_UNSPECIFIED.
  CHECK(static_cast<int>(reached.size()) == v1::Verdict_descriptor()->value_count() - 1);
}

TEST_CASE("of several defects the first decides") {
  for (const Defect* first = std::begin(kDefects); first != std::end(kDefects); ++first) {
    for (const Defect* second = first + 1; second != std::end(kDefects); ++second) {
      // The later one first, so that where both set the same field the earlier stays.
      Evidence evidence = Good();
      second->bring(evidence);
      first->bring(evidence);
      INFO(first->story << " and " << second->story);
      CHECK(Judge(evidence, kToday).verdict == first->verdict);
    }
  }
}

TEST_CASE("first and last day belong to the validity") {
  Evidence evidence = Good();
  evidence.valid_from = kToday;
  evidence.valid_to = kToday;
  CHECK(Judge(evidence, kToday).verdict == v1::VERDICT_VALID);
  evidence.valid_to.reset();
  CHECK(Judge(evidence, calendar::Date(9999, 12, 31)).verdict == v1::VERDICT_VALID);
}

TEST_CASE("without a known state the record alone is judged, and the sentence says so") {
  Evidence evidence = Good();
  evidence.state.reset();
  const Judgement judgement = Judge(evidence, kToday);
  CHECK(judgement.verdict == v1::VERDICT_VALID);
  CHECK(absl::StrContains(judgement.sentence, "向颁发机构核实"));
}

TEST_CASE("a state that is none never passes for valid") {
  Evidence evidence = Good();
  evidence.state = License::STATE_UNSPECIFIED;
  CHECK(Judge(evidence, kToday).verdict == v1::VERDICT_REVOKED);
}

TEST_CASE("authentic are the verdicts about a licence that its issuer signed for this holder") {
  const std::set<v1::Verdict> authentic = {v1::VERDICT_VALID, v1::VERDICT_NOT_YET_VALID,
                                           v1::VERDICT_EXPIRED, v1::VERDICT_SUSPENDED,
                                           v1::VERDICT_REVOKED};
  for (int i = 0; i < v1::Verdict_descriptor()->value_count(); ++i) {
    const auto verdict = static_cast<v1::Verdict>(v1::Verdict_descriptor()->value(i)->number());
    CHECK(IsAuthentic(verdict) == authentic.contains(verdict));
  }
}

}  // namespace
}  // namespace onething::license
