// Two suites that know each other — 36 江西 and 33 浙江 — set up for a bundle: what the demo and
// the crash test begin with.

#ifndef ONETHING_TOOLS_ONETHING_TWO_PROVINCES_H_
#define ONETHING_TOOLS_ONETHING_TWO_PROVINCES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "tools/onething/province.h"

namespace onething::tool {

// The province of the story, and the other one.
inline constexpr char kHere[] = "36";
inline constexpr char kThere[] = "33";

// Nothing is started yet. Each relay knows the other's key; 33 takes on the bundle's cross-province
// items. The services' clocks begin on 2026-03-02 09:00 in China, a Monday of a year the calendar
// knows, whatever the day it is.
struct TwoProvinces {
  std::unique_ptr<Province> here;
  std::unique_ptr<Province> there;
};

// Makes both below `data_dir`. Errors as LocalSuite::Create.
absl::StatusOr<TwoProvinces> MakeTwoProvinces(const std::string& data_dir,
                                              const bundle::v1::Bundle& bundle);

// Defines the licence types that the items of `bundle` issue, here and, for what is handed over,
// there; their names.
absl::StatusOr<std::vector<std::string>> CreateLicenseTypes(TwoProvinces* provinces,
                                                            const bundle::v1::Bundle& bundle);

// Publishes the bundle here.
absl::StatusOr<workflow::v1::PublishedBundle> PublishBundle(Province* here,
                                                            const bundle::v1::Bundle& bundle);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_TWO_PROVINCES_H_
