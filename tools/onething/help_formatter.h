// HelpFormatter: the help of CLI11 in Chinese, its columns aligned where Chinese characters take
// two.

#ifndef ONETHING_TOOLS_ONETHING_HELP_FORMATTER_H_
#define ONETHING_TOOLS_ONETHING_HELP_FORMATTER_H_

#include <CLI/CLI.hpp>
#include <string>

namespace onething::tool {

// Set once on the program; its nouns and verbs take it over.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter();

  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_HELP_FORMATTER_H_
