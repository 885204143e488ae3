#include "services/workflow/case_rules.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace onething::workflow {
namespace {

using v1::Case;
using v1::CaseItem;
using v1::CaseRecord;
using v1::Task;

const absl::Time kNow = absl::FromUnixSeconds(1772413200);

// A flow from its needs; `stops` are the items whose refusal stops all.
Flow MakeFlow(const std::vector<std::vector<int>>& needs, const std::vector<int>& stops = {}) {
  Flow flow(needs.size());
  for (size_t i = 0; i < needs.size(); ++i) {
    flow[i].needs = needs[i];
  }
  for (const int item : stops) {
    flow[static_cast<size_t>(item)].refusal_stops_all = true;
  }
  LinkDependants(&flow);
  return flow;
}

CaseRecord Draft() {
  CaseRecord record;
  record.set_name("cases/36-2026-0000001");
  record.set_state(Case::STATE_DRAFT);
  return record;
}

std::string States(const CaseRecord& record) {
  static const std::map<int, char> kLetters = {
      {CaseItem::STATE_WAITING, 'w'},     {CaseItem::STATE_IN_PROGRESS, 'i'},
      {CaseItem::STATE_HANDED_OVER, 'h'}, {CaseItem::STATE_APPROVED, 'A'},
      {CaseItem::STATE_REFUSED, 'R'},     {CaseItem::STATE_NOT_HANDLED, 'N'},
      {CaseItem::STATE_WITHDRAWN, 'W'}};
  std::string letters;
  for (const int state : record.item_state()) {
    letters += kLetters.at(state);
  }
  return letters;
}

// What a table says of every pair of a state and a move; `-` where the move is not allowed.
template <class State, class Move>
void CheckTable(const std::map<State, std::map<Move, State>>& allowed,
                const std::vector<State>& states, const std::vector<Move>& moves) {
  for (const State state : states) {
    for (const Move move : moves) {
      INFO("state " << state << ", move " << static_cast<int>(move));
      std::optional<State> expected;
      if (allowed.contains(state) && allowed.at(state).contains(move)) {
        expected = allowed.at(state).at(move);
      }
      CHECK(After(state, move) == expected);
    }
  }
}

TEST_CASE("a case allows exactly the moves of its state, for every pair of state and move") {
  CheckTable<Case::State, CaseMove>(
      {{Case::STATE_DRAFT,
        {{CaseMove::kUpdate, Case::STATE_DRAFT},
         {CaseMove::kSubmit, Case::STATE_IN_PROGRESS},
         {CaseMove::kWithdraw, Case::STATE_WITHDRAWN}}},
       {Case::STATE_IN_PROGRESS,
        {{CaseMove::kWithdraw, Case::STATE_WITHDRAWN}, {CaseMove::kClose, Case::STATE_CLOSED}}}},
      {Case::STATE_UNSPECIFIED, Case::STATE_DRAFT, Case::STATE_IN_PROGRESS, Case::STATE_CLOSED,
       Case::STATE_WITHDRAWN},
      {CaseMove::kUpdate, CaseMove::kSubmit, CaseMove::kWithdraw, CaseMove::kClose});
}

TEST_CASE("an item allows exactly the moves of its state, and none once it has ended") {
  const std::map<ItemMove, CaseItem::State> decided = {
      {ItemMove::kApprove, CaseItem::STATE_APPROVED},
      {ItemMove::kRefuse, CaseItem::STATE_REFUSED},
      {ItemMove::kStop, CaseItem::STATE_NOT_HANDLED},
      {ItemMove::kWithdraw, CaseItem::STATE_WITHDRAWN}};
  CheckTable<CaseItem::State, ItemMove>(
      {{CaseItem::STATE_WAITING,
        {{ItemMove::kStart, CaseItem::STATE_IN_PROGRESS},
         {ItemMove::kHandOver, CaseItem::STATE_HANDED_OVER},
         {ItemMove::kStop, CaseItem::STATE_NOT_HANDLED},
         {ItemMove::kWithdraw, CaseItem::STATE_WITHDRAWN}}},
       {CaseItem::STATE_IN_PROGRESS, decided},
       {CaseItem::STATE_HANDED_OVER, decided}},
      {CaseItem::STATE_UNSPECIFIED, CaseItem::STATE_WAITING, CaseItem::STATE_IN_PROGRESS,
       CaseItem::STATE_HANDED_OVER, CaseItem::STATE_APPROVED, CaseItem::STATE_REFUSED,
       CaseItem::STATE_NOT_HANDLED, CaseItem::STATE_WITHDRAWN},
      {ItemMove::kStart, ItemMove::kHandOver, ItemMove::kApprove, ItemMove::kRefuse,
       ItemMove::kStop, ItemMove::kWithdraw});
}

TEST_CASE("a task is claimed and completed while it is to be done, and then nothing more") {
  const std::map<TaskMove, Task::State> to_do = {{TaskMove::kClaim, Task::STATE_CLAIMED},
                                                 {TaskMove::kComplete, Task::STATE_DONE},
                                                 {TaskMove::kCancel, Task::STATE_CANCELLED}};
  CheckTable<Task::State, TaskMove>({{Task::STATE_OPEN, to_do}, {Task::STATE_CLAIMED, to_do}},
                                    {Task::STATE_UNSPECIFIED, Task::STATE_OPEN, Task::STATE_CLAIMED,
                                     Task::STATE_DONE, Task::STATE_CANCELLED},
                                    {TaskMove::kClaim, TaskMove::kComplete, TaskMove::kCancel});
}

// One row: a flow, the items that apply, decisions (item position, approved), the states after.
struct FlowRow {
  const char* story;
  std::vector<std::vector<int>> needs;
  std::vector<int> stops;
  std::vector<int> positions;
  std::vector<std::pair<int, bool>> decisions;
  const char* states;
};

TEST_CASE("decisions move the items that need them and no others") {
  const FlowRow rows[] = {
      {"without needs all start", {{}, {}, {}}, {}, {0, 1, 2}, {}, "iii"},
      {"a chain starts with its first", {{}, {0}, {1}}, {}, {0, 1, 2}, {}, "iww"},
      {"an approval starts the next", {{}, {0}, {1}}, {}, {0, 1, 2}, {{0, true}}, "Aiw"},
      {"a join waits for all", {{}, {}, {0, 1}}, {}, {0, 1, 2}, {{1, true}}, "iAw"},
      {"a join starts with its last",
       {{}, {}, {0, 1}},
       {},
       {0, 1, 2},
       {{1, true}, {0, true}},
       "AAi"},
      {"a need on an item that does not apply is void",
       {{}, {}, {0, 1}},
       {},
       {1, 2},
       {{1, true}},
       "Ai"},
      {"an item all of whose needs do not apply starts", {{}, {0}}, {}, {1}, {}, "i"},
      {"a refusal ends what needs it, however far",
       {{}, {0}, {1}, {}},
       {},
       {0, 1, 2, 3},
       {{0, false}},
       "RNNi"},
      {"a refused need ends a join at once", {{}, {}, {0, 1}}, {}, {0, 1, 2}, {{0, false}}, "RiN"},
      {"the other need of a dead join is still decided",
       {{}, {}, {0, 1}},
       {},
       {0, 1, 2},
       {{0, false}, {1, true}},
       "RAN"},
      {"a refusal that stops all spares what is decided",
       {{}, {}, {}, {2}},
       {1},
       {0, 1, 2, 3},
       {{0, true}, {1, false}},
       "ARNN"},
  };
  for (const FlowRow& row : rows) {
    INFO(row.story);
    const Flow flow = MakeFlow(row.needs, row.stops);
    CaseRecord record = Draft();
    SubmitItems(flow, row.positions, kNow, &record);
    for (const auto& [position, approved] : row.decisions) {
      const int place = *PlaceOf(record, position);
      approved ? ApproveItem(flow, place, kNow, &record) : RefuseItem(flow, place, kNow, &record);
    }
    CHECK(States(record) == row.states);
    CHECK(CheckCase(flow, record).ok());
  }
}

TEST_CASE(
    "a step names what is to be started, what is to be cancelled and whether the case closed") {
  const Flow flow = MakeFlow({{}, {0}, {0}, {}}, {3});
  CaseRecord record = Draft();
  CHECK(SubmitItems(flow, {0, 1, 2, 3}, kNow, &record).started == std::vector<int>{0, 3});
  const Step step = ApproveItem(flow, 0, kNow, &record);
  CHECK(step.started == std::vector<int>{1, 2});
  CHECK_FALSE(step.closed);
  const Step last = RefuseItem(flow, 3, kNow, &record);
  CHECK(last.stopped == std::vector<int>{1, 2});
  CHECK(last.closed);
  CHECK(record.state() == Case::STATE_CLOSED);
  CHECK(record.close_us() == absl::ToUnixMicros(kNow));
}

TEST_CASE("an item of another province is handed over instead of started") {
  Flow flow = MakeFlow({{}, {}});
  flow[1].handed_over = true;
  CaseRecord record = Draft();
  CHECK(SubmitItems(flow, {0, 1}, kNow, &record).started == std::vector<int>{0, 1});
  CHECK(States(record) == "ih");
  CHECK(ApproveItem(flow, 1, kNow, &record).closed == false);
  CHECK(ApproveItem(flow, 0, kNow, &record).closed);
}

TEST_CASE("a withdrawal ends every item, also those with another province") {
  Flow flow = MakeFlow({{}, {}, {0}});
  flow[1].handed_over = true;
  CaseRecord record = Draft();
  SubmitItems(flow, {0, 1, 2}, kNow, &record);
  CHECK(WithdrawItems(kNow, &record).stopped == std::vector<int>{0, 1, 2});
  CHECK(States(record) == "WWW");
  CHECK(record.state() == Case::STATE_WITHDRAWN);
  CHECK(CheckCase(flow, record).ok());
}

TEST_CASE("what an item waits for shrinks with each approval") {
  const Flow flow = MakeFlow({{}, {}, {0, 1}});
  CaseRecord record = Draft();
  SubmitItems(flow, {0, 1, 2}, kNow, &record);
  CHECK(WaitsFor(flow, record, 2) == std::vector<int>{0, 1});
  ApproveItem(flow, 0, kNow, &record);
  CHECK(WaitsFor(flow, record, 2) == std::vector<int>{1});
  ApproveItem(flow, 1, kNow, &record);
  CHECK(WaitsFor(flow, record, 2).empty());
}

TEST_CASE("a stored case that contradicts itself is found") {
  const Flow flow = MakeFlow({{}, {0}});
  CaseRecord good = Draft();
  SubmitItems(flow, {0, 1}, kNow, &good);
  REQUIRE(CheckCase(flow, good).ok());
  using Damage = void (*)(CaseRecord*);
  const std::pair<const char*, Damage> damages[] = {
      {"a column too short", [](CaseRecord* r) { r->mutable_item_task()->RemoveLast(); }},
      {"positions out of order", [](CaseRecord* r) { r->set_item_position(0, 1); }},
      {"a position the bundle has not", [](CaseRecord* r) { r->set_item_position(1, 7); }},
      {"a wrong count of open items", [](CaseRecord* r) { r->set_open_item_count(1); }},
      {"a wrong join counter", [](CaseRecord* r) { r->set_item_waits(1, 2); }},
      {"closed with open items", [](CaseRecord* r) { r->set_state(Case::STATE_CLOSED); }},
      {"ended without a time",
       [](CaseRecord* r) { r->set_item_state(0, CaseItem::STATE_APPROVED); }},
      {"running without items", [](CaseRecord* r) {
         *r = Draft();
         r->set_state(Case::STATE_IN_PROGRESS);
       }}};
  for (const auto& [what, damage] : damages) {
    INFO(what);
    CaseRecord record = good;
    damage(&record);
    CHECK(CheckCase(flow, record).code() == absl::StatusCode::kDataLoss);
  }
}

// Whether `from` is needed by `to`, directly or not, within the case.
bool Reaches(const Flow& flow, const CaseRecord& record, int from, int to) {
  for (const int dependant : flow[static_cast<size_t>(from)].dependants) {
    if (PlaceOf(record, dependant).has_value() &&
        (dependant == to || Reaches(flow, record, dependant, to))) {
      return true;
    }
  }
  return false;
}

// A random bundle, a random part of it as the case, random decisions in random order.
class RandomCase {
 public:
  explicit RandomCase(uint32_t seed) : random_(seed) {
    const int count = Below(12) + 1;
    flow_.resize(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      FlowItem& item = flow_[static_cast<size_t>(i)];
      for (int need = 0; need < i; ++need) {
        if (Below(4) == 0) item.needs.push_back(need);
      }
      item.handed_over = Below(5) == 0;
      item.refusal_stops_all = Below(8) == 0;
    }
    LinkDependants(&flow_);
    for (int i = 0; i < count; ++i) {
      if (Below(4) != 0) positions_.push_back(i);
    }
    if (positions_.empty()) positions_.push_back(0);
  }

  void Run() {
    record_ = Draft();
    CheckStep(SubmitItems(flow_, positions_, kNow, &record_), record_);
    for (int steps = 0; record_.state() == Case::STATE_IN_PROGRESS; ++steps) {
      REQUIRE(steps <= static_cast<int>(positions_.size()));
      Decide();
    }
    CHECK(record_.state() == Case::STATE_CLOSED);
    CHECK(record_.open_item_count() == 0);
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  void Decide() {
    std::vector<int> running;
    for (int place = 0; place < record_.item_state_size(); ++place) {
      const CaseItem::State state = record_.item_state(place);
      if (state == CaseItem::STATE_IN_PROGRESS || state == CaseItem::STATE_HANDED_OVER) {
        running.push_back(place);
      }
    }
    // A case in progress always has someone who can move it.
    REQUIRE_FALSE(running.empty());
    const int place = running[static_cast<size_t>(Below(static_cast<int>(running.size())))];
    const CaseRecord before = record_;
    if (Below(4) != 0) {
      const Step step = ApproveItem(flow_, place, kNow, &record_);
      CHECK(step.stopped.empty());
      CheckStep(step, before);
      return;
    }
    const Step step = RefuseItem(flow_, place, kNow, &record_);
    CHECK(step.started.empty());
    CheckStep(step, before);
    CheckRefusal(place, before);
  }

  // An item fails by another's refusal only when it needs it, or when that refusal stops all.
  void CheckRefusal(int place, const CaseRecord& before) {
    const int refused = static_cast<int>(record_.item_position(place));
    const bool all = flow_[static_cast<size_t>(refused)].refusal_stops_all;
    for (int other = 0; other < record_.item_state_size(); ++other) {
      if (other == place || HasEnded(before.item_state(other))) continue;
      const bool lost =
          all || Reaches(flow_, record_, refused, static_cast<int>(record_.item_position(other)));
      CHECK(HasEnded(record_.item_state(other)) == lost);
    }
  }

  void CheckStep(const Step& step, const CaseRecord& before) {
    const absl::Status status = CheckCase(flow_, record_);
    INFO(status);
    CHECK(status.ok());
    CHECK(step.closed == (record_.state() == Case::STATE_CLOSED));
    for (const int place : step.started) {
      const int position = static_cast<int>(record_.item_position(place));
      const bool away = flow_[static_cast<size_t>(position)].handed_over;
      CHECK(record_.item_state(place) ==
            (away ? CaseItem::STATE_HANDED_OVER : CaseItem::STATE_IN_PROGRESS));
      for (const int need : flow_[static_cast<size_t>(position)].needs) {
        const std::optional<int> at = PlaceOf(record_, need);
        CHECK((!at.has_value() || record_.item_state(*at) == CaseItem::STATE_APPROVED));
      }
    }
    // An ended item stays as it ended.
    for (int place = 0; place < before.item_state_size(); ++place) {
      if (HasEnded(before.item_state(place))) {
        CHECK(record_.item_state(place) == before.item_state(place));
      }
    }
  }

  std::mt19937 random_;
  Flow flow_;
  std::vector<int> positions_;
  CaseRecord record_;
};

TEST_CASE("every case of every random bundle ends, and its counters agree with its states") {
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    INFO("seed " << seed);
    RandomCase(seed).Run();
  }
}

}  // namespace
}  // namespace onething::workflow
