#include "libs/base/lru_cache.h"

#include <catch2/catch.hpp>
#include <memory>

namespace onething {
namespace {

TEST_CASE("a cache keeps what was used last and drops the rest") {
  LruCache<int> cache(2);
  cache.Put("a", 1);
  cache.Put("b", 2);
  CHECK(cache.Find("a") == 1);
  cache.Put("c", 3);
  CHECK(cache.size() == 2);
  CHECK(cache.Find("a") == 1);
  CHECK(cache.Find("b") == std::nullopt);
  CHECK(cache.Find("c") == 3);
}

TEST_CASE("a value put again replaces the one before and is used by that") {
  LruCache<int> cache(2);
  cache.Put("a", 1);
  cache.Put("b", 2);
  cache.Put("a", 10);
  cache.Put("c", 3);
  CHECK(cache.Find("a") == 10);
  CHECK(cache.Find("b") == std::nullopt);
}

TEST_CASE("what a reader found outlives its place in the cache") {
  LruCache<std::shared_ptr<const int>> cache(1);
  cache.Put("a", std::make_shared<const int>(7));
  const auto found = cache.Find("a");
  cache.Put("b", nullptr);
  CHECK(cache.size() == 1);
  CHECK(**found == 7);
}

}  // namespace
}  // namespace onething
