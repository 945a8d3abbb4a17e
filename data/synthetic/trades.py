"""What invented firms make, by industry, and the chain that an industry belongs to by the words of the chain's name."""

from __future__ import annotations

from collections.abc import Sequence

#: What firms of a division (GB/T 4754) call their trade.
TRADES: dict[str, tuple[str, ...]] = {
    "13": ("粮油", "水产", "饲料", "肉食品"),
    "14": ("食品", "乳品", "调味品", "烘焙食品"),
    "15": ("饮料", "茶业", "酿酒"),
    "16": ("烟草", "烟用滤材"),
    "17": ("纺织", "丝绸", "印染", "家纺"),
    "18": ("服饰", "制衣", "针织服装", "女装"),
    "19": ("皮具", "鞋业", "羽绒制品"),
    "20": ("木业", "竹业", "地板"),
    "21": ("家具", "家居", "办公家具"),
    "22": ("纸业", "包装", "纸制品"),
    "23": ("印务", "彩印", "印刷包装"),
    "24": ("文具", "体育用品", "工艺品", "玩具"),
    "25": ("石化", "燃料", "能源化工"),
    "26": ("化工", "涂料", "日化", "新材料"),
    "27": ("药业", "生物制药", "中药"),
    "28": ("化纤", "纤维", "差别化纤维"),
    "29": ("橡塑", "塑业", "橡胶制品"),
    "30": ("建材", "玻璃", "陶瓷", "水泥制品"),
    "31": ("钢铁", "特钢", "轧钢"),
    "32": ("铜业", "铝业", "有色金属"),
    "33": ("五金", "金属制品", "紧固件", "钢结构"),
    "34": ("机械", "泵业", "轴承", "电梯"),
    "35": ("专用设备", "医疗器械", "纺织机械", "模具"),
    "36": ("汽车零部件", "汽配", "汽车电子"),
    "37": ("轨道装备", "船舶配件", "摩托车"),
    "38": ("电气", "电机", "线缆", "新能源"),
    "39": ("电子", "通信设备", "半导体", "光电"),
    "40": ("仪表", "传感器", "测控技术"),
    "41": ("日用杂品", "制品"),
    "42": ("再生资源", "环保科技"),
    "43": ("设备维修", "机修"),
}

#: Words in the name of a chain, and the divisions that such a chain is made of.
_HOMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("时尚", "纺织", "服装", "家纺", "丝绸"), ("17", "18", "19", "21", "24")),
    (("能源", "光伏", "风电", "储能", "电池", "环保"), ("25", "38", "42")),
    (("装备", "机械", "汽车", "电机", "机器人", "模具"), ("33", "34", "35", "36", "37", "43")),
    (("医药", "生物", "健康", "食品"), ("13", "14", "15", "16", "27")),
    (("物联", "电子", "信息", "软件", "智能", "芯片", "数字"), ("39", "40", "41")),
    (("材料", "化工", "建材", "钢", "新材"), ("20", "22", "23", "26", "28", "29", "30", "31", "32")),
)


def home_chains(divisions: Sequence[str], chains: Sequence[str]) -> list[int]:
    """Return the index of the chain (by its name) that each division belongs to.

    Divisions that no chain's name speaks of are dealt out to the chains whose names speak of none, else to all.
    """
    home: dict[str, int] = {}
    for index, name in enumerate(chains):
        for terms, members in _HOMES:
            if any(term in name for term in terms):
                for division in members:
                    home.setdefault(division, index)
    rest = [index for index in range(len(chains)) if index not in home.values()] or list(range(len(chains)))
    others = [division for division in divisions if division not in home]
    home |= {division: rest[position % len(rest)] for position, division in enumerate(others)}
    return [home[division] for division in divisions]
