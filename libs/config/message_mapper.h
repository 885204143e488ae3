// MessageMapper: tree → message by protobuf reflection. Says what YAML may stand for which type of
// field; whether a value makes sense is for the field rules and later checks. Internal to this
// folder.

#ifndef ONETHING_LIBS_CONFIG_MESSAGE_MAPPER_H_
#define ONETHING_LIBS_CONFIG_MESSAGE_MAPPER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "libs/config/diagnostic_log.h"
#include "libs/config/load_options.h"
#include "libs/config/source_map.h"
#include "libs/config/yaml_tree.h"

namespace onething::config {

// Fills one message from one tree, reports every fault to the log and every place to the source
// map, which must outlive it.
class MessageMapper {
 public:
  MessageMapper(const LoadOptions& options, DiagnosticLog* log, SourceMap* source_map);

  // Fills `message` from the whole document.
  void Map(const YamlNode& root, google::protobuf::Message* message);

 private:
  using Field = google::protobuf::FieldDescriptor;
  using Message = google::protobuf::Message;

  void MapMessage(const YamlNode& map, SourceMap::PlaceId place, Message* message);
  void MapField(const YamlNode& node, SourceMap::PlaceId place, const Field& field,
                Message* message);
  void MapList(const YamlNode& list, SourceMap::PlaceId place, const Field& field,
               Message* message);
  void MapEntries(const YamlNode& map, SourceMap::PlaceId place, const Field& field,
                  Message* message);

  // One value: of a field that is no list, or one more of a list.
  void MapValue(const YamlNode& node, SourceMap::PlaceId place, const Field& field,
                Message* message);
  void MapSubmessage(const YamlNode& node, SourceMap::PlaceId place, const Field& field,
                     Message* message);
  void MapEnum(const YamlNode& scalar, SourceMap::PlaceId place, const Field& field,
               Message* message);
  template <class T, class Setter, class Adder>
  void MapNumber(const YamlNode& scalar, SourceMap::PlaceId place, const Field& field,
                 Message* message, Setter set, Adder add);

  // True when the node has the kind that `field` needs here; reports and returns false when not.
  bool Expect(YamlNode::Kind kind, const YamlNode& node, SourceMap::PlaceId place);
  void Fail(const YamlNode& node, SourceMap::PlaceId place, std::string message, std::string hint);
  void FailUnknownKey(const Member& member, SourceMap::PlaceId place, const Message& message);

  const LoadOptions& options_;
  DiagnosticLog* const log_;
  SourceMap* const source_map_;
};

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_MESSAGE_MAPPER_H_
