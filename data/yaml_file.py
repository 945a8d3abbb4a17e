"""YAML that people write: read as far as a person could have written it, and told in Chinese what is wrong."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import yaml

#: Bytes of a file that a person writes; reading a million lines would take a gigabyte.
MOST_BYTES = 256 * 1024


class YamlFault(Exception):
    """Why a YAML file can't be read; ``str()`` is a sentence without its subject, in Chinese."""


def read_text(file: Path) -> str:
    """Read a small UTF-8 text, line ends unchanged; raises ``YamlFault`` for any other file, ``OSError`` for one not opened."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise YamlFault("不是普通文件")
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise YamlFault(f"超过 {MOST_BYTES // 1024} KB，不像人写的配置，没有读取")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise YamlFault("不是 UTF-8 文本。请另存为 UTF-8") from error


def parse_yaml(text: str) -> Any:
    """Parse YAML; raises ``YamlFault`` with the position of a mistake, also for numbers and nesting beyond measure."""
    try:
        return yaml.safe_load(text)
    except RecursionError as error:
        raise YamlFault("层次过多，没有读取。请检查缩进和括号") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        position = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise YamlFault(f"不是有效的 YAML，{position}写法不对。请检查缩进、冒号和括号") from error
    except (ValueError, OverflowError) as error:  # 2022-13-01, or a number of 5,000 digits
        raise YamlFault("不是有效的 YAML：有不存在的日期，或位数过多的数字") from error
