// Service: the workflow service as one object — its tables, its nouns and how they hang together.
// Needs no network and no thread of its own, so the program, the tests and the simulation run the
// same.

#ifndef ONETHING_SERVICES_WORKFLOW_SERVICE_H_
#define ONETHING_SERVICES_WORKFLOW_SERVICE_H_

#include "absl/status/status.h"
#include "libs/calendar/calendar.h"
#include "libs/outbox/outbox.h"
#include "libs/rpc/router.h"
#include "libs/storage/view.h"
#include "onething/config/v1/workflow.pb.h"
#include "services/workflow/answers.h"
#include "services/workflow/bundles.h"
#include "services/workflow/case_bundles.h"
#include "services/workflow/case_change.h"
#include "services/workflow/cases.h"
#include "services/workflow/hand_overs.h"
#include "services/workflow/item_availability.h"
#include "services/workflow/item_source.h"
#include "services/workflow/outgoing.h"
#include "services/workflow/tables.h"
#include "services/workflow/tasks.h"

namespace onething::workflow {

// Immutable after construction; safe from any thread.
class Service {
 public:
  // Registers itself for the answers of `outbox`. All but `config` outlive this.
  Service(const config::v1::WorkflowConfig& config, outbox::Outbox* outbox, ItemSource* items,
          calendar::Calendar calendar);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Adds every RPC of Bundles, Cases, Tasks and TransferHandler. Outlives the router's last call.
  void Register(rpc::Router& router) const;

  // Compares indexes with rows, and what cases, tasks and timelines say of one another. DATA_LOSS
  // naming the first difference. Reads everything.
  absl::Status Check(const storage::View& view) const;

 private:
  const calendar::Calendar calendar_;
  const Tables tables_;
  const Outgoing outgoing_;
  const CaseBundles case_bundles_;
  const ItemAvailability availability_;
  const CaseParts parts_;
  const Bundles bundles_;
  const Cases cases_;
  const HandOvers hand_overs_;
  const Tasks tasks_;
  const Answers answers_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_SERVICE_H_
