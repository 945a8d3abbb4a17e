"""The lock pins all that is installed, with digests, and agrees with the requirements."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT

LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+) \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_agrees_with_the_requirements():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requested = dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", line)[0] for line in lines if re.match(r"\w", line))
    locked = {name: version for name, version, _ in LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))}
    assert {normalized(name): version for name, version in requested.items()}.items() <= locked.items()
    assert len(locked) > len(requested)


def test_every_line_of_the_lock_has_digests():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(LOCKED.findall(text)) == len(re.findall(r"^[a-z0-9-]+==", text, re.M))
