#include "services/relay/relay_rules.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace onething::relay {
namespace {

using v1::ReceiptContent;
using v1::Transfer;

constexpr ReceiptEffect kNone = ReceiptEffect::kNone;
constexpr ReceiptEffect kKeep = ReceiptEffect::kKeep;
constexpr ReceiptEffect kAdvance = ReceiptEffect::kAdvance;

TEST_CASE("every receipt does in every state what the table says") {
  struct Row {
    State state;
    ReceiptEffect delivered, processed, result;
  };
  const Row rows[] = {{Transfer::STATE_ACCEPTED, kAdvance, kAdvance, kAdvance},
                      {Transfer::STATE_DELIVERED, kKeep, kAdvance, kAdvance},
                      {Transfer::STATE_PROCESSED, kKeep, kKeep, kAdvance},
                      {Transfer::STATE_RESULT, kKeep, kKeep, kKeep},
                      {Transfer::STATE_DEAD, kAdvance, kAdvance, kAdvance}};
  for (const Row& row : rows) {
    INFO(Transfer::State_Name(row.state));
    CHECK(EffectOf(row.state, ReceiptContent::KIND_DELIVERED, false) == row.delivered);
    CHECK(EffectOf(row.state, ReceiptContent::KIND_PROCESSED, false) == row.processed);
    CHECK(EffectOf(row.state, ReceiptContent::KIND_RESULT, false) == row.result);
    for (int kind = 0; kind < ReceiptContent::Kind_ARRAYSIZE; ++kind) {
      INFO(kind);
      CHECK(EffectOf(row.state, static_cast<Kind>(kind), true) == kNone);
    }
    CHECK(EffectOf(row.state, ReceiptContent::KIND_ACCEPTED, false) == kNone);
    CHECK(EffectOf(row.state, ReceiptContent::KIND_UNSPECIFIED, false) == kNone);
  }
}

TEST_CASE("whatever the order and however often receipts come, the transfer ends where it should") {
  const Kind kinds[] = {ReceiptContent::KIND_DELIVERED, ReceiptContent::KIND_PROCESSED,
                        ReceiptContent::KIND_RESULT};
  // Every sequence of five receipts, each of any kind.
  for (int sequence = 0; sequence < 243; ++sequence) {
    State state = Transfer::STATE_ACCEPTED;
    std::set<Kind> kept;
    State told = Transfer::STATE_ACCEPTED;
    for (int rest = sequence, i = 0; i < 5; ++i, rest /= 3) {
      const Kind kind = kinds[rest % 3];
      const ReceiptEffect effect = EffectOf(state, kind, kept.count(kind) > 0);
      CHECK((effect == kNone) == (kept.count(kind) > 0));
      kept.insert(kind);
      if (effect == kAdvance) {
        CHECK(StateProvedBy(kind) > told);
        state = told = StateProvedBy(kind);
      }
    }
    CHECK(state == StateProvedBy(*kept.rbegin()));
  }
}

TEST_CASE("a dead letter kills only what it stopped, and its replay revives only the dead") {
  struct Row {
    Direction direction;
    State state, after_death, after_replay;
  };
  const Row rows[] = {{Transfer::DIRECTION_OUTBOUND, Transfer::STATE_ACCEPTED, Transfer::STATE_DEAD,
                       Transfer::STATE_ACCEPTED},
                      {Transfer::DIRECTION_OUTBOUND, Transfer::STATE_DELIVERED,
                       Transfer::STATE_DELIVERED, Transfer::STATE_DELIVERED},
                      {Transfer::DIRECTION_OUTBOUND, Transfer::STATE_PROCESSED,
                       Transfer::STATE_PROCESSED, Transfer::STATE_PROCESSED},
                      {Transfer::DIRECTION_OUTBOUND, Transfer::STATE_RESULT, Transfer::STATE_RESULT,
                       Transfer::STATE_RESULT},
                      {Transfer::DIRECTION_OUTBOUND, Transfer::STATE_DEAD, Transfer::STATE_DEAD,
                       Transfer::STATE_ACCEPTED},
                      {Transfer::DIRECTION_INBOUND, Transfer::STATE_DELIVERED, Transfer::STATE_DEAD,
                       Transfer::STATE_DELIVERED},
                      {Transfer::DIRECTION_INBOUND, Transfer::STATE_PROCESSED,
                       Transfer::STATE_PROCESSED, Transfer::STATE_PROCESSED},
                      {Transfer::DIRECTION_INBOUND, Transfer::STATE_RESULT, Transfer::STATE_RESULT,
                       Transfer::STATE_RESULT},
                      {Transfer::DIRECTION_INBOUND, Transfer::STATE_DEAD, Transfer::STATE_DEAD,
                       Transfer::STATE_DELIVERED}};
  for (const Row& row : rows) {
    INFO(Transfer::Direction_Name(row.direction) << " " << Transfer::State_Name(row.state));
    CHECK(StateAfterDeadLetter(row.direction, row.state) == row.after_death);
    CHECK(StateAfterReplay(row.direction, row.state) == row.after_replay);
  }
}

TEST_CASE("receipts say the same whenever they were said, and differ in any other field") {
  ReceiptContent content;
  content.set_kind(ReceiptContent::KIND_RESULT);
  content.set_signer("33");
  content.set_envelope_digest("digest");
  content.set_payload_type("type");
  content.set_payload("payload");
  const auto differs = [&content](auto change) {
    ReceiptContent other = content;
    change(other);
    return !SaysTheSame(content, other) && !SaysTheSame(other, content);
  };
  CHECK_FALSE(differs([](ReceiptContent& other) { other.mutable_time()->set_seconds(1); }));
  CHECK(differs([](ReceiptContent& other) { other.set_kind(ReceiptContent::KIND_PROCESSED); }));
  CHECK(differs([](ReceiptContent& other) { other.set_signer("36"); }));
  CHECK(differs([](ReceiptContent& other) { other.set_envelope_digest("other"); }));
  CHECK(differs([](ReceiptContent& other) { other.set_payload_type("other"); }));
  CHECK(differs([](ReceiptContent& other) { other.set_payload("other"); }));
}

TEST_CASE("the name of a transfer holds its whole key, and no two keys share one") {
  CHECK(TransferName("36", "33", "cases/36-2026-0000001", 2) ==
        "transfers/36-33-36-2026-0000001-2");
  std::set<std::string> names;
  int keys = 0;
  for (const char* case_name : {"cases/a", "cases/a-1", "cases/a-1-1", "cases/1", "cases/-"}) {
    for (const int64_t number : {1, 11, 111}) {
      names.insert(TransferName("36", "33", case_name, number));
      names.insert(TransferName("33", "36", case_name, number));
      keys += 2;
    }
  }
  CHECK(names.size() == static_cast<size_t>(keys));
}

}  // namespace
}  // namespace onething::relay
