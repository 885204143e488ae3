#include "libs/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/config/text_screen.h"

namespace onething::config {
namespace {

// yaml-cpp gives up on keys longer than this when they stand on one line; so do we, for all.
constexpr size_t kKeyBytesMax = 1024;

// The tags that yaml-cpp itself gives to what is written plain, and to text in quotes or blocks.
constexpr char kPlainTag[] = "?";
constexpr char kQuotedTag[] = "!";

// What to do about what YAML has and we do not.
constexpr char kNoAnchors[] = "不允许锚点和别名，请直接写出值";
constexpr char kNoTags[] = "不允许标签，类型由字段决定";
constexpr char kNoDirectives[] = "请删去以“%”开头的行";
constexpr char kIndentation[] = "请检查缩进";

// Builds the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, const LineIndex& lines, const LoadOptions& options,
              DiagnosticLog* log)
      : text_(text), lines_(lines), options_(options), log_(log) {}

  std::optional<YamlNode> TakeRoot() { return std::move(root_); }

  // What yaml-cpp refuses, in our words.
  Finding Translate(const YAML::Exception& exception) const;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_.has_value()) {
      Stop(mark, "出现第二个文档，或第一个文档结束后还有文字");
    }
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckProperties(mark, kPlainTag, anchor);
    Accept(mark, {.kind = YamlNode::Kind::kNull, .position = NullPosition(mark)});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (WaitsForKey()) {
      Stop(mark, "用别名作键");
    }
    log_->Error({.position = At(mark), .message = "此处用了别名", .hint = kNoAnchors});
    Accept(mark, {.kind = YamlNode::Kind::kRefused, .position = At(mark)});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckProperties(mark, tag, anchor);
    if (const auto refused = FindRefusedCharacter(value)) {
      log_->Error(
          {.position = At(mark), .message = absl::StrCat("文本中有", refused->description)});
    }
    Accept(mark, {.kind = YamlNode::Kind::kScalar,
                  .position = At(mark),
                  .quoted = tag != kPlainTag,
                  .text = value});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kList);
  }

  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMap);
  }

  void OnMapEnd() override {
    DropDuplicates(&open_.back().node.members);
    Close();
  }

 private:
  // A list or map whose end has not come, and in a map the key that waits for its value.
  struct Frame {
    YamlNode node;
    size_t start = 0;
    std::optional<Member> pending;
  };

  [[noreturn]] static void Stop(const YAML::Mark& mark, const std::string& message) {
    // tidy-allow(throw): the only way out of yaml-cpp's parser; ParseTree catches it.
    throw YAML::ParserException(mark, message);
  }

  // yaml-cpp sets the column of a mark at the end of the text to 0; its byte count stays right.
  size_t OffsetOf(const YAML::Mark& mark) const {
    return mark.pos < 0 ? 0 : std::min(static_cast<size_t>(mark.pos), text_.size());
  }

  Position At(const YAML::Mark& mark) const { return lines_.At(OffsetOf(mark)); }

  bool WaitsForKey() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::kMap &&
           !open_.back().pending.has_value();
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    CheckProperties(mark, tag, anchor);
    if (WaitsForKey()) {
      // A bracket that is never closed looks like this to yaml-cpp when it begins the text.
      Stop(mark, "用列表或键值对作键，或有括号没有闭合");
    }
    if (static_cast<int>(open_.size()) >= options_.depth_max) {
      Stop(mark, absl::StrCat("嵌套超过", options_.depth_max, "层"));
    }
    CountNode(mark);
    open_.push_back({.node = {.kind = kind, .position = At(mark)}, .start = OffsetOf(mark)});
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Place(std::move(node));
  }

  // Takes a value that has no inside.
  void Accept(const YAML::Mark& mark, YamlNode node) {
    CountNode(mark);
    if (!WaitsForKey()) {
      Place(std::move(node));
      return;
    }
    if (node.kind == YamlNode::Kind::kNull) {
      Stop(mark, "缺少键");
    }
    if (node.text.size() > kKeyBytesMax) {
      Stop(mark, absl::StrCat("键超过", kKeyBytesMax, "字节"));
    }
    open_.back().pending = Member{.key = std::move(node.text), .key_position = node.position};
  }

  // Puts a complete value where it belongs: below the innermost open list or map.
  void Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == YamlNode::Kind::kList) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    CHECK(frame.pending.has_value());
    frame.pending->value = std::move(node);
    frame.node.members.push_back(*std::move(frame.pending));
    frame.pending.reset();
  }

  void CountNode(const YAML::Mark& mark) {
    if (++node_count_ > options_.node_count_max) {
      Stop(mark, absl::StrCat("键和值合计超过", options_.node_count_max, "个"));
    }
  }

  void CheckProperties(const YAML::Mark& mark, absl::string_view tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      log_->Error({.position = At(mark), .message = "此处用了锚点", .hint = kNoAnchors});
    }
    // A lone `!` gives the tag of quoted text; only the text itself tells them apart.
    const size_t offset = OffsetOf(mark);
    if ((tag != kPlainTag && tag != kQuotedTag) ||
        (tag == kQuotedTag && offset < text_.size() && text_[offset] == '!')) {
      log_->Error({.position = At(mark), .message = "此处用了标签", .hint = kNoTags});
    }
  }

  // yaml-cpp marks a value that is not written at all with the token behind it. We want the key or
  // the dash that lacks it.
  Position NullPosition(const YAML::Mark& mark) const {
    if (open_.empty()) {
      return At(mark);
    }
    const Frame& frame = open_.back();
    if (frame.pending.has_value()) {
      return frame.pending->key_position;
    }
    if (frame.node.kind != YamlNode::Kind::kList || text_.substr(frame.start, 1) != "-") {
      return At(mark);
    }
    // The dashes of a block list stand below each other, and only blank lines and comments are
    // between a dash and the token.
    const size_t dash_column = frame.start - lines_.LineStart(frame.start);
    for (size_t end = OffsetOf(mark); end > frame.start;) {
      const size_t start = lines_.LineStart(end);
      const absl::string_view line = text_.substr(start, end - start);
      if (line.size() > dash_column && line[dash_column] == '-' &&
          !absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#")) {
        return lines_.At(start + dash_column);
      }
      end = start > frame.start ? start - 1 : frame.start;
    }
    return At(mark);
  }

  void DropDuplicates(std::vector<Member>* members) {
    absl::flat_hash_map<std::string, Position> seen;
    std::erase_if(*members, [&](const Member& member) {
      const auto [first, is_new] = seen.emplace(member.key, member.key_position);
      if (!is_new) {
        log_->Error({.position = member.key_position,
                     .message = absl::StrCat("键", Quote(member.key), "重复"),
                     .hint = absl::StrCat("第一次在", Describe(first->second))});
      }
      return !is_new;
    });
  }

  const absl::string_view text_;
  const LineIndex& lines_;
  const LoadOptions& options_;
  DiagnosticLog* const log_;

  std::vector<Frame> open_;
  std::optional<YamlNode> root_;
  int node_count_ = 0;
};

// yaml-cpp's words for what a writer of YAML gets wrong, and ours.
struct SyntaxFault {
  absl::string_view theirs;
  absl::string_view message;
  absl::string_view hint;
};

const SyntaxFault kSyntaxFaults[] = {
    {YAML::ErrorMsg::END_OF_MAP, "有文字不属于任何键", kIndentation},
    {YAML::ErrorMsg::END_OF_SEQ, "有文字不属于列表的任何元素", kIndentation},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "此处应为“,”或“}”", ""},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "此处应为“,”或“]”", ""},
    {YAML::ErrorMsg::FLOW_END, "多余的右括号", ""},
    {YAML::ErrorMsg::MAP_VALUE, "“:”写在不能有键的地方", "请检查缩进，或给含“: ”的文本加引号"},
    {YAML::ErrorMsg::MAP_KEY, "键写在不能有键的地方", kIndentation},
    {YAML::ErrorMsg::BLOCK_ENTRY, "“-”写在不能有列表的地方", kIndentation},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "引号中的文本没有结束", ""},
    {YAML::ErrorMsg::DOC_IN_SCALAR, "引号中的文本没有结束", ""},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "值不能以此字符开头", "请给文本加引号"},
    // These two go on with a byte of the text, perhaps half a character.
    {YAML::ErrorMsg::INVALID_ESCAPE, "双引号中有不认识的转义", "单引号中的反斜杠不作转义"},
    {YAML::ErrorMsg::INVALID_UNICODE, "转义得到的不是字符", ""},
    {YAML::ErrorMsg::INVALID_HEX, "转义中有不是十六进制的字符", ""},
    {YAML::ErrorMsg::CHAR_IN_BLOCK, "“|”或“>”之后有多余的文字", "文本从下一行开始写"},
    {YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "“|”或“>”之后的缩进不能为 0", ""},
    {YAML::ErrorMsg::YAML_DIRECTIVE_ARGS, "YAML 指令有误", kNoDirectives},
    {YAML::ErrorMsg::YAML_VERSION, "YAML 指令有误", kNoDirectives},
    {YAML::ErrorMsg::YAML_MAJOR_VERSION, "YAML 指令有误", kNoDirectives},
    {YAML::ErrorMsg::REPEATED_YAML_DIRECTIVE, "YAML 指令有误", kNoDirectives},
    {YAML::ErrorMsg::TAG_DIRECTIVE_ARGS, "TAG 指令有误", kNoDirectives},
    {YAML::ErrorMsg::REPEATED_TAG_DIRECTIVE, "TAG 指令有误", kNoDirectives},
    {YAML::ErrorMsg::CHAR_IN_TAG_HANDLE, "此处用了标签", kNoTags},
    {YAML::ErrorMsg::TAG_WITH_NO_SUFFIX, "此处用了标签", kNoTags},
    {YAML::ErrorMsg::END_OF_VERBATIM_TAG, "此处用了标签", kNoTags},
    {YAML::ErrorMsg::MULTIPLE_TAGS, "此处用了标签", kNoTags},
    {YAML::ErrorMsg::MULTIPLE_ANCHORS, "此处用了锚点", kNoAnchors},
    {YAML::ErrorMsg::MULTIPLE_ALIASES, "此处用了别名", kNoAnchors},
    {YAML::ErrorMsg::ALIAS_CONTENT, "此处用了别名", kNoAnchors},
    {YAML::ErrorMsg::ALIAS_NOT_FOUND, "此处用了别名", kNoAnchors},
    {YAML::ErrorMsg::ANCHOR_NOT_FOUND, "此处用了锚点", kNoAnchors},
    {YAML::ErrorMsg::CHAR_IN_ALIAS, "此处用了别名", kNoAnchors},
    {YAML::ErrorMsg::CHAR_IN_ANCHOR, "此处用了锚点", kNoAnchors},
    {YAML::ErrorMsg::UNKNOWN_ANCHOR, "此处用了别名", kNoAnchors},
};

Finding TreeBuilder::Translate(const YAML::Exception& exception) const {
  Finding finding = {.position = At(exception.mark), .message = exception.msg};
  for (const SyntaxFault& fault : kSyntaxFaults) {
    if (absl::StartsWith(exception.msg, fault.theirs)) {
      finding.message = std::string(fault.message);
      finding.hint = std::string(fault.hint);
      break;
    }
  }
  const bool unclosed = exception.msg == YAML::ErrorMsg::END_OF_MAP_FLOW ||
                        exception.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  if (unclosed && !open_.empty()) {
    finding.hint = absl::StrCat("左括号在", Describe(open_.back().node.position));
  }
  return finding;
}

}  // namespace

std::optional<YamlNode> ParseTree(absl::string_view text, const LineIndex& lines,
                                  const LoadOptions& options, DiagnosticLog* log) {
  TreeBuilder builder(text, lines, options, log);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    // The second call finds nothing, or a second document, which the builder refuses.
    if (parser.HandleNextDocument(builder)) {
      parser.HandleNextDocument(builder);
    }
  } catch (const YAML::Exception& exception) {
    log->Error(builder.Translate(exception));
    return std::nullopt;
  } catch (const std::exception& exception) {
    log->Error({.position = {}, .message = absl::StrCat("无法读取：", exception.what())});
    return std::nullopt;
  }
  std::optional<YamlNode> root = builder.TakeRoot();
  if (!root.has_value() || root->kind == YamlNode::Kind::kNull) {
    log->Error({.position = {}, .message = "文档是空的"});
    return std::nullopt;
  }
  return root;
}

}  // namespace onething::config
