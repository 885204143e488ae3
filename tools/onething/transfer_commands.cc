#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "onething/relay/v1/relay.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = relay::v1;

void PrintTransfers(const v1::ListTransfersResponse& response) {
  TextTable table({"中继件", "方向", "对方", "办件", "状态", "更新", "原因"});
  for (const v1::Transfer& transfer : response.transfers()) {
    table.AddRow({transfer.name(), Word(transfer.direction()), transfer.peer(),
                  transfer.case_name(), Word(transfer.state()), ClockTime(transfer.update_time()),
                  transfer.failure()});
  }
  std::cout << table.ToString();
}

// What a receipt says; empty for one that cannot be read. Its signature was verified by the relay
// that keeps it.
v1::ReceiptContent ContentOf(const v1::Receipt& receipt) {
  v1::ReceiptContent content;
  return content.ParseFromString(receipt.content()) ? content : v1::ReceiptContent();
}

void PrintTransfer(const v1::Transfer& transfer) {
  v1::Envelope envelope;
  if (!envelope.ParseFromString(transfer.signed_envelope().envelope())) {
    envelope.Clear();
  }
  std::cout << transfer.name() << "（" << Word(transfer.direction()) << "，"
            << Word(transfer.state()) << "）\n"
            << FactLines({{"办件", transfer.case_name()},
                          {"事项基本编码", envelope.catalog_code()},
                          {"方式", Word(envelope.mode())},
                          {"用途", envelope.purpose()},
                          {"内容", absl::StrCat(envelope.payload_type(), "  ",
                                                BytesText(envelope.payload().size()))},
                          {"收存", FullTime(transfer.create_time())},
                          {"原因", transfer.failure()}});
  TextTable table({"回执", "签署", "时间"});
  for (const v1::Receipt& receipt : transfer.receipts()) {
    const v1::ReceiptContent content = ContentOf(receipt);
    table.AddRow({Word(content.kind()), content.signer() + " 省", FullTime(content.time())});
  }
  std::cout << (table.empty() ? "" : table.ToString("  "));
}

// The transfer as in the contract; each receipt with what it says beside the signed bytes.
std::string TransferJson(const v1::Transfer& transfer) {
  nlohmann::json document = nlohmann::json::parse(ToJson(transfer));
  for (int i = 0; i < transfer.receipts_size(); ++i) {
    v1::ReceiptContent content = ContentOf(transfer.receipts(i));
    const std::string digest = absl::BytesToHexString(content.envelope_digest());
    content.clear_payload();
    content.clear_envelope_digest();
    nlohmann::json& decoded = document["receipts"][static_cast<size_t>(i)]["decoded"];
    decoded = nlohmann::json::parse(ToJson(content));
    decoded.erase("payload");
    decoded["envelope_digest"] = digest;
  }
  return document.dump();
}

int ShowTransfer(const Session& session, const v1::GetTransferRequest&,
                 const v1::Transfer& transfer) {
  return session.ShowJson(TransferJson(transfer), [&] { PrintTransfer(transfer); });
}

}  // namespace

void AddTransferCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "transfer", "中继件：与外省往来的事项及回执");
  noun.Call<v1::ListTransfersRequest>("list", "列出中继件", kOperator,
                                      {{"--state", "state", "只列此状态"},
                                       {"--peer", "peer", "只列此省，两位代码"},
                                       {"--direction", "direction", "只列此方向"}},
                                      PrintTransfers);
  noun.CallThen<v1::GetTransferRequest, v1::Transfer>(
      "get", "查看中继件及其回执", kOperator,
      {{"name", "name", "中继件：transfers/{编号}，或只写编号"}}, ShowTransfer);
}

}  // namespace onething::tool
