// The tables of the rating service: the only place that knows its keys. Invitation, rating and
// rectification of one service of a case share the key (case, service number).

#ifndef ONETHING_SERVICES_RATING_TABLES_H_
#define ONETHING_SERVICES_RATING_TABLES_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/status.h"
#include "libs/storage/table.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/rating/v1/records.pb.h"

namespace onething::rating {

// Key of everything about one service of a case.
using ServiceKey = std::tuple<std::string, uint32_t>;

inline ServiceKey KeyOf(const v1::RatedService& service) {
  return {service.case_name(), static_cast<uint32_t>(service.service_number())};
}

struct Tables {
  // Ratings in the order they came, by item and by authority.
  const storage::Index<v1::Rating, std::string, int64_t> ratings_by_item{
      storage::TableId::kRatingsByItem, [](const v1::Rating& rating) {
        return std::vector<std::tuple<std::string, int64_t>>{
            {rating.service().item_code(), rating.create_time().seconds()}};
      }};
  const storage::Index<v1::Rating, std::string, int64_t> ratings_by_authority{
      storage::TableId::kRatingsByAuthority, [](const v1::Rating& rating) {
        return std::vector<std::tuple<std::string, int64_t>>{
            {rating.service().authority_code(), rating.create_time().seconds()}};
      }};
  // Rectifications by state and authority, the oldest first.
  const storage::Index<v1::Rectification, uint32_t, std::string, int64_t> rectifications_by_state{
      storage::TableId::kRectificationsByState, [](const v1::Rectification& rectification) {
        return std::vector<std::tuple<uint32_t, std::string, int64_t>>{
            {static_cast<uint32_t>(rectification.state()), rectification.service().authority_code(),
             rectification.create_time().seconds()}};
      }};

  const storage::Table<v1::Invitation, std::string, uint32_t> invitations{
      storage::TableId::kInvitations,
      [](const v1::Invitation& invitation) { return KeyOf(invitation.service()); }};
  const storage::Table<v1::Rating, std::string, uint32_t> ratings{
      storage::TableId::kRatings,
      [](const v1::Rating& rating) { return KeyOf(rating.service()); },
      {&ratings_by_item, &ratings_by_authority}};
  const storage::Table<v1::Rectification, std::string, uint32_t> rectifications{
      storage::TableId::kRectifications,
      [](const v1::Rectification& rectification) { return KeyOf(rectification.service()); },
      {&rectifications_by_state}};
  // Counts by dimension and period.
  const storage::Table<v1::CountRecord, std::string, std::string> counts{
      storage::TableId::kRatingCounts, [](const v1::CountRecord& count) {
        return std::tuple<std::string, std::string>(count.dimension(), count.period());
      }};

  // Compares every index with its rows. DATA_LOSS at the first difference.
  absl::Status Check(const storage::View& view) const {
    RETURN_IF_ERROR(ratings.CheckIndexes(view));
    return rectifications.CheckIndexes(view);
  }
};

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_TABLES_H_
