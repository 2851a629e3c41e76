"""Validation of rendered HTML by html-validate with the rules in .htmlvalidate.json."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "node_modules/.bin/html-validate"


def problems(pages: Mapping[str, str]) -> list[str]:
    """Return one line per problem, ``name:line: message (rule)``; ``pages`` maps names to whole documents.

    One call for many pages is much faster than many calls, because node starts once.
    """
    with tempfile.TemporaryDirectory(prefix="shop-html-") as folder:
        names = {}
        for number, (name, document) in enumerate(pages.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(document)
            names[str(path)] = name
        command = [str(PROGRAM), "--config", str(ROOT / ".htmlvalidate.json"), "--formatter", "json", *names]
        # Into a file, because node may exit before it has written everything to a pipe.
        found = Path(folder) / "found.json"
        with found.open("w") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        report = found.read_text()
    if not report:
        raise RuntimeError(f"html-validate did not run: {done.stderr}")
    return [
        f"{names[result['filePath']]}:{message['line']}: {message['message']} ({message['ruleId']})"
        for result in json.loads(report)
        for message in result["messages"]
    ]
