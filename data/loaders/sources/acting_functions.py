"""Functions that no query of a bureau's database may call."""

from __future__ import annotations

import re

#: Functions that act on the server or beyond it, which a read-only transaction doesn't stop.
ACTING = re.compile(
    r"dblink|lo_|pg_(?!catalog|typeof|get_|table_is|column_)|set_config|query_to_xml|load_|xp_|sp_|open(?:rowset|query|datasource)"
    r"|sleep|benchmark|get_lock|sys_|utl_|dbms_|readfile|writefile|file$|url$|remote|system$|nextval|setval",
    re.IGNORECASE,
)
