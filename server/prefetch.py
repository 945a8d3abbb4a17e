"""A thread that loads each new data version before a request needs it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cockpit.errors import CockpitError

log = logging.getLogger(__name__)


def start_prefetch_thread(prepare: Callable[[], None], seconds: float = 1.0) -> threading.Event:
    """Call ``prepare`` every ``seconds`` seconds until the event that is returned is set.

    A fault is logged when it begins, not at each call; requests meet the same fault and report it to their readers.
    """
    stop = threading.Event()

    def watch() -> None:
        well = True
        while not stop.wait(seconds):
            try:
                prepare()
            except CockpitError as error:
                if well:
                    log.warning("the newest data version can't be prepared: %s", error)
                well = False
            except Exception:
                if well:
                    log.exception("the newest data version can't be prepared")
                well = False
            else:
                well = True

    threading.Thread(target=watch, name="newest-version", daemon=True).start()
    return stop
