// The nouns of the command line. Each function adds one noun with its verbs to the program. A verb
// that calls an RPC is one statement (call_verb.h); this is what all verbs share.

#ifndef ONETHING_TOOLS_ONETHING_COMMANDS_H_
#define ONETHING_TOOLS_ONETHING_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "tools/onething/session.h"

namespace onething::tool {

// What the nouns share: the session, and where the exit code of the verb that ran is put.
struct Program {
  Session& session;
  int exit_code = kDone;
};

// Adds verb `name` to `noun`. `declare` adds its options; what it returns runs when the verb was
// given, and says the exit code.
void AddVerb(CLI::App* noun, Program* program, const std::string& name, const std::string& help,
             const std::function<std::function<int()>(CLI::App&)>& declare);

void AddItemCommands(CLI::App& app, Program* program);
void AddBundleCommands(CLI::App& app, Program* program);
void AddCaseCommands(CLI::App& app, Program* program);
void AddTaskCommands(CLI::App& app, Program* program);
void AddLicenseCommands(CLI::App& app, Program* program);
void AddTransferCommands(CLI::App& app, Program* program);
void AddRatingCommands(CLI::App& app, Program* program);
void AddOperationsCommands(CLI::App& app, Program* program);
void AddUpCommand(CLI::App& app, Program* program);
void AddDemoCommand(CLI::App& app, Program* program);
void AddBenchCommands(CLI::App& app, Program* program);
void AddCelCommands(CLI::App& app, Program* program);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_COMMANDS_H_
