// Real processes, killed without warning: while cases of two provinces go their way, one service
// after another gets SIGKILL and is started again. What was acknowledged is there in the end, once,
// and every book agrees.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "tools/onething/sample_data.h"
#include "tools/onething/two_provinces.h"

namespace onething::tool {
namespace {

using workflow::v1::Case;
using workflow::v1::CaseItem;
using workflow::v1::Task;

constexpr int kKills = 22;
constexpr int kCases = 3;
constexpr absl::Duration kPatience = absl::Minutes(4);
constexpr absl::Duration kPause = absl::Milliseconds(50);

// Two running provinces and what was acknowledged to their users.
class Hall {
 public:
  ~Hall() { std::filesystem::remove_all(data_dir_); }

  absl::Status Open() {
    ASSIGN_OR_RETURN(bundle_, LoadBundle("newborn"));
    RETURN_IF_ERROR(config::LoadYamlFile(FindDeployDirectory() + "/demo/newborn-family.yaml", {},
                                         &application_, nullptr));
    ASSIGN_OR_RETURN(provinces_, MakeTwoProvinces(data_dir_, bundle_));
    RETURN_IF_ERROR(provinces_.here->suite().StartAll());
    RETURN_IF_ERROR(provinces_.there->suite().StartAll());
    ASSIGN_OR_RETURN(const auto items, LoadItems("newborn"));
    ASSIGN_OR_RETURN(rpc::Channel* const editor, provinces_.here->To("catalogue", "editor"));
    RETURN_IF_ERROR(PublishItems(editor, items));
    RETURN_IF_ERROR(CreateLicenseTypes(&provinces_, bundle_).status());
    return PublishBundle(provinces_.here.get(), bundle_).status();
  }

  // Kills a service and starts it again.
  absl::Status KillOne(std::mt19937& random) {
    Province& province = random() % 2 == 0 ? *provinces_.here : *provinces_.there;
    const std::string service = kServices[random() % std::size(kServices)];
    province.suite().Kill(service);
    return province.suite().Start(service);
  }

  // One round of work by everybody; calls that fail are made again in the next round, under the
  // same request id.
  void Work() {
    for (int i = 0; i < kCases; ++i) {
      Submit(i);
    }
    for (const bundle::v1::Authority& authority : bundle_.authorities()) {
      DecideAll(*provinces_.here, authority.credit_code());
    }
    DecideAll(*provinces_.there, kZhejiangAuthority);
  }

  bool AllClosed() {
    for (int i = 0; i < kCases; ++i) {
      const auto read =
          cases_.contains(i) ? provinces_.here->GetCase(cases_[i]) : absl::NotFoundError("");
      if (!read.ok() || read->state() != Case::STATE_CLOSED) {
        return false;
      }
      for (const CaseItem& item : read->items()) {
        if (item.license_pending()) {
          return false;
        }
      }
    }
    return true;
  }

  // Compares what was acknowledged with what is kept.
  void Audit() {
    workflow::v1::ListCasesRequest list;
    list.set_bundle("bundles/newborn");
    const auto kept = provinces_.here->Call<workflow::v1::ListCasesResponse>(
        "workflow", "supervisor", "onething.workflow.v1.Cases/ListCases", list);
    REQUIRE(kept.ok());
    CHECK(kept->cases_size() == kCases);
    std::map<std::string, int> licenses;
    for (const auto& [number, name] : cases_) {
      const auto read = provinces_.here->GetCase(name);
      REQUIRE(read.ok());
      for (const CaseItem& item : read->items()) {
        INFO(name << " " << item.item());
        CHECK(item.state() == CaseItem::STATE_APPROVED);
        if (!item.license().empty()) {
          CHECK(++licenses[item.license()] == 1);
        }
      }
    }
    const auto issued = provinces_.here->LicensesOf(application_.applicant().code());
    REQUIRE(issued.ok());
    CHECK(issued->size() == static_cast<size_t>(2 * kCases));
    for (Province* province : {provinces_.here.get(), provinces_.there.get()}) {
      CHECK(province->VerifyAudit().status() == absl::OkStatus());
      CHECK(province->CheckStores() == absl::OkStatus());
      const auto transfers = province->Transfers();
      REQUIRE(transfers.ok());
      CHECK(transfers->size() == kCases);
      for (const relay::v1::Transfer& transfer : *transfers) {
        CHECK(transfer.state() == relay::v1::Transfer::STATE_RESULT);
      }
    }
  }

 private:
  void Submit(int number) {
    if (cases_.contains(number)) {
      return;
    }
    workflow::v1::CreateCaseRequest request;
    request.set_bundle("bundles/newborn");
    *request.mutable_application() = application_;
    request.set_submit(true);
    request.set_request_id(absl::StrCat("crash-test-", number));
    const auto created =
        provinces_.here->Call<Case>("workflow", "portal", "onething.workflow.v1.Cases/CreateCase",
                                    request, application_.applicant().code());
    if (created.ok()) {
      cases_[number] = created->name();
    }
  }

  void DecideAll(Province& province, const std::string& authority) {
    workflow::v1::ListTasksRequest list;
    list.set_authority_code(authority);
    const auto page = province.Call<workflow::v1::ListTasksResponse>(
        "workflow", "authority", "onething.workflow.v1.Tasks/ListTasks", list);
    for (int i = 0; page.ok() && i < page->tasks_size(); ++i) {
      workflow::v1::CompleteTaskRequest request;
      request.set_name(page->tasks(i).name());
      request.set_officer("王五");
      request.set_decision(workflow::v1::DECISION_APPROVE);
      request.set_request_id(
          absl::StrCat("crash-test-", authority, "-", page->tasks(i).name().substr(6)));
      for (const bundle::v1::BundleItem& item : bundle_.items()) {
        for (const auto& [name, source] : item.issues().elements()) {
          if (item.id() == page->tasks(i).item() && !application_.form().contains(source)) {
            (*request.mutable_elements())[source] = "1";
          }
        }
      }
      province
          .Call<Task>("workflow", "authority", "onething.workflow.v1.Tasks/CompleteTask", request)
          .IgnoreError();
    }
  }

  const std::string data_dir_ =
      absl::StrCat(std::filesystem::temp_directory_path().string(), "/onething-crash-", getpid());
  bundle::v1::Bundle bundle_;
  workflow::v1::Application application_;
  TwoProvinces provinces_;
  std::map<int, std::string> cases_;
};

TEST_CASE("after twenty-two kills over all services nothing acknowledged is lost or done twice") {
  Hall hall;
  REQUIRE(hall.Open() == absl::OkStatus());
  std::mt19937 random(20260302);
  for (int kill = 0; kill < kKills; ++kill) {
    hall.Work();
    REQUIRE(hall.KillOne(random) == absl::OkStatus());
  }
  const absl::Time deadline = absl::Now() + kPatience;
  while (!hall.AllClosed() && absl::Now() < deadline) {
    hall.Work();
    absl::SleepFor(kPause);
  }
  REQUIRE(hall.AllClosed());
  hall.Audit();
}

}  // namespace
}  // namespace onething::tool
