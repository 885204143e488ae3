// Checks a bundle's file as its author wants it: every fault at once, each with line and column,
// without any service. Whether the catalogue knows the items only publishing can tell.

#ifndef ONETHING_TOOLS_ONETHING_BUNDLE_CHECK_H_
#define ONETHING_TOOLS_ONETHING_BUNDLE_CHECK_H_

#include <string>
#include <vector>

#include "libs/config/diagnostic.h"

namespace onething::tool {

// What is wrong with the bundle in the YAML file at `path`, in the order of the places: faults of
// the text; without any, breaches of the field rules; without any, findings of the bundle check.
// Empty for a file without fault.
std::vector<config::Diagnostic> CheckBundleFile(const std::string& path);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_BUNDLE_CHECK_H_
