"""What a callback asks for: each declares its permission where it is registered, so that none can be without one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission


def allowed(permission: Permission, access: CurrentAccess, function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a callback's function: it runs for whoever has the permission, for others it raises ``AccessError``.

    The permission stays readable as the attribute ``permission``, for the test that walks all callbacks.
    """

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        access().require(permission)
        return function(*args, **kwargs)

    run.permission = permission  # type: ignore[attr-defined]
    return run
