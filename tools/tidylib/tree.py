"""The repository as the rules see it: paths, texts, C++ without comments and strings, functions.

A Tree is built from the disk or, for the rules' own examples, from a dictionary.
"""

import ast
import functools
import json
import os
import re
import subprocess

SKIPPED_FOLDERS = {".git", "build", "__pycache__", "node_modules", ".cache", ".idea", ".vscode"}
TEXT_SUFFIXES = {
    ".cc", ".h", ".proto", ".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".yml", ".json", ".toml"}
DATA_FOLDERS = re.compile(r"(^|/)(testdata|golden|corpus)/")

# Comments, raw strings, strings and characters; an apostrophe between digits is a separator.
CPP_NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
CPP_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')


def blank(match):
    """Spaces in place of the match, its line breaks kept."""
    return re.sub(r"[^\n]", " ", match.group(0))


class Function:
    """One function found by brace matching: its name and the lines it spans, from 1."""

    def __init__(self, name, first, last):
        self.name, self.first, self.last = name, first, last

    def line_count(self):
        return self.last - self.first + 1


class File:
    """One text file. `path` is relative to the root, with slashes."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.folder, self.name = os.path.split(path)
        self.stem, self.suffix = os.path.splitext(self.name)

    is_cpp = property(lambda self: self.suffix in (".cc", ".h"))
    is_proto = property(lambda self: self.suffix == ".proto")
    is_test = property(lambda self: self.stem.endswith("_test"))
    is_data = property(lambda self: bool(DATA_FOLDERS.search(self.path)))
    is_script = property(lambda self: self.suffix in (".py", ".sh") or self.text.startswith("#!"))

    @functools.cached_property
    def lines(self):
        return self.text.split("\n")

    @functools.cached_property
    def code(self):
        """The C++ or proto text with comments, strings and characters blanked, lines kept."""
        return CPP_NOISE.sub(blank, self.text)

    @functools.cached_property
    def code_lines(self):
        return self.code.split("\n")

    @functools.cached_property
    def includes(self):
        """(line, "<" or a quotation mark, path) of every #include that is not in a comment."""
        found = []
        for number, (line, code) in enumerate(zip(self.lines, self.code_lines), 1):
            match = INCLUDE.match(line) if "include" in code else None
            if match:
                found.append((number, match.group(1), match.group(2)))
        return found

    @functools.cached_property
    def functions(self):
        if self.is_cpp:
            return list(cpp_functions(CPP_DIRECTIVE.sub(blank, self.code)))
        if self.is_script and (self.suffix == ".py" or "python" in self.lines[0]):
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
            nodes = (node for node in ast.walk(ast.parse(self.text)) if isinstance(node, kinds))
            return [Function(node.name, node.lineno, node.end_lineno) for node in nodes]
        return []

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


def cpp_functions(code):
    """The outermost functions of code without comments, strings and directives.

    A brace opens a function when a parenthesis stands between it and the end of what came before,
    and a scope when the words there say so. Approximate, but right for formatted code.
    """
    open_braces, parens, head, head_start = [], 0, "", 0
    for offset, char in enumerate(code):
        function_open = any(kind == "function" for kind, _, _ in open_braces)
        if char == "{":
            kind = "other" if parens or function_open else brace_kind(head)
            open_braces.append((kind, head, head_start))
            if kind == "scope":
                head = ""
        elif char == "}":
            if not open_braces:
                return
            kind, own_head, own_start = open_braces.pop()
            rest = code[offset + 1:offset + 200].lstrip()
            # A member's initialiser: its braces belong to the head of the constructor.
            initialiser = kind == "function" and rest[:1] in ("{", ",")
            if kind == "function" and not initialiser:
                first = code.count("\n", 0, own_start) + 1
                yield Function(function_name(own_head), first, code.count("\n", 0, offset) + 1)
            if kind in ("scope", "function") and not initialiser:
                head = ""
        elif function_open:
            continue
        elif char == ";" and not parens:
            head = ""
        else:
            parens += {"(": 1, ")": -1}.get(char, 0)
            if not head and not char.isspace():
                head_start = offset
            if head or not char.isspace():
                head += char
            if head in ("public:", "private:", "protected:"):
                head = ""


def brace_kind(head):
    if re.search(r"\b(namespace|class|struct|union|enum|extern)\b[^()]*$", head):
        return "scope"
    return "function" if "(" in head else "other"


def function_name(head):
    match = re.search(r"([~\w:]+)\s*\(", head)
    return match.group(1) if match else "?"


class Tree:
    """All files of the repository, and the files the build compiles (None when unknown)."""

    def __init__(self, texts, other_paths=(), compiled=None):
        self.files = {path: File(path, text) for path, text in sorted(texts.items())}
        self.paths = set(texts) | set(other_paths)
        self.compiled = compiled
        self.folders = {""}
        for path in self.paths:
            while path := os.path.dirname(path):
                self.folders.add(path)

    def select(self, *, under="", suffixes=()):
        """Files below a folder with one of the suffixes, data of tests left out."""
        return [file for file in self.files.values()
                if file.path.startswith(under) and not file.is_data
                and (not suffixes or file.suffix in suffixes)]

    def cpp(self, under=""):
        return self.select(under=under, suffixes=(".cc", ".h"))


def load_tree(root, compile_commands=None):
    """The tree on disk: what git tracks or would track, or every file when git cannot say."""
    texts, others = {}, []
    for path in listed_paths(root):
        full = os.path.join(root, path)
        if not os.path.isfile(full):
            continue
        text = read_text(full)
        if text is None:
            others.append(path)
        else:
            texts[path] = text
    compiled = read_compile_commands(root, compile_commands) if compile_commands else None
    return Tree(texts, others, compiled)


def listed_paths(root):
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        output = subprocess.run(command, check=True, capture_output=True).stdout
        return sorted(set(filter(None, output.decode("utf-8").split("\0"))))
    except (OSError, subprocess.CalledProcessError):
        return sorted(walked_paths(root))


def walked_paths(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def read_text(path):
    """The text of a file of ours, None for what is not text."""
    suffix = os.path.splitext(path)[1]
    with open(path, "rb") as stream:
        content = stream.read()
    if suffix not in TEXT_SUFFIXES and not content.startswith(b"#!"):
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_compile_commands(root, path):
    """Paths, relative to the root, of all files that are compiled."""
    with open(path, encoding="utf-8") as stream:
        entries = json.load(stream)
    files = (os.path.join(entry["directory"], entry["file"]) for entry in entries)
    return {os.path.relpath(os.path.realpath(file), os.path.realpath(root)) for file in files}
