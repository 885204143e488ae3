#include "libs/config/source_map.h"

#include <catch2/catch.hpp>

#include "libs/config/diagnostic_log.h"

namespace onething::config {
namespace {

SourceMap MakeMap() {
  SourceMap map("bundle.yaml", {.line = 2, .column = 1});
  const SourceMap::PlaceId items = map.Add(SourceMap::kRoot, "items", {.line = 3, .column = 1});
  const SourceMap::PlaceId item = map.Add(items, SourceMap::IndexPart(2), {.line = 9, .column = 5});
  map.Add(item, "needs", {.line = 10, .column = 5});
  const SourceMap::PlaceId labels = map.Add(SourceMap::kRoot, "labels", {.line = 20, .column = 1});
  map.Add(labels, SourceMap::KeyPart("a.b[\"c\\\"]"), {.line = 21, .column = 3});
  map.Add(labels, "[7]", {.line = 22, .column = 3});
  return map;
}

TEST_CASE("a path is found exactly, or the nearest place around it") {
  const SourceMap map = MakeMap();
  struct Row {
    const char* path;
    bool found;
    Position nearest;
  };
  const std::vector<Row> rows = {
      {"", true, {2, 1}},
      {"items", true, {3, 1}},
      {"items[2]", true, {9, 5}},
      {"items[2].needs", true, {10, 5}},
      {"items[2].needs[0]", false, {10, 5}},
      {"items[2].title", false, {9, 5}},
      {"items[20]", false, {3, 1}},
      {"items[2", false, {3, 1}},
      {"items.", false, {3, 1}},
      {".items", false, {2, 1}},
      {"item", false, {2, 1}},
      {"labels[7]", true, {22, 3}},
      {R"(labels["a.b[\"c\\\"]"])", true, {21, 3}},
      {R"(labels["a.b[\"c\\\"]"].x)", false, {21, 3}},
      {R"(labels["a.b)", false, {20, 1}},
      {R"(labels["\)", false, {20, 1}},
  };
  for (const Row& row : rows) {
    INFO(row.path);
    CHECK(map.Find(row.path).has_value() == row.found);
    CHECK(Describe(map.Nearest(row.path)) == Describe(row.nearest));
  }
}

TEST_CASE("the path of a place leads back to it") {
  SourceMap map = MakeMap();
  const SourceMap::PlaceId place =
      map.Add(map.Add(SourceMap::kRoot, "queues", {}), SourceMap::KeyPart("x\"y"), {5, 6});
  CHECK(map.PathOf(place) == R"(queues["x\"y"])");
  CHECK(map.Find(map.PathOf(place)) == Position{5, 6});
  CHECK(map.PathOf(SourceMap::kRoot) == "");
}

TEST_CASE("a later check reports at the place of the field it is about") {
  const SourceMap map = MakeMap();
  CHECK(map.At("items[2].needs[4]", "no such item", "是否想写“birth”？").Format() ==
        "bundle.yaml:10:5: 错误：no such item；是否想写“birth”？");
  CHECK(map.At("labels", "odd", "", Severity::kWarning).Format() == "bundle.yaml:20:1: 警告：odd");
  CHECK(map.At("labels", "odd").path == "labels");
}

}  // namespace
}  // namespace onething::config
