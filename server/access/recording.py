"""What requests leave in the audit: refusals, the firms whose figures were opened, and the files that were taken along."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cachetools import TTLCache
from flask import Flask, Response, request

from cockpit.access.access import Access
from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail, Result
from cockpit.access.permissions import Permission
from cockpit.access.scope import scope_name
from cockpit.district.district import District
from cockpit.errors import CockpitError
from data.access.audit.log import AuditLog
from data.database.transactions import utc_now
from server.access.current import current_access, has_access
from server.access.rules import rule_of
from server.headers import ADDRESS

log = logging.getLogger(__name__)

#: Endpoints that answer with what a page shows.
_PAGES = ("/_dash-layout", "/_dash-update-component")
#: A single firm in an address: its own page, or the one that 亩均效益 explains. Addresses stand in JSON as in a header.
_FIRM = re.compile(r"(?:/enterprise/|[?&]firm=)([0-9A-Z]{18})(?![0-9A-Z])")
_EXPORTS = (Permission.EXPORT_TOTALS, Permission.EXPORT_FIRMS)
#: The same by the same account is recorded once in so many seconds: changes of filter on a firm's page aren't new looks at it.
_ONCE_IN, _MOST = 60, 4_096
_MOST_TEXT = 300


@dataclass(frozen=True)
class Recording:
    """Records in ``audit``; ``client`` gives the address that the request is from."""

    audit: AuditLog
    district: District
    client: Callable[[], str]
    _recent: TTLCache[tuple[str, AuditAction, str], bool] = field(default_factory=lambda: TTLCache(_MOST, _ONCE_IN))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, server: Flask) -> None:
        """Record what the requests to ``server`` do."""
        server.after_request(self._after)

    def refused(self, endpoint: str, access: Access) -> None:
        """Record that somebody who is known was refused."""
        log.warning("%s was refused to %s", endpoint, access.account)
        self._record_once(access, AuditAction.REFUSAL, endpoint, Result.REFUSED)

    def _after(self, response: Response) -> Response:
        endpoint = request.endpoint
        if endpoint is None or response.status_code != 200 or not has_access():
            return response
        if endpoint in _PAGES and current_access().sees_firms:
            self._record_firm()
        elif rule_of(endpoint) in _EXPORTS:
            return self._record_export(response)
        return response

    def _record_firm(self) -> None:
        """Record the firm of the page, also of one that comes from a cache. Reading goes on where that can't be written."""
        text = request.get_data(as_text=True) if request.method == "POST" else request.headers.get(ADDRESS, "")
        if match := _FIRM.search(text):
            self._record_once(current_access(), AuditAction.VIEW_FIRM, match[1], Result.DONE)

    def _record_export(self, response: Response) -> Response:
        """Record a file before it is sent; nobody gets one that isn't recorded."""
        detail = {
            Detail.FILTER: request.query_string.decode(errors="replace")[:_MOST_TEXT],
            Detail.SHA256: hashlib.sha256(response.get_data()).hexdigest(),
        }
        try:
            self._record(current_access(), AuditAction.EXPORT, request.path, Result.DONE, detail)
        except CockpitError as error:
            log.error("a file wasn't handed out: %s", error)
            return Response(str(error), 503, {"Cache-Control": "no-store"}, mimetype="text/plain")
        return response

    def _record_once(self, access: Access, action: AuditAction, what: str, result: Result) -> None:
        key = (access.account, action, what)
        with self._lock:
            if key in self._recent:
                return
            self._recent[key] = True
        try:
            self._record(access, action, what, result, {})
        except CockpitError as error:
            with self._lock:
                self._recent.pop(key, None)
            log.error("%s of %s by %s isn't in the audit: %s", action, what, access.account, error)

    def _record(self, access: Access, action: AuditAction, what: str, result: Result, detail: Mapping[Detail, str | int]) -> None:
        actor, scope = Actor(access.account, self.client()), scope_name(access.scope, self.district)
        self.audit.record(AuditEntry(utc_now(), actor, action, what, scope, result, detail))
