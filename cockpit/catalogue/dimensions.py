"""Industries (GB/T 4754-2017, two-digit divisions 大类) and the labels of groupings."""

from __future__ import annotations

from enum import StrEnum

from cockpit.district.terms import LevelTerms


class Grouping(StrEnum):
    """What values may be grouped by."""

    TOWN = "town"
    INDUSTRY = "industry"
    CHAIN = "chain"
    STAGE = "stage"
    ROLE = "role"
    MONTH = "month"

    # Part of nearly every cache's key: that of Enum is written in Python. Equal members are equal texts.
    __hash__ = str.__hash__


_LABELS: dict[Grouping, str] = {
    Grouping.INDUSTRY: "行业",
    Grouping.CHAIN: "产业链",
    Grouping.STAGE: "环节",
    Grouping.ROLE: "企业角色",
    Grouping.MONTH: "月份",
}


def grouping_label(by: Grouping, terms: LevelTerms) -> str:
    """Return what the groups of ``by`` are called; the areas go by the level's own term."""
    return terms.part if by is Grouping.TOWN else _LABELS[by]


#: Two-digit division -> name, sections B-D (mining, manufacturing, utilities) of GB/T 4754-2017.
INDUSTRIES: dict[str, str] = {
    "06": "煤炭开采和洗选业",
    "07": "石油和天然气开采业",
    "08": "黑色金属矿采选业",
    "09": "有色金属矿采选业",
    "10": "非金属矿采选业",
    "11": "开采专业及辅助性活动",
    "12": "其他采矿业",
    "13": "农副食品加工业",
    "14": "食品制造业",
    "15": "酒、饮料和精制茶制造业",
    "16": "烟草制品业",
    "17": "纺织业",
    "18": "纺织服装、服饰业",
    "19": "皮革、毛皮、羽毛及其制品和制鞋业",
    "20": "木材加工和木、竹、藤、棕、草制品业",
    "21": "家具制造业",
    "22": "造纸和纸制品业",
    "23": "印刷和记录媒介复制业",
    "24": "文教、工美、体育和娱乐用品制造业",
    "25": "石油、煤炭及其他燃料加工业",
    "26": "化学原料和化学制品制造业",
    "27": "医药制造业",
    "28": "化学纤维制造业",
    "29": "橡胶和塑料制品业",
    "30": "非金属矿物制品业",
    "31": "黑色金属冶炼和压延加工业",
    "32": "有色金属冶炼和压延加工业",
    "33": "金属制品业",
    "34": "通用设备制造业",
    "35": "专用设备制造业",
    "36": "汽车制造业",
    "37": "铁路、船舶、航空航天和其他运输设备制造业",
    "38": "电气机械和器材制造业",
    "39": "计算机、通信和其他电子设备制造业",
    "40": "仪器仪表制造业",
    "41": "其他制造业",
    "42": "废弃资源综合利用业",
    "43": "金属制品、机械和设备修理业",
    "44": "电力、热力生产和供应业",
    "45": "燃气生产和供应业",
    "46": "水的生产和供应业",
}

#: First and last two-digit division of GB/T 4754-2017 (A01 to T97); a register may hold service firms too.
DIVISIONS = range(1, 98)
#: Keys of several divisions together in a coarser cube (``cockpit.disclosure``), which no division has: a chain's small ones
#: in a town, and all of them.
MERGED_DIVISION, ALL_DIVISIONS = "98", "99"
_MERGED_NAMES = {MERGED_DIVISION: "其他行业（合并）", ALL_DIVISIONS: "全部行业（合并）"}


def industry_name(division: str) -> str:
    """Return the name of a two-digit division; divisions outside industry are called by their number."""
    return INDUSTRIES.get(division) or _MERGED_NAMES.get(division, f"大类{division}")


def find_industry(text: str) -> str | None:
    """Find the two-digit division for a code (17, C17, 1751) or a name (with or without 业), else ``None``."""
    text = text.strip().upper()
    digits = text[1:] if text[:1].isalpha() and text[:1].isascii() else text
    if digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4:
        return digits[:2] if int(digits[:2]) in DIVISIONS else None
    return next((d for d, name in INDUSTRIES.items() if text in (name, name.removesuffix("业"))), None)
