#include <iostream>

#include "absl/strings/str_cat.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = catalogue::v1;

void PrintItem(const v1::Item& item) {
  std::cout << item.display_name() << "（" << Word(item.state()) << "，第 " << item.version()
            << " 版" << (item.draft_pending() ? "，另有未发布的修改" : "") << "）\n"
            << FactLines({{"名称", item.name()},
                          {"实施主体", item.authority_name() + "  " + item.authority_code()},
                          {"区划", item.region_code()},
                          {"承诺时限", LimitText(item.promised_limit())},
                          {"法定时限", LimitText(item.statutory_limit())},
                          {"到场次数", absl::StrCat(item.visits())},
                          {"材料", absl::StrCat(item.materials_size(), " 份")},
                          {"办理结果", item.result().name()},
                          {"原因", item.state_reason()},
                          {"etag", item.etag()}});
}

template <class Response>
void PrintItems(const Response& response) {
  TextTable table({"实施编码", "事项", "实施主体", "状态", "版本"});
  for (const v1::Item& item : response.items()) {
    table.AddRow({item.task_code(), item.display_name(), item.authority_name(), Word(item.state()),
                  absl::StrCat(item.version())});
  }
  std::cout << table.ToString();
}

void PrintPublished(const v1::PublishItemResponse& response) {
  PrintItem(response.item());
  for (const v1::RuleFinding& warning : response.warnings()) {
    std::cout << "  提醒 [" << warning.rule() << "] " << warning.sentence() << "\n";
  }
}

constexpr FieldOption kName{"name", "name", "事项：items/{实施编码}，或只写实施编码"};
constexpr FieldOption kEtag{"--etag", "etag", "读到的 etag；已变动则拒绝"};
constexpr FieldOption kReason{"--reason", "reason", "原因"};

}  // namespace

void AddItemCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "item", "事项：新增、发布、挂起、查询");
  noun.Call<v1::CreateItemRequest>("create", "从文件新增事项（草稿）", kEditor,
                                   {{"file", "item", "事项文件"}}, PrintItem);
  noun.Call<v1::UpdateItemRequest>(
      "update", "按文件修改事项的草稿", kEditor,
      {kName,
       {"file", "item", "事项文件"},
       {"--field", "update_mask.paths", "要修改的字段，可重复，例如 display_name"}},
      PrintItem);
  noun.Call<v1::PublishItemRequest>("publish", "把草稿发布为新版本", kEditor, {kName, kEtag},
                                    PrintPublished);
  noun.Call<v1::GetItemRequest>("get", "查看事项；@3 为第 3 版，@draft 为草稿", kPortal, {kName},
                                PrintItem);
  noun.Call<v1::BatchGetItemsRequest>("batch-get", "一次查看多个事项", kPortal,
                                      {{"names", "names", "事项，可写多个"}},
                                      PrintItems<v1::BatchGetItemsResponse>);
  noun.Call<v1::ListItemsRequest>("list", "列出事项", kPortal,
                                  {{"--state", "state", "只列此状态"},
                                   {"--authority", "authority_code", "只列此实施主体（信用代码）"},
                                   {"--region", "region_code", "只列此区划及其下级"},
                                   {"--catalog", "catalog_code", "只列此基本编码"},
                                   {"--text", "text", "只列名称含此文字的"}},
                                  PrintItems<v1::ListItemsResponse>);
  noun.Call<v1::ListItemVersionsRequest>("versions", "列出事项已发布的版本", kPortal, {kName},
                                         PrintItems<v1::ListItemVersionsResponse>);
  noun.Call<v1::SuspendItemRequest>("suspend", "挂起在用的事项", kEditor, {kName, kReason},
                                    PrintItem);
  noun.Call<v1::ResumeItemRequest>("resume", "恢复挂起的事项", kEditor, {kName}, PrintItem);
  noun.Call<v1::RetireItemRequest>("retire", "取消事项，不可恢复", kEditor, {kName, kReason},
                                   PrintItem);
}

}  // namespace onething::tool
