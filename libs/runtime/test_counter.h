// The service onething.testing.v1.Counters as any service would be written, a folder that goes
// away, and a configuration for both. For the tests of this folder.

#ifndef ONETHING_LIBS_RUNTIME_TEST_COUNTER_H_
#define ONETHING_LIBS_RUNTIME_TEST_COUNTER_H_

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/rpc/router.h"
#include "libs/rpc/server_config.h"
#include "libs/runtime/host.h"
#include "libs/storage/table.h"
#include "onething/testing/v1/counter.pb.h"

namespace onething::runtime::test {

namespace pb = testing::v1;

inline constexpr char kAdd[] = "onething.testing.v1.Counters/AddToCounter";
inline constexpr char kGet[] = "onething.testing.v1.Counters/GetCounter";
inline constexpr char kWork[] = "onething.testing.v1.Counters/WorkOnCounter";

// Queries and commands of the service.
class Counters {
 public:
  // `work` is what WorkOnCounter does before its command; may be empty.
  explicit Counters(std::function<void()> work) : work_(std::move(work)) {}

  absl::StatusOr<pb::Counter> AddToCounter(storage::Txn& txn, const rpc::Call&,
                                           const pb::AddToCounterRequest& request) const {
    return Add(txn, request.amount());
  }

  absl::StatusOr<pb::Counter> GetCounter(const storage::View& view, const rpc::Call&,
                                         const pb::GetCounterRequest&) const {
    return table_.Find(view, 0).value_or(pb::Counter());
  }

  absl::StatusOr<int> PrepareWork(const storage::View&, const rpc::Call&,
                                  const pb::WorkOnCounterRequest&) const {
    if (work_) {
      work_();
    }
    return 1;
  }

  absl::StatusOr<pb::Counter> WorkOnCounter(storage::Txn& txn, const rpc::Call&,
                                            const pb::WorkOnCounterRequest&,
                                            const int& prepared) const {
    return Add(txn, prepared);
  }

  pb::Counter Add(storage::Txn& txn, int amount) const {
    pb::Counter counter = table_.Find(txn, 0).value_or(pb::Counter());
    counter.set_value(counter.value() + amount);
    table_.Put(txn, counter);
    return counter;
  }

  absl::Status Check(const storage::View& view) const { return table_.CheckIndexes(view); }

 private:
  const std::function<void()> work_;
  const storage::Table<pb::Counter, uint64_t> table_{
      storage::TableId::kTestRows, [](const pb::Counter&) { return std::tuple<uint64_t>(0); }};
};

// Puts the service into a host.
inline Counters& WireCounters(Host& host, std::function<void()> work = nullptr) {
  Counters& counters = host.Make<Counters>(std::move(work));
  rpc::ServiceMethods methods(&host.router(), "onething.testing.v1.Counters");
  methods.Command(&counters, &Counters::AddToCounter);
  methods.Query(&counters, &Counters::GetCounter);
  methods.PreparedCommand(&counters, &Counters::PrepareWork, &Counters::WorkOnCounter);
  host.AddCheck("counter", [&](const storage::View& view) { return counters.Check(view); });
  return counters;
}

inline pb::AddToCounterRequest AddRequest(int amount) {
  pb::AddToCounterRequest request;
  request.set_amount(amount);
  request.set_request_id(RandomId());
  return request;
}

// A new folder under the machine's folder for such, removed with all in it.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "onething.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // The folder, or a name in it.
  std::string path(const std::string& name = "") const {
    return name.empty() ? path_ : absl::StrCat(path_, "/", name);
  }

  // Writes a file in it and returns its path.
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }

 private:
  std::string path_;
};

// A configuration as an operator would write it: free ports of this machine, everything in
// `folder`.
inline std::string ConfigText(const TempFolder& folder, absl::string_view more = "") {
  return absl::StrCat(
      "server:\n"
      "  listen_address: 127.0.0.1:0\n"
      "  metrics_address: 127.0.0.1:0\n"
      "  data_dir: ",
      folder.path("data"),
      "\n"
      "  backup_dir: ",
      folder.path("backups"),
      "\n"
      "  province: 36\n"
      "  development_plaintext: true\n"
      "  drain_delay: 0s\n"
      "  log_level: error\n"
      "  callers:\n"
      "    - {identity: tester, roles: [portal]}\n"
      "    - {identity: operator, roles: [operator]}\n"
      "    - {identity: supervisor, roles: [supervisor]}\n",
      more);
}

}  // namespace onething::runtime::test

#endif  // ONETHING_LIBS_RUNTIME_TEST_COUNTER_H_
