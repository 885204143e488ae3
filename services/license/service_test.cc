#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "libs/base/error.h"
#include "libs/rpc/in_process_channel.h"
#include "libs/rpc/server_config.h"
#include "libs/runtime/host.h"
#include "libs/runtime/load_config.h"
#include "services/license/license_hall.h"
#include "services/license/wiring.h"

namespace onething::license {
namespace {

using v1::License;

// The whole service as its program wires it, on a disk in memory and without threads.
class Process {
 public:
  Process() {
    Trust(kIssuer, key_, "2020-01-01", "", &trust_);
    Start();
  }

  void Start() {
    config::v1::ServerConfig server;
    server.set_listen_address("127.0.0.1:0");
    server.set_data_dir("/license");
    server.set_development_plaintext(true);
    server.set_province("36");
    AddCaller("editor", Role::ROLE_EDITOR, &server);
    AddCaller("workflow", Role::ROLE_SERVICE, &server);
    AddCaller("portal", Role::ROLE_PORTAL, &server);
    AddCaller("authority", Role::ROLE_AUTHORITY, &server);
    AddCaller("peer", Role::ROLE_PEER, &server);
    runtime::HostOptions options{.service = "license",
                                 .server = rpc::CompleteServerConfig(server).value(),
                                 .threaded = false,
                                 .memory_disk = &disk_};
    host_ = std::move(runtime::Host::Open(std::move(options), {}, &clock_)).value();
    KeyRing own;
    own.Add(codes::CreditCode::Parse(kIssuer).value(), LicenseHall::CopyOf(key_));
    WireWith(MakeKeys(TrustList::Create(trust_).value(), std::move(own)).value(), *host_);
    host_->Start();
  }

  void Restart() {
    disk_.PowerOff();
    host_.reset();
    disk_.PowerOn();
    Start();
  }

  template <class Answer>
  absl::StatusOr<Answer> Call(const char* identity, const char* method,
                              const google::protobuf::Message& request,
                              const std::string& subject = "") {
    rpc::InProcessChannel channel(&host_->router(), identity);
    return channel.Call<Answer>(absl::StrCat("onething.license.v1.Licenses/", method), request,
                                {.on_behalf_of = subject});
  }

  absl::Status CreateType() {
    v1::CreateLicenseTypeRequest request;
    *request.mutable_license_type() = SampleType();
    request.set_request_id("create-type");
    return Call<v1::LicenseType>("editor", "CreateLicenseType", request).status();
  }
  absl::StatusOr<License> Issue(const v1::IssueLicenseRequest& request = SampleRequest()) {
    return Call<License>("workflow", "IssueLicense", request);
  }
  absl::StatusOr<v1::VerifyLicenseResponse> Verify(const v1::VerifyLicenseRequest& request) {
    return Call<v1::VerifyLicenseResponse>("peer", "VerifyLicense", request);
  }

  FakeClock& clock() { return clock_; }
  runtime::Host& host() { return *host_; }

 private:
  static void AddCaller(const char* identity, Role role, config::v1::ServerConfig* server) {
    config::v1::CallerEntry* caller = server->add_callers();
    caller->set_identity(identity);
    caller->add_roles(role);
  }

  FakeClock clock_;
  storage::MemoryDisk disk_;
  const crypto::PrivateKey key_ = crypto::PrivateKey::Generate();
  config::v1::TrustFile trust_;
  std::unique_ptr<runtime::Host> host_;
};

v1::VerifyLicenseRequest Presenting(const License& license) {
  v1::VerifyLicenseRequest request;
  request.mutable_presented()->set_signed_content(license.signed_content());
  request.mutable_presented()->set_signature(license.signature());
  request.set_use_cause("办理出生登记");
  return request;
}

TEST_CASE("a licence is issued, verified, suspended and read through its contract") {
  Process process;
  REQUIRE(process.CreateType().ok());
  const License license = process.Issue().value();
  CHECK(process.Verify(Presenting(license))->verdict() == v1::VERDICT_VALID);

  v1::SuspendLicenseRequest suspend;
  suspend.set_name(license.name());
  suspend.set_reason("核查中");
  suspend.set_request_id("suspend-1");
  CHECK(process.Call<License>("authority", "SuspendLicense", suspend)->state() ==
        License::STATE_SUSPENDED);
  CHECK(process.Verify(Presenting(license))->verdict() == v1::VERDICT_SUSPENDED);

  v1::GetLicenseRequest get;
  get.set_name(license.name());
  CHECK(process.Call<License>("portal", "GetLicense", get, kHolder)->state_reason() == "核查中");
  CHECK(ReasonOf(process.Call<License>("portal", "GetLicense", get, kOtherHolder).status()) ==
        common::v1::ERROR_REASON_LICENSE_NOT_FOUND);
}

TEST_CASE("a repeated request issues one licence, at once, after a power cut and after a month") {
  Process process;
  REQUIRE(process.CreateType().ok());
  const License license = process.Issue().value();
  CHECK(process.Issue()->SerializeAsString() == license.SerializeAsString());
  process.Restart();
  CHECK(process.Issue()->SerializeAsString() == license.SerializeAsString());
  process.clock().Advance(absl::Hours(24 * 30));
  process.host().router().SweepRequests();
  process.host().RunPending();
  CHECK(process.Issue()->SerializeAsString() == license.SerializeAsString());

  v1::IssueLicenseRequest other = SampleRequest();
  other.mutable_holder()->set_name("李四");
  CHECK(ReasonOf(process.Issue(other).status()) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  v1::ListLicensesRequest list;
  list.set_issuer_code(kIssuer);
  CHECK(
      process.Call<v1::ListLicensesResponse>("authority", "ListLicenses", list)->licenses_size() ==
      1);
}

TEST_CASE("what the contract does not allow does not come to the rules") {
  Process process;
  REQUIRE(process.CreateType().ok());
  const auto refused = [&](const absl::Status& status, ErrorReason reason) {
    INFO(status);
    CHECK(ReasonOf(status) == reason);
  };
  const ErrorReason field_invalid = common::v1::ERROR_REASON_FIELD_INVALID;
  v1::IssueLicenseRequest request = SampleRequest();
  (*request.mutable_elements())["KZ_BZ"] = std::string(2001, 'x');
  refused(process.Issue(request).status(), field_invalid);
  request = SampleRequest();
  request.mutable_holder()->set_name("张\xff");
  refused(process.Issue(request).status(), field_invalid);
  request = SampleRequest();
  request.clear_request_id();
  refused(process.Issue(request).status(), field_invalid);
  refused(process.Call<License>("portal", "IssueLicense", SampleRequest()).status(),
          common::v1::ERROR_REASON_ROLE_MISSING);
  v1::VerifyLicenseRequest verify = Presenting(process.Issue().value());
  verify.clear_use_cause();
  refused(process.Verify(verify).status(), field_invalid);
  verify.set_use_cause("核验");
  verify.mutable_presented()->set_signed_content(std::string(kContentBytesMax + 1, 'x'));
  refused(process.Verify(verify).status(), field_invalid);
}

TEST_CASE("the shipped configuration can be read") {
  config::v1::LicenseConfig config;
  runtime::Flags flags;
  flags.config_file = "deploy/config/license.yaml";
  const absl::Status status = runtime::LoadConfig(flags, &config);
  INFO(status);
  CHECK(status.ok());
}

TEST_CASE("metrics count what was issued, verified and changed") {
  Process process;
  REQUIRE(process.CreateType().ok());
  const License license = process.Issue().value();
  CHECK(process.Issue().ok());
  CHECK(process.Verify(Presenting(license)).ok());
  v1::RevokeLicenseRequest revoke;
  revoke.set_name(license.name());
  revoke.set_reason("注销");
  revoke.set_request_id("revoke-1");
  CHECK(process.Call<License>("authority", "RevokeLicense", revoke).ok());
  const telemetry::LicenseMetrics& metrics = process.host().metrics().license;
  CHECK(metrics.issued.With({kTypeCode}).Value() == 1);
  CHECK(metrics.verified.With({"valid"}).Value() == 1);
  CHECK(metrics.state_changes.With({"revoked"}).Value() == 1);
}

}  // namespace
}  // namespace onething::license
