#include "tools/onething/command_line.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "libs/runtime/build_info.h"
#include "tools/onething/help_formatter.h"
#include "tools/onething/suite_file.h"
#include "tools/onething/usage_error.h"

namespace onething::tool {
namespace {

constexpr double kTimeoutSecondsMax = 3600;

std::string VersionLine() {
  const std::string commit = runtime::BuildCommit();
  return absl::StrCat("onething ", runtime::BuildVersion(),
                      commit.empty() ? "" : absl::StrCat(" (", commit, ")"));
}

bool IsService(const std::string& name) {
  return std::find(std::begin(kServices), std::end(kServices), name) != std::end(kServices);
}

// Why `service=host:port` is none; empty when it is.
std::string CheckAddress(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || text.find(':', equals) == std::string::npos) {
    return absl::StrCat("应为 服务=主机:端口，不是 ", text);
  }
  const std::string name = text.substr(0, equals);
  return IsService(name) ? "" : absl::StrCat("没有服务 ", name);
}

std::string CheckTimeout(const std::string& text) {
  double seconds = 0;
  const bool is_number = CLI::detail::lexical_cast(text, seconds);
  return is_number && seconds > 0 && seconds <= kTimeoutSecondsMax
             ? ""
             : absl::StrCat("应为大于 0、至多 3600 的秒数，不是 ", text);
}

void AddSuiteOptions(CLI::App& app, SessionOptions* options) {
  app.add_flag("--json", options->json, "标准输出只有一个 JSON 文档，出错时也是");
  app.add_option("--suite", options->suite, "onething up 的数据目录，默认 onething-data")
      ->type_name("DIR")
      ->envname("ONETHING_SUITE");
  app.add_option_function<std::vector<std::string>>(
         "--server",
         [options](const std::vector<std::string>& servers) {
           for (const std::string& server : servers) {
             const size_t equals = server.find('=');
             options->addresses[server.substr(0, equals)] = server.substr(equals + 1);
           }
         },
         "服务的地址，可重复；不写则取自 --suite")
      ->type_name("NAME=HOST:PORT")
      ->check(CheckAddress)
      ->expected(1)
      ->take_all();
  app.add_option_function<double>(
         "--timeout", [options](double seconds) { options->timeout = absl::Seconds(seconds); },
         "每次调用至多等待的秒数，默认 10")
      ->type_name("SECONDS")
      ->check(CheckTimeout);
}

void AddCallerOptions(CLI::App& app, SessionOptions* options) {
  app.add_option("--as", options->identity, "以此身份调用；不写则用命令的默认身份")
      ->type_name("IDENTITY");
  app.add_option("--for", options->on_behalf_of, "所代表的申请人：身份号码或信用代码")
      ->type_name("CODE");
  const auto add_file = [&app](const char* name, std::string* file, const char* help) {
    return app.add_option(name, *file, help)->type_name("FILE");
  };
  config::v1::TlsFiles* tls = &options->tls;
  CLI::Option* ca = add_file("--tls-ca", tls->mutable_ca(), "签发服务证书的机构证书；写了即加密");
  CLI::Option* certificate =
      add_file("--tls-cert", tls->mutable_certificate(), "自己的证书，身份以它为准");
  CLI::Option* key = add_file("--tls-key", tls->mutable_private_key(), "证书的私钥");
  ca->needs(certificate)->needs(key);
  certificate->needs(ca);
  key->needs(ca);
}

// The headings of the help; CLI11's own are English. A command gets its help flag before it takes
// over the heading of options.
void SetHeadings(CLI::App& app) {
  app.get_help_ptr()->group("选项");
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->group("命令");
    SetHeadings(*command);
  }
}

}  // namespace

void AddCommands(CLI::App& app, SessionOptions* options, Program* program) {
  app.description("高效办成一件事：服务的命令行");
  app.formatter(std::make_shared<HelpFormatter>());
  app.option_defaults()->group("选项");
  app.set_help_flag("-h,--help", "显示用法");
  app.set_version_flag("--version", VersionLine(), "显示版本");
  app.fallthrough();
  app.require_subcommand(1);
  app.footer("退出码：0 已办，1 未办，2 用法有误，3 无法连接");
  AddSuiteOptions(app, options);
  AddCallerOptions(app, options);
  AddItemCommands(app, program);
  AddBundleCommands(app, program);
  AddCaseCommands(app, program);
  AddTaskCommands(app, program);
  AddLicenseCommands(app, program);
  AddTransferCommands(app, program);
  AddRatingCommands(app, program);
  AddOperationsCommands(app, program);
  AddUpCommand(app, program);
  AddDemoCommand(app, program);
  AddBenchCommands(app, program);
  AddCelCommands(app, program);
  SetHeadings(app);
}

int RunCommandLine(const std::vector<std::string>& arguments, ChannelOpener opener) {
  SessionOptions options;
  Session session(&options, std::move(opener));
  Program program{.session = session};
  CLI::App app("", "onething");
  AddCommands(app, &options, &program);
  try {
    // CLI11 takes the words from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    // It may have failed before it came to the flag.
    options.json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return session.RefuseUsage(UsageSentence(app, error));
  }
  return program.exit_code;
}

}  // namespace onething::tool
