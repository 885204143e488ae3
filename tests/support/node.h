// Node: one service of a province in this process — the production wiring and configuration on a
// disk in memory, a test's clock and a test's network, without threads. Contract tests and the
// simulation are made of these.

#ifndef ONETHING_TESTS_SUPPORT_NODE_H_
#define ONETHING_TESTS_SUPPORT_NODE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/runtime/host.h"
#include "libs/storage/memory_disk.h"

namespace onething::testing {

struct NodeOptions {
  // catalogue, workflow, license, relay or rating.
  std::string service;
  // As `onething up` writes it (tools/onething/suite_config.h).
  std::string config_file;
  // Not owned; outlives the node.
  storage::MemoryDisk* disk = nullptr;
  // Ways to the peers, by name.
  runtime::Channels channels;
  // Called when a commit failed.
  std::function<void()> on_failed;
};

// A wired and started host. `clock` outlives it. Errors as those of Host::Open and of the service's
// wiring.
absl::StatusOr<std::unique_ptr<runtime::Host>> OpenNode(NodeOptions options, const Clock* clock);

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_NODE_H_
