"""What the browser may send with a callback: the type of each property, every text and list bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, StringConstraints, TypeAdapter, ValidationError

from cockpit.errors import UsageError
from layouts.land.firms import COLUMN_COUNT, ROWS_PER_REQUEST
from layouts.ui import ids

_MAX_TEXT = 8 * 1024
_MAX_ROWS = 10_000_000
#: Values below each other, and values in all, of a callback's request as a whole.
_MAX_DEPTH, _MAX_VALUES = 12, 2_000

_Text = Annotated[StrictStr, StringConstraints(max_length=_MAX_TEXT)] | None
_Count = Annotated[StrictInt, Field(ge=0, le=2**53)] | None


class _Sort(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    colId: Annotated[str, StringConstraints(max_length=80)]
    sort: Literal["asc", "desc"] | None = None


class RowsRequest(BaseModel):
    """AG Grid's request for rows ``startRow`` to ``endRow``, by its names; at most a rule a column."""

    model_config = ConfigDict(extra="ignore", strict=True)

    startRow: Annotated[int, Field(ge=0, le=_MAX_ROWS)]
    endRow: Annotated[int, Field(ge=0, le=_MAX_ROWS)]
    sortModel: Annotated[list[_Sort], Field(max_length=COLUMN_COUNT)] | None = None
    filterModel: Annotated[dict[str, Any], Field(max_length=COLUMN_COUNT)] | None = None

    def model_post_init(self, _context: object) -> None:
        """Refuse more rows than the grid asks for at once."""
        if self.endRow - self.startRow > 10 * ROWS_PER_REQUEST:
            raise ValueError("too many rows")


class _Confirmed(BaseModel):
    """The scenario whose deletion was confirmed, and when."""

    model_config = ConfigDict(extra="ignore", strict=True)

    name: Annotated[str, StringConstraints(max_length=200)]


_KINDS: dict[tuple[str, str], Any] = {
    (ids.URL, "pathname"): _Text,
    (ids.URL, "search"): _Text,
    (ids.VIEWPORT, "data"): _Text | _Count,
    (ids.CURRENT_PAGE, "data"): _Text,
    (ids.SEARCH, "value"): _Text,
    **{(widget, "search_value"): _Text for widget in ids.SEARCHED_FILTERS},
    (ids.FIRM_GRID, "getRowsRequest"): RowsRequest | None,
    (ids.SCENARIO_CHANGES, "data"): _Text,
    (ids.SCENARIO_NAME, "value"): _Text,
    (ids.SCENARIO_AUTHOR, "value"): _Text,
    (ids.SAVE_SCENARIO, "n_clicks"): _Count,
    (ids.PUBLISH_SCENARIO, "n_clicks"): _Count,
    (ids.PUBLISH_OPENER, "n_clicks"): _Count,
    (ids.DATA_VERSION, "data"): _Count,
    (ids.SCENARIO_TO_DELETE, "data"): _Confirmed | None,
}
PROPERTY_TYPES: Mapping[tuple[str, str], TypeAdapter[Any]] = {key: TypeAdapter(kind) for key, kind in _KINDS.items()}


class _Property(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: StrictStr
    property: StrictStr
    value: Any = None


class _CallbackRequest(BaseModel):
    """What Dash's renderer posts; it may name more, which Dash ignores."""

    model_config = ConfigDict(extra="ignore")

    output: StrictStr
    outputs: _Property | list[_Property]
    inputs: list[_Property]
    state: list[_Property] = []
    changedPropIds: list[StrictStr] = []


def check_callback(body: Any, callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Check the request of a callback against the registered ones (Dash's ``callback_map``) and the types above.

    Raises ``UsageError`` for one that no page sends.
    """
    _check_size(body)
    try:
        requested = _CallbackRequest.model_validate(body)
        known = callbacks[requested.output]
        outputs = requested.outputs if isinstance(requested.outputs, list) else [requested.outputs]
        _check_names(outputs, [name.rpartition(".")[::2] for name in requested.output.strip(".").split("...")])
        for sent, declared in ((requested.inputs, known["inputs"]), (requested.state, known["state"])):
            _check_names(sent, [(one["id"], one["property"]) for one in declared])
            for one in sent:
                PROPERTY_TYPES[one.id, one.property].validate_python(one.value)
    except (ValidationError, KeyError, ValueError) as error:
        raise UsageError("请求的内容不完整或不认识。请刷新页面后再试。") from error


def _check_names(sent: Sequence[_Property], declared: Sequence[tuple[str, str]]) -> None:
    if [(one.id, one.property) for one in sent] != [tuple(pair) for pair in declared]:
        raise ValueError("other properties than those of the callback")


def _check_size(body: Any) -> None:
    """Raise ``UsageError`` for more values, or deeper ones, than any page sends."""
    count, level = 0, [body]
    for _ in range(_MAX_DEPTH):
        count += len(level)
        if not level or count > _MAX_VALUES:
            break
        inner: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        level = inner
    if level:
        raise UsageError("请求的内容太多。请刷新页面后再试。")
