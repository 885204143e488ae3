#include "services/workflow/catalogue_item_source.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/rpc/channel.h"

namespace onething::workflow {
namespace {

using catalogue::v1::BatchGetItemsRequest;
using catalogue::v1::BatchGetItemsResponse;

// Answers as the catalogue does: all items, or the first that is missing.
class CatalogueChannel final : public rpc::Channel {
 public:
  void CallAsync(absl::string_view method, std::string request, const rpc::CallOptions& options,
                 Done done) override {
    CHECK(method == "onething.catalogue.v1.Catalogue/BatchGetItems");
    CHECK(options.timeout == absl::Seconds(3));
    BatchGetItemsRequest names;
    REQUIRE(names.ParseFromString(request));
    batch_sizes.push_back(names.names_size());
    done(Answer(names));
  }

  absl::StatusOr<std::string> Answer(const BatchGetItemsRequest& request) const {
    if (!refusal.ok()) return refusal;
    BatchGetItemsResponse response;
    for (const std::string& name : request.names()) {
      if (missing.contains(name)) {
        return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND,
                         "没有事项", {{"item", name}});
      }
      response.add_items()->set_name(name);
    }
    if (truncate) response.mutable_items()->RemoveLast();
    return response.SerializeAsString();
  }

  std::set<std::string> missing;
  absl::Status refusal;
  bool truncate = false;
  std::vector<int> batch_sizes;
};

std::vector<std::string> Codes(int count) {
  std::vector<std::string> codes;
  for (int i = 0; i < count; ++i) codes.push_back(absl::StrCat("code", i));
  return codes;
}

TEST_CASE("items come in the order asked for, in batches") {
  CatalogueChannel channel;
  CatalogueItemSource source(&channel);
  const auto items = source.Get(Codes(450), absl::Seconds(3));
  REQUIRE(items.ok());
  REQUIRE(items->size() == 450);
  for (size_t i = 0; i < items->size(); ++i) {
    CHECK((*items)[i]->name() == absl::StrCat("items/code", i));
  }
  CHECK(channel.batch_sizes == std::vector<int>{200, 200, 50});
  CHECK(source.Get({}, absl::Seconds(3))->empty());
}

TEST_CASE("items that the catalogue does not have leave their places empty") {
  CatalogueChannel channel;
  channel.missing = {"items/code0", "items/code2", "items/code203"};
  CatalogueItemSource source(&channel);
  const auto items = source.Get(Codes(205), absl::Seconds(3));
  REQUIRE(items.ok());
  for (size_t i = 0; i < items->size(); ++i) {
    const std::string name = absl::StrCat("items/code", i);
    CHECK((*items)[i].has_value() == !channel.missing.contains(name));
    if ((*items)[i].has_value()) CHECK((*items)[i]->name() == name);
  }
  CHECK(channel.batch_sizes == std::vector<int>{200, 199, 198, 5, 4});
}

TEST_CASE("without an answer the catalogue is unreachable, whatever it said instead") {
  CatalogueChannel channel;
  CatalogueItemSource source(&channel);
  SECTION("it is down") { channel.refusal = absl::UnavailableError("connection refused"); }
  SECTION("it does not know us") {
    channel.refusal = MakeError(absl::StatusCode::kUnauthenticated,
                                common::v1::ERROR_REASON_CALLER_UNKNOWN, "不认识");
  }
  SECTION("it misses an item that nobody asked for") {
    channel.refusal =
        MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND, "没有事项",
                  {{"item", "items/other"}});
  }
  SECTION("it answers less than was asked") { channel.truncate = true; }
  const auto items = source.Get(Codes(2), absl::Seconds(3));
  CHECK(items.status().code() == absl::StatusCode::kUnavailable);
  CHECK(ReasonOf(items.status()) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
  CHECK(channel.batch_sizes.size() == 1);
}

}  // namespace
}  // namespace onething::workflow
