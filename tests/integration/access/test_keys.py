"""The secret key: made once, for its owner only, never a weak or known one; changed without logging anybody out."""

from __future__ import annotations

import base64
import os
import subprocess
import sys

import pytest

from cockpit.errors import DatabaseError, SecretsError
from data.access import keys as key_functions
from data.access import login, rotation, sessions
from data.access.keys import KeyFile, decrypt, encrypt, is_signed, sign
from data.access.sessions import Client
from tests.conftest import ROOT
from tests.integration.access.conftest import ADMIN, NOW, PASSWORD, audited, code_at, minutes

HERE = Client("10.0.0.1")


@pytest.fixture
def key_file(tmp_path):
    file = KeyFile(tmp_path / "state")
    file.create()
    return file


def encoded(key):
    return base64.urlsafe_b64encode(key).decode() + "\n"


def test_a_key_is_made_once(key_file):
    assert key_file.path.stat().st_mode & 0o777 == 0o600
    [key] = key_file.keys()
    assert len(key) == 32
    again = KeyFile(key_file.path.parent)
    again.create()
    assert again.keys() == (key,)
    assert [path.name for path in key_file.path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_together_have_one_key(tmp_path):
    program = (
        "import sys; from pathlib import Path; from data.access.keys import KeyFile;"
        "f = KeyFile(Path(sys.argv[1])); f.create(); print(f.keys()[0].hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "state")]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate(timeout=120)[0] for process in processes}) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_open_rights_are_refused(key_file, mode):
    key_file.path.chmod(mode)
    for file in (key_file, KeyFile(key_file.path.parent)):
        with pytest.raises(SecretsError, match="chmod 600"):
            file.create()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "changeme\n",
        "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET\n",
        encoded(b"0123456789abcdef0123456789abcdef"),
        encoded(b"a" * 32),
        encoded(bytes(range(32))),
        encoded(bytes(range(1, 33))),
        encoded(b"abcdefghijklmnopqrstuvwxyz123456"),
        encoded(os.urandom(16)),
        encoded(os.urandom(64)),
        encoded(os.urandom(32)) + "changeme\n",
        "密钥\n",
        "x" * 300_000,
    ],
    ids=range(14),
)
def test_a_weak_or_known_key_is_refused(key_file, text):
    key_file.path.write_text(text, "utf-8")
    with pytest.raises(SecretsError) as refused:
        KeyFile(key_file.path.parent).create()
    assert "没有启动" in str(refused.value) or "读不了" in str(refused.value)
    assert key_file.path.read_text("utf-8") == text, "it stays as it was"


def test_a_link_a_folder_and_another_owner_are_refused(key_file, tmp_path):
    other = tmp_path / "elsewhere"
    key_file.path.rename(other)
    key_file.path.symlink_to(other)
    with pytest.raises(SecretsError, match="不是普通文件"):
        key_file.keys()
    key_file.path.unlink()
    with pytest.raises(SecretsError, match="不在"):
        key_file.keys()
    other.rename(key_file.path)
    if os.geteuid() == 0:
        os.chown(key_file.path, 12345, -1)
        with pytest.raises(SecretsError, match="另一个用户"):
            key_file.keys()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(SecretsError):
        KeyFile(tmp_path / "state").create()


def test_what_is_encrypted_is_of_one_purpose_and_owner(key_file):
    keys = key_file.keys()
    secret = encrypt(keys, "totp", "JBSW", "7")
    assert decrypt(keys, "totp", secret, "7") == ("JBSW", keys[0])
    assert b"JBSW" not in secret
    changed = bytes([secret[0] ^ 1]) + secret[1:]
    for purpose, text, owner in (("totp", secret, "8"), ("other", secret, "7"), ("totp", changed, "7")):
        with pytest.raises(SecretsError, match="解不开"):
            decrypt(keys, purpose, text, owner)


def test_signatures_are_of_one_purpose(key_file):
    keys = key_file.keys()
    signature = sign(keys, "csrf", "text")
    assert is_signed(keys, "csrf", "text", signature)
    assert not is_signed(keys, "other", "text", signature)
    assert not is_signed(keys, "csrf", "texts", signature)
    assert not is_signed(keys, "csrf", "text", "签名")
    assert key_functions.derived(keys[0], "csrf") != keys[0]


def test_a_changed_key_logs_nobody_out(store, add):
    add("李四", "clerk", has_second_factor=True)
    token = login.log_in(store, "李四", PASSWORD, code_at(NOW), HERE, NOW)
    before = store.keys.keys()
    signature = sign(before, "csrf", "text")
    assert rotation.rotate_key(store, ADMIN, NOW) == 1
    after = store.keys.keys()
    assert after[0] not in before
    assert after[1:] == before
    assert sessions.find_session(store, token, NOW) is not None
    assert is_signed(after, "csrf", "text", signature)
    assert sign(after, "csrf", "text") != signature
    assert login.log_in(store, "李四", PASSWORD, code_at(NOW + minutes(2)), HERE, NOW + minutes(2))
    rotation.rotate_key(store, ADMIN, NOW)
    assert store.keys.keys()[1:] == after[:1], "what nothing needs any more is gone"
    assert not is_signed(store.keys.keys(), "csrf", "text", signature)
    assert audited(store)[-1][:3] == ("管理员", "secrets", "done")
    assert store.keys.path.stat().st_mode & 0o777 == 0o600


def test_a_running_server_reads_the_new_key(store):
    running = KeyFile(store.keys.path.parent)
    before = running.keys()
    rotation.rotate_key(store, ADMIN, NOW)
    assert running.keys() == store.keys.keys() != before


def test_a_change_that_fails_changes_nothing(store, add):
    add("李四", "clerk", has_second_factor=True)
    before, records = store.keys.path.read_text(), audited(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("alter table account rename to elsewhere")
    with pytest.raises(DatabaseError, match="数据保持原样"):
        rotation.rotate_key(store, ADMIN, NOW)
    assert store.keys.path.read_text() == before
    assert audited(store) == records
