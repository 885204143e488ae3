// CaseWorld: everything that cases are made of, on a store in memory with a clock that stands
// still, and nobody outside: what leaves is read from the outbox, and the answers are the test's.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_WORLD_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_WORLD_H_

#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/calendar/calendar.h"
#include "libs/outbox/outbox.h"
#include "libs/storage/test_store.h"
#include "services/workflow/answers.h"
#include "services/workflow/case_check.h"
#include "services/workflow/case_samples.h"
#include "services/workflow/cases.h"
#include "services/workflow/hand_overs.h"
#include "services/workflow/tasks.h"

namespace onething::workflow {

// A catalogue in which every item is in use but those named.
class FakeItemSource final : public ItemSource {
 public:
  absl::StatusOr<Items> Get(absl::Span<const std::string> task_codes, absl::Duration) override {
    Items items;
    for (const std::string& code : task_codes) {
      catalogue::v1::Item item;
      item.set_state(suspended.contains(code) ? catalogue::v1::Item::STATE_SUSPENDED
                                              : catalogue::v1::Item::STATE_PUBLISHED);
      items.push_back(item);
    }
    return items;
  }

  std::set<std::string> suspended;
};

class CaseWorld {
 public:
  struct Options {
    bool invite_ratings = true;
    int64_t timeline_rows_max = 20'000;
  };

  CaseWorld() : CaseWorld(Options{}) {}
  explicit CaseWorld(const Options& options)
      : calendar_(calendar::Calendar::Load("deploy/calendar").value()),
        parts_{.tables = tables_,
               .bundles = bundles_,
               .outgoing = outgoing_,
               .calendar = calendar_,
               .invite_ratings = options.invite_ratings,
               .timeline_rows_max = options.timeline_rows_max} {
    answers_.Register(&outbox_);
    Publish(NewbornBundle());
    portal_.identity = "portal.36";
    portal_.roles = {options::v1::ROLE_PORTAL};
    officer_.identity = "hall.36";
    officer_.roles = {options::v1::ROLE_AUTHORITY};
    supervisor_.identity = "supervision.36";
    supervisor_.roles = {options::v1::ROLE_SUPERVISOR};
    relay_.identity = "relay.36";
    relay_.roles = {options::v1::ROLE_SERVICE};
  }

  // Puts `bundle` where PublishBundle puts one, as its next version.
  void Publish(const bundle::v1::Bundle& bundle) {
    REQUIRE(store_
                .Command([&](storage::Txn& txn) {
                  v1::BundleRecord head =
                      tables_.bundles.bundles.Find(txn, bundle.id()).value_or(v1::BundleRecord());
                  head.set_id(bundle.id());
                  head.set_newest_version(head.newest_version() + 1);
                  v1::PublishedBundle version = Published(bundle);
                  version.set_version(head.newest_version());
                  version.set_name(
                      absl::StrCat("bundles/", bundle.id(), "@", head.newest_version()));
                  for (int i = 0; i < bundle.items_size(); ++i) {
                    version.mutable_pinned_items(i)->set_catalog_code(
                        bundle.items(i).task_code().substr(19));
                  }
                  tables_.bundles.bundles.Put(txn, head);
                  tables_.bundles.versions.Put(txn, version);
                  return absl::OkStatus();
                })
                .ok());
  }

  void Retire(const std::string& id) {
    REQUIRE(store_
                .Command([&](storage::Txn& txn) {
                  v1::BundleRecord head = *tables_.bundles.bundles.Find(txn, id);
                  head.set_retired(true);
                  tables_.bundles.bundles.Put(txn, head);
                  return absl::OkStatus();
                })
                .ok());
  }

  // --- As the applicant's portal ---

  absl::StatusOr<v1::Case> Create(const v1::Application& application, bool submit = true,
                                  const std::string& bundle = "bundles/newborn",
                                  const std::string& on_behalf_of = kMother) {
    v1::CreateCaseRequest request;
    request.set_bundle(bundle);
    *request.mutable_application() = application;
    request.set_submit(submit);
    const rpc::Call call = PortalFor(on_behalf_of);
    const auto admission = store_.Query(
        [&](const storage::View& view) { return cases_.PrepareCreate(view, call, request); });
    if (!admission.ok()) return admission.status();
    return store_.Command(
        [&](storage::Txn& txn) { return cases_.CreateCase(txn, call, request, *admission); });
  }
  // A case of the sample bundle, under way.
  v1::Case Begin() { return Create(NewbornApplication()).value(); }

  absl::StatusOr<v1::Case> Update(const std::string& name, const v1::Application& application,
                                  const std::string& etag = "",
                                  const std::string& on_behalf_of = kMother) {
    v1::UpdateCaseRequest request;
    request.set_name(name);
    *request.mutable_application() = application;
    request.set_etag(etag);
    const rpc::Call call = PortalFor(on_behalf_of);
    return store_.Command([&](storage::Txn& txn) { return cases_.UpdateCase(txn, call, request); });
  }

  absl::StatusOr<v1::Case> Submit(const std::string& name, const std::string& etag = "") {
    v1::SubmitCaseRequest request;
    request.set_name(name);
    request.set_etag(etag);
    const rpc::Call call = PortalFor(kMother);
    const auto admission = store_.Query(
        [&](const storage::View& view) { return cases_.PrepareSubmit(view, call, request); });
    if (!admission.ok()) return admission.status();
    return store_.Command(
        [&](storage::Txn& txn) { return cases_.SubmitCase(txn, call, request, *admission); });
  }

  absl::StatusOr<v1::Case> Withdraw(const std::string& name,
                                    const std::string& on_behalf_of = kMother) {
    v1::WithdrawCaseRequest request;
    request.set_name(name);
    request.set_reason("改到外地办理");
    const rpc::Call call = PortalFor(on_behalf_of);
    return store_.Command(
        [&](storage::Txn& txn) { return cases_.WithdrawCase(txn, call, request); });
  }

  absl::StatusOr<v1::Case> Get(const std::string& name) { return Get(name, PortalFor(kMother)); }
  absl::StatusOr<v1::Case> Get(const std::string& name, const rpc::Call& call) {
    v1::GetCaseRequest request;
    request.set_name(name);
    return store_.Query(
        [&](const storage::View& view) { return cases_.GetCase(view, call, request); });
  }

  absl::StatusOr<v1::ListCasesResponse> List(const v1::ListCasesRequest& request,
                                             const rpc::Call& call) {
    return store_.Query(
        [&](const storage::View& view) { return cases_.ListCases(view, call, request); });
  }

  // The words of the timeline, in order.
  std::vector<std::string> Timeline(const std::string& name) {
    std::vector<std::string> kinds;
    v1::ListTimelineRequest request;
    request.set_name(name);
    request.set_page_size(3);
    do {
      const auto page = store_.Query([&](const storage::View& view) {
        return cases_.ListTimeline(view, PortalFor(kMother), request);
      });
      REQUIRE(page.ok());
      for (const v1::TimelineEvent& event : page->events()) {
        kinds.push_back(event.item().empty() ? event.kind()
                                             : absl::StrCat(event.kind(), " ", event.item()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return kinds;
  }

  // --- As an officer ---

  absl::StatusOr<v1::Task> Approve(const std::string& task, const std::string& officer = "王五") {
    v1::CompleteTaskRequest request;
    request.set_name(task);
    request.set_officer(officer);
    request.set_decision(v1::DECISION_APPROVE);
    (*request.mutable_elements())["certificate-number"] = "X360000001";
    return Complete(request);
  }
  absl::StatusOr<v1::Task> Refuse(const std::string& task, const std::string& reason = "材料不实",
                                  const std::string& officer = "王五") {
    v1::CompleteTaskRequest request;
    request.set_name(task);
    request.set_officer(officer);
    request.set_decision(v1::DECISION_REFUSE);
    request.set_reason(reason);
    return Complete(request);
  }
  absl::StatusOr<v1::Task> Complete(const v1::CompleteTaskRequest& request) {
    return store_.Command(
        [&](storage::Txn& txn) { return tasks_.CompleteTask(txn, officer(), request); });
  }
  absl::StatusOr<v1::Task> Claim(const std::string& task, const std::string& officer_name) {
    v1::ClaimTaskRequest request;
    request.set_name(task);
    request.set_officer(officer_name);
    return store_.Command(
        [&](storage::Txn& txn) { return tasks_.ClaimTask(txn, officer(), request); });
  }
  absl::StatusOr<v1::Task> GetTask(const std::string& task) { return GetTask(task, officer()); }
  absl::StatusOr<v1::Task> GetTask(const std::string& task, const rpc::Call& call) {
    v1::GetTaskRequest request;
    request.set_name(task);
    return store_.Query(
        [&](const storage::View& view) { return tasks_.GetTask(view, call, request); });
  }
  absl::StatusOr<v1::ListTasksResponse> ListTasks(
      const std::string& authority, v1::Task::State state = v1::Task::STATE_UNSPECIFIED) {
    return ListTasks(authority, state, officer());
  }
  absl::StatusOr<v1::ListTasksResponse> ListTasks(const std::string& authority,
                                                  v1::Task::State state, const rpc::Call& call) {
    v1::ListTasksRequest request;
    request.set_authority_code(authority);
    request.set_state(state);
    return store_.Query(
        [&](const storage::View& view) { return tasks_.ListTasks(view, call, request); });
  }

  // --- As the relay ---

  absl::StatusOr<relay::v1::HandleTransferResponse> Receive(
      const relay::v1::HandleTransferRequest& request) {
    return store_.Command(
        [&](storage::Txn& txn) { return hand_overs_.HandleTransfer(txn, relay_call(), request); });
  }
  absl::StatusOr<relay::v1::HandleReceiptResponse> Receipt(
      const relay::v1::HandleReceiptRequest& request) {
    return store_.Command(
        [&](storage::Txn& txn) { return hand_overs_.HandleReceipt(txn, relay_call(), request); });
  }

  // --- What left ---

  // Everything that waits for a destination, the oldest first.
  std::vector<outbox::OutboxEntry> Sent(const std::string& destination) {
    return store_
        .Query([&](const storage::View& view) -> absl::StatusOr<std::vector<outbox::OutboxEntry>> {
          outbox::ListOptions options;
          options.destination = destination;
          options.page.size = 1000;
          std::vector<outbox::OutboxEntry> entries;
          for (const auto& entry : outbox_.List(view, options).records) {
            entries.push_back(*outbox_.Find(view, entry.id()));
          }
          return entries;
        })
        .value();
  }
  // The same, as requests.
  template <class Request>
  std::vector<Request> SentAs(const std::string& destination) {
    std::vector<Request> requests;
    for (const outbox::OutboxEntry& entry : Sent(destination)) {
      REQUIRE(requests.emplace_back().ParseFromString(entry.request()));
    }
    return requests;
  }

  // Answers one entry.
  void Answer(const outbox::OutboxEntry& entry, const absl::StatusOr<std::string>& answer) {
    REQUIRE(store_
                .Command([&](storage::Txn& txn) {
                  outbox_.Answer(txn, entry.id(), answer);
                  return absl::OkStatus();
                })
                .ok());
  }
  // Answers the only licence that is waited for.
  void AnswerLicense(const std::string& identifier) {
    license::v1::License license;
    license.mutable_content()->set_identifier(identifier);
    const auto entries = Sent(kLicensePeer);
    REQUIRE(entries.size() == 1);
    Answer(entries[0], license.SerializeAsString());
  }

  // Indexes, counters, and what cases, tasks and the outbox say of one another.
  absl::Status Check() {
    return store_.Query([this](const storage::View& view) -> absl::Status {
      RETURN_IF_ERROR(tables_.CheckIndexes(view));
      RETURN_IF_ERROR(outbox_.Check(view));
      return CheckCases(tables_, bundles_, view);
    });
  }

  rpc::Call PortalFor(const std::string& subject) const {
    return {.caller = portal_, .on_behalf_of = subject};
  }
  rpc::Call officer() const { return {.caller = officer_}; }
  rpc::Call supervisor() const { return {.caller = supervisor_}; }
  rpc::Call relay_call() const { return {.caller = relay_}; }

  storage::TestStore& store() { return store_; }
  FakeClock& clock() { return store_.clock(); }
  const Tables& tables() const { return tables_; }
  FakeItemSource& catalogue() { return catalogue_; }
  rpc::Caller* mutable_officer() { return &officer_; }
  rpc::Caller* mutable_supervisor() { return &supervisor_; }

 private:
  static google::protobuf::RepeatedPtrField<config::v1::HandOverAuthority> Authorities() {
    google::protobuf::RepeatedPtrField<config::v1::HandOverAuthority> authorities;
    auto* plain = authorities.Add();
    plain->set_catalog_code(kCardCatalogCode);
    plain->set_authority_code(kPolice);
    plain->set_authority_name("杭州市人力资源和社会保障局");
    plain->set_region_code("330100");
    auto* licensed = authorities.Add();
    *licensed = *plain;
    licensed->set_catalog_code("000714012000");
    licensed->set_license_type(kCertificateType);
    return authorities;
  }

  storage::TestStore store_;
  FakeItemSource catalogue_;
  const calendar::Calendar calendar_;
  const Tables tables_;
  outbox::Outbox outbox_{{.owner = "test"}};
  const Outgoing outgoing_{outbox_};
  const CaseBundles bundles_{tables_.bundles, 4};
  const ItemAvailability availability_{&catalogue_, {.fresh_for = absl::ZeroDuration()}};
  const CaseParts parts_;
  const Cases cases_{parts_, availability_, "36"};
  const HandOvers hand_overs_{parts_, "36", Authorities()};
  const Tasks tasks_{parts_, hand_overs_};
  const Answers answers_{parts_, hand_overs_};
  rpc::Caller portal_;
  rpc::Caller officer_;
  rpc::Caller supervisor_;
  rpc::Caller relay_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_WORLD_H_
