// The route of a case: what a bundle asks of one applicant, given the answers to its situational
// questions and the optional items left out. Pure functions; the case engine runs the items of a
// route, the notice shows it, and the form check says what an application still lacks.

#ifndef ONETHING_SERVICES_WORKFLOW_ROUTE_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_ROUTE_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/map.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "onething/common/v1/error.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// Question → option, as in Application.answers.
using AnswerMap = google::protobuf::Map<std::string, std::string>;
// Item keys, as in Application.left_out_items.
using LeftOutItems = google::protobuf::RepeatedPtrField<std::string>;

// An item that applies.
struct RouteItem {
  int item;
  // Items whose approval it waits for. A need on an item that does not apply is void.
  std::vector<int> needs;
};

// A material or a field that is asked for, once.
struct RouteDemand {
  // Position of the material or field in the bundle.
  int index;
  // Items that apply and ask for it.
  std::vector<int> needed_by;
  // Of a material: whether the applicant gives it. So it is with a material from the applicant or
  // the personal space, and with the result of an earlier item that does not apply, because nobody
  // else has it then. Always true of a field.
  bool given_by_applicant = true;
};

// An answer that leads out of the bundle.
struct RouteExclusion {
  int question;
  bundle::v1::Exclusion exclusion;
};

// What is asked of one applicant. Indexes are those of CompiledBundle, in bundle order.
struct Route {
  // Set when an answer leads out of the bundle; all else is empty then.
  std::optional<RouteExclusion> exclusion;
  // Questions to be asked, answered or not, and those among them without an answer.
  std::vector<int> questions;
  std::vector<int> open_questions;
  std::vector<RouteItem> items;
  std::vector<RouteDemand> materials;
  std::vector<RouteDemand> fields;
};

// The route that `answers` and `left_out_items` lead to. An answer to a question that is not asked
// counts as not given; a condition over a question without an answer does not hold.
// INVALID_ARGUMENT (ANSWER_UNKNOWN) listing every unknown question, option and item, and every item
// left out that is not optional; the listed field paths begin with `path_prefix`, e.g.
// `application.`.
absl::StatusOr<Route> ComputeRoute(const CompiledBundle& compiled, const AnswerMap& answers,
                                   const LeftOutItems& left_out_items,
                                   absl::string_view path_prefix = "");

// OK when form and materials of `application`, complete or not, name only what the bundle has.
// INVALID_ARGUMENT (ANSWER_UNKNOWN) otherwise, as above. For drafts too.
absl::Status CheckNames(const CompiledBundle& compiled, const v1::Application& application,
                        absl::string_view path_prefix = "");

// Everything that keeps `application` from being submitted, in the order of the bundle: questions
// not answered, fields and materials missing, values that are not of their field's type or too
// long, no way of delivery chosen. Empty when it is complete. Sentences are in Chinese and repeat
// no value. `route` is that of the application. The applicant is not looked at; a field or material
// that the route does not ask for is passed over.
common::v1::BadRequest CheckApplication(const CompiledBundle& compiled, const Route& route,
                                        const v1::Application& application,
                                        absl::string_view path_prefix = "");

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_ROUTE_RULES_H_
