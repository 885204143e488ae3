#include "tools/onething/usage_error.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/config/closest_word.h"

namespace onething::tool {
namespace {

// The noun or verb that the command line reached.
const CLI::App& Reached(const CLI::App& app) {
  const CLI::App* reached = &app;
  while (!reached->get_subcommands().empty()) {
    reached = reached->get_subcommands().front();
  }
  return *reached;
}

// `onething item list`.
std::string PathOf(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name()
                                     : absl::StrCat(PathOf(*app.get_parent()), " ", app.get_name());
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  return names;
}

// The options that may stand where the command line got to.
std::vector<std::string> OptionsOf(const CLI::App& reached) {
  std::vector<std::string> names;
  for (const CLI::App* app = &reached; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->nonpositional()) {
        names.push_back(option->get_name());
      }
    }
  }
  return names;
}

std::string AboutWord(const CLI::App& reached, const std::string& word) {
  if (absl::StartsWith(word, "-")) {
    const std::string name = word.substr(0, word.find('='));
    return absl::StrCat(PathOf(reached), " 没有选项 ", name,
                        config::DidYouMeanTail(name, OptionsOf(reached)));
  }
  const std::vector<std::string> commands = CommandsOf(reached);
  if (commands.empty()) {
    return absl::StrCat(PathOf(reached), " 用不着参数 ", word);
  }
  const std::string meant = config::DidYouMeanTail(word, commands);
  return absl::StrCat(
      PathOf(reached), " 没有命令 ", word,
      meant.empty() ? absl::StrCat("；可用：", absl::StrJoin(commands, "、")) : meant);
}

std::string AboutMissing(const CLI::App& reached, const CLI::ParseError& error) {
  for (const CLI::Option* option : reached.get_options()) {
    if (option->get_required() && option->count() == 0) {
      return absl::StrCat("缺少 ", option->get_name(), "（", option->get_description(), "）");
    }
  }
  const std::vector<std::string> commands = CommandsOf(reached);
  return commands.empty() ? error.what()
                          : absl::StrCat("请在 ", PathOf(reached), " 之后写明命令：",
                                         absl::StrJoin(commands, "、"));
}

}  // namespace

std::string UsageSentence(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& reached = Reached(app);
  const std::vector<std::string> unknown = app.remaining(true);
  if (!unknown.empty()) {
    return AboutWord(reached, unknown.front());
  }
  if (error.get_name() == "RequiredError") {
    return AboutMissing(reached, error);
  }
  if (error.get_name() == "ArgumentMismatch") {
    return absl::StrCat("选项的值缺少或多余：", error.what());
  }
  if (error.get_name() == "ConversionError") {
    return absl::StrCat("选项的值不对：", error.what());
  }
  return error.what();
}

}  // namespace onething::tool
