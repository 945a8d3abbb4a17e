"""What a worker does by itself, each in a thread: load a new data version before a request needs it, record online walls."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cockpit.errors import CockpitError

log = logging.getLogger(__name__)


def repeat_in_background(task: Callable[[], None], failure: str, seconds: float = 1.0) -> threading.Event:
    """Call ``task`` every ``seconds`` seconds until the event that is returned is set.

    A fault is logged as ``failure`` when it begins, not at each call; requests meet it, too, and report it.
    """
    stop = threading.Event()

    def watch() -> None:
        well = True
        while not stop.wait(seconds):
            try:
                task()
            except CockpitError as error:
                if well:
                    log.warning("%s: %s", failure, error)
                well = False
            except Exception:
                if well:
                    log.exception("%s", failure)
                well = False
            else:
                well = True

    threading.Thread(target=watch, name="background", daemon=True).start()
    return stop
