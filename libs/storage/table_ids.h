// Every table id of the suite, in this one file, fixed for ever: an id is the first two bytes of
// every key of the table, so changing one loses the table. Each service has its own store; ids are
// nevertheless unique over all, so that a dump of any store can be read without knowing whose it
// is. New ids are appended; a dropped one stays here, marked as such.

#ifndef ONETHING_LIBS_STORAGE_TABLE_IDS_H_
#define ONETHING_LIBS_STORAGE_TABLE_IDS_H_

#include <cstdint>

namespace onething::storage {

enum class TableId : uint16_t {
  // The store itself.
  kMeta = 1,
  kSequences = 2,

  // libs/rpc: request_id replay.
  kRequests = 10,
  // 11 was kRequestsByTime.

  // libs/outbox.
  kOutbox = 20,
  kOutboxByState = 21,
  kOutboxByOrder = 22,
  kOutboxDue = 23,
  kOutboxCounts = 24,

  // libs/audit.
  kAudit = 30,
  kAuditHead = 31,

  // services/catalogue.
  kItems = 100,
  kItemsByState = 101,
  kItemsByAuthority = 102,
  kItemsByRegion = 103,
  kItemVersions = 104,

  // services/workflow.
  kBundles = 200,
  kBundleVersions = 201,
  kCases = 210,
  kCasesByApplicant = 211,
  kCasesByState = 212,
  kCasesByBundle = 213,
  kApplications = 214,
  kTasks = 220,
  kTasksByAuthority = 221,
  kTasksByCase = 222,
  kTasksByDue = 223,
  kTimeline = 230,
  kHandOvers = 240,

  // services/license.
  kLicenseTypes = 300,
  kLicenses = 301,
  kLicensesByHolder = 302,
  kLicensesByIssuer = 303,

  // services/relay.
  kTransfers = 400,
  kTransfersByState = 401,
  kTransfersByPeer = 402,
  kReceipts = 403,
  kTransferEnvelopes = 404,
  kTransfersByTime = 405,

  // services/rating.
  kInvitations = 500,
  kRatings = 501,
  kRatingsByItem = 502,
  kRatingsByAuthority = 503,
  kRectifications = 504,
  kRectificationsByState = 505,
  kRatingCounts = 506,

  // Tests only.
  kTestRows = 900,
  kTestRowsByColour = 901,
  kTestRowsByTag = 902,
  kTestOther = 903,
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_TABLE_IDS_H_
