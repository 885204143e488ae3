"""Contracts: every element has a comment, the package is the folder, enums begin at unspecified."""

import re

from tidylib.rule import Finding, rule

UNCOMMENTED = ("syntax", "package", "import", "option", "reserved", "extensions", "extend")
HEAD = '// A contract.\nsyntax = "proto3";\npackage onething.a.v1;\n'
PATH = "protos/onething/a/v1/a.proto"


def statements(file):
    """(first line, last line, text) of every statement: up to its semicolon or opening brace."""
    code, start, depth = file.code, None, 0
    for offset, char in enumerate(code):
        if start is None:
            if char.isspace() or char in ";}":
                continue
            start, depth = offset, 0
        in_option = code.startswith("option ", start)
        if char in "[(" or (char == "{" and (depth or in_option)):
            depth += 1
        elif char in "])" or (char == "}" and depth):
            depth -= 1
        elif char in ";{" and not depth:
            yield file.line_of(start), file.line_of(offset), code[start:offset].strip()
            start = None


def has_comment(file, first, last):
    above = file.lines[first - 2].strip() if first > 1 else ""
    beside = file.lines[last - 1][len(file.code_lines[last - 1].rstrip()):]
    return above.startswith("//") or above.endswith("*/") or "//" in beside


@rule("proto-comment",
      bad=[{PATH: HEAD + "message A {}\n"},
           {PATH: HEAD + "// A.\nmessage A {\n  string b = 1;\n}\n"},
           {PATH: HEAD + "// A.\nenum E {\n  E_UNSPECIFIED = 0;\n}\n"},
           {PATH: HEAD + "// A.\nservice S {\n  rpc Get(A) returns (A) {}\n}\n"}],
      good=[{PATH: HEAD + "// A.\nmessage A {\n  // B.\n  string b = 1 [(x) = {a: true, b: {}}];\n"
             "  reserved 2;\n  map<string, int32> c = 3;  // C.\n  // D.\n  oneof d {\n"
             "    // E.\n    string e = 4;\n  }\n}\nextend X {\n  // Y.\n  Z y = 1;\n}\n"
             "// S.\nservice S {\n  // Gets.\n  rpc Get(A) returns (A) {\n"
             "    option (m) = {\n      kind: Q\n      roles: [1]\n    };\n  }\n}\n"}])
def check_proto_comments(tree):
    for file in tree.select(suffixes=(".proto",)):
        for first, last, text in statements(file):
            word = re.match(r"\w*", text).group(0)
            if word not in UNCOMMENTED and not has_comment(file, first, last):
                name = re.sub(r"\s*[=({].*", "", " ".join(text.split()))
                yield Finding(file, first, f"{name} has no comment")


@rule("proto-package",
      bad=[{PATH: "package onething.b.v1;\n"}, {PATH: 'syntax = "proto3";\n'}],
      good=[{PATH: HEAD}])
def check_proto_package(tree):
    for file in tree.select(under="protos/", suffixes=(".proto",)):
        wanted = file.folder[len("protos/"):].replace("/", ".")
        if not re.search(rf"^package {re.escape(wanted)};", file.code, re.MULTILINE):
            yield Finding(file, 1, f"the package of this folder is {wanted}")


@rule("proto-enum",
      bad=[{PATH: "enum E {\n  E_A = 0;\n}\n"}, {PATH: "enum Color {\n  UNSPECIFIED = 0;\n}\n"}],
      good=[{PATH: "enum ErrorReason {\n  // A.\n  ERROR_REASON_UNSPECIFIED = 0;\n}\n"}])
def check_proto_enums(tree):
    for file in tree.select(suffixes=(".proto",)):
        for match in re.finditer(r"\benum\s+(\w+)\s*\{\s*(?:option[^;]*;\s*)*([^;]*);", file.code):
            prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", match.group(1)).upper()
            value = " ".join(match.group(2).split())
            if value != f"{prefix}_UNSPECIFIED = 0":
                yield Finding(file, file.line_of(match.start()),
                              f"the first value is {prefix}_UNSPECIFIED = 0")
