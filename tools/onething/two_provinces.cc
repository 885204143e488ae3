#include "tools/onething/two_provinces.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "onething/license/v1/license.pb.h"
#include "tools/onething/sample_data.h"
#include "tools/onething/suite_config.h"

namespace onething::tool {
namespace {

LocalSuiteOptions OptionsOf(const std::string& data_dir, const std::string& province,
                            const std::string& peer, const PortBlock& peer_ports) {
  LocalSuiteOptions options;
  options.province = province;
  options.data_dir = absl::StrCat(data_dir, "/", province);
  options.clock_offset_seconds = OffsetToSampleTime();
  options.peers = {
      {.province = peer,
       .relay_address = absl::StrCat("127.0.0.1:", peer_ports.first() + kRelayPortOffset),
       .public_key_file = RelayPublicKeyFile(absl::StrCat(data_dir, "/", peer))}};
  return options;
}

absl::Status CreateLicenseType(Province* province, const std::string& code,
                               const std::string& name) {
  license::v1::CreateLicenseTypeRequest request;
  request.mutable_license_type()->set_code(code);
  request.mutable_license_type()->set_display_name(name);
  request.set_request_id(RandomId());
  return province
      ->Call<license::v1::LicenseType>("license", "editor",
                                       "onething.license.v1.Licenses/CreateLicenseType", request)
      .status();
}

}  // namespace

absl::StatusOr<TwoProvinces> MakeTwoProvinces(const std::string& data_dir,
                                              const bundle::v1::Bundle& bundle) {
  // Ports first: each province's configuration names the other's relay.
  ASSIGN_OR_RETURN(PortBlock ports_here, PortBlock::Take(0));
  ASSIGN_OR_RETURN(PortBlock ports_there, PortBlock::Take(0));
  LocalSuiteOptions here = OptionsOf(data_dir, kHere, kThere, ports_there);
  LocalSuiteOptions there = OptionsOf(data_dir, kThere, kHere, ports_here);
  for (const bundle::v1::Authority& authority : bundle.authorities()) {
    here.authorities.emplace_back(authority.credit_code(), authority.display_name());
  }
  there.authorities = {{kZhejiangAuthority, kZhejiangAuthorityName}};
  there.hand_over_yaml = HandOverYaml(bundle);
  RETURN_IF_ERROR(WriteSuiteKeys(here));
  RETURN_IF_ERROR(WriteSuiteKeys(there));
  ASSIGN_OR_RETURN(auto suite_here, LocalSuite::Create(here, std::move(ports_here)));
  ASSIGN_OR_RETURN(auto suite_there, LocalSuite::Create(there, std::move(ports_there)));
  return TwoProvinces{std::make_unique<Province>(std::move(suite_here)),
                      std::make_unique<Province>(std::move(suite_there))};
}

absl::StatusOr<std::vector<std::string>> CreateLicenseTypes(TwoProvinces* provinces,
                                                            const bundle::v1::Bundle& bundle) {
  // A licence type has the name of the result that the catalogue states.
  ASSIGN_OR_RETURN(const std::vector<catalogue::v1::Item> items, LoadItems(bundle.id()));
  std::map<std::string, std::string> result_names;
  for (const catalogue::v1::Item& item : items) {
    result_names[item.task_code()] = item.result().name();
  }
  std::vector<std::string> names;
  for (const bundle::v1::BundleItem& item : bundle.items()) {
    const std::string& name = result_names[item.task_code()];
    if (item.has_issues()) {
      RETURN_IF_ERROR(CreateLicenseType(provinces->here.get(), item.issues().type_code(), name));
      names.push_back(name);
    }
    if (item.has_cross_province()) {
      RETURN_IF_ERROR(CreateLicenseType(provinces->there.get(), kSocialCardType, name));
      names.push_back(absl::StrCat(name, "（", item.cross_province().province(), "）"));
    }
  }
  return names;
}

absl::StatusOr<workflow::v1::PublishedBundle> PublishBundle(Province* here,
                                                            const bundle::v1::Bundle& bundle) {
  workflow::v1::PublishBundleRequest request;
  *request.mutable_bundle() = bundle;
  request.set_request_id(RandomId());
  return here->Call<workflow::v1::PublishedBundle>(
      "workflow", "editor", "onething.workflow.v1.Bundles/PublishBundle", request);
}

}  // namespace onething::tool
