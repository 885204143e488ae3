// Paging of listings, the same for every service: requests have `page_size` and `page_token`,
// responses `next_page_token`.
//
//   const rpc::PageTokens pages(call, request);
//   ASSIGN_OR_RETURN(const storage::PageRequest page, pages.Decode());
//   … = items_.List(view, page, …);
//   response.set_next_page_token(pages.Encode(found.next_cursor));
//
//   token   := base64url(version query cursor)
//   version := one byte, 1
//   query   := 16 bytes: digest of method, caller, on_behalf_of and the request without page_size
//   and page_token cursor  := where the page before ended, see storage::PageRequest
//
// A token is no secret and no permission: it can only move the start inside what the request itself
// may list.

#ifndef ONETHING_LIBS_RPC_PAGE_TOKEN_H_
#define ONETHING_LIBS_RPC_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/rpc/call.h"
#include "libs/storage/table.h"

namespace onething::rpc {

// Records of a page when the request names no size, and the most there can be.
inline constexpr size_t kPageSizeDefault = 50;
inline constexpr size_t kPageSizeMax = 200;

// INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
absl::Status PageTokenInvalid();

// The tokens of one listing call. Owned by the handler; neither argument may end before it. The
// request type must have the fields `int32 page_size` and `string page_token`.
class PageTokens {
 public:
  PageTokens(const Call& call, const google::protobuf::Message& request);

  // Which part of the listing is wanted. INVALID_ARGUMENT: PAGE_TOKEN_INVALID for a token that is
  // malformed or belongs to another query, FIELD_INVALID for a negative size.
  absl::StatusOr<storage::PageRequest> Decode() const;

  // The token that continues after `cursor`; empty for an empty cursor, which means that this page
  // was the last.
  std::string Encode(absl::string_view cursor) const;

 private:
  const google::protobuf::Message& request_;
  // version and query of this call's tokens.
  std::string head_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_PAGE_TOKEN_H_
