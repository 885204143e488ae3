#include "tools/onething/port_block.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>
#include <utility>

namespace onething::tool {
namespace {

TEST_CASE("ports are another's only when who took them is gone, though nobody listens yet") {
  // One process begins its search at the same place each time.
  auto first = PortBlock::Take(0);
  REQUIRE(first.ok());
  std::optional<PortBlock> kept(*std::move(first));
  const auto second = PortBlock::Take(0);
  REQUIRE(second.ok());
  CHECK(std::abs(second->first() - kept->first()) > kPortsPerSuite);
  const int freed = kept->first();
  kept.reset();
  const auto third = PortBlock::Take(0);
  REQUIRE(third.ok());
  CHECK(third->first() == freed);
}

TEST_CASE("ports named by the caller may touch") {
  const auto some = PortBlock::Take(0);
  REQUIRE(some.ok());
  CHECK(PortBlock::Take(some->first()).ok());
  CHECK_FALSE(PortBlock::Take(some->first() + 1).ok());
}

}  // namespace
}  // namespace onething::tool
