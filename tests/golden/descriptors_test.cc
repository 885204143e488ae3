// The contracts as recorded in descriptors.txt, one line an element. What stands there may not
// change or go: clients of other versions rely on it. What is new is recorded with
// ONETHING_UPDATE_GOLDEN=1 and reviewed like code.

#include <google/protobuf/descriptor.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "onething/common/v1/error.pb.h"
#include "onething/common/v1/error_reason.pb.h"
#include "onething/license/v1/license.pb.h"
#include "onething/ops/v1/operations.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/hand_overs.pb.h"
#include "onething/workflow/v1/tasks.pb.h"

namespace onething {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

constexpr char kGoldenFile[] = "tests/golden/descriptors.txt";

void AddEnum(const EnumDescriptor& type, std::set<std::string>* lines) {
  for (int i = 0; i < type.value_count(); ++i) {
    lines->insert(absl::StrCat("enum ", type.full_name(), " ", type.value(i)->number(), " ",
                               type.value(i)->name()));
  }
}

void AddMessage(const Descriptor& type, std::set<std::string>* lines) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string of = field.message_type() != nullptr ? field.message_type()->full_name()
                           : field.enum_type() != nullptr  ? field.enum_type()->full_name()
                                                           : field.type_name();
    lines->insert(absl::StrCat("field ", type.full_name(), " ", field.number(), " ", field.name(),
                               " ", field.is_repeated() ? "repeated " : "", of));
  }
  for (int i = 0; i < type.nested_type_count(); ++i) {
    AddMessage(*type.nested_type(i), lines);
  }
  for (int i = 0; i < type.enum_type_count(); ++i) {
    AddEnum(*type.enum_type(i), lines);
  }
}

std::set<std::string> Contracts() {
  std::set<std::string> lines;
  const FileDescriptor* const files[] = {bundle::v1::Bundle::descriptor()->file(),
                                         catalogue::v1::Item::descriptor()->file(),
                                         common::v1::ErrorInfo::descriptor()->file(),
                                         common::v1::ErrorReason_descriptor()->file(),
                                         license::v1::License::descriptor()->file(),
                                         ops::v1::Diagnostics::descriptor()->file(),
                                         rating::v1::Rating::descriptor()->file(),
                                         relay::v1::Transfer::descriptor()->file(),
                                         workflow::v1::PublishedBundle::descriptor()->file(),
                                         workflow::v1::Case::descriptor()->file(),
                                         workflow::v1::Task::descriptor()->file(),
                                         workflow::v1::HandOver::descriptor()->file()};
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      AddMessage(*file->message_type(i), &lines);
    }
    for (int i = 0; i < file->enum_type_count(); ++i) {
      AddEnum(*file->enum_type(i), &lines);
    }
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        const auto& method = *file->service(i)->method(j);
        lines.insert(absl::StrCat("rpc ", method.full_name(), " ", method.input_type()->full_name(),
                                  " ", method.output_type()->full_name()));
      }
    }
  }
  return lines;
}

std::set<std::string> Recorded() {
  std::set<std::string> lines;
  std::ifstream input(kGoldenFile);
  for (std::string line; std::getline(input, line);) {
    lines.insert(line);
  }
  return lines;
}

TEST_CASE("the contracts are as recorded: nothing that clients rely on has changed or gone") {
  const std::set<std::string> contracts = Contracts();
  if (std::getenv("ONETHING_UPDATE_GOLDEN") != nullptr) {
    std::ofstream output(kGoldenFile);
    for (const std::string& line : contracts) {
      output << line << "\n";
    }
  }
  const std::set<std::string> recorded = Recorded();
  for (const std::string& line : recorded) {
    INFO("changed or gone: " << line);
    CHECK(contracts.count(line) == 1);
  }
  for (const std::string& line : contracts) {
    INFO("new, not recorded yet: " << line);
    CHECK(recorded.count(line) == 1);
  }
}

}  // namespace
}  // namespace onething
