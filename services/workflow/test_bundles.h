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

// A bundle without a fault: birth, then residence and, in another province, a card.
inline constexpr char kSoundBundle[] = R"pb(
  id: "birth"
  display_name: "出生一件事"
  joint_limit_working_days: 5
  region_code: "360100"
  lead_authority: "health"
  authorities {
    id: "health"
    display_name: "健委"
    credit_code: "11360100DEM000014X"
    region_code: "360100"
  }
  authorities {
    id: "police"
    display_name: "公安"
    credit_code: "11360100DEM000022Q"
    region_code: "360100"
  }
  questions {
    id: "married"
    options { id: "yes" }
    options {
      id: "no"
      exclusion { reason: "须单独办理" instead: "窗口" }
    }
  }
  questions {
    id: "card"
    options { id: "yes" }
    options { id: "no" }
  }
  questions {
    id: "bank"
    options { id: "a" }
    options { id: "b" }
    when { all: "card=yes" }
  }
  items {
    id: "certificate"
    task_code: "11360100DEM000014X3000790001000"
    authority: "health"
    materials: "record"
    fields: "name"
    fields: "code"
    in_joint_limit: true
    issues {
      type_code: "11360100DEM000014X001"
      holder_name_field: "name"
      holder_code_field: "code"
      elements { key: "姓名" value: "name" }
      elements { key: "编号" value: "certificate-number" }
    }
  }
  items {
    id: "residence"
    task_code: "11360100DEM000022Q3000790003000"
    authority: "police"
    needs: "certificate"
    materials: "certificate-result"
    materials: "marriage"
    fields: "name"
    in_joint_limit: true
  }
  items {
    id: "social-card"
    task_code: "11360100DEM000022Q3002090005000"
    authority: "police"
    needs: "residence"
    optional: true
    when { all: "card=yes" none: "bank=b" }
    materials: "certificate-result"
    fields: "name"
    fields: "bank-name"
    cross_province { province: "33" mode: CROSS_PROVINCE_MODE_FULLY_ONLINE fields: "name" }
  }
  materials { id: "record" display_name: "出生医学记录" source: MATERIAL_SOURCE_APPLICANT }
  materials {
    id: "marriage"
    source: MATERIAL_SOURCE_E_LICENCE
    license_type: "11360100DEM000022Q001"
  }
  materials {
    id: "certificate-result"
    source: MATERIAL_SOURCE_EARLIER_RESULT
    from_item: "certificate"
  }
  fields { id: "name" type: FIELD_TYPE_TEXT length_max: 50 }
  fields { id: "code" type: FIELD_TYPE_CITIZEN_NUMBER sensitive: true }
  fields {
    id: "bank-name"
    type: FIELD_TYPE_CHOICE
    choices: "甲"
    choices: "乙"
    when { all: "bank=a" }
  }
  deliveries: DELIVERY_MAIL
  deliveries: DELIVERY_COLLECT
)pb";
inline bundle::v1::Bundle SoundBundle() { return FromText<bundle::v1::Bundle>(kSoundBundle); }

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
