#include "libs/config/closest_word.h"

#include <catch2/catch.hpp>

namespace onething::config {
namespace {

TEST_CASE("the word that was meant is found within a third of its letters") {
  const std::vector<std::string> words = {"name", "needs", "drain_delay", "e_licence", "id"};
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"nmae", "name"},
      {"naem", "name"},
      {"nam", "name"},
      {"names", "name"},
      {"Name", "name"},
      {"need", "needs"},
      {"drain-delay", "drain_delay"},
      {"drainDelay", "drain_delay"},
      {"drian_dleay", "drain_delay"},
      {"E_LICENCE", "e_licence"},
      {"ID", "id"},
      {"ib", ""},
      {"port", ""},
      {"", ""},
      {"na", ""},
      {std::string(1000, 'n'), ""},
  };
  for (const auto& [text, word] : rows) {
    INFO(text);
    CHECK(ClosestWord(text, words) == word);
  }
  CHECK(ClosestWord("name", {}) == "");
  CHECK(DidYouMean("nmae", words) == "是否想写“name”？");
  CHECK(DidYouMean("port", words) == "");
  CHECK(DidYouMeanTail("nmae", words) == "；是否想写“name”？");
  CHECK(DidYouMeanTail("port", words) == "");
}

TEST_CASE("of words equally near the first is taken") {
  CHECK(ClosestWord("cat", {"bat", "car"}) == "bat");
  CHECK(ClosestWord("cat", {"car", "bat"}) == "car");
}

}  // namespace
}  // namespace onething::config
