// Bundles for the tests of this folder, written as the text of the message so that a test shows
// what it is about.

#ifndef ONETHING_SERVICES_WORKFLOW_TEST_BUNDLES_H_
#define ONETHING_SERVICES_WORKFLOW_TEST_BUNDLES_H_

#include <catch2/catch.hpp>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// The message that `text` writes.
template <class Message>
Message FromText(const std::string& text) {
  Message message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

// `bundle` as its first version, each item pinned to version 1 of its catalogue item.
inline v1::PublishedBundle Published(const bundle::v1::Bundle& bundle) {
  v1::PublishedBundle published;
  published.set_name(absl::StrCat("bundles/", bundle.id(), "@1"));
  published.set_version(1);
  *published.mutable_bundle() = bundle;
  for (const auto& item : bundle.items()) {
    v1::PinnedItem* pinned = published.add_pinned_items();
    pinned->set_item(item.id());
    pinned->set_catalogue_name(absl::StrCat("items/", item.task_code(), "@1"));
    pinned->set_display_name(absl::StrCat("事项", item.id()));
    pinned->set_promised_days(5);
    pinned->set_promised_working_days(true);
  }
  return published;
}

// The same, compiled.
inline std::shared_ptr<const CompiledBundle> Compiled(const bundle::v1::Bundle& bundle) {
  auto compiled = CompiledBundle::Compile(Published(bundle));
  REQUIRE(compiled.ok());
  return *std::move(compiled);
}

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_TEST_BUNDLES_H_
