#include "services/rating/ratings.h"

#include <google/protobuf/util/time_util.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/region_code.h"
#include "libs/rpc/page_token.h"

namespace onething::rating {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

absl::Status NotFound(ErrorReason reason, absl::string_view sentence, const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, reason, sentence, {{"name", name}});
}

absl::Status OutOfScope(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kPermissionDenied, common::v1::ERROR_REASON_OUT_OF_SCOPE,
                   sentence);
}

absl::Status FieldInvalid(absl::string_view field, absl::string_view sentence) {
  common::v1::BadRequest faults;
  auto* fault = faults.add_field_violations();
  fault->set_field(std::string(field));
  fault->set_description(std::string(sentence));
  return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_FIELD_INVALID, "请求不完整", faults);
}

// The key behind `ratings/36-2026-0000001-3`; nullopt when the name has no such form.
std::optional<ServiceKey> KeyInName(absl::string_view name, absl::string_view collection) {
  name = absl::StripPrefix(name, collection);
  const size_t dash = name.rfind('-');
  uint32_t number = 0;
  if (dash == absl::string_view::npos || !absl::SimpleAtoi(name.substr(dash + 1), &number)) {
    return std::nullopt;
  }
  return ServiceKey(absl::StrCat("cases/", name.substr(0, dash)), number);
}

// A supervisor and a service see all, an authority its own, a portal what its subject was invited
// to.
bool MaySee(const rpc::Call& call, const v1::RatedService& service, absl::string_view rater_code) {
  using options::v1::Role;
  if (call.caller.Has(Role::ROLE_SUPERVISOR) || call.caller.Has(Role::ROLE_SERVICE)) {
    return true;
  }
  if (call.caller.Has(Role::ROLE_AUTHORITY)) {
    return call.caller.MayActFor(service.authority_code());
  }
  return !call.on_behalf_of.empty() && call.on_behalf_of == rater_code;
}

}  // namespace

absl::StatusOr<v1::InviteRatingsResponse> Ratings::InviteRatings(
    Txn& txn, const rpc::Call&, const v1::InviteRatingsRequest& request) const {
  v1::InviteRatingsResponse response;
  for (const v1::RatedService& service : request.services()) {
    *response.add_invitations() = Invite(txn, service, request.rater_code());
  }
  return response;
}

v1::Invitation Ratings::Invite(Txn& txn, const v1::RatedService& service,
                               const std::string& rater_code) const {
  v1::Invitation invitation;
  *invitation.mutable_service() = service;
  const auto [case_name, number] = KeyOf(service);
  if (const auto present = tables_.invitations.Find(txn, case_name, number)) {
    return *present;
  }
  invitation.set_name(absl::StrCat("invitations/", ServiceId(case_name, static_cast<int>(number))));
  invitation.mutable_service()->set_region_code(
      codes::RegionCode::Parse(service.region_code())->value());
  invitation.set_rater_code(rater_code);
  *invitation.mutable_create_time() = ToProto(txn.now());
  tables_.invitations.Put(txn, invitation);
  counts_.CountInvitation(txn, invitation.service());
  return invitation;
}

absl::StatusOr<v1::Rating> Ratings::SubmitRating(Txn& txn, const rpc::Call& call,
                                                 const v1::SubmitRatingRequest& request) const {
  const auto number = static_cast<uint32_t>(request.service_number());
  std::optional<v1::Invitation> invitation =
      tables_.invitations.Find(txn, request.case_name(), number);
  if (!invitation.has_value()) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     common::v1::ERROR_REASON_RATING_NOT_INVITED,
                     "该服务尚未办结或不存在，暂不能评价",
                     {{"case", request.case_name()}, {"service", absl::StrCat(number)}});
  }
  if (call.on_behalf_of != invitation->rater_code()) {
    return OutOfScope("只能由申请人本人评价");
  }
  if (!invitation->rating().empty()) {
    return MakeError(absl::StatusCode::kAlreadyExists, common::v1::ERROR_REASON_RATING_EXISTS,
                     "该次服务已经评价过（一次一评）", {{"rating", invitation->rating()}});
  }
  const std::vector<const std::string*> labels(request.labels().pointer_begin(),
                                               request.labels().pointer_end());
  RETURN_IF_ERROR(labels_.CheckChoice(request.level(), labels));

  v1::Rating rating;
  const std::string id = ServiceId(request.case_name(), request.service_number());
  rating.set_name(absl::StrCat("ratings/", id));
  *rating.mutable_service() = invitation->service();
  rating.set_level(request.level());
  *rating.mutable_labels() = request.labels();
  rating.set_comment(request.comment());
  rating.set_channel(request.channel());
  *rating.mutable_create_time() = ToProto(txn.now());
  if (request.level() <= kBadLevelMax) {
    ASSIGN_OR_RETURN(const v1::Rectification rectification, OpenRectification(txn.now(), rating));
    rating.set_rectification(rectification.name());
    tables_.rectifications.Put(txn, rectification);
  }
  tables_.ratings.Put(txn, rating);
  invitation->set_rating(rating.name());
  tables_.invitations.Put(txn, *invitation);
  counts_.CountRating(txn, rating.service(), rating.level());
  return rating;
}

absl::StatusOr<v1::Rectification> Ratings::OpenRectification(absl::Time now,
                                                             const v1::Rating& rating) const {
  const calendar::Date today = calendar::DateInChina(now);
  const absl::StatusOr<calendar::Date> verify_due =
      calendar_.AddWorkingDays(today, limits_.verify_working_days);
  const absl::StatusOr<calendar::Date> feedback_due =
      calendar_.AddWorkingDays(today, limits_.feedback_working_days);
  if (!verify_due.ok() || !feedback_due.ok()) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     common::v1::ERROR_REASON_CALENDAR_UNKNOWN_YEAR,
                     "工作日历缺少所需年份，整改期限无法计算，请联系运维人员补充日历后重试");
  }
  v1::Rectification rectification;
  rectification.set_name(
      absl::StrCat("rectifications/",
                   ServiceId(rating.service().case_name(), rating.service().service_number())));
  rectification.set_rating(rating.name());
  *rectification.mutable_service() = rating.service();
  rectification.set_level(rating.level());
  rectification.set_state(v1::Rectification::STATE_OPEN);
  rectification.set_verify_due_date(calendar::FormatDate(*verify_due));
  rectification.set_feedback_due_date(calendar::FormatDate(*feedback_due));
  *rectification.mutable_create_time() = ToProto(now);
  return rectification;
}

absl::StatusOr<v1::Rectification> Ratings::ResolveRectification(
    Txn& txn, const rpc::Call& call, const v1::ResolveRectificationRequest& request) const {
  std::optional<v1::Rectification> rectification;
  if (const auto key = KeyInName(request.name(), "rectifications/")) {
    rectification = tables_.rectifications.Find(txn, std::get<0>(*key), std::get<1>(*key));
  }
  if (!rectification.has_value()) {
    return NotFound(common::v1::ERROR_REASON_RECTIFICATION_NOT_FOUND, "没有这条整改记录",
                    request.name());
  }
  if (!call.caller.MayActFor(rectification->service().authority_code())) {
    return OutOfScope("只能由被评价单位答复整改");
  }
  if (rectification->state() != v1::Rectification::STATE_OPEN) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     common::v1::ERROR_REASON_RECTIFICATION_STATE, "该整改已经答复",
                     {{"name", request.name()}});
  }
  rectification->set_state(v1::Rectification::STATE_RESOLVED);
  rectification->set_resolution(request.resolution());
  *rectification->mutable_resolve_time() = ToProto(txn.now());
  tables_.rectifications.Put(txn, *rectification);
  counts_.CountResolution(txn, rectification->service());
  return *rectification;
}

absl::StatusOr<v1::ListInvitationsResponse> Ratings::ListInvitations(
    const View& view, const rpc::Call& call, const v1::ListInvitationsRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto visible = [&call](const v1::Invitation& invitation) {
    return MaySee(call, invitation.service(), invitation.rater_code());
  };
  const storage::Page<v1::Invitation> found =
      tables_.invitations.List(view, page, visible, request.case_name());
  v1::ListInvitationsResponse response;
  *response.mutable_invitations() = {found.records.begin(), found.records.end()};
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::Rating> Ratings::GetRating(const View& view, const rpc::Call& call,
                                              const v1::GetRatingRequest& request) const {
  std::optional<v1::Rating> rating;
  std::string rater_code;
  if (const auto key = KeyInName(request.name(), "ratings/")) {
    rating = tables_.ratings.Find(view, std::get<0>(*key), std::get<1>(*key));
    if (const auto invitation =
            tables_.invitations.Find(view, std::get<0>(*key), std::get<1>(*key))) {
      rater_code = invitation->rater_code();
    }
  }
  if (!rating.has_value() || !MaySee(call, rating->service(), rater_code)) {
    return NotFound(common::v1::ERROR_REASON_RATING_NOT_FOUND, "没有这条评价", request.name());
  }
  return *std::move(rating);
}

absl::StatusOr<v1::ListRatingsResponse> Ratings::ListRatings(
    const View& view, const rpc::Call& call, const v1::ListRatingsRequest& request) const {
  if (request.item_code().empty() && request.authority_code().empty()) {
    return FieldInvalid("item_code", "事项编码与单位代码至少填写一个");
  }
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto matches = [&](const v1::Rating& rating) {
    return (request.level() == 0 || rating.level() == request.level()) &&
           (request.authority_code().empty() ||
            rating.service().authority_code() == request.authority_code()) &&
           (call.caller.Has(options::v1::ROLE_SUPERVISOR) ||
            call.caller.MayActFor(rating.service().authority_code()));
  };
  const storage::Page<v1::Rating> found =
      request.item_code().empty() ? tables_.ratings.ListBy(view, tables_.ratings_by_authority, page,
                                                           matches, request.authority_code())
                                  : tables_.ratings.ListBy(view, tables_.ratings_by_item, page,
                                                           matches, request.item_code());
  v1::ListRatingsResponse response;
  *response.mutable_ratings() = {found.records.begin(), found.records.end()};
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::ListLabelsResponse> Ratings::ListLabels(
    const View&, const rpc::Call&, const v1::ListLabelsRequest& request) const {
  v1::ListLabelsResponse response;
  for (const v1::Label& label : labels_.labels()) {
    if (label.in_force() && (request.level() == 0 || label.level() == request.level())) {
      *response.add_labels() = label;
    }
  }
  return response;
}

absl::StatusOr<v1::Statistics> Ratings::GetStatistics(
    const View& view, const rpc::Call&, const v1::GetStatisticsRequest& request) const {
  std::vector<std::string> dimensions;
  if (!request.item_code().empty()) {
    dimensions.push_back(absl::StrCat("item/", request.item_code()));
  }
  if (!request.authority_code().empty()) {
    dimensions.push_back(absl::StrCat("authority/", request.authority_code()));
  }
  if (!request.region_code().empty()) {
    dimensions.push_back(
        absl::StrCat("region/", codes::RegionCode::Parse(request.region_code())->value()));
  }
  if (dimensions.size() != 1) {
    return FieldInvalid("item_code", "事项编码、单位代码、区划代码须且只须填写一个");
  }
  if (!IsPeriod(request.period())) {
    return FieldInvalid("period", "统计期间须为存在的年、月或日，如 2026、2026-03、2026-03-02");
  }
  return counts_.Read(view, dimensions[0], request.period());
}

absl::StatusOr<v1::ListRectificationsResponse> Ratings::ListRectifications(
    const View& view, const rpc::Call& call, const v1::ListRectificationsRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto matches = [&](const v1::Rectification& rectification) {
    return (request.authority_code().empty() ||
            rectification.service().authority_code() == request.authority_code()) &&
           (call.caller.Has(options::v1::ROLE_SUPERVISOR) ||
            call.caller.MayActFor(rectification.service().authority_code()));
  };
  const auto state = static_cast<uint32_t>(request.state());
  storage::Page<v1::Rectification> found;
  if (state == 0) {
    found = tables_.rectifications.List(view, page, matches);
  } else if (request.authority_code().empty()) {
    found =
        tables_.rectifications.ListBy(view, tables_.rectifications_by_state, page, matches, state);
  } else {
    found = tables_.rectifications.ListBy(view, tables_.rectifications_by_state, page, matches,
                                          state, request.authority_code());
  }
  v1::ListRectificationsResponse response;
  *response.mutable_rectifications() = {found.records.begin(), found.records.end()};
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

}  // namespace onething::rating
