"""Banned calls and words: a table of patterns over code without comments and strings."""

import re

from tidylib.rule import Finding, rule

CLOCK_USERS = ("libs/base/clock.", "libs/base/mutex.h", "tools/onething/", "tests/e2e/",
               "tests/bench/")
PROGRAMS = ("tools/", "tests/")


def ban(name, pattern, sentence, *, bad, good=(), allowed=(), suffixes=(".cc", ".h")):
    """Registers a rule that objects to the pattern outside the paths that begin as `allowed`.

    The examples are lines of a file of libs/example.
    """
    compiled = re.compile(pattern)
    path = "libs/example/example" + suffixes[-1]

    def examples(lines):
        return [{path: line + "\n"} for line in lines]

    @rule(name, bad=examples(bad), good=examples(good))
    def check(tree):
        for file in tree.select(suffixes=suffixes):
            if file.path.startswith(tuple(allowed)):
                continue
            for number, line in enumerate(file.code_lines, 1):
                if match := compiled.search(line):
                    yield Finding(file, number, f"{match.group(0).strip()}: {sentence}")


ban("sleep", r"\b(sleep_for|sleep_until|SleepFor|usleep|nanosleep)\b|(?<![\w:.>])(?:::)?sleep\s*\(",
    "wait for a state (CondVar, a timer), never for time to pass", allowed=CLOCK_USERS,
    bad=["std::this_thread::sleep_for(kPause);", "absl::SleepFor(pause);", "sleep(1);",
         "::sleep(1);", "  usleep(10);"],
    good=["// sleep(1);", 'Log("sleep(1)");', "disk.sleep_count();", "bool is_asleep();"])

ban("clock",
    r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|\babsl::Now\s*\(|\bgettimeofday\b"
    r"|\bclock_gettime\b|\bGetCurrentTimeNanos\b"
    r"|(?<![\w.>])(?:std::)?time\s*\(\s*(nullptr|NULL|0)\s*\)",
    "the time comes from libs/base/clock.h, in a command from its transaction",
    allowed=CLOCK_USERS,
    bad=["auto now = std::chrono::system_clock::now();", "absl::Time t = absl::Now();",
         "std::time(nullptr);", "time(0);", "std::chrono::steady_clock::now()"],
    good=["clock.Now();", "absl::Time time(0, 1);", "txn.now();"])

ban("random", r"\b(s?rand|rand_r)\s*\(|\b(random_device|default_random_engine)\b",
    "ids come from libs/base/ids.h, the randomness of a test from its printed seed",
    allowed=("libs/base/ids.", "tests/", "tools/onething/"),
    bad=["int x = rand();", "std::random_device device;", "srand(1);"],
    good=["operand(1);", "// rand()", "std::mt19937_64 engine(seed);"])

ban("process", r"(?<![\w.>:])(?:std::|::)?(system|popen)\s*\(|\bstd::system\b|\bv?fork\s*\(",
    "no service starts a process", allowed=("tools/onething/", "tests/e2e/", "tests/support/"),
    bad=['system("ls");', 'std::system("ls");', 'popen("ls", "r");', "pid_t child = fork();"],
    good=["FileSystem system;", "store.system();", "auto forked = 1;"])

ban("exit", r"(?<![\w.>:])(?:std::|::)?(_?exit|quick_exit|_Exit|abort|terminate)\s*\(",
    "only main ends the process; a fault of our own is CHECK",
    allowed=("libs/base/check.", "libs/runtime/", "tools/", "tests/"),
    bad=["exit(1);", "std::abort();", "_exit(0);"],
    good=["loop.exit();", "bool exit_code(int x);", "stream->abort();"])

ban("output",
    r"\bstd::(cout|cerr|clog)\b|(?<![\w.>:])(?:std::|absl::)?(printf|fprintf|sprintf|snprintf"
    r"|vprintf|vfprintf|vsnprintf|puts|fputs|putchar|PrintF|FPrintF|SNPrintF)\s*\(",
    "a service logs through libs/base/log.h; text is made by absl::StrCat and StrFormat",
    allowed=PROGRAMS + ("libs/base/check.", "libs/base/log.", "libs/runtime/run_service."),
    bad=["std::cout << 1;", 'printf("x");', 'std::snprintf(b, 1, "x");', 'absl::PrintF("x");'],
    good=["absl::StrFormat(format, x);", "sink.puts(x);"])

# `new` is right where the pointer is taken at once, or never freed on purpose.
ban("new",
    r"^(?!.*(WrapUnique|_ptr<|\bstatic\b|\.reset\()).*(?<![\w#])new\s+[A-Za-z_(:]"
    r"|(?<!=)(?<!= )(?<!operator )\bdelete\b\s*(\[\s*\])?\s*[A-Za-z_(*]",
    "ownership is a value or a unique_ptr",
    bad=["auto* x = new Thing(1);", "delete x;", "delete[] x;", "return new int(1);"],
    good=["X(const X&) = delete;", "std::unique_ptr<Store> store(new Store(x));",
          "return absl::WrapUnique(new Store(x));", "static const auto* x = new Thing;",
          "#include <new>", "int renew = 1; int new_id = 2;"])

ban("shared-lock",
    r"\bstd::(recursive_|shared_|timed_|recursive_timed_)?mutex\b"
    r"|\bstd::condition_variable(_any)?\b"
    r"|\babsl::(Mutex|MutexLock|CondVar|Notification)\b|\bpthread_(mutex|cond)_",
    "locks are those of libs/base/mutex.h", allowed=("libs/base/mutex.",),
    bad=["std::mutex mutex_;", "absl::MutexLock lock(&mutex_);", "std::shared_mutex m;",
         "std::condition_variable c;"],
    good=["MutexLock lock(&mutex_);", "Mutex mutex_;", "#include <mutex>"])

ban("throw", r"\bthrow\b", "errors are absl::Status; nothing of ours throws",
    bad=["throw std::runtime_error(message);", "  throw;"], good=["// may throw", "int throwaway;"])

ban("language", r"\b(goto|setjmp|longjmp|co_await|co_yield|co_return)\b",
    "not part of the language of this house", bad=["goto end;", "co_return 1;"],
    good=["int goto_count;"])

ban("using-namespace", r"\busing\s+namespace\b(?!.*literals)",
    "a header brings no names to those who include it", suffixes=(".h",),
    bad=["using namespace std;"], good=["using Names = std::vector<int>;"])

ban("macro",
    r"^\s*#\s*define\s+(?!ONETHING_\w+_H_\s*$|CATCH_CONFIG_)\w+",
    "no macros but RETURN_IF_ERROR, ASSIGN_OR_RETURN and CHECK", allowed=("libs/base/",),
    bad=["#define LIMIT 10", "#define MAX(a, b) a"],
    good=["#define ONETHING_LIBS_EXAMPLE_EXAMPLE_H_", "#define CATCH_CONFIG_RUNNER"])
