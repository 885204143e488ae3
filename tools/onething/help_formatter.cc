#include "tools/onething/help_formatter.h"

#include "absl/strings/str_cat.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

constexpr int kFirstColumn = 32;

// The second column begins at the same place in every line, or on the next one.
std::string Line(const std::string& name, const std::string& description) {
  const std::string first = absl::StrCat("  ", name);
  return DisplayWidth(first) < kFirstColumn
             ? absl::StrCat(PadRight(first, kFirstColumn), description, "\n")
             : absl::StrCat(first, "\n", std::string(kFirstColumn, ' '), description, "\n");
}

}  // namespace

HelpFormatter::HelpFormatter() {
  label("Usage", "用法");
  label("OPTIONS", "选项");
  label("Positionals", "参数");
  label("SUBCOMMAND", "命令");
  label("SUBCOMMANDS", "命令");
  label("REQUIRED", "必填");
  label("Env", "环境变量");
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  return Line(absl::StrCat(make_option_name(option, is_positional), make_option_opts(option)),
              make_option_desc(option));
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return Line(command->get_name(), command->get_description());
}

}  // namespace onething::tool
