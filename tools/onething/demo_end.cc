#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "tools/onething/demo.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

using license::v1::VerifyLicenseRequest;

constexpr char kRatings[] = "onething.rating.v1.Ratings/";

VerifyLicenseRequest RequestFor(const std::string& identifier) {
  VerifyLicenseRequest request;
  request.set_identifier(identifier);
  request.set_use_cause("演示核验");
  return request;
}

}  // namespace

absl::StatusOr<license::v1::License> Demo::LicenseOf(const std::string& item) {
  ASSIGN_OR_RETURN(const workflow::v1::CaseItem found, ItemOfCase(item));
  license::v1::GetLicenseRequest request;
  request.set_name("licenses/" + found.license());
  return provinces_.here->Call<license::v1::License>(
      "license", "service", "onething.license.v1.Licenses/GetLicense", request);
}

absl::Status Demo::ExpectVerdict(const VerifyLicenseRequest& request,
                                 license::v1::Verdict verdict) {
  ASSIGN_OR_RETURN(const auto verified, provinces_.here->Verify(request));
  return story_.Expect(verified.verdict() == verdict,
                       absl::StrCat("核验结论应为 ", license::v1::Verdict_Name(verdict), "，实为 ",
                                    license::v1::Verdict_Name(verified.verdict())));
}

void Demo::VerifyLicenses() {
  story_.Chapter("八、核验电子证照");
  story_.Run("出生医学证明：签名、颁发者、有效期逐项核验", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const license::v1::License license, LicenseOf("birth-cert"));
    RETURN_IF_ERROR(
        ExpectVerdict(RequestFor(license.content().identifier()), license::v1::VERDICT_VALID));
    return "有效";
  });
  story_.Run("被改过一个字的证照", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const license::v1::License license, LicenseOf("birth-cert"));
    std::string altered = license.signed_content();
    altered.back() = static_cast<char>(altered.back() ^ 1);
    VerifyLicenseRequest request = RequestFor(license.content().identifier());
    request.mutable_presented()->set_signed_content(altered);
    request.mutable_presented()->set_signature(license.signature());
    RETURN_IF_ERROR(ExpectVerdict(request, license::v1::VERDICT_SIGNATURE_WRONG));
    return "识破：SM2 签名与内容不符";
  });
  story_.Run("撤销户口簿证照后再核验", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const license::v1::License license, LicenseOf("hukou"));
    license::v1::RevokeLicenseRequest revoke;
    revoke.set_name(license.name());
    revoke.set_reason("登记信息录入有误，重新签发");
    revoke.set_request_id(RandomId());
    RETURN_IF_ERROR(provinces_.here
                        ->Call<license::v1::License>("license", "authority",
                                                     "onething.license.v1.Licenses/RevokeLicense",
                                                     revoke)
                        .status());
    RETURN_IF_ERROR(
        ExpectVerdict(RequestFor(license.content().identifier()), license::v1::VERDICT_REVOKED));
    return "已撤销";
  });
  story_.Run("证照标识写错一位", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const license::v1::License license, LicenseOf("birth-cert"));
    std::string wrong = license.content().identifier();
    wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
    RETURN_IF_ERROR(ExpectVerdict(RequestFor(wrong), license::v1::VERDICT_IDENTIFIER_WRONG));
    return "校验位不符，未予受理";
  });
}

void Demo::Rate() {
  story_.Chapter("九、好差评");
  const std::string& applicant = application_.applicant().code();
  std::vector<rating::v1::Invitation> invitations;
  const auto service_of = [&](const std::string& task_code) {
    const auto found = std::find_if(
        invitations.begin(), invitations.end(),
        [&](const auto& invitation) { return invitation.service().item_code() == task_code; });
    return found == invitations.end() ? 0 : found->service().service_number();
  };
  const auto rate = [&](const std::string& item, int level, const std::string& label) {
    rating::v1::SubmitRatingRequest request;
    request.set_case_name(case_name_);
    request.set_service_number(service_of(BundleItemOf(item).task_code()));
    request.set_level(level);
    request.add_labels(label);
    request.set_channel(rating::v1::CHANNEL_MOBILE);
    request.set_request_id(RandomId());
    return provinces_.here->Call<rating::v1::Rating>(
        "rating", "portal", absl::StrCat(kRatings, "SubmitRating"), request, applicant);
  };
  story_.Run("办结即邀请评价，一次服务一评", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(invitations, AwaitInvitations());
    return absl::StrCat(invitations.size(), " 次服务可评价");
  });
  story_.Run("给出生登记打 5 分", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const rating::v1::Rating given, rate("hukou", 5, "510"));
    RETURN_IF_ERROR(story_.Expect(given.rectification().empty(), "好评不应触发整改"));
    RETURN_IF_ERROR(story_.Expect(
        ReasonOf(rate("hukou", 5, "510").status()) == common::v1::ERROR_REASON_RATING_EXISTS,
        "再评应被拒绝"));
    return absl::StrCat(LevelWord(5), "；再评一次被拒（一次一评）");
  });
  story_.Run("给生育待遇打 1 分", [&]() -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(story_.Expect(
        ReasonOf(rate("maternity-pay", 1, "510").status()) == common::v1::ERROR_REASON_RATING_LABEL,
        "好评标签配差评应被拒绝"));
    ASSIGN_OR_RETURN(const rating::v1::Rating given, rate("maternity-pay", 1, "109"));
    RETURN_IF_ERROR(story_.Expect(!given.rectification().empty(), "差评应触发整改"));
    return absl::StrCat(LevelWord(1), " → 自动立案 ", given.rectification());
  });
  story_.Run("整改与统计", [&] { return DescribeRatings(); });
}

absl::StatusOr<std::vector<rating::v1::Invitation>> Demo::AwaitInvitations() {
  ASSIGN_OR_RETURN(const workflow::v1::Case read, provinces_.here->GetCase(case_name_));
  const int expected = read.items_size() + (bundle_.rate_case() ? 1 : 0);
  std::vector<rating::v1::Invitation> invitations;
  RETURN_IF_ERROR(story_.Eventually("每个事项都应可评价", [&]() -> absl::StatusOr<bool> {
    rating::v1::ListInvitationsRequest request;
    request.set_case_name(case_name_);
    ASSIGN_OR_RETURN(const auto page,
                     provinces_.here->Call<rating::v1::ListInvitationsResponse>(
                         "rating", "portal", absl::StrCat(kRatings, "ListInvitations"), request,
                         application_.applicant().code()));
    invitations.assign(page.invitations().begin(), page.invitations().end());
    return page.invitations_size() == expected;
  }));
  return invitations;
}

absl::StatusOr<std::string> Demo::DescribeRatings() {
  rating::v1::ListRectificationsRequest list;
  list.set_state(rating::v1::Rectification::STATE_OPEN);
  ASSIGN_OR_RETURN(const auto open,
                   provinces_.here->Call<rating::v1::ListRectificationsResponse>(
                       "rating", "supervisor", absl::StrCat(kRatings, "ListRectifications"), list));
  RETURN_IF_ERROR(story_.Expect(open.rectifications_size() == 1, "应恰有一件待整改"));
  rating::v1::GetStatisticsRequest request;
  request.set_region_code(bundle_.region_code());
  ASSIGN_OR_RETURN(const auto counts,
                   provinces_.here->Call<rating::v1::Statistics>(
                       "rating", "portal", absl::StrCat(kRatings, "GetStatistics"), request));
  RETURN_IF_ERROR(story_.Expect(
      counts.rated_count() == 2 && counts.level_counts(0) == 1 && counts.level_counts(4) == 1,
      "统计应为一个 5 分一个 1 分"));
  return absl::StrCat("核实限 ", open.rectifications(0).verify_due_date(), "、反馈限 ",
                      open.rectifications(0).feedback_due_date(), "；邀请 ", counts.invited_count(),
                      "，已评 ", counts.rated_count(), "，满意率 ",
                      counts.satisfaction_per_10000() / 100, "%");
}

void Demo::ShowTimeline() {
  story_.Chapter("十、全程时间线");
  story_.Run("导出时间线", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto events, provinces_.here->Timeline(case_name_));
    RETURN_IF_ERROR(story_.Expect(events.size() > 10, "时间线应记下每一步"));
    TextTable table({"序号", "时间", "事件", "事项", "说明"});
    for (const workflow::v1::TimelineEvent& event : events) {
      table.AddRow({std::to_string(event.sequence()), ClockTime(event.time()), event.kind(),
                    event.item(), event.sentence()});
    }
    story_.Show(table.ToString("    "));
    return absl::StrCat(events.size(), " 条");
  });
}

void Demo::CheckBooks() {
  story_.Chapter("十一、对账");
  for (Province* province : {provinces_.here.get(), provinces_.there.get()}) {
    story_.Run(absl::StrCat(province->suite().options().province, "：审计链与索引"),
               [&]() -> absl::StatusOr<std::string> {
                 ASSIGN_OR_RETURN(const uint64_t rows, province->VerifyAudit());
                 RETURN_IF_ERROR(story_.Expect(rows > 0, "应有审计记录"));
                 RETURN_IF_ERROR(province->CheckStores());
                 return absl::StrCat("五个服务共 ", rows, " 条审计记录首尾相连，索引与记录一致");
               });
  }
}

}  // namespace onething::tool
