"""Requests of callbacks are checked before Dash sees them: one that no page sends gets status 400, and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import orjson
from flask import Response, request

from cockpit.errors import UsageError

#: Checks the parsed body of a callback's request; ``callbacks.inputs.check_callback``.
CallbackCheck = Callable[[Any, Mapping[str, Mapping[str, Any]]], None]


def checked(view: Callable[..., Any], check: CallbackCheck, callbacks: Mapping[str, Mapping[str, Any]]) -> Callable[..., Any]:
    """Wrap Dash's view of callbacks; ``callbacks``: Dash's ``callback_map``."""

    @wraps(view)
    def serve(*args: Any, **kwargs: Any) -> Any:
        try:
            check(_body(), callbacks)
        except UsageError as error:
            return Response(str(error), 400, mimetype="text/plain")
        return view(*args, **kwargs)

    return serve


#: Arguments that Dash's renderer adds to the address of a callback; it would read the names of background jobs from others.
_ARGUMENTS = frozenset({"endId"})


def _body() -> Any:
    if not request.is_json or not _ARGUMENTS.issuperset(request.args):
        raise UsageError("请求的格式不对。请刷新页面后再试。")
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise UsageError("请求不是完整的 JSON。请刷新页面后再试。") from error
