#include "libs/runtime/settings.h"

#include "libs/base/check.h"
#include "libs/rpc/server_config.h"

namespace onething::runtime {

Settings SettingsOf(const config::v1::ServerConfig& config) {
  Settings settings;
  CHECK(ParseLogLevel(config.log_level(), &settings.log_level));
  settings.drain_delay = rpc::ToDuration(config.drain_delay());
  settings.drain_grace = rpc::ToDuration(config.drain_grace());
  settings.router.request_keep = rpc::ToDuration(config.request_keep());
  settings.router.slow_call = rpc::ToDuration(config.slow_call());
  const config::v1::ServerLimits& limits = config.limits();
  settings.executor.thread_count = limits.executor_threads();
  settings.executor.queue_max = limits.executor_queue_max();
  settings.loop.queue_max = limits.command_queue_max();
  settings.loop.group_commands_max = limits.group_commands_max();
  settings.loop.group_bytes_max = limits.group_bytes_max();
  return settings;
}

}  // namespace onething::runtime
