"""What a source is before it is read: its files, their sizes and their digest. Sizes are looked at first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cockpit.contracts.batch import BatchSource
from data.loaders.sources.limits import Limits
from data.loaders.sources.refusals import refusal_text
from data.loaders.sources.unreadable import UnreadableSource
from data.sandbox.files import folder_paths, is_regular, open_regular


def describe_source(path: Path, limits: Limits) -> BatchSource:
    """Return name, SHA-256 and size of a file, or of a folder's files that may hold sheets.

    Raises ``UnreadableSource`` for what is no regular file or exceeds the limits, before a byte is read; ``OSError`` when the
    system can't open it.
    """
    folder = path.is_dir()
    if not folder and not is_regular(path):
        raise UnreadableSource(refusal_text("not_regular", limits))
    files = folder_paths(path) if folder else [path]
    sizes = [file.stat().st_size for file in files]
    for file, size in zip(files, sizes, strict=True):
        if size > limits.file_bytes:
            raise UnreadableSource(refusal_text("too_large", limits, file=file.name if folder else ""))
    if sum(sizes) > limits.inflated_bytes:
        raise UnreadableSource(refusal_text("folder_too_large", limits))
    if not folder and not sizes[0]:
        raise UnreadableSource(refusal_text("empty", limits))
    digest = hashlib.sha256()
    for file in files:
        if folder:
            digest.update(file.name.encode())
        with open_regular(file) as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return BatchSource(path.name, digest.hexdigest(), sum(sizes))
