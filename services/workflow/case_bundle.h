// CaseBundle: a bundle version as running cases need it — compiled, and the flow of its items laid
// out for the engine. Made once per version (case_bundles.h keeps them) and shared by all commands
// and queries.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_BUNDLE_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_BUNDLE_H_

#include <memory>
#include <utility>

#include "services/workflow/case_rules.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// One version. Immutable once made; safe from any thread.
struct CaseBundle {
  std::shared_ptr<const CompiledBundle> compiled;
  Flow flow;
};

// Lays out the flow of `compiled`.
inline CaseBundle MakeCaseBundle(std::shared_ptr<const CompiledBundle> compiled) {
  Flow flow(static_cast<size_t>(compiled->bundle().items_size()));
  for (int i = 0; i < compiled->bundle().items_size(); ++i) {
    const bundle::v1::BundleItem& item = compiled->bundle().items(i);
    FlowItem& laid_out = flow[static_cast<size_t>(i)];
    laid_out.needs = compiled->needs_of(i);
    laid_out.handed_over = item.has_cross_province();
    laid_out.refusal_stops_all = item.on_refusal() == bundle::v1::ON_REFUSAL_ALL_STOP;
  }
  LinkDependants(&flow);
  return {std::move(compiled), std::move(flow)};
}

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_BUNDLE_H_
