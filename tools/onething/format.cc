#include "tools/onething/format.h"

#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libs/codes/mask.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

// Word number `index` of a list, `?` beyond it.
template <size_t N>
std::string Pick(const char* const (&words)[N], int index) {
  return index >= 0 && static_cast<size_t>(index) < N ? words[index] : "?";
}

const absl::TimeZone& China() {
  static const absl::TimeZone zone = absl::FixedTimeZone(8 * 60 * 60);
  return zone;
}

}  // namespace

std::string ClockTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) {
    return "-";
  }
  return absl::FormatTime("%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), China());
}

std::string FullTime(const google::protobuf::Timestamp& time) {
  return time.seconds() == 0 ? ""
                             : absl::FormatTime("%Y-%m-%d %H:%M:%S",
                                                absl::FromUnixSeconds(time.seconds()), China());
}

std::string DurationText(int64_t seconds) {
  struct Unit {
    int64_t seconds;
    const char* word;
  };
  constexpr Unit kUnits[] = {{86400, " 天"}, {3600, " 小时"}, {60, " 分"}, {1, " 秒"}};
  size_t first = 0;
  while (first + 1 < std::size(kUnits) && seconds < kUnits[first].seconds) {
    ++first;
  }
  std::string text = absl::StrCat(seconds / kUnits[first].seconds, kUnits[first].word);
  const int64_t rest = seconds % kUnits[first].seconds;
  if (first + 1 < std::size(kUnits) && rest >= kUnits[first + 1].seconds) {
    absl::StrAppend(&text, " ", rest / kUnits[first + 1].seconds, kUnits[first + 1].word);
  }
  return text;
}

std::string BytesText(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? absl::StrCat(bytes, " B") : absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string YesNo(bool value) { return value ? "是" : "否"; }

std::string Word(catalogue::v1::Item::State state) {
  return Pick({"?", "草稿", "在用", "挂起", "取消"}, state);
}
std::string Word(workflow::v1::Case::State state) {
  return Pick({"?", "草稿", "办理中", "办结", "撤回"}, state);
}
std::string Word(workflow::v1::CaseItem::State state) {
  return Pick({"?", "等待前项", "办理中", "外省办理中", "准予", "不予", "不再办理", "撤回"}, state);
}
std::string Word(workflow::v1::Task::State state) {
  return Pick({"?", "待领取", "已领取", "已办", "取消"}, state);
}
std::string Word(license::v1::License::State state) {
  return Pick({"?", "有效", "暂扣", "撤销"}, state);
}
std::string Word(relay::v1::Transfer::State state) {
  return Pick({"?", "已收存", "已送达", "已接办", "已有结果", "死信"}, state);
}
std::string Word(relay::v1::Transfer::Direction direction) {
  return Pick({"?", "发出", "收到"}, direction);
}
std::string Word(bundle::v1::MaterialSource source) {
  return Pick({"?", "申请人提交", "电子证照", "数据共享", "前项结果", "系统生成", "个人空间"},
              source);
}
std::string Word(rating::v1::Rectification::State state) {
  return Pick({"?", "待整改", "已整改"}, state);
}

std::string Word(workflow::v1::Decision decision) { return Pick({"-", "准予", "不予"}, decision); }
std::string Word(relay::v1::ReceiptContent::Kind kind) {
  return Pick({"?", "收存回执", "送达回执", "接办回执", "结果回执"}, kind);
}
std::string Word(relay::v1::Mode mode) {
  return Pick({"?", "全程网办", "异地代收代办", "多地联办"}, mode);
}
std::string Word(license::v1::Verdict verdict) {
  return Pick({"?", "有效", "尚未生效", "已过期", "暂扣中", "已撤销", "签名不符", "颁发机构不可信",
               "查无此证", "标识有误", "持证人不符"},
              verdict);
}
std::string Word(ops::v1::OutboxEntry::State state) { return Pick({"?", "待发", "死信"}, state); }

std::string LimitText(const catalogue::v1::TimeLimit& limit) {
  if (limit.days() == 0) {
    return "即办";
  }
  return absl::StrCat(limit.days(),
                      limit.unit() == catalogue::v1::LIMIT_UNIT_WORKING_DAY ? " 个工作日" : " 天");
}

std::string MaskedSubject(const common::v1::Subject& subject) {
  return subject.kind() == common::v1::SUBJECT_KIND_ORGANISATION
             ? FullSubject(subject)
             : absl::StrCat(codes::MaskName(subject.name()), "  ",
                            codes::MaskCitizenNumber(subject.code()));
}

std::string FullSubject(const common::v1::Subject& subject) {
  return absl::StrCat(subject.name(), "  ", subject.code());
}

std::string PairsText(const google::protobuf::Map<std::string, std::string>& pairs) {
  const std::map<std::string, std::string> sorted(pairs.begin(), pairs.end());
  return absl::StrJoin(sorted, "  ", absl::PairFormatter("="));
}

std::string LevelWord(int level) {
  return Pick({"?", "非常不满意", "不满意", "基本满意", "满意", "非常满意"}, level);
}

std::string AddressTable(const SuiteFile& file) {
  TextTable table({"服务", "gRPC", "指标"});
  for (const char* service : kServices) {
    table.AddRow({service, file.services.at(service),
                  absl::StrCat("http://", file.metrics.at(service), "/metrics")});
  }
  return table.ToString("  ");
}

}  // namespace onething::tool
