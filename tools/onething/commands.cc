#include "tools/onething/commands.h"

namespace onething::tool {

void AddVerb(CLI::App* noun, Program* program, const std::string& name, const std::string& help,
             const std::function<std::function<int()>(CLI::App&)>& declare) {
  CLI::App* verb = noun->add_subcommand(name, help);
  const std::function<int()> run = declare(*verb);
  verb->callback([program, run] { program->exit_code = run(); });
}

}  // namespace onething::tool
