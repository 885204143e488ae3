#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/codes/mask.h"
#include "onething/workflow/v1/cases.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = workflow::v1;

// What is worth saying of an item besides its state.
std::string RemarkOf(const v1::CaseItem& item) {
  if (!item.waits_for().empty()) {
    return absl::StrCat("等待 ", absl::StrJoin(item.waits_for(), "、"));
  }
  if (!item.province().empty()) {
    return absl::StrCat(item.province(), " 省办理  ", item.transfer());
  }
  if (!item.license().empty() || item.license_pending()) {
    return item.license_pending() ? "证照颁发中" : item.license();
  }
  return item.reason();
}

void PrintCase(const v1::Case& found) {
  std::cout << found.bundle_display_name() << "（" << Word(found.state()) << "）\n"
            << FactLines({{"办件", found.name()},
                          {"一件事", found.bundle()},
                          {"申请人", FullSubject(found.application().applicant())},
                          {"提交", FullTime(found.submit_time())},
                          {"联办期限", found.due_date()},
                          {"结束", FullTime(found.close_time())},
                          {"etag", found.etag()}});
  TextTable table({"子件", "事项", "部门", "状态", "期限", "待办", "说明"});
  for (const v1::CaseItem& item : found.items()) {
    table.AddRow({item.item(), item.display_name(), item.authority_name(), Word(item.state()),
                  item.due_date(), item.task(), RemarkOf(item)});
  }
  std::cout << (table.empty() ? "" : table.ToString("  ", 100));
}

void PrintCases(const v1::ListCasesResponse& response) {
  TextTable table({"办件", "一件事", "申请人", "状态", "未办结", "提交", "联办期限"});
  for (const v1::Case& found : response.cases()) {
    table.AddRow({found.name(), found.bundle_display_name(),
                  codes::MaskName(found.application().applicant().name()), Word(found.state()),
                  absl::StrCat(found.open_item_count()), ClockTime(found.submit_time()),
                  found.due_date()});
  }
  std::cout << table.ToString();
}

void PrintTimeline(const v1::ListTimelineResponse& response) {
  TextTable table({"序", "时间", "子件", "经手", "经过"});
  for (const v1::TimelineEvent& event : response.events()) {
    table.AddRow({absl::StrCat(event.sequence()), ClockTime(event.time()), event.item(),
                  event.actor(), event.sentence()});
  }
  std::cout << table.ToString("", 80);
}

constexpr FieldOption kName{"name", "name", "办件：cases/{编号}，或只写编号"};
constexpr FieldOption kFile{"file", "application", "申请文件：申请人、情形、表单、材料"};
constexpr FieldOption kEtag{"--etag", "etag", "读到的 etag；已变动则拒绝"};

}  // namespace

void AddCaseCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "case", "办件：申请、提交、查询、撤回（先看告知：bundle notice）");
  noun.Call<v1::CreateCaseRequest>("create", "从文件新建办件", kPortal,
                                   {kFile,
                                    {"--bundle", "bundle", "一件事：bundles/{代码}，或只写代码"},
                                    {"--submit", "submit", "同时提交"}},
                                   PrintCase);
  noun.Call<v1::UpdateCaseRequest>("update", "按文件替换草稿的申请内容", kPortal,
                                   {kName, kFile, kEtag}, PrintCase);
  noun.Call<v1::SubmitCaseRequest>("submit", "提交草稿", kPortal, {kName, kEtag}, PrintCase);
  noun.Call<v1::GetCaseRequest>("get", "查看办件及各子件", kSupervisorOrPortal, {kName}, PrintCase);
  noun.Call<v1::ListCasesRequest>(
      "list", "列出办件；至少一个条件", kSupervisorOrPortal,
      {{"--applicant", "applicant_code", "只列此申请人：身份号码或信用代码"},
       {"--state", "state", "只列此状态"},
       {"--bundle", "bundle", "只列此一件事"}},
      PrintCases);
  noun.Call<v1::ListTimelineRequest>("timeline", "查看办件的全部经过", kSupervisorOrPortal, {kName},
                                     PrintTimeline);
  noun.Call<v1::WithdrawCaseRequest>("withdraw", "撤回尚无决定的办件", kPortal,
                                     {kName, {"--reason", "reason", "原因"}}, PrintCase);
}

}  // namespace onething::tool
