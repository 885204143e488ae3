// The benchmark: what the suite does in a second, each figure beside the ceiling that bare gRPC
// reaches with the same client in the same run. It starts what it measures as processes of their
// own, on this machine, with a data directory it removes again.

#ifndef ONETHING_TOOLS_ONETHING_BENCH_H_
#define ONETHING_TOOLS_ONETHING_BENCH_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/channel.h"
#include "tools/onething/load_generator.h"

namespace onething::tool {

struct BenchOptions {
  size_t in_flight = 64;
  // Connections that the calls are spread over.
  size_t channels = 2;
  absl::Duration duration = absl::Seconds(5);
  // The ceiling and what is measured take turns this often; the round with the median ratio is
  // told. A machine shared with others is not the same from minute to minute.
  int rounds = 3;
  // Where stores are put; on the disk that is to be measured. Empty: a new folder below /var/tmp.
  std::string data_dir;
};

// Connections to one server; calls go over them in turn.
class ChannelSet {
 public:
  static absl::StatusOr<ChannelSet> Open(const std::string& address, const std::string& identity,
                                         size_t count);

  rpc::Channel& For(size_t slot) const { return *channels_[slot % channels_.size()]; }

 private:
  std::vector<std::unique_ptr<rpc::Channel>> channels_;
};

// A folder that is removed with this object.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& wanted);
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Calls a second of an empty handler behind bare gRPC.
absl::StatusOr<nlohmann::json> BenchEcho(const BenchOptions& options);

// Reads of one catalogue item, beside the ceiling.
absl::StatusOr<nlohmann::json> BenchGetItem(const BenchOptions& options);

// Cases of a bundle of six items — one, four in parallel, one — from submission to closing: eight
// calls a case, every change synced. Beside the ceiling.
absl::StatusOr<nlohmann::json> BenchCase6(const BenchOptions& options);

// Memory and time to readiness of each service, idle.
absl::StatusOr<nlohmann::json> BenchIdle(const BenchOptions& options);

// One measurement beside its ceiling: `of_ceiling` is the ratio.
using Round = std::function<absl::StatusOr<nlohmann::json>(const nlohmann::json& ceiling)>;

// Measures the ceiling and then `round`, `rounds` times; the figures of the round with the median
// ratio, with its `ceiling` and the ratios of all.
absl::StatusOr<nlohmann::json> MedianRound(const BenchOptions& options, const Round& round);

// Rates, p50 and p99 of one load as JSON.
nlohmann::json ToJson(const LoadResult& result, const Latencies& latencies);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_BENCH_H_
