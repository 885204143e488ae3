"""Who may include whom. The layers are described in CONTRIBUTING.md and the README files."""

import re
from fnmatch import fnmatch

from tidylib.rule import Finding, rule

# (files, included paths, sentence): what the files must not include. Tests may include more.
FORBIDDEN = [
    ("libs/*", r"services/", "a library knows no service"),
    ("libs/*", r"onething/(catalogue|workflow|license|relay|rating)/",
     "a library knows no service, nor its contract"),
    ("libs/*", r"(tests|tools)/", "a library is used by tests and tools, not the other way"),
    ("libs/base/*", r"libs/(?!base/)", "base stands below every library"),
    ("services/*", r"(tests|tools)/", "a service is used by tests and tools, not the other way"),
    ("*_rules.*", r".*grpc|libs/(storage|rpc|runtime|outbox|audit|telemetry)/|rocksdb/|spdlog/"
     r"|libs/base/(clock|log|ids|mutex)\.h|(random|chrono|ctime|thread|fstream|iostream)$",
     "rules are pure functions of values: no clock, store, log, random or gRPC"),
]
# The files of a service that may speak gRPC; its nouns may not.
GRPC_SPEAKERS = ("service", "main", "server", "peer", "peers", "*_peer", "*_peers", "*_client",
                 "*_clients")
HOMES = [
    (r"rocksdb/", ("libs/storage/rocksdb_*",), "RocksDB stays behind the storage seam"),
    (r"openssl/", ("libs/crypto/*",), "OpenSSL stays inside libs/crypto"),
    (r"prometheus/", ("libs/telemetry/*", "libs/runtime/*"), "metrics stay in libs/telemetry"),
    (r"yaml-cpp/", ("libs/config/*",), "YAML is read by libs/config"),
    (r"spdlog/", ("libs/base/log*",), "logs are written through libs/base/log.h"),
]


def production(tree, under=""):
    return [file for file in tree.cpp(under) if not file.is_test]


@rule("layer",
      bad=[{"libs/a/a.cc": '#include "services/relay/transfer.h"\n'},
           {"libs/a/a.cc": '#include "onething/relay/v1/relay.pb.h"\n'},
           {"libs/base/a.h": '#include "libs/codes/a.h"\n'},
           {"services/relay/a.h": '#include "tests/support/a.h"\n'},
           {"services/relay/fee_rules.cc": '#include "libs/base/clock.h"\n'},
           {"services/relay/fee_rules.h": "#include <grpcpp/grpcpp.h>\n"}],
      good=[{"services/relay/a.cc": '#include "libs/base/clock.h"\n'},
            {"services/relay/a.cc": '#include "onething/rating/v1/rating.pb.h"\n'},
            {"libs/a/a_test.cc": '#include "tests/support/a.h"\n'},
            {"libs/a/a.cc": '// #include "services/relay/transfer.h"\n'}])
def check_layers(tree):
    for file in production(tree):
        for pattern, forbidden, sentence in FORBIDDEN:
            if fnmatch(file.path, pattern):
                for line, _, path in file.includes:
                    if re.match(forbidden, path):
                        yield Finding(file, line, f"includes {path}: {sentence}")


@rule("service",
      bad=[{"services/relay/a.cc": '#include "services/rating/rating.h"\n'}],
      good=[{"services/relay/a.cc": '#include "services/relay/a.h"\n'}])
def check_services_apart(tree):
    for file in tree.cpp("services/"):
        own = "/".join(file.path.split("/")[:2]) + "/"
        for line, _, path in file.includes:
            if path.startswith("services/") and not path.startswith(own):
                yield Finding(file, line, f"includes {path}: services share only their protos")


@rule("noun",
      bad=[{"services/relay/transfer.cc": "#include <grpcpp/server_context.h>\n"},
           {"services/relay/transfer.h": '#include "onething/relay/v1/relay.grpc.pb.h"\n'}],
      good=[{"services/relay/service.cc": "#include <grpcpp/grpcpp.h>\n"},
            {"services/relay/relay_peer.cc": '#include "onething/relay/v1/relay.grpc.pb.h"\n'}])
def check_nouns_without_grpc(tree):
    for file in production(tree, "services/"):
        if any(fnmatch(file.stem, speaker) for speaker in GRPC_SPEAKERS):
            continue
        for line, _, path in file.includes:
            if "grpc" in path.split("/")[0] or path.endswith(".grpc.pb.h"):
                yield Finding(file, line, f"includes {path}: only service.* and peers speak gRPC")


@rule("home",
      bad=[{"libs/outbox/a.h": "#include <rocksdb/db.h>\n"},
           {"services/license/a.cc": "#include <openssl/evp.h>\n"}],
      good=[{"libs/storage/rocksdb_engine.cc": '#include "rocksdb/db.h"\n'},
            {"libs/crypto/a.cc": "#include <openssl/evp.h>\n"}])
def check_homes(tree):
    for file in production(tree):
        if not file.path.startswith(("libs/", "services/")):
            continue
        for forbidden, homes, sentence in HOMES:
            if any(fnmatch(file.path, home) for home in homes):
                continue
            for line, _, path in file.includes:
                if re.match(forbidden, path):
                    yield Finding(file, line, f"includes {path}: {sentence}")


@rule("grpc-code",
      bad=[{"services/relay/service.cc": "return grpc::StatusCode::NOT_FOUND;\n"}],
      good=[{"libs/rpc/status.cc": "return grpc::StatusCode::NOT_FOUND;\n"},
            {"services/relay/service.cc": "// grpc::StatusCode\nabsl::StatusCode code;\n"}])
def check_grpc_codes(tree):
    for file in production(tree):
        if file.path.startswith(("libs/rpc/", "tests/")):
            continue
        for number, line in enumerate(file.code_lines, 1):
            if re.search(r"\bgrpc::StatusCode\b|\bgrpc_status_code\b", line):
                yield Finding(file, number, "only libs/rpc knows the status codes of gRPC")


@rule("include-path",
      bad=[{"libs/a/a.cc": '#include "a.h"\n'}, {"libs/a/a.cc": '#include "../b/b.h"\n'},
           {"libs/a/a.cc": '#include "libs/a/gone.h"\n'},
           {"libs/a/a.cc": "#include <libs/a/a.h>\n", "libs/a/a.h": ""},
           {"libs/a/a.cc": '#include "onething/gone/v1/gone.pb.h"\n'}],
      good=[{"libs/a/a.cc": '#include "libs/a/a.h"\n#include "absl/a.h"\n', "libs/a/a.h": ""},
            {"libs/a/a.cc": '#include "onething/a/v1/a.grpc.pb.h"\n',
             "protos/onething/a/v1/a.proto": ""}])
def check_include_paths(tree):
    for file in tree.cpp():
        for line, quote, path in file.includes:
            top = path.split("/")[0]
            if quote == '"' and ("/" not in path or top.startswith(".")):
                yield Finding(file, line, f"{path}: an include begins at the repository's root")
            elif top in ("libs", "services", "tests", "tools") and (
                    quote == "<" or path not in tree.paths):
                yield Finding(file, line, f"{path}: there is no such header, or it is not quoted")
            elif top == "onething":
                proto = "protos/" + re.sub(r"(\.grpc)?\.pb\.h$", ".proto", path)
                if proto not in tree.paths:
                    yield Finding(file, line, f"{path}: there is no {proto}")


def library_of(path):
    return path.split("/")[1] if re.match(r"libs/[^/]+/", path) else None


@rule("cycle",
      bad=[{"libs/a/a.cc": '#include "libs/b/b.h"\n', "libs/b/b.cc": '#include "libs/c/c.h"\n',
            "libs/c/c.cc": '#include "libs/a/a.h"\n'}],
      good=[{"libs/a/a.cc": '#include "libs/b/b.h"\n', "libs/c/c.cc": '#include "libs/b/b.h"\n'},
            {"libs/a/a_test.cc": '#include "libs/b/b.h"\n',
             "libs/b/b.cc": '#include "libs/a/a.h"\n'}])
def check_cycles(tree):
    edges = {}  # library → library it includes → the place of the first such include
    for file in production(tree, "libs/"):
        source = library_of(file.path)
        for line, _, path in file.includes:
            target = library_of(path)
            if source and target and source != target:
                edges.setdefault(source, {}).setdefault(target, (file, line))
    finished = set()

    def visit(library, trail):
        if library in trail:
            cycle = trail[trail.index(library):] + [library]
            file, line = edges[cycle[-2]][library]
            yield Finding(file, line, "libraries include each other: " + " → ".join(cycle))
        elif library not in finished:
            for target in sorted(edges.get(library, {})):
                yield from visit(target, trail + [library])
            finished.add(library)

    for library in sorted(edges):
        yield from visit(library, [])
