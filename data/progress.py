"""How long-running work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

#: Called with a description of the step (Chinese, for display), the steps done, and the number of all steps.
Progress = Callable[[str, int, int], None]
