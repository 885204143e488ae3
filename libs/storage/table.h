// Typed tables with secondary indexes: the only way services read and write records.
//
//   row   := key → record
//   record := version protobuf      version: one byte, kRecordVersion; a migration reads older ones
//   index entry := index_id index_fields primary_key_fields → (empty)
//
// A table is stateless: it knows ids and how to take keys out of a record. The table writes its
// index entries itself, in the same batch as the row, and CheckIndexes proves that they agree. A
// row that cannot be decoded poisons the view (DATA_LOSS).

#ifndef ONETHING_LIBS_STORAGE_TABLE_H_
#define ONETHING_LIBS_STORAGE_TABLE_H_

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/error.h"
#include "libs/storage/key.h"
#include "libs/storage/view.h"

namespace onething::storage {

// The version byte that this build writes before every record.
inline constexpr char kRecordVersion = 1;

// Which part of a listing is wanted.
struct PageRequest {
  // Where the page before ended: Page::next_cursor; empty for the first page. The key, behind the
  // listing's prefix, of the last row that was shown.
  std::string cursor;
  // Most records returned, at least 1.
  size_t size = 50;
  // Most rows looked at; a page may come back short, with a cursor, when a filter is rarely met.
  size_t scan_max = 2000;
};

// A part of a listing.
template <class Record>
struct Page {
  std::vector<Record> records;
  // Where to go on; empty after the last page.
  std::string next_cursor;
};

// Decides whether a listing takes a record.
template <class Record>
using Filter = std::function<bool(const Record&)>;

// Encodes a record as a row's value, and back; false when it is not one.
template <class Record>
std::string EncodeRecord(const Record& record) {
  std::string value(1, kRecordVersion);
  record.AppendToString(&value);
  return value;
}
template <class Record>
bool DecodeRecord(absl::string_view value, Record* record) {
  return !value.empty() && value[0] == kRecordVersion &&
         record->ParseFromArray(value.data() + 1, static_cast<int>(value.size() - 1));
}

// What a table needs of its indexes, whatever their fields.
template <class Record>
class IndexOf {
 public:
  virtual ~IndexOf() = default;
  virtual TableId id() const = 0;
  // The keys, without the primary key, under which `record` is found.
  virtual std::vector<std::string> KeysOf(const Record& record) const = 0;
  // What follows the index fields in an index key; nullopt when the key is malformed.
  virtual std::optional<absl::string_view> PrimaryKeyIn(absl::string_view index_key) const = 0;
};

// A secondary index over `Fields`. `extract` returns none, one or several entries of a record.
template <class Record, class... Fields>
class Index final : public IndexOf<Record> {
 public:
  using Entry = std::tuple<Fields...>;
  using Extract = std::vector<Entry> (*)(const Record&);

  constexpr Index(TableId id, Extract extract) : id_(id), extract_(extract) {}

  TableId id() const override { return id_; }

  std::vector<std::string> KeysOf(const Record& record) const override {
    std::vector<std::string> keys;
    for (const Entry& entry : extract_(record)) {
      keys.push_back(std::apply([this](const auto&... f) { return EncodeKey(id_, f...); }, entry));
    }
    return keys;
  }

  std::optional<absl::string_view> PrimaryKeyIn(absl::string_view index_key) const override {
    absl::string_view rest = index_key;
    rest.remove_prefix(std::min(rest.size(), TablePrefix(id_).size()));
    Entry entry;
    const bool ok =
        std::apply([&rest](auto&... f) { return (TakeField(&rest, &f) && ...); }, entry);
    return ok ? std::optional(rest) : std::nullopt;
  }

 private:
  const TableId id_;
  const Extract extract_;
};

// The keys, without the primary key, under which a record is found: of each index in turn.
using IndexKeys = std::vector<std::vector<std::string>>;

// Rows of one protobuf message type in the order of `KeyFields`. Immutable after construction; safe
// from any thread.
template <class Record, class... KeyFields>
class Table {
 public:
  using Key = std::tuple<KeyFields...>;
  using KeyOf = Key (*)(const Record&);

  // `key_of` takes the primary key out of a record. The indexes must outlive the table.
  Table(TableId id, KeyOf key_of, std::vector<const IndexOf<Record>*> indexes = {})
      : id_(id), key_of_(key_of), indexes_(std::move(indexes)) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // The record with this key; nullopt when there is none.
  std::optional<Record> Find(const View& view, const KeyFields&... key) const {
    return FindEncoded(view, EncodeKey(id_, key...));
  }

  // Whether there is such a row, without decoding it.
  bool Contains(const View& view, const KeyFields&... key) const {
    return view.Get(EncodeKey(id_, key...)).has_value();
  }

  // Whether any row's first fields in `index` are `prefix`, without reading the row.
  template <class... Fields, class... Prefix>
  static bool ContainsBy(const View& view, const Index<Record, Fields...>& index,
                         const Prefix&... prefix) {
    bool found = false;
    const std::string first = EncodeKey(index.id(), prefix...);
    view.Scan({first, PrefixEnd(first)}, [&found](absl::string_view, absl::string_view) {
      found = true;
      return false;
    });
    return found;
  }

  // Writes the record, replacing the one with its key, and its index entries.
  void Put(Txn& txn, const Record& record) const {
    std::optional<Record> before;
    if (!indexes_.empty()) {
      before = FindEncoded(txn, absl::StrCat(TablePrefix(id_), PrimaryOf(record)));
    }
    Replace(txn, before.has_value() ? KeysOf(*before) : IndexKeys(), record);
  }

  // Writes a record whose key the caller knows to be unused (a number just drawn, a key just looked
  // up) without reading first.
  void Insert(Txn& txn, const Record& record) const { Replace(txn, IndexKeys(), record); }

  // The same for a record that the caller has read: `before` are the KeysOf what it read.
  void Replace(Txn& txn, const IndexKeys& before, const Record& record) const {
    const std::string primary = PrimaryOf(record);
    for (size_t i = 0; i < indexes_.size(); ++i) {
      WriteIndexChange(txn, primary, before.empty() ? std::vector<std::string>() : before[i],
                       indexes_[i]->KeysOf(record));
    }
    txn.Put(absl::StrCat(TablePrefix(id_), primary), EncodeRecord(record));
  }

  // Where the indexes have this record; taken before it is changed.
  IndexKeys KeysOf(const Record& record) const {
    IndexKeys keys;
    for (const IndexOf<Record>* index : indexes_) {
      keys.push_back(index->KeysOf(record));
    }
    return keys;
  }

  // Removes the row with this key and its index entries. Nothing happens when there is none.
  void Delete(Txn& txn, const KeyFields&... key_fields) const {
    const std::string key = EncodeKey(id_, key_fields...);
    const std::optional<Record> before = FindEncoded(txn, key);
    if (!before.has_value()) {
      return;
    }
    for (const IndexOf<Record>* index : indexes_) {
      WriteIndexChange(txn, EncodeFields(key_fields...), index->KeysOf(*before), {});
    }
    txn.Delete(key);
  }

  // Rows in key order, those whose first key fields are `prefix`, a page at a time.
  template <class... Prefix>
  Page<Record> List(const View& view, const PageRequest& request, const Filter<Record>& filter,
                    const Prefix&... prefix) const {
    const auto decode = [&view](absl::string_view,
                                absl::string_view value) -> std::optional<Record> {
      return DecodeOrPoison(view, value);
    };
    return Collect(view, request, filter, EncodeKey(id_, prefix...), decode);
  }

  // Rows in the order of `index`, those whose first index fields are `prefix`, a page at a time.
  template <class... Fields, class... Prefix>
  Page<Record> ListBy(const View& view, const Index<Record, Fields...>& index,
                      const PageRequest& request, const Filter<Record>& filter,
                      const Prefix&... prefix) const {
    const auto decode = [this, &view, &index](absl::string_view key,
                                              absl::string_view) -> std::optional<Record> {
      const std::optional<absl::string_view> primary = index.PrimaryKeyIn(key);
      std::optional<Record> record;
      if (primary.has_value()) {
        record = FindEncoded(view, absl::StrCat(TablePrefix(id_), *primary));
      }
      if (!record.has_value()) {
        view.Poison(Corrupt("an index entry has no row"));
      }
      return record;
    };
    return Collect(view, request, filter, EncodeKey(index.id(), prefix...), decode);
  }

  // Calls `visit` for every row whose first key fields are `prefix`, until it returns false.
  template <class... Prefix>
  void ForEach(const View& view, const std::function<bool(const Record&)>& visit,
               const Prefix&... prefix) const {
    const std::string first = EncodeKey(id_, prefix...);
    view.Scan({first, PrefixEnd(first)}, [&](absl::string_view, absl::string_view value) {
      const std::optional<Record> record = DecodeOrPoison(view, value);
      return record.has_value() && visit(*record);
    });
  }

  // Compares every index entry with the rows, both ways. DATA_LOSS naming the table and the first
  // difference.
  absl::Status CheckIndexes(const View& view) const {
    std::set<std::string> expected;
    ForEach(view, [&](const Record& record) {
      for (const IndexOf<Record>* index : indexes_) {
        for (const std::string& key : index->KeysOf(record)) {
          expected.insert(key + PrimaryOf(record));
        }
      }
      return true;
    });
    for (const IndexOf<Record>* index : indexes_) {
      const std::string first = TablePrefix(index->id());
      view.Scan({first, PrefixEnd(first)}, [&](absl::string_view key, absl::string_view) {
        if (expected.erase(std::string(key)) == 0) {
          view.Poison(Corrupt("an index entry belongs to no row"));
        }
        return true;
      });
    }
    if (view.status().ok() && !expected.empty()) {
      return Corrupt("a row lacks an index entry");
    }
    return view.status();
  }

  TableId id() const { return id_; }

 private:
  std::string PrimaryOf(const Record& record) const {
    return std::apply([](const auto&... f) { return EncodeFields(f...); }, key_of_(record));
  }

  absl::Status Corrupt(absl::string_view what) const {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT, what,
                     {{"table", absl::StrCat(static_cast<int>(id_))}});
  }

  static std::optional<Record> DecodeOrPoison(const View& view, absl::string_view value) {
    Record record;
    if (!DecodeRecord(value, &record)) {
      view.Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                            absl::StrCat("a stored ", record.GetTypeName(), " cannot be read")));
      return std::nullopt;
    }
    return record;
  }

  std::optional<Record> FindEncoded(const View& view, const std::string& key) const {
    const std::optional<std::string> value = view.Get(key);
    return value.has_value() ? DecodeOrPoison(view, *value) : std::nullopt;
  }

  static void WriteIndexChange(Txn& txn, const std::string& primary,
                               const std::vector<std::string>& before,
                               const std::vector<std::string>& after) {
    if (before == after) {
      return;
    }
    for (const std::string& key : before) {
      txn.Delete(key + primary);
    }
    for (const std::string& key : after) {
      txn.Put(key + primary, "");
    }
  }

  template <class Decode>
  static Page<Record> Collect(const View& view, const PageRequest& request,
                              const Filter<Record>& filter, const std::string& prefix,
                              const Decode& decode) {
    Page<Record> page;
    std::string last;
    size_t scanned = 0;
    bool more = false;
    const std::string first =
        request.cursor.empty() ? prefix
                               : absl::StrCat(prefix, request.cursor, absl::string_view("\0", 1));
    view.Scan({first, PrefixEnd(prefix)}, [&](absl::string_view key, absl::string_view value) {
      if (page.records.size() >= request.size || scanned >= request.scan_max) {
        more = true;
        return false;
      }
      ++scanned;
      std::optional<Record> record = decode(key, value);
      if (!record.has_value()) {
        return false;
      }
      last = std::string(key.substr(prefix.size()));
      if (!filter || filter(*record)) {
        page.records.push_back(*std::move(record));
      }
      return true;
    });
    if (more) {
      page.next_cursor = std::move(last);
    }
    return page;
  }

  const TableId id_;
  const KeyOf key_of_;
  const std::vector<const IndexOf<Record>*> indexes_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_TABLE_H_
