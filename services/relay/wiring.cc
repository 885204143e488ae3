#include "services/relay/wiring.h"

#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/crypto/key_file.h"
#include "services/relay/deliveries.h"
#include "services/relay/ledger.h"
#include "services/relay/receipt_sender.h"
#include "services/relay/service.h"
#include "services/relay/tables.h"
#include "services/relay/transfers.h"

namespace onething::relay {
namespace {

constexpr char kHandlerDefault[] = "workflow";

}  // namespace

absl::Status Wire(const config::v1::RelayConfig& config, runtime::Host& host) {
  ASSIGN_OR_RETURN(crypto::PrivateKey key, crypto::LoadPrivateKeyFile(config.signing_key_file()));
  return WireWith(std::move(key), config, host);
}

absl::Status WireWith(crypto::PrivateKey key, const config::v1::RelayConfig& config,
                      runtime::Host& host) {
  const std::string handler = config.handler().empty() ? kHandlerDefault : config.handler();
  RETURN_IF_ERROR(host.Peer(handler).status());
  ASSIGN_OR_RETURN(PeerDirectory directory, PeerDirectory::Create(config));
  const Tables& tables = host.Make<Tables>();
  const PeerDirectory& peers = host.Make<PeerDirectory>(std::move(directory));
  const Notary& notary = host.Make<Notary>(config.server().province(), std::move(key));
  const Ledger& ledger = host.Make<Ledger>(tables, peers, &host.outbox(), handler);
  const Transfers& transfers = host.Make<Transfers>(tables, ledger, peers, notary);
  const Deliveries& deliveries = host.Make<Deliveries>(ledger, peers, notary);
  host.SendThrough(
      &host.Make<ReceiptSender>(peers, notary, &host.clock(), &host.executor(), &host.peers()));
  RegisterRelay(host.router(), transfers, deliveries);
  host.AddCheck("transfers", [&tables](const storage::View& view) { return tables.Check(view); });
  return absl::OkStatus();
}

}  // namespace onething::relay
