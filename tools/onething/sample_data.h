// The shipped bundles and items as messages, and publishing them: what demo and benchmark begin
// with.

#ifndef ONETHING_TOOLS_ONETHING_SAMPLE_DATA_H_
#define ONETHING_TOOLS_ONETHING_SAMPLE_DATA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/rpc/channel.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"

namespace onething::tool {

// Who handles in 33 浙江, in demo and simulation, what 36 江西 hands over, and the licence type it
// issues.
inline constexpr char kZhejiangAuthority[] = "1133000000248204XD";
inline constexpr char kZhejiangAuthorityName[] = "浙江省人力资源和社会保障厅";
inline constexpr char kSocialCardType[] = "11100000000013661B001";

// The lines of 33's workflow configuration that take on every cross-province item of `bundle`.
std::string HandOverYaml(const bundle::v1::Bundle& bundle);

// deploy/bundles/<id>.yaml. Errors with the place in the file.
absl::StatusOr<bundle::v1::Bundle> LoadBundle(const std::string& id);

// All files of deploy/catalogue/<bundle id>, in the order of their names.
absl::StatusOr<std::vector<catalogue::v1::Item>> LoadItems(const std::string& bundle_id);

// Creates and publishes items through `channel`, which calls as an editor. Items that are there
// already are left as they are.
absl::Status PublishItems(rpc::Channel* channel, const std::vector<catalogue::v1::Item>& items);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_SAMPLE_DATA_H_
