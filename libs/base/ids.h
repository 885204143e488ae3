// Ids that are made up at the edge of a process (request ids of clients, owner marks). Inside
// commands ids come from the transaction, never from here.

#ifndef ONETHING_LIBS_BASE_IDS_H_
#define ONETHING_LIBS_BASE_IDS_H_

#include <string>

namespace onething {

// 32 lower-case hexadecimal digits of 128 random bits; fit for request_id. Thread safe.
std::string RandomId();

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_IDS_H_
