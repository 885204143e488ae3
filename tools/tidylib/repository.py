"""The repository as a whole: nothing dead, nothing that leads nowhere, a guide in every folder."""

import posixpath
import re
import urllib.parse

from tidylib.rule import Finding, rule
from tidylib.tree import Tree

TEST_MACRO = re.compile(r"\b(TEST_CASE|TEST_CASE_METHOD|TEMPLATE_TEST_CASE|SCENARIO)\b")
LINK = re.compile(r'\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)'
                  r'|(?:src|href)="([^"]+)"')


@rule("dead-header",
      bad=[{"libs/a/a.h": "// A.\n"}],
      good=[{"libs/a/a.h": "// A.\n", "libs/a/a.cc": '#include "libs/a/a.h"\n'}])
def check_dead_headers(tree):
    included = {path for file in tree.cpp() for _, _, path in file.includes}
    for file in tree.select(suffixes=(".h",)):
        if file.path not in included:
            yield Finding(file, 1, "nobody includes this header")


@rule("dead-source",
      bad=[Tree({"libs/a/a.cc": ""}, compiled={"libs/a/b.cc"}),
           Tree({"protos/onething/a/v1/a.proto": ""}, compiled={"libs/a/b.cc"})],
      good=[Tree({"libs/a/a.cc": "", "protos/onething/a/v1/a.proto": "", "tests/fuzz/a.cc": ""},
                 compiled={"libs/a/a.cc", "build/dev/generated/onething/a/v1/a.pb.cc"}),
            Tree({"libs/a/a.cc": ""})])
def check_dead_sources(tree):
    if tree.compiled is None:
        return
    # Fuzz targets are compiled by their own preset only.
    fuzzing = any(path.startswith("tests/fuzz/") for path in tree.compiled)
    generated = {posixpath.join(*path.split("/")[-4:]) for path in tree.compiled}
    for file in tree.select(suffixes=(".cc",)):
        if file.path not in tree.compiled and (fuzzing or not file.path.startswith("tests/fuzz/")):
            yield Finding(file, 1, "no target compiles this file")
    for file in tree.select(under="protos/", suffixes=(".proto",)):
        if file.path[len("protos/"):-len(".proto")] + ".pb.cc" not in generated:
            yield Finding(file, 1, "no target compiles this contract")


@rule("empty-test",
      bad=[{"libs/a/a_test.cc": "// TEST_CASE\nint x;\n"}],
      good=[{"libs/a/a_test.cc": 'TEST_CASE("a b") {\n'}])
def check_empty_tests(tree):
    for file in tree.select(suffixes=(".cc",)):
        if file.is_test and not TEST_MACRO.search(file.code):
            yield Finding(file, 1, "a test file without a test")


@rule("link",
      bad=[{"a/README.md": "[x](gone.md)\n"}, {"README.md": "[x](/gone/a.h#L1)\n"},
           {"README.md": '<img src="gone.svg">\n'}, {"README.md": "[x]: gone.md\n"}],
      good=[{"a/README.md": "[x](../b/c.h#L1) [y](https://x.y) [z](#a) [w](../b)\n", "b/c.h": ""},
            {"README.md": "```\n[x](gone.md)\n```\n`[x](gone.md)`\n"},
            {"README.md": "[x](a%20b.md)\n", "a b.md": ""}])
def check_links(tree):
    for file in tree.select(suffixes=(".md",)):
        fenced = False
        for number, line in enumerate(file.lines, 1):
            fenced ^= line.lstrip().startswith("```")
            if fenced:
                continue
            for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                target = urllib.parse.unquote(next(filter(None, match.groups())))
                if re.match(r"[a-z][a-z+.-]*:|//|#", target):
                    continue
                base = "" if target.startswith("/") else file.folder
                path = posixpath.normpath(posixpath.join(base, target.split("#")[0].lstrip("/")))
                if path not in tree.paths and path not in tree.folders and path != ".":
                    yield Finding(file, number, f"the link to {target} leads nowhere")


@rule("guide",
      bad=[{"libs/README.md": "base\n", "libs/base/README.md": "", "libs/codes/a.h": ""},
           {"services/relay/main.cc": ""}],
      good=[{"libs/README.md": "codes\n", "libs/codes/a.h": "", "libs/codes/README.md": ""}])
def check_guides(tree):
    for top in ("libs", "services"):
        guide = tree.files.get(f"{top}/README.md")
        inside = (path.split("/") for path in tree.paths if path.startswith(top + "/"))
        for folder in sorted({parts[1] for parts in inside if len(parts) > 2}):
            if guide is None or not re.search(rf"\b{folder}\b", guide.text):
                yield Finding(f"{top}/README.md", 1, f"does not say what {top}/{folder} is")
            if f"{top}/{folder}/README.md" not in tree.paths:
                yield Finding(f"{top}/{folder}/README.md", 1, "this folder has no README.md")
