"""The shape of files: length, width, guards, opening comments, names, marks of unfinished work."""

import re

from tidylib.rule import Finding, rule

FILE_LINES_WISHED, FILE_LINES_MAX = 500, 600
FUNCTION_LINES_WISHED, FUNCTION_LINES_MAX = 70, 90
COLUMNS_MAX = 100
PLAIN_LISTS = ("CMakeLists.txt", "packages.txt")
CODE_SUFFIXES = (".cc", ".h", ".proto", ".py", ".sh", ".cmake")


def is_code(file):
    return file.suffix in CODE_SUFFIXES or file.is_script


def code_files(tree):
    return [file for file in tree.select() if is_code(file)]


def cpp_function(lines):
    return "namespace a {\n" + "int F(int x) {\n" + "  G({1});\n" * (lines - 2) + "}\n}\n"


@rule("file-length",
      bad=[{"libs/a/a.cc": "int x;\n" * 601}, {"libs/a/a.cc": "int x;\n" * 501}],
      good=[{"libs/a/a.cc": "int x;\n" * 500}, {"LICENSE.txt": "x\n" * 900}])
def check_file_length(tree):
    for file in code_files(tree):
        count = file.text.count("\n")
        if count > FILE_LINES_WISHED:
            yield Finding(file, 1, f"{count} lines; is an idea missing?",
                          warning=count <= FILE_LINES_MAX)


@rule("function-length",
      bad=[{"libs/a/a.cc": cpp_function(91)}, {"libs/a/a.cc": cpp_function(71)},
           {"libs/a/a.cc": "A::A(int x) : x_{x}, y_{2} {\n" + "  F();\n" * 90 + "}\n"},
           {"libs/a/a_test.cc": 'TEST_CASE("a { b") {\n' + "  F();\n" * 90 + "}\n"},
           {"tools/a.py": "def f():\n" + "    g()\n" * 90}],
      good=[{"libs/a/a.cc": cpp_function(70) * 3},
            {"libs/a/a.cc": "class A {\n" + "  int F(int x) { return 1; }\n" * 100 + "};\n"},
            {"libs/a/a.cc": "constexpr Row kRows[] = {\n" + "  {1, F(2)},\n" * 200 + "};\n"},
            {"libs/a/a.cc": "template <class T>\nclass A : B<T> {\n" + " int F();\n" * 99 + "};\n"},
            {"libs/a/a.cc": "#define F(x) {\n" + "int G(int x = {});\n" * 99}])
def check_function_length(tree):
    for file in tree.select():
        for function in file.functions:
            count = function.line_count()
            if count > FUNCTION_LINES_WISHED:
                yield Finding(file, function.first, f"{function.name} has {count} lines",
                              warning=count <= FUNCTION_LINES_MAX)


# Rows of Markdown tables, includes, and the guards of headers.
UNBREAKABLE = re.compile(r"\s*\||\s*#\s*(include\b|(ifndef|define|endif)\b.*_H_$)")


@rule("line-length",
      bad=[{"libs/a/a.cc": "x" * 101 + "\n"}, {"README.md": "字" * 101 + "\n"}],
      good=[{"libs/a/a.cc": "字" * 100 + "\n// https://example.org/" + "x" * 100 + "\n"},
            {"README.md": "| " + "x" * 120 + "\n```\n" + "x" * 120 + "\n```\n"},
            {"libs/a/a.cc": '#include "' + "x" * 120 + '"\n'}])
def check_line_length(tree):
    for file in tree.select():
        if not (is_code(file) or file.suffix == ".md" or file.name in PLAIN_LISTS):
            continue
        fenced = False
        for number, line in enumerate(file.lines, 1):
            fenced ^= file.suffix == ".md" and line.lstrip().startswith("```")
            exempt = fenced or "://" in line or UNBREAKABLE.match(line)
            if len(line) > COLUMNS_MAX and not exempt:
                yield Finding(file, number, f"{len(line)} columns, at most {COLUMNS_MAX}")


def guard_of(path):
    return "ONETHING_" + re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"


def header(guard, before="// A.\n"):
    return f"{before}#ifndef {guard}\n#define {guard}\n#endif  // {guard}\n"


@rule("guard",
      bad=[{"libs/a/b.h": header("ONETHING_B_H_")}, {"libs/a/b.h": "#pragma once\n"},
           {"libs/a/b.h": "#ifndef ONETHING_LIBS_A_B_H_\n#define ONETHING_LIBS_A_C_H_\n#endif\n"}],
      good=[{"libs/a/b_c.h": header("ONETHING_LIBS_A_B_C_H_")}])
def check_guard(tree):
    for file in tree.select(suffixes=(".h",)):
        guard = guard_of(file.path)
        code = [line for line in file.lines if line.startswith("#")]
        if code[:2] != [f"#ifndef {guard}", f"#define {guard}"]:
            yield Finding(file, 1, f"the guard of this header is {guard}")
        elif code[-1] != f"#endif  // {guard}":
            yield Finding(file, len(file.lines) - 1, f"the last line is #endif  // {guard}")


@rule("opening",
      bad=[{"libs/a/b.h": header("G", before="")}, {"protos/a.proto": 'syntax = "proto3";\n'},
           {"tools/a": "#!/bin/sh\nls\n"}, {"tools/a.py": "import os\n"}],
      good=[{"libs/a/b.h": header("G")}, {"libs/a/b.h": "#ifndef G\n#define G\n\n// A.\n#endif\n"},
            {"tools/a": "#!/bin/sh\n# Lists.\nls\n"}, {"tools/a.py": '"""Lists."""\n'}])
def check_opening_comment(tree):
    for file in code_files(tree):
        if file.suffix in (".cc", ".cmake"):
            continue
        body = re.sub(r"\A#!.*\n|\A(#ifndef|#define) \w+\n", "", file.text)
        body = re.sub(r"\A#define \w+\n", "", body).lstrip()
        if not body.startswith(("//", "/*") if file.is_cpp or file.is_proto else ("#", '"""')):
            yield Finding(file, 1, "opens with a comment: what it is for, and what it is not for")


@rule("namespace",
      bad=[{"libs/codes/a.h": "namespace onething::code {\n}\n"},
           {"libs/base/a.h": "namespace onething::base {\n}\n"}],
      good=[{"libs/codes/a.h": "namespace onething::codes {\n}\n"},
            {"libs/base/a.h": "namespace onething {\n}\n"},
            {"services/relay/a.h": "namespace grpc {\n}\nnamespace onething::relay::inner {\n}\n"}])
def check_namespace(tree):
    for file in tree.select(suffixes=(".h",)):
        if not file.path.startswith(("libs/", "services/")):
            continue
        folder = file.path.split("/")[1]
        wanted = "onething" if folder == "base" else f"onething::{folder}"
        inner = "onething::internal" if folder == "base" else wanted + "::"
        for number, line in enumerate(file.code_lines, 1):
            match = re.match(r"namespace (onething[\w:]*) \{", line)
            if match and match.group(1) != wanted and not match.group(1).startswith(inner):
                yield Finding(file, number, f"the namespace of this folder is {wanted}")


TEST_NAME = re.compile(r'\bTEST_CASE(?:_METHOD)?\((?:\w+, )?\s*"([\x20-\x7e]*?)"')


@rule("test-name",
      bad=[{"libs/a/a_test.cc": 'TEST_CASE("Parse") {\n'}],
      good=[{"libs/a/a_test.cc": 'TEST_CASE("a code with a wrong check digit is refused") {\n'},
            {"libs/a/a_test.cc": 'TEST_CASE("错误的校验码被拒绝") {\n'}])
def check_test_names(tree):
    for file in tree.select(suffixes=(".cc",)):
        for match in TEST_NAME.finditer(file.text):
            if " " not in match.group(1).strip():
                yield Finding(file, file.line_of(match.start()),
                              f'"{match.group(1)}": a test is named by a sentence about behaviour')


@rule("whitespace",
      bad=[{"a.md": "text \n"}, {"a.cc": "a\r\n"}, {"a.h": "\tint x;\n"}, {"a.h": "int x;"},
           {"a.h": "int x;\n\n"}],
      good=[{"a.md": "text\n"}, {"a.h": ""}, {"libs/a/testdata/a.yaml": "a: 1 \r\n"}])
def check_whitespace(tree):
    for file in tree.select():
        for number, line in enumerate(file.lines, 1):
            if line != line.rstrip():
                yield Finding(file, number, "white space at the end of the line")
            if "\t" in line:
                yield Finding(file, number, "a tab")
        if file.text and (not file.text.endswith("\n") or file.text.endswith("\n\n")):
            yield Finding(file, len(file.lines), "a file ends with one line break")


MARK = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + r"CK)\b|\bnot implemented\b")


@rule("unfinished",
      bad=[{"libs/a/a.cc": "// TO" + "DO(me): later\n"}, {"README.md": "FIX" + "ME\n"},
           {"libs/a/a.cc": 'return Error("not implemented");\n'}],
      good=[{"tools/a.sh": "mktemp /tmp/a.XX" + "XXXX\n"}, {"a.md": "HACKNEY\n"}])
def check_unfinished(tree):
    for file in tree.select():
        for number, line in enumerate(file.lines, 1):
            if (match := MARK.search(line)) and not file.path.startswith("tools/tidylib/"):
                yield Finding(file, number, f"{match.group(0)}: finish it or leave it out")


MENTION = re.compile(r"(?<![\w.$}/])/(home|root|Users|workspace|work)/\w|"
                     r"\b(AI|LLMs?|GPT-?\d*|ChatGPT|Claude|Copilot)\b")


@rule("mention",
      bad=[{"a.md": "see /" + "home/me/notes\n"}, {"a.cc": "// written by A" + "I\n"}],
      good=[{"a.md": "./work/x and $HOME/work/a and AID\n"}])
def check_mentions(tree):
    for file in tree.select():
        for number, line in enumerate(file.lines, 1):
            if (match := MENTION.search(line)) and not file.path.startswith("tools/tidylib/"):
                yield Finding(file, number, f"{match.group(0)}: names a machine or a helper")
