#include "services/workflow/wiring.h"

#include <utility>

#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/calendar/calendar.h"
#include "services/workflow/catalogue_item_source.h"
#include "services/workflow/service.h"

namespace onething::workflow {
namespace {

// Stands where the configuration names no catalogue: running cases go on, new ones are refused.
class NoItemSource final : public ItemSource {
 public:
  absl::StatusOr<Items> Get(absl::Span<const std::string>, absl::Duration) override {
    return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                     "没有配置事项目录服务，暂不能受理新的申请", {{"peer", "catalogue"}});
  }
};

ItemSource& MakeItemSource(runtime::Host& host) {
  const absl::StatusOr<rpc::Channel*> catalogue = host.Peer("catalogue");
  if (!catalogue.ok()) return host.Make<NoItemSource>();
  return host.Make<CatalogueItemSource>(*catalogue);
}

}  // namespace

absl::Status Wire(const config::v1::WorkflowConfig& config, runtime::Host& host) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, calendar::Calendar::Load(config.calendar_dir()));
  const Service& service =
      host.Make<Service>(config, &host.outbox(), &MakeItemSource(host), std::move(calendar));
  service.Register(host.router());
  host.AddCheck("workflow", [&service](const storage::View& view) { return service.Check(view); });
  return absl::OkStatus();
}

}  // namespace onething::workflow
