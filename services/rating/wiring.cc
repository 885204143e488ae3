#include "services/rating/wiring.h"

#include <vector>

#include "libs/base/status.h"
#include "libs/calendar/calendar.h"
#include "libs/config/load_yaml.h"
#include "services/rating/counts.h"
#include "services/rating/rating_rules.h"
#include "services/rating/ratings.h"
#include "services/rating/service.h"
#include "services/rating/tables.h"

namespace onething::rating {
namespace {

RectificationLimits LimitsOf(const config::v1::RatingConfig& config) {
  RectificationLimits limits;
  if (config.verify_working_days() > 0) {
    limits.verify_working_days = config.verify_working_days();
  }
  if (config.feedback_working_days() > 0) {
    limits.feedback_working_days = config.feedback_working_days();
  }
  return limits;
}

}  // namespace

absl::Status Wire(const config::v1::RatingConfig& config, runtime::Host& host) {
  ASSIGN_OR_RETURN(calendar::Calendar loaded_calendar,
                   calendar::Calendar::Load(config.calendar_dir()));
  config::v1::RatingLabels labels_file;
  std::vector<config::Diagnostic> diagnostics;
  RETURN_IF_ERROR(config::LoadYamlFile(config.labels_file(), {}, &labels_file, &diagnostics));
  ASSIGN_OR_RETURN(LabelTable loaded_labels, LabelTable::Create(labels_file));
  const Tables& tables = host.Make<Tables>();
  const calendar::Calendar& calendar = host.Make<calendar::Calendar>(std::move(loaded_calendar));
  const LabelTable& labels = host.Make<LabelTable>(std::move(loaded_labels));
  const Ratings& ratings = host.Make<Ratings>(tables, labels, calendar, LimitsOf(config));
  RegisterRatings(host.router(), ratings);
  host.AddCheck("ratings", [&tables](const storage::View& view) { return tables.Check(view); });
  host.AddCheck("counts",
                [&tables](const storage::View& view) { return Counts(tables).Check(view); });
  return absl::OkStatus();
}

}  // namespace onething::rating
