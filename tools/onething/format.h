// How values of the contracts are shown to a person: enum words in Chinese, times in China,
// durations.

#ifndef ONETHING_TOOLS_ONETHING_FORMAT_H_
#define ONETHING_TOOLS_ONETHING_FORMAT_H_

#include <cstdint>
#include <string>

#include "google/protobuf/map.h"
#include "google/protobuf/timestamp.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "onething/common/v1/subject.pb.h"
#include "onething/license/v1/license.pb.h"
#include "onething/ops/v1/outbox.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tools/onething/suite_file.h"

namespace onething::tool {

// `03-02 09:00:05` in China; `-` when not set.
std::string ClockTime(const google::protobuf::Timestamp& time);

// `2026-03-02 09:00:05` in China; empty when not set.
std::string FullTime(const google::protobuf::Timestamp& time);

// `3 天 4 小时`, `5 分 6 秒`: the two largest units.
std::string DurationText(int64_t seconds);

// `1.2 MiB`.
std::string BytesText(uint64_t bytes);

// 是 or 否.
std::string YesNo(bool value);

// The Chinese word of a state or verdict, `?` for one this program does not know.
std::string Word(catalogue::v1::Item::State state);
std::string Word(workflow::v1::Case::State state);
std::string Word(workflow::v1::CaseItem::State state);
std::string Word(workflow::v1::Task::State state);
std::string Word(license::v1::License::State state);
std::string Word(relay::v1::Transfer::State state);
std::string Word(relay::v1::Transfer::Direction direction);
std::string Word(bundle::v1::MaterialSource source);
std::string Word(rating::v1::Rectification::State state);

std::string Word(workflow::v1::Decision decision);
std::string Word(relay::v1::ReceiptContent::Kind kind);
std::string Word(relay::v1::Mode mode);
std::string Word(license::v1::Verdict verdict);
std::string Word(ops::v1::OutboxEntry::State state);

// `5 个工作日`, `20 天`, 即办 for none.
std::string LimitText(const catalogue::v1::TimeLimit& limit);

// `张*  460100********1234` of a person, the whole of an organisation, which is public.
std::string MaskedSubject(const common::v1::Subject& subject);

// The same without masks.
std::string FullSubject(const common::v1::Subject& subject);

// `k=v  k=v` of a map, in the order of the keys.
std::string PairsText(const google::protobuf::Map<std::string, std::string>& pairs);

// 非常满意 for 5 … 非常不满意 for 1.
std::string LevelWord(int level);

// Where the services of a suite answer, and where their metrics are: a table.
std::string AddressTable(const SuiteFile& file);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_FORMAT_H_
