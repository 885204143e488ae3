"""What a rule is, how rules are run over a tree, and how each proves itself on its own examples.

A rule is a function from a Tree to findings, registered with a name and with small trees that it
must object to (`bad`) and that it must let pass (`good`). An exception to a rule stands in the code
with its reason, on the line or the line above:  // tidy-allow(rule): reason
"""

import re

from tidylib.tree import Tree

ALLOW = re.compile(r"tidy-allow\(([\w-]+)\):?[ \t]*(.*)")
RULES = {}


class Finding:
    """One objection: where, which rule, a sentence. A warning does not fail the check."""

    def __init__(self, file, line, sentence, warning=False):
        self.path = file if isinstance(file, str) else file.path
        self.line, self.sentence, self.warning = line, sentence, warning
        self.rule = None

    def __str__(self):
        level = "warning: " if self.warning else ""
        return f"{self.path}:{self.line}: {self.rule}: {level}{self.sentence}"


class Rule:
    def __init__(self, name, check, bad, good):
        self.name, self.check, self.bad, self.good = name, check, bad, good

    def findings(self, tree):
        for finding in self.check(tree):
            finding.rule = self.name
            yield finding


def rule(name, *, bad, good=()):
    """Registers the decorated function. `bad` and `good` are trees {path: text}, or Trees."""
    def register(check):
        assert name not in RULES, name
        RULES[name] = Rule(name, check, bad, good)
        return check
    return register


class Allowances:
    """The exceptions written in a tree's files, and which of them were needed."""

    def __init__(self, tree):
        self.places = {}
        for file in tree.files.values():
            if file.suffix == ".md" or file.path.startswith("tools/tidy"):
                continue  # They speak of exceptions.
            for number, line in enumerate(file.lines, 1):
                if match := ALLOW.search(line):
                    self.places[file.path, number] = match.groups()
        self.used = set()

    def allow(self, finding):
        for line in (finding.line, finding.line - 1):
            name, _ = self.places.get((finding.path, line), (None, None))
            if name == finding.rule:
                self.used.add((finding.path, line))
                return True
        return False

    def findings(self):
        """Exceptions that except nothing, or do not say why."""
        for place, (name, reason) in self.places.items():
            if place not in self.used:
                yield self.objection(place, f"nothing here needs an exception from {name}")
            elif not reason.strip(" -/*>"):
                yield self.objection(place, f"the exception from {name} gives no reason")

    @staticmethod
    def objection(place, sentence):
        finding = Finding(place[0], place[1], sentence)
        finding.rule = "allow"
        return finding


def run(tree):
    """All findings of all rules, exceptions taken away, in the order of files and lines."""
    allowances = Allowances(tree)
    found = [finding for each in RULES.values() for finding in each.findings(tree)
             if not allowances.allow(finding)]
    found.extend(allowances.findings())
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule))


def self_test():
    """Sentences about rules that miss a bad example or object to a good one."""
    for each in RULES.values():
        if not each.bad:
            yield f"{each.name}: has no bad example"
        for example in each.bad:
            if not list(each.findings(as_tree(example))):
                yield f"{each.name}: does not find {describe(example)}"
        for example in each.good:
            for finding in each.findings(as_tree(example)):
                yield f"{each.name}: objects to {describe(example)}: {finding}"
    yield from self_test_allowances()


def self_test_allowances():
    text = "// tidy-allow(throw): example\nthrow 1;\nthrow 2;\n// tidy-allow(exit): unneeded\n"
    found = [(finding.rule, finding.line) for finding in run(Tree({"libs/a/a.cc": text}))]
    if ("throw", 2) in found or ("throw", 3) not in found or ("allow", 4) not in found:
        yield f"allow: exceptions are not kept apart: {found}"


def as_tree(example):
    return example if isinstance(example, Tree) else Tree(example)


def describe(example):
    return repr({path: file.text[:200] for path, file in as_tree(example).files.items()})
