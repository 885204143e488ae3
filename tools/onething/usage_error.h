// What is wrong with a command line, said in Chinese, with the word that was probably meant.

#ifndef ONETHING_TOOLS_ONETHING_USAGE_ERROR_H_
#define ONETHING_TOOLS_ONETHING_USAGE_ERROR_H_

#include <CLI/CLI.hpp>
#include <string>

namespace onething::tool {

// A sentence about why `app` could not take its command line, `error` being what it threw.
std::string UsageSentence(const CLI::App& app, const CLI::ParseError& error);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_USAGE_ERROR_H_
