"""Typed errors of the cockpit.

Every message is plain Chinese: what is wrong, where, and what to do. Nothing here is ever shown with
a traceback; callers at the edge (command line, web) print ``str(error)``.
"""


class CockpitError(Exception):
    """Base of all errors that a user may meet; ``str()`` is a sentence for that user."""


class UsageError(CockpitError):
    """The request itself is wrong: an unknown metric, town, period or option."""


class SettingsError(CockpitError):
    """A setting (environment variable or ``.env`` line) has a value that can't be used."""


class DistrictError(CockpitError):
    """The district pack is missing or faulty; the message names the path of each fault."""


class AddressError(CockpitError):
    """The server can't listen on the address that was set."""


class DatabaseError(CockpitError):
    """The database can't be reached, or its schema is newer than this program."""


class DatabaseBusyError(DatabaseError):
    """Another process is writing, and this one's turn didn't come."""


class SourceError(CockpitError):
    """A file or a bureau's database can't be read at all."""


class PublishingError(CockpitError):
    """A batch can't be published or withdrawn; the message says why and what comes first."""


class StaleSnapshotError(CockpitError):
    """A newer data version was published between two reads of one answer; read again."""


class PolicyError(CockpitError):
    """An evaluation policy is faulty, or doesn't fit the data; the message names the location."""
