"""Runs the Python client of README.md as it stands there, against a suite it starts and stops."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE_SECONDS = 60


def code_of_readme(path):
    """The one Python block of the README."""
    with open(path, encoding="utf-8") as readme:
        blocks = re.findall(r"```python\n(.*?)```", readme.read(), re.S)
    assert len(blocks) == 1, f"{path} has {len(blocks)} Python blocks"
    return blocks[0]


def generate_client(folder):
    """What the README tells to run."""
    protos = [os.path.join(root, name) for root, _, names in os.walk("protos") for name in names
              if name.endswith(".proto")]
    os.makedirs(os.path.join(folder, "client"))
    subprocess.run(["protoc", "-I", "protos", f"--python_out={folder}/client", *protos], check=True)


def wait_for(path, process):
    """Waits until the suite says where it listens and answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        line = process.stdout.readline()
        if "已就绪" in line and os.path.exists(path):
            return
    raise AssertionError("the suite did not get ready")


def main():
    program = sys.argv[1]
    codes = [code_of_readme("README.md"), code_of_readme("README.zh-CN.md")]
    with tempfile.TemporaryDirectory() as folder:
        generate_client(folder)
        data = os.path.join(folder, "data")
        suite = subprocess.Popen([program, "up", "--province", "36", "--port", "0", "--data", data],
                                 stdout=subprocess.PIPE, text=True)
        try:
            wait_for(os.path.join(data, "suite.json"), suite)
            item = "deploy/catalogue/newborn/birth-cert.yaml"
            subprocess.run([program, "--suite", data, "item", "create", item], check=True)
            with open(os.path.join(data, "suite.json"), encoding="utf-8") as file:
                address = json.load(file)["services"]["catalogue"]
            for number, code in enumerate(codes):
                script = os.path.join(folder, f"client{number}.py")
                with open(script, "w", encoding="utf-8") as file:
                    file.write(code)
                shown = subprocess.run([sys.executable, script, address], cwd=folder, check=True,
                                       stdout=subprocess.PIPE, text=True).stdout
                assert "出生医学证明首次签发" in shown, shown
        finally:
            suite.send_signal(signal.SIGTERM)
            suite.wait(PATIENCE_SECONDS)
        assert suite.returncode == 0, suite.returncode
    print("both READMEs' clients work")


if __name__ == "__main__":
    main()
