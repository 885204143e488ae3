#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/onething/bench.h"
#include "tools/onething/commands.h"
#include "tools/onething/echo_server.h"
#include "tools/onething/process_stats.h"

namespace onething::tool {
namespace {

using Bench = absl::StatusOr<nlohmann::json> (*)(const BenchOptions&);

// `name  value` for every figure, nested ones indented.
void Print(const nlohmann::json& figures, const std::string& indent) {
  for (const auto& [name, value] : figures.items()) {
    if (value.is_object()) {
      std::cout << indent << name << "\n";
      Print(value, indent + "  ");
    } else {
      std::cout << indent << name << "  "
                << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
    }
  }
}

int RunBench(const Session& session, const std::string& name, Bench bench,
             const BenchOptions& options) {
  const absl::StatusOr<nlohmann::json> figures = bench(options);
  if (!figures.ok()) {
    return session.Refuse(figures.status());
  }
  const nlohmann::json document = {
      {"bench", name},
      {"machine", MachineName()},
      {"date", absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone())},
      {"in_flight", options.in_flight},
      {"channels", options.channels},
      {"seconds", absl::ToInt64Seconds(options.duration)},
      {"figures", *figures}};
  return session.ShowJson(document.dump(), [&] { Print(document, ""); });
}

void AddBench(CLI::App* noun, Program* program, const std::string& name, const std::string& help,
              Bench bench) {
  AddVerb(noun, program, name, help, [=](CLI::App& verb) {
    auto options = std::make_shared<BenchOptions>();
    auto seconds = std::make_shared<int>(5);
    verb.add_option("--in-flight", options->in_flight, "同时在途的请求数");
    verb.add_option("--channels", options->channels, "连接数");
    verb.add_option("--seconds", *seconds, "计时秒数");
    verb.add_option("--rounds", options->rounds, "与上限交替测几轮，取居中的一轮")
        ->check(CLI::Range(1, 99));
    verb.add_option("--data", options->data_dir, "数据目录所在位置（决定测的是哪块盘）");
    return [=] {
      options->duration = absl::Seconds(*seconds);
      return RunBench(program->session, name, bench, *options);
    };
  });
}

}  // namespace

void AddBenchCommands(CLI::App& app, Program* program) {
  CLI::App* noun = app.add_subcommand("bench", "测速：每个数字旁都有同一次运行测得的上限");
  noun->require_subcommand(1);
  AddBench(noun, program, "echo", "上限：裸 gRPC 的空处理", BenchEcho);
  AddBench(noun, program, "get-item", "读取一个事项", BenchGetItem);
  AddBench(noun, program, "case6", "六个事项的一件事，从提交到办结", BenchCase6);
  AddBench(noun, program, "idle", "各服务空闲时的内存与启动时间", BenchIdle);
  AddVerb(noun, program, "serve-echo", "裸 gRPC 回声服务，供测速自用", [](CLI::App& verb) {
    auto address = std::make_shared<std::string>();
    verb.add_option("--listen", *address, "地址")->required();
    return [=] { return ServeEcho(*address); };
  });
}

}  // namespace onething::tool
