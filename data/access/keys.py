"""The secret key of a cockpit: a file in its state folder that only its owner may read, made at the first start.

From the key follow others, one a purpose. The file's first line is the key of today; the lines below are former ones, which only
verify and decrypt what was made with them (decision 28).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cockpit.errors import SecretsError
from data.yaml_file import YamlFault, read_text

_NAME = "secret.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12
#: Different bytes of a key: random ones have 25 or more of 32.
_MIN_DISTINCT = 20
#: Keys that stand in documents, examples and other products: everybody has them.
_KNOWN = (
    b"0123456789abcdef0123456789abcdef",
    b"abcdefghijklmnopqrstuvwxyz012345",
    b"abcdefghijklmnopqrstuvwxyz123456",
    bytes(range(_KEY_BYTES)),
    bytes(range(1, _KEY_BYTES + 1)),
)


class KeyFile:
    """The keys of ``folder``; read again whenever the file has been changed, as by ``secrets rotate`` beside a running server."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        self._keys: tuple[bytes, ...] = ()
        self._version: tuple[int, int] = (0, 0)

    def create(self) -> None:
        """Make the file with a new key unless there is one. Raises ``SecretsError``, also for one that may not be used."""
        if not self.path.exists():
            with suppress(FileExistsError):  # another process was first
                self._write([secrets.token_bytes(_KEY_BYTES)], replace=False)
        self.keys()

    def keys(self) -> tuple[bytes, ...]:
        """Return the keys, the one of today first. Raises ``SecretsError`` for a file that may not be used."""
        try:
            status = self.path.lstat()
        except OSError as error:
            raise SecretsError(f"密钥文件 {self.path} 不在，或读不到。请从备份恢复它；新的部署会自动生成。") from error
        self._check_rights(status)
        version = (status.st_mtime_ns, status.st_ino)
        if version != self._version:
            self._keys, self._version = self._read(), version
        return self._keys

    def _check_rights(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise SecretsError(f"密钥文件 {self.path} 不是普通文件。请删去后重新启动，会生成新的密钥。")
        if status.st_mode & 0o077:
            raise SecretsError(
                f"密钥文件 {self.path} 别的用户也能读写（权限 {status.st_mode & 0o777:03o}），没有启动。"
                f"请运行 chmod 600 收回权限，再用 cli.py secrets rotate 换一个密钥。"
            )
        if status.st_uid not in (os.geteuid(), 0):
            raise SecretsError(f"密钥文件 {self.path} 属于另一个用户。请改成运行服务的用户（chown）。")

    def _read(self) -> tuple[bytes, ...]:
        try:
            lines = [line.strip() for line in read_text(self.path).splitlines() if line.strip()]
        except (OSError, YamlFault) as error:
            raise SecretsError(f"密钥文件 {self.path} 读不了。请检查它的权限，或从备份恢复。") from error
        keys = tuple(_decoded(line) for line in lines)
        weak = [number for number, key in enumerate(keys, 1) if key is None or _is_weak(key)]
        if weak or not keys:
            which = f"第{weak[0]}行" if weak else ""
            raise SecretsError(
                f"密钥文件 {self.path} {which}不是随机生成的 {_KEY_BYTES} 字节密钥（太短、太简单，或是公开的示例），没有启动。"
                "请从备份恢复；新的部署可以删去它，启动时会生成新的。"
            )
        return tuple(key for key in keys if key is not None)

    def rotated(self, used: Sequence[bytes]) -> tuple[bytes, ...]:
        """Return a new key with those of before that are still needed: the last one, and those ``used`` to encrypt something."""
        current, *former = self.keys()
        return (secrets.token_bytes(_KEY_BYTES), current, *(key for key in former if key in used))

    def replace(self, keys: Sequence[bytes]) -> None:
        """Write these keys instead. Raises ``SecretsError`` and leaves the file as it was when that fails."""
        self._write(keys, replace=True)

    def _write(self, keys: Sequence[bytes], *, replace: bool) -> None:
        """Write the whole file under another name first: nobody ever reads half of it, or one with other rights."""
        text = "".join(base64.urlsafe_b64encode(key).decode() + "\n" for key in keys)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{_NAME}-")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                (os.replace if replace else os.link)(name, self.path)
            finally:
                Path(name).unlink(missing_ok=True)
        except FileExistsError:
            raise
        except OSError as error:
            raise SecretsError(f"密钥文件 {self.path} 写不了：请检查文件夹是否存在、可写，磁盘是否已满。") from error


def _decoded(line: str) -> bytes | None:
    try:
        return base64.b64decode(line.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None


def _is_weak(key: bytes) -> bool:
    return len(key) != _KEY_BYTES or len(set(key)) < _MIN_DISTINCT or key in _KNOWN


def derived(key: bytes, purpose: str) -> bytes:
    """Return the key for one purpose; none of them tells anything of another."""
    return hmac.digest(key, purpose.encode(), "sha256")


def sign(keys: Sequence[bytes], purpose: str, text: str) -> str:
    """Sign a text for a purpose with the key of today."""
    return hmac.new(derived(keys[0], purpose), text.encode(), hashlib.sha256).hexdigest()


def is_signed(keys: Sequence[bytes], purpose: str, text: str, signature: str) -> bool:
    """Return whether the text was signed with any of the keys."""
    return any(hmac.compare_digest(sign([key], purpose, text).encode(), signature.encode()) for key in keys)


def encrypt(keys: Sequence[bytes], purpose: str, secret: str, owner: str) -> bytes:
    """Encrypt a secret with the key of today so that it decrypts for the same purpose and owner only (AES-256-GCM)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(derived(keys[0], purpose)).encrypt(nonce, secret.encode(), owner.encode())


def decrypt(keys: Sequence[bytes], purpose: str, encrypted: bytes, owner: str) -> tuple[str, bytes]:
    """Return the secret, and the key that it was encrypted with. Raises ``SecretsError`` where no key fits."""
    for key in keys:
        try:
            secret = AESGCM(derived(key, purpose)).decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], owner.encode())
        except InvalidTag:
            continue
        return secret.decode(), key
    raise SecretsError(
        "动态验证码的密钥解不开：密钥文件换过，或数据库里的内容被改动。请用 cli.py accounts reset 重新设置这个账号。"
    )
