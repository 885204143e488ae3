#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "tools/onething/bundle_check.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/notice_text.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = workflow::v1;

using Diagnostics = std::vector<config::Diagnostic>;

void PrintBundle(const v1::PublishedBundle& published) {
  const bundle::v1::Bundle& bundle = published.bundle();
  std::cout << bundle.display_name() << "（" << (published.in_use() ? "在用" : "停用") << "，第 "
            << published.version() << " 版）\n"
            << FactLines(
                   {{"名称", published.name()},
                    {"说明", bundle.summary()},
                    {"区划", bundle.region_code()},
                    {"联办时限", absl::StrCat(bundle.joint_limit_working_days(), " 个工作日")},
                    {"发布", FullTime(published.publish_time())}});
  TextTable table({"子件", "事项", "目录版本", "承诺天数"});
  for (const v1::PinnedItem& item : published.pinned_items()) {
    table.AddRow({item.item(), item.display_name(), item.catalogue_name(),
                  absl::StrCat(item.promised_days())});
  }
  std::cout << table.ToString("  ");
}

void PrintBundles(const v1::ListBundlesResponse& response) {
  TextTable table({"一件事", "名称", "事项", "联办工作日", "状态", "发布"});
  for (const v1::PublishedBundle& published : response.bundles()) {
    table.AddRow({published.name(), published.bundle().display_name(),
                  absl::StrCat(published.bundle().items_size()),
                  absl::StrCat(published.bundle().joint_limit_working_days()),
                  published.in_use() ? "在用" : "停用", FullTime(published.publish_time())});
  }
  std::cout << table.ToString();
}

int ShowNotice(const Session& session, const v1::PreviewCaseRequest& request,
               const v1::Notice& notice) {
  return session.Show(notice, [&] { std::cout << NoticeText(notice, request.answers()); });
}

bool IsError(const config::Diagnostic& diagnostic) {
  return diagnostic.severity == config::Severity::kError;
}

bool IsSound(const Diagnostics& found) { return std::none_of(found.begin(), found.end(), IsError); }

nlohmann::json ToDocument(const std::string& file, const Diagnostics& found) {
  nlohmann::json findings = nlohmann::json::array();
  for (const config::Diagnostic& diagnostic : found) {
    findings.push_back({{"line", diagnostic.line},
                        {"column", diagnostic.column},
                        {"severity", IsError(diagnostic) ? "error" : "warning"},
                        {"message", diagnostic.message},
                        {"hint", diagnostic.hint},
                        {"path", diagnostic.path}});
  }
  return {{"file", file}, {"sound", IsSound(found)}, {"findings", findings}};
}

void PrintFindings(const std::string& file, const Diagnostics& found) {
  for (const config::Diagnostic& diagnostic : found) {
    std::cout << diagnostic.Format() << "\n";
  }
  const auto errors = std::count_if(found.begin(), found.end(), IsError);
  std::cout << file << "：" << (errors == 0 ? "没有错误" : absl::StrCat(errors, " 个错误")) << "，"
            << found.size() - static_cast<size_t>(errors) << " 条提醒\n";
}

int CheckFiles(const Session& session, const std::vector<std::string>& files) {
  nlohmann::json documents = nlohmann::json::array();
  bool sound = true;
  for (const std::string& file : files) {
    if (!std::filesystem::is_regular_file(file)) {
      return session.RefuseUsage(absl::StrCat("没有文件 ", file));
    }
  }
  for (const std::string& file : files) {
    const Diagnostics found = CheckBundleFile(file);
    sound = sound && IsSound(found);
    documents.push_back(ToDocument(file, found));
    if (!session.options().json) {
      PrintFindings(file, found);
    }
  }
  session.ShowJson(nlohmann::json{{"sound", sound}, {"files", documents}}.dump(), [] {});
  return sound ? kDone : kRefused;
}

constexpr FieldOption kName{"name", "name", "一件事：bundles/{代码}，或只写代码"};

}  // namespace

void AddBundleCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "bundle", "一件事：检查、发布、一次告知");
  AddVerb(noun.app(), program, "check", "检查一件事文件，不需要服务；有错误时退出码为 1",
          [=](CLI::App& verb) {
            // Shared because the option and what runs both hold it until the program ends.
            auto files = std::make_shared<std::vector<std::string>>();
            verb.add_option("files", *files, "一件事文件（YAML），可写多个")
                ->required()
                ->type_name("FILE");
            return [=] { return CheckFiles(program->session, *files); };
          });
  noun.Call<v1::PublishBundleRequest>("publish", "从文件发布一件事的新版本", kEditor,
                                      {{"file", "bundle", "一件事文件"}}, PrintBundle);
  noun.Call<v1::GetBundleRequest>("get", "查看一件事；@3 为第 3 版", kPortal, {kName}, PrintBundle);
  noun.Call<v1::ListBundlesRequest>("list", "列出一件事", kPortal, {}, PrintBundles);
  noun.Call<v1::RetireBundleRequest>("retire", "停用一件事；办理中的办件继续", kEditor,
                                     {kName, {"--reason", "reason", "原因"}}, PrintBundle);
  noun.CallThen<v1::PreviewCaseRequest, v1::Notice>(
      "notice", "按情形出一次告知：事项、一张表单、一套材料、时限", kPortal,
      {{"name", "bundle", "一件事：bundles/{代码}，或只写代码"},
       {"--answer", "answers", "对情形问题的回答，可重复，例如 maternity=yes"},
       {"--leave-out", "left_out_items", "不办的可选事项，可重复"}},
      ShowNotice);
}

}  // namespace onething::tool
