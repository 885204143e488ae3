#include <iostream>

#include "libs/codes/mask.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = workflow::v1;

void PrintTask(const v1::Task& task) {
  std::cout << task.display_name() << "（" << Word(task.state()) << "）\n"
            << FactLines(
                   {{"待办", task.name()},
                    {"办件", task.case_name() + "  " + task.item()},
                    {"来自", task.from_province().empty() ? "" : task.from_province() + " 省"},
                    {"申请人", FullSubject(task.applicant())},
                    {"经办人", task.officer()},
                    {"期限", task.due_date()},
                    {"表单", PairsText(task.form())},
                    {"材料", PairsText(task.materials())},
                    {"决定",
                     task.decision() == v1::DECISION_UNSPECIFIED ? "" : Word(task.decision())},
                    {"理由", task.reason()},
                    {"结果要素", PairsText(task.elements())},
                    {"办结", FullTime(task.end_time())}});
}

void PrintTasks(const v1::ListTasksResponse& response) {
  TextTable table({"待办", "事项", "办件", "申请人", "状态", "经办人", "期限"});
  for (const v1::Task& task : response.tasks()) {
    table.AddRow({task.name(), task.display_name(), task.case_name(),
                  codes::MaskName(task.applicant().name()), Word(task.state()), task.officer(),
                  task.due_date()});
  }
  std::cout << table.ToString();
}

constexpr FieldOption kName{"name", "name", "待办：tasks/{编号}，或只写编号"};
constexpr FieldOption kOfficer{"--officer", "officer", "经办人"};

}  // namespace

void AddTaskCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "task", "待办：部门领取、审批");
  noun.Call<v1::ListTasksRequest>("list", "列出部门的待办，先到期的在前", kAuthority,
                                  {{"--authority", "authority_code", "实施主体（信用代码）"},
                                   {"--state", "state", "只列此状态，默认未办的"}},
                                  PrintTasks);
  noun.Call<v1::GetTaskRequest>("get", "查看待办及其表单和材料", kAuthority, {kName}, PrintTask);
  noun.Call<v1::ClaimTaskRequest>("claim", "领取待办", kAuthority, {kName, kOfficer}, PrintTask);
  noun.Call<v1::CompleteTaskRequest>(
      "complete", "作出决定；准予即颁发该事项的电子证照", kAuthority,
      {kName,
       kOfficer,
       {"--decision", "decision", "决定"},
       {"--reason", "reason", "理由；不予时必填"},
       {"--element", "elements", "结果要素，可重复，例如 certificate-number=Z360000001"}},
      PrintTask);
}

}  // namespace onething::tool
