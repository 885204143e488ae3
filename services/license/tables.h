// The tables of the license service: the only place that knows its keys. A licence is stored as
// what was signed and where it stands (records.proto), a licence type as it is shown.

#ifndef ONETHING_SERVICES_LICENSE_TABLES_H_
#define ONETHING_SERVICES_LICENSE_TABLES_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/util/time_util.h"
#include "libs/base/status.h"
#include "libs/storage/table.h"
#include "onething/license/v1/license.pb.h"
#include "onething/license/v1/records.pb.h"

namespace onething::license {

struct Tables {
  // Somebody's licences in the order of issue.
  using ByPerson = storage::Index<v1::LicenseRecord, std::string, int64_t>;

  const ByPerson by_holder{
      storage::TableId::kLicensesByHolder, [](const v1::LicenseRecord& record) {
        return std::vector<ByPerson::Entry>{{record.holder_code(), IssueMicros(record)}};
      }};
  const ByPerson by_issuer{
      storage::TableId::kLicensesByIssuer, [](const v1::LicenseRecord& record) {
        return std::vector<ByPerson::Entry>{{record.issuer_code(), IssueMicros(record)}};
      }};

  // Licence types by code.
  const storage::Table<v1::LicenseType, std::string> types{
      storage::TableId::kLicenseTypes,
      [](const v1::LicenseType& type) { return std::tuple<std::string>(type.code()); }};
  // Licences by identifier.
  const storage::Table<v1::LicenseRecord, std::string> licenses{
      storage::TableId::kLicenses,
      [](const v1::LicenseRecord& record) { return std::tuple<std::string>(record.identifier()); },
      {&by_holder, &by_issuer}};

  // Compares every index with its rows. DATA_LOSS at the first difference.
  absl::Status Check(const storage::View& view) const {
    RETURN_IF_ERROR(types.CheckIndexes(view));
    return licenses.CheckIndexes(view);
  }

 private:
  static int64_t IssueMicros(const v1::LicenseRecord& record) {
    return google::protobuf::util::TimeUtil::TimestampToMicroseconds(record.create_time());
  }
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_TABLES_H_
