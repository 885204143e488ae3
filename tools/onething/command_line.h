// The command line as a whole: its options, its nouns, and one run of it.

#ifndef ONETHING_TOOLS_ONETHING_COMMAND_LINE_H_
#define ONETHING_TOOLS_ONETHING_COMMAND_LINE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/onething/commands.h"
#include "tools/onething/session.h"

namespace onething::tool {

// Gives `app` the options that every command understands, which fill `options`, and all nouns. All
// three outlive it.
void AddCommands(CLI::App& app, SessionOptions* options, Program* program);

// Runs the command line `arguments`, without the program's name, and returns its exit code
// (ExitCode). `opener` opens the ways to the services.
int RunCommandLine(const std::vector<std::string>& arguments,
                   ChannelOpener opener = rpc::OpenChannel);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_COMMAND_LINE_H_
