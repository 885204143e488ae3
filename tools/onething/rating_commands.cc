#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "onething/rating/v1/rating.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = rating::v1;

constexpr int kLevelCount = 5;

std::string PerHundred(int per_10000) { return absl::StrFormat("%.2f%%", per_10000 / 100.0); }

void PrintInvitations(const v1::ListInvitationsResponse& response) {
  TextTable table({"服务", "事项", "部门", "评价"});
  for (const v1::Invitation& invitation : response.invitations()) {
    table.AddRow({absl::StrCat(invitation.service().service_number()),
                  invitation.service().item_name(), invitation.service().authority_name(),
                  invitation.rating().empty() ? "待评价" : invitation.rating()});
  }
  std::cout << table.ToString();
}

void PrintRating(const v1::Rating& rating) {
  std::cout << LevelWord(rating.level()) << "（" << rating.level() << "）  "
            << rating.service().item_name() << "\n"
            << FactLines({{"评价", rating.name()},
                          {"部门", rating.service().authority_name()},
                          {"标签", absl::StrJoin(rating.labels(), "、")},
                          {"意见", rating.comment()},
                          {"时间", FullTime(rating.create_time())},
                          {"整改", rating.rectification()}});
}

void PrintRatings(const v1::ListRatingsResponse& response) {
  TextTable table({"评价", "等级", "事项", "部门", "时间", "整改"});
  for (const v1::Rating& rating : response.ratings()) {
    table.AddRow({rating.name(), LevelWord(rating.level()), rating.service().item_name(),
                  rating.service().authority_name(), ClockTime(rating.create_time()),
                  rating.rectification()});
  }
  std::cout << table.ToString();
}

void PrintLabels(const v1::ListLabelsResponse& response) {
  TextTable table({"代码", "等级", "标签", "可选"});
  for (const v1::Label& label : response.labels()) {
    table.AddRow({label.code(), LevelWord(label.level()), label.text(), YesNo(label.in_force())});
  }
  std::cout << table.ToString();
}

void PrintStatistics(const v1::Statistics& statistics) {
  TextTable table({"等级", "件数"});
  for (int level = kLevelCount; level >= 1; --level) {
    const int index = level - 1;
    table.AddRow({LevelWord(level), absl::StrCat(index < statistics.level_counts_size()
                                                     ? statistics.level_counts(index)
                                                     : 0)});
  }
  std::cout << table.ToString()
            << FactLines({{"邀请", absl::StrCat(statistics.invited_count())},
                          {"评价", absl::StrCat(statistics.rated_count())},
                          {"满意率", PerHundred(statistics.satisfaction_per_10000())},
                          {"参评率", PerHundred(statistics.response_per_10000())},
                          {"待整改", absl::StrCat(statistics.open_rectification_count())}},
                         "");
}

void PrintRectification(const v1::Rectification& rectification) {
  std::cout << Word(rectification.state()) << "  " << rectification.service().item_name() << "（"
            << LevelWord(rectification.level()) << "）\n"
            << FactLines({{"整改", rectification.name()},
                          {"评价", rectification.rating()},
                          {"部门", rectification.service().authority_name()},
                          {"核实期限", rectification.verify_due_date()},
                          {"反馈期限", rectification.feedback_due_date()},
                          {"处理结果", rectification.resolution()}});
}

void PrintRectifications(const v1::ListRectificationsResponse& response) {
  TextTable table({"整改", "事项", "部门", "等级", "状态", "核实期限", "反馈期限"});
  for (const v1::Rectification& rectification : response.rectifications()) {
    table.AddRow({rectification.name(), rectification.service().item_name(),
                  rectification.service().authority_name(), LevelWord(rectification.level()),
                  Word(rectification.state()), rectification.verify_due_date(),
                  rectification.feedback_due_date()});
  }
  std::cout << table.ToString();
}

constexpr FieldOption kItem{"--item", "item_code", "事项（实施编码）或一件事"};
constexpr FieldOption kAuthorityCode{"--authority", "authority_code", "被评部门（信用代码）"};

}  // namespace

void AddRatingCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "rating", "好差评：评价、统计、差评整改");
  noun.Call<v1::ListInvitationsRequest>("invitations", "列出办件可评价的服务", kSupervisorOrPortal,
                                        {{"case", "case_name", "办件：cases/{编号}，或只写编号"}},
                                        PrintInvitations);
  noun.Call<v1::SubmitRatingRequest>(
      "submit", "评价办件的一次服务", kPortal,
      {{"case", "case_name", "办件：cases/{编号}，或只写编号"},
       {"--number", "service_number", "第几次服务，见 rating invitations"},
       {"--level", "level", "5 非常满意、4 满意、3 基本满意、2 不满意、1 非常不满意"},
       {"--label", "labels", "标签代码，可重复，见 rating labels"},
       {"--comment", "comment", "意见，至多 150 字"},
       {"--channel", "channel", "评价渠道"}},
      PrintRating);
  noun.Call<v1::GetRatingRequest>("get", "查看评价", kSupervisorOrPortal,
                                  {{"name", "name", "评价：ratings/{编号}，或只写编号"}},
                                  PrintRating);
  noun.Call<v1::ListRatingsRequest>(
      "list", "列出事项或部门的评价", kSupervisor,
      {kItem, kAuthorityCode, {"--level", "level", "只列此等级，1 至 5"}}, PrintRatings);
  noun.Call<v1::ListLabelsRequest>("labels", "列出评价标签", kPortal,
                                   {{"--level", "level", "只列此等级，1 至 5"}}, PrintLabels);
  noun.Call<v1::GetStatisticsRequest>(
      "statistics", "查看事项、部门或区划的评价统计", kSupervisor,
      {kItem,
       kAuthorityCode,
       {"--region", "region_code", "区划，含下级"},
       {"--period", "period", "2026、2026-03 或 2026-03-02，默认全部"}},
      PrintStatistics);
  noun.Call<v1::ListRectificationsRequest>("rectifications", "列出差评整改", kSupervisor,
                                           {{"--state", "state", "只列此状态"}, kAuthorityCode},
                                           PrintRectifications);
  noun.Call<v1::ResolveRectificationRequest>(
      "resolve", "登记差评的核实与整改结果", kAuthority,
      {{"name", "name", "整改：rectifications/{编号}，或只写编号"},
       {"--resolution", "resolution", "核实与处理情况"}},
      PrintRectification);
}

}  // namespace onething::tool
