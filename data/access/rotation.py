"""Change the secret key: what it encrypts is encrypted again, what the former one signed still verifies."""

from __future__ import annotations

from datetime import datetime

from cockpit.access.audit import Actor, AuditAction, AuditEntry
from data.access.second_factor import encrypt_again, used_keys
from data.access.store import AccessStore


def rotate_key(store: AccessStore, actor: Actor, now: datetime) -> int:
    """Make a new key and encrypt every secret with it; returns how many. Nobody is logged out.

    The file is written before the commit and keeps the former key: whichever of the two fails, the other still fits.
    Raises ``SecretsError`` where the file can't be read or written, or a secret can't be decrypted; nothing is changed then.
    """
    with store.audit.transaction() as connection:
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.SECRETS))  # first: one rotation at a time
        used = used_keys(connection, store.keys.keys())
        keys = store.keys.rotated(used)
        encrypt_again(connection, keys)
        store.keys.replace(keys)
    return len(used)
