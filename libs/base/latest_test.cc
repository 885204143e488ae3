#include "libs/base/latest.h"

#include <catch2/catch.hpp>
#include <string>

namespace onething {
namespace {

TEST_CASE("a reader keeps the value it began with while the next readers get the newer one") {
  Latest<std::string> word("old");
  const auto before = word.Get();
  word.Set("new");
  CHECK(*before == "old");
  CHECK(*word.Get() == "new");
}

TEST_CASE("a value that cannot be copied is replaced as a whole") {
  Latest<std::unique_ptr<int>> number(std::make_unique<int>(1));
  number.Set(std::make_unique<int>(2));
  CHECK(**number.Get() == 2);
}

}  // namespace
}  // namespace onething
