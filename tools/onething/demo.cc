#include "tools/onething/demo.h"

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "tools/onething/commands.h"
#include "tools/onething/demo_directory.h"
#include "tools/onething/format.h"

namespace onething::tool {
namespace {

// Waits for Ctrl-C, which was blocked before the first thread.
void AwaitSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int signal = 0;
  sigwait(&signals, &signal);
}

void BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

void PrintAddresses(Province* province) {
  const LocalSuite& suite = province->suite();
  std::cout << "\n省份 " << suite.options().province << "（--suite " << suite.options().data_dir
            << "）\n"
            << AddressTable(suite.file());
}

}  // namespace

int Demo::Run(const Session& session) {
  const absl::Time start = absl::Now();
  // With --json the story is told beside the document.
  std::streambuf* const standard = std::cout.rdbuf();
  const absl::Cleanup restore = [standard] { std::cout.rdbuf(standard); };
  if (session.options().json) {
    std::cout.rdbuf(std::cerr.rdbuf());
  }
  const auto conclude = [&] {
    std::cout.rdbuf(standard);
    const nlohmann::json told = {{"passed", !story_.failed()},
                                 {"steps", story_.step_count()},
                                 {"checks", story_.check_count()},
                                 {"failed_step", story_.failed_step()}};
    session.ShowJson(told.dump(), [] {});
    std::cout << std::flush;
  };
  std::cout << "高效办成一件事 · 演示：新生儿出生一件事，从第一问到好差评\n"
               "两个省各五个服务在本机运行；每一步都真实办理，并核对结果。"
            << std::endl;
  const std::vector<void (Demo::*)()> chapters = {
      &Demo::StartProvinces, &Demo::PublishCatalogue,  &Demo::ShowNotice,  &Demo::Submit,
      &Demo::ApproveFirst,   &Demo::ApproveInParallel, &Demo::SurviveKill, &Demo::CrossProvinces,
      &Demo::CloseCase,      &Demo::VerifyLicenses,    &Demo::Rate,        &Demo::ShowTimeline,
      &Demo::CheckBooks};
  for (const auto chapter : chapters) {
    if (!story_.failed()) {
      (this->*chapter)();
    }
  }
  if (story_.failed()) {
    std::cout << "\n演示在上面标 ✗ 的一步失败。" << std::endl;
    conclude();
    return kRefused;
  }
  std::cout << "\n完成：" << story_.step_count() << " 步，核对 " << story_.check_count()
            << " 处，全部符合预期，用时 " << absl::ToInt64Seconds(absl::Now() - start) << " 秒。"
            << std::endl;
  if (options_.keep) {
    PrintAddresses(provinces_.here.get());
    PrintAddresses(provinces_.there.get());
    std::cout << "\n服务继续运行，可另开终端用 onething 试用；按 Ctrl-C 停止。" << std::endl;
  }
  conclude();
  if (options_.keep) {
    AwaitSignal();
  }
  provinces_.here->suite().StopAll();
  provinces_.there->suite().StopAll();
  return kDone;
}

absl::StatusOr<std::string> Demo::DecideHere(const std::string& item, const std::string& officer,
                                             const std::string& refusal) {
  const bundle::v1::Authority& authority = AuthorityOf(item);
  ASSIGN_OR_RETURN(const workflow::v1::Task task,
                   provinces_.here->FindTask(authority.credit_code(), case_name_, item));
  Elements elements;
  for (const auto& [name, source] : BundleItemOf(item).issues().elements()) {
    if (!application_.form().contains(source)) {
      elements[source] = absl::StrCat("36", case_name_.substr(case_name_.size() - 7));
    }
  }
  RETURN_IF_ERROR(provinces_.here->Decide(task, officer, refusal, elements).status());
  RETURN_IF_ERROR(ExpectItem(item, refusal.empty() ? workflow::v1::CaseItem::STATE_APPROVED
                                                   : workflow::v1::CaseItem::STATE_REFUSED));
  return absl::StrCat(authority.display_name(), refusal.empty() ? " 准予" : " 不予",
                      refusal.empty() ? "" : absl::StrCat("（", refusal, "），其他事项不受影响"));
}

absl::StatusOr<workflow::v1::CaseItem> Demo::ItemOfCase(const std::string& item) {
  ASSIGN_OR_RETURN(const workflow::v1::Case read, provinces_.here->GetCase(case_name_));
  for (const workflow::v1::CaseItem& candidate : read.items()) {
    if (candidate.item() == item) {
      return candidate;
    }
  }
  return absl::NotFoundError(absl::StrCat("办件中没有事项 ", item));
}

absl::Status Demo::ExpectItem(const std::string& item, workflow::v1::CaseItem::State state) {
  ASSIGN_OR_RETURN(const workflow::v1::CaseItem found, ItemOfCase(item));
  return story_.Expect(found.state() == state,
                       absl::StrCat(item, " 的状态应为 ", workflow::v1::CaseItem::State_Name(state),
                                    "，实为 ", workflow::v1::CaseItem::State_Name(found.state())));
}

absl::StatusOr<std::string> Demo::AwaitLicense(const std::string& item) {
  std::string identifier;
  RETURN_IF_ERROR(
      story_.Eventually(absl::StrCat(item, " 应签发电子证照"), [&]() -> absl::StatusOr<bool> {
        ASSIGN_OR_RETURN(const workflow::v1::CaseItem found, ItemOfCase(item));
        identifier = found.license();
        return !identifier.empty();
      }));
  return identifier;
}

const bundle::v1::BundleItem& Demo::BundleItemOf(const std::string& item) const {
  for (const bundle::v1::BundleItem& candidate : bundle_.items()) {
    if (candidate.id() == item) {
      return candidate;
    }
  }
  return bundle::v1::BundleItem::default_instance();
}

const bundle::v1::Authority& Demo::AuthorityOf(const std::string& item) const {
  for (const bundle::v1::Authority& candidate : bundle_.authorities()) {
    if (candidate.id() == BundleItemOf(item).authority()) {
      return candidate;
    }
  }
  return bundle::v1::Authority::default_instance();
}

void AddDemoCommand(CLI::App& app, Program* program) {
  CLI::App* verb = app.add_subcommand("demo", "演示：新生儿出生一件事走完全程");
  auto options = std::make_shared<DemoOptions>();
  verb->add_flag("--keep", options->keep, "演示结束后服务继续运行，并打印地址");
  verb->add_option("--data", options->data_dir, "数据目录：空的，或上一次演示留下的（会先清空）");
  verb->callback([=] {
    BlockSignals();
    const bool scratch = options->data_dir.empty();
    if (scratch) {
      options->data_dir = absl::StrCat("/tmp/onething-demo-", getpid());
    }
    if (const absl::Status ready = ClearDemoDirectory(options->data_dir); !ready.ok()) {
      program->exit_code = program->session.Refuse(ready);
      return;
    }
    const absl::Cleanup clean = [&] {
      std::error_code ignored;
      if (scratch && program->exit_code == kDone) {
        std::filesystem::remove_all(options->data_dir, ignored);
      }
    };
    program->exit_code = Demo(*options).Run(program->session);
  });
}

}  // namespace onething::tool
