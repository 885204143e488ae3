// LoadOptions: the limits of one load. Everything a hostile file could exhaust has one.

#ifndef ONETHING_LIBS_CONFIG_LOAD_OPTIONS_H_
#define ONETHING_LIBS_CONFIG_LOAD_OPTIONS_H_

#include <cstddef>

namespace onething::config {

// Limits and choices of a load. The defaults fit service config and bundles.
struct LoadOptions {
  // Largest text, in bytes.
  size_t size_bytes_max = size_t{1} << 20;
  // Deepest nesting of maps and lists; the document itself is level 1. At most 100.
  int depth_max = 32;
  // Most keys, values, maps and lists together.
  int node_count_max = 100'000;
  // Findings kept; a last one says that there were more.
  int diagnostic_count_max = 100;
  // `key:` without a value, `~` and `null` leave the field unset instead of being errors.
  bool allow_null = false;
};

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_LOAD_OPTIONS_H_
