#include "tools/onething/bundle_check.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "tools/onething/test_run.h"

namespace onething::tool {
namespace {

constexpr char kGood[] = R"(id: newborn
display_name: 新生儿出生一件事
summary: 为新生儿一次办理出生证明和户口。
legal_basis: [国发〔2024〕3号]
region_code: "360100"
lead_authority: health
authorities:
  - id: health
    display_name: 卫健委
    credit_code: 11360100DEM000014X
    region_code: "360100"
  - id: police
    display_name: 公安局
    credit_code: 11360100DEM000022Q
    region_code: "360100"
joint_limit_working_days: 5
items:
  - id: birth-cert
    task_code: 11360100DEM000014X3000790001000
    authority: health
    in_joint_limit: true
  - id: hukou
    task_code: 11360100DEM000022Q3000790003000
    authority: police
    needs: [birth-cert]
    in_joint_limit: true
)";

// The good bundle with one text in place of another.
std::string With(const std::string& from, const std::string& to) {
  const std::string text = absl::StrReplaceAll(kGood, {{from, to}});
  REQUIRE(text != kGood);
  return text;
}

TEST_CASE("a bundle without fault is found sound") {
  const TestFile file("bundle.yaml", kGood);
  for (const auto& diagnostic : CheckBundleFile(file.path())) {
    CHECK(diagnostic.Format() == "");
  }
  const TestRun run = Run({"bundle", "check", file.path()});
  CHECK(run.exit_code == kDone);
  CHECK(run.output == file.path() + "：没有错误，0 条提醒\n");
}

TEST_CASE("every kind of mistake is found at its line and column") {
  struct Row {
    const char* from;
    const char* to;
    const char* place;
    const char* message;
  };
  const Row rows[] = {
      // The text itself.
      {"lead_authority: health", "lead_authorty: health", ":6:1: 错误：",
       "是否想写“lead_authority”？"},
      {"in_joint_limit: true", "in_joint_limit: maybe", ":21:21: 错误：", ""},
      {"joint_limit_working_days: 5", "joint_limit_working_days: 5\njoint_limit_working_days: 6",
       ":17:1: 错误：", ""},
      // The field rules of the contract.
      {"    display_name: 公安局\n", "", ":12:5: 错误：", ""},
      {"11360100DEM000022Q\n", "11360100DEM000022A\n", ":14:18: 错误：", ""},
      {"joint_limit_working_days: 5", "joint_limit_working_days: 61", ":16:27: 错误：", ""},
      // What it means.
      {"needs: [birth-cert]", "needs: [birth-crt]", ":25:13: 错误：", "birth-cert"},
      {"authority: police", "authority: polce", ":24:16: 错误：", "police"},
      {"id: hukou", "id: birth-cert", ":22:9: 错误：", ""},
  };
  for (const Row& row : rows) {
    INFO(row.to);
    const TestFile file("bundle.yaml", With(row.from, row.to));
    const TestRun run = Run({"bundle", "check", file.path()});
    INFO(run.output);
    CHECK(run.exit_code == kRefused);
    CHECK(absl::StrContains(run.output, file.path() + row.place));
    CHECK(absl::StrContains(run.output, row.message));
  }
}

TEST_CASE("several files are checked in one run, and as one document") {
  const TestFile good("good.yaml", kGood);
  const TestFile bad("bad.yaml", With("needs: [birth-cert]", "needs: [a, b]"));
  const TestRun run = Run({"--json", "bundle", "check", good.path(), bad.path()});
  CHECK(run.exit_code == kRefused);
  CHECK(run.errors.empty());
  const auto document = nlohmann::json::parse(run.output);
  CHECK(document["sound"] == false);
  CHECK(document["files"][0]["sound"] == true);
  CHECK(document["files"][1]["file"] == bad.path());
  REQUIRE(document["files"][1]["findings"].size() == 2);
  CHECK(document["files"][1]["findings"][0]["line"] == 25);
  CHECK(document["files"][1]["findings"][0]["column"] == 13);
  CHECK(document["files"][1]["findings"][1]["column"] == 16);
  CHECK(document["files"][1]["findings"][1]["path"] == "items[1].needs[1]");
}

}  // namespace
}  // namespace onething::tool
