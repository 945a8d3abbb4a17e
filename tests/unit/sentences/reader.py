"""Reads sentences back into what they claim, by the forms of the grammar and nothing that builds them."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What a superlative may be of; '' is whatever the panel shows.
ATTRIBUTES = (
    "A、B类占比", "D类企业", "D类用地", "D类税收", "亩均税收", "亩均增加值", "计划投资", "完成率", "开工率", "盘活", "在治",
    "面积", "载体", "工业总产值", "产值", "工业增加值", "增加值", "入库税收", "税收", "研发强度", "全员劳动生产率", "劳动生产率",
    "单位增加值能耗", "绿色能源投资",
)  # fmt: skip
_RISES = ("增长最快", "提高最多", "升幅最小", "升得最少")
_FALLS = ("降幅最小", "降得最少", "降幅最大", "降得最多")
_NUMBER = r"[+−]?[\d,]+(?:\.\d+)?"
_ATTRIBUTE = "|".join(map(re.escape, ATTRIBUTES))
_NOUN = r"(?:个(?:镇街|行业|环节|领域|片区|园区)|条产业链|种方式|项人才计划)"
_SHARE = r"(?P<share>全部|九成以上|近半|过半|近[二三四五六七八九]成|[\d.]+%)"
#: Rates are compared among those that have several projects only.
_SEVERAL = r"签约3个以上的"
_FORMS = {
    "everyone": rf"(?P<among>{_SEVERAL})?(?:(?P<count>\d+)(?P<noun>{_NOUN}))?(?P<attr>{_ATTRIBUTE})?也?均为(?P<shown>.+)",
    "driver": rf"(?P<who>.*?)(?P<also>也)?(?P<tie>并列)?(?P<verb>拉动|拖累|推高|拉低)最大（(?P<shown>{_NUMBER})个百分点）",
    "change": rf"(?P<among>一主两翼中)?(?P<who>.*?)(?P<also>也)?(?P<tie>并列)?(?P<label>{'|'.join(_RISES + _FALLS)})"
    rf"（(?P<shown>{_NUMBER}.*)）",
    "superlative": rf"(?P<among>(?:{_SEVERAL})?(?:镇街中|产业链中))?(?P<who>.*?)(?P<attr>{_ATTRIBUTE})?(?P<also>也)?"
    r"(?P<tie>并列)?(?P<label>最高|最低|最多|最大)（(?P<shown>[^）]+)）",
    "moved alike": rf"(?:一主两翼中)?(?:(?P<count>\d+){_NOUN}|也)均(?P<verb>增长|提高|上升|下降|持平)(?P<shown>[\d.]*.*)",
    "unchanged": r"(?P<who>.*?)持平\|其余(?P<verb>下降|上升)",
    "drive alike": rf"(?P<count>\d+){_NOUN}各(?P<verb>拉动|拖累|推高|拉低)(?P<shown>[\d.]+)个百分点",
    "alone": r"(?P<who>.+?)一家(?P<verb>拉动|拖累|推高|拉低)(?P<shown>[\d.]+)个百分点",
    "driven": r"(?:分镇街看\|)?(?P<who>.+?)(?P<verb>拉动|拖累|推高|拉低)(?P<shown>[\d.]+)个百分点",
    "all in": r"(?P<of>已完成面积)?全部在(?P<who>.+)",
    "top": r"前(?P<count>\d)家占(?P<shown>全部|[\d.]+%)",
    "share": rf"(?P<who>.*?)(?P<together>合计)?占(?:已完成面积的)?{_SHARE}",
    "nothing": r"所选范围没有数据|所选范围没有可比的增长|所选范围没有月度数据|没有可比的增长"
    r"|所选范围没有企业数据|所选范围内没有链主企业"
    r"|所选范围没有D类企业用地|所选范围没有评定等级的企业|截至期末.*没有.*"
    r"|各月签约、开工都不突出|这些月份没有签约、开工或投产|没有逾期或停滞的项目|没有上年同期可比|没有选择对比.*",
    "count": rf"共(?P<count>\d+)(?:{_NOUN}|家企业)",
    "months": r"(?P<count>\d+)个(?:月|时段)"
    r"(?P<all>均高于|均低于|中(?P<above>\d+)个(?:高于|低于)|都没有高于|高于|低于|等于)上年同期",
    "newest": rf"(?P<label>(?:\d+—)?\d+月)(?P<attr>{_ATTRIBUTE})(?P<shown>{_NUMBER}.*)",
    "record": r"为期内最高",
    "leads": r"(?P<who>.+?)(?:居首|产值最大)",
    "role": rf"(?P<who>链主|配套|一般)(?P<shown>{_NUMBER}%)",
    "roles compared": r"配套企业增速(?P<verb>高于|低于|与)一般企业(?:持平)?",
    "standing": r"(?P<label>待开工|在建|待投产|已投产)(?P<count>\d+)个",
    "gap": r"(?P<who>.+?)缺链",
    "weak": r"(?P<who>.+?)为弱链",
    "best month": r"(?:近\d+个月中)?(?P<when>(?:\d+年)?\d+月)(?P<attr>签约|开工|竣工|投产|完成)?最多(?:（(?P<shown>.+)）)?",
    "amount": rf"(?:全区)?(?P<attr>累计盘活|更新面积|D类企业占地)(?P<shown>{_NUMBER}.+)",
    "still none": r"(?P<who>.+?)还没有完成的项目",
    "value": rf"(?P<who>.+?)(?P<shown>{_NUMBER}(?:亿元|万元|%|[万吨千].{{1,6}}/[亩人万].?元?))",
}  # fmt: skip
_PATTERNS = [(kind, re.compile(form)) for kind, form in _FORMS.items()]
#: What one unit is in the stored one: 万元, 亩, fractions.
_UNITS = {"亿元": 1e4, "万元": 1.0, "%": 0.01, "个百分点": 0.01, "千克标准煤/万元": 1e-3, "吨标准煤/万元": 1.0}


@dataclass(frozen=True)
class Statement:
    """One claim: its form, the groups of the form ('' = not clauses), and the clause."""

    kind: str
    parts: dict
    text: str

    def __getitem__(self, name):
        return self.parts.get(name) or ""


def read(text):
    """The claims of a sentence, each with the subject and attribute that were said before. Fails for a form it doesn't know."""
    statements, who, attr = [], "", ""
    text = text.removeprefix("期内没有签约，看在库项目：")
    text = text.replace("持平，其余", "持平|其余").replace("分镇街看，", "分镇街看|")
    for clause in (c for c in re.split("[；，。]", text) if c):
        statement = _read_clause(clause)
        parts = statement.parts
        if "who" in parts:
            who = parts["who"] = parts["who"] or who
            assert who, f"{clause}: of whom?"
        if "attr" in parts and statement.kind == "superlative":
            attr = parts["attr"] = parts["attr"] or attr
        statements.append(statement)
    return statements


def _read_clause(clause):
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(clause):
            return Statement(kind, match.groupdict(), clause)
    raise AssertionError(f"no form of the grammar: {clause}")


def amount(shown):
    """(value in the stored unit, one unit of its last digit) of an amount as shown: 192.8亿元 -> (1928000, 1000)."""
    number, unit = re.fullmatch(rf"({_NUMBER})(.*)", shown).groups()
    factor = _UNITS.get(unit, 1.0)
    digits = len(number.partition(".")[2])
    return float(number.replace(",", "").replace("−", "-")) * factor, 10.0**-digits * factor


def share(text):
    """The bounds of a share: the least that it is, and the least that it is not any more."""
    phrases = {"全部": (1 - 1e-9, 1 + 1e-9), "九成以上": (0.9, 1.0), "近半": (0.45, 0.5), "过半": (0.5, 0.55)}
    if text in phrases:
        return phrases[text]
    if text.startswith("近"):
        tenths = "〇一二三四五六七八九".index(text[1])
        return (tenths - 0.25) / 10 - 1e-9, tenths / 10
    value, digit = amount(text)
    return value - digit / 2 - 1e-9, value + digit / 2 + 1e-9
