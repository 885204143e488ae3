// Settings: what a completed ServerConfig says, in the types of those who use it. Bounds and
// defaults are rpc::CompleteServerConfig's business.

#ifndef ONETHING_LIBS_RUNTIME_SETTINGS_H_
#define ONETHING_LIBS_RUNTIME_SETTINGS_H_

#include "absl/time/time.h"
#include "libs/base/log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/router.h"
#include "libs/storage/commit_loop.h"
#include "onething/config/v1/server.pb.h"

namespace onething::runtime {

// A value.
struct Settings {
  LogLevel log_level = LogLevel::kInfo;
  absl::Duration drain_delay;
  absl::Duration drain_grace;
  rpc::RouterOptions router;
  rpc::Executor::Options executor;
  storage::CommitLoop::Options loop;
};

// `config` as CompleteServerConfig returned it.
Settings SettingsOf(const config::v1::ServerConfig& config);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_SETTINGS_H_
