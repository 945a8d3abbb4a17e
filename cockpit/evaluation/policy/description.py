"""Describe an evaluation policy in Chinese, as the public notice prints it: indicators, cuts, exemptions, measures."""

from __future__ import annotations

from cockpit.evaluation.policy.policy import (
    GRADES,
    UNIT_BY_LABEL,
    Baseline,
    Condition,
    Cuts,
    EvaluationGroup,
    Exemption,
    Indicator,
    Policy,
    PolicyMeasure,
)

_STATISTICS = {"ratio": "合计之比", "mean": "平均值", "best": "最优值"}
_MISSING = {"zero": "缺数据不得分", "group_mean": "缺数据取本组平均得分", "redistribute": "缺数据时分值由其余指标分担"}
_ROUNDINGS = {"floor": "名额舍去小数", "ceil": "名额进位取整", "round": "名额四舍五入"}
_TIES = {"better": "同分者同取较高等级", "worse": "同分者同取较低等级", "strict": "同分者按统一社会信用代码先后"}


def describe_policy(policy: Policy) -> list[tuple[str, str]]:
    """Describe the whole policy, line by line: (heading, text)."""
    lines = [("名称", policy.name), ("地区和年度", f"{policy.region} {policy.year}年"), ("来源", policy.source or "—")]
    lines += [("未公布而由本办法假设", text) for text in policy.assumptions]
    for group in policy.groups:
        lines += [(f"{group.key}指标", describe_indicator(i)) for i in group.indicators]
        lines.append((f"{group.key}分档", _describe_cuts(group.cuts)))
        if group.tie_breaks:
            names = {i.key: i.name for i in group.indicators}
            lines.append((f"{group.key}同分时", f"依次比较{'、'.join(names[k] for k in group.tie_breaks)}"))
        lines += [(f"{group.key}条件", _describe_condition(group, c)) for c in group.conditions]
    lines += [("加分", _describe_ceiling(policy.bonus_ceiling)), ("扣分", _describe_ceiling(policy.malus_ceiling))]
    if policy.veto is not None:
        lines.append(("一票否决", f"有一票否决情形的企业，不论得分，最高评为{policy.veto}类"))
    lines += [("不定等级", _describe_exemption(e)) for e in policy.exemptions]
    return lines + [("差别化措施", describe_measure(m)) for m in policy.measures]


def describe_indicator(indicator: Indicator) -> str:
    """Describe an indicator's rule: 亩均税收（30分，万元/亩）= 评价税收 ÷ 用地面积；得分 = 指标值 ÷ 基准值 × 30……"""
    weight = f"{indicator.weight.normalize():f}"
    score = {
        "higher": f"指标值 ÷ 基准值 × {weight}",
        "lower": f"基准值 ÷ 指标值 × {weight}（越低越好）",
        "lower_linear": f"（2 - 指标值 ÷ 基准值）× {weight}（越低越好）",
    }[indicator.direction]
    bounds = f"最低{float(indicator.weight) * indicator.floor:g}分，"
    bounds += f"最高{float(indicator.weight) * indicator.cap:g}分" if indicator.cap is not None else "不封顶"
    return (
        f"{indicator.name}（{weight}分，{indicator.unit}）= {indicator.numerator} ÷ {indicator.denominator}；得分 = {score}；"
        f"基准值为{describe_baseline(indicator.baseline, indicator)}；{bounds}；{_MISSING[indicator.missing]}"
    )


def describe_baseline(baseline: Baseline, indicator: Indicator) -> str:
    """Describe a baseline or limit: 上年本组平均值的2倍."""
    if baseline.value is not None:
        return f"{indicator.to_display(baseline.value * baseline.factor):g}{'%' if indicator.unit == '%' else ''}"
    year, over = "上年" if baseline.year == "last" else "", "同行业" if baseline.over == "industry" else "本组"
    return f"{year}{over}{_STATISTICS[baseline.of]}{f'的{baseline.factor:g}倍' if baseline.factor != 1 else ''}"


def describe_measure(measure: PolicyMeasure) -> str:
    """Describe a measure by grade: its text, or 万元 per unit of its basis."""
    texts = dict(measure.texts)
    for grade, rate in measure.rates.items():
        texts.setdefault(grade, f"{rate * measure.price:+g}" if rate else "不变")
    basis = f"（万元/{UNIT_BY_LABEL[measure.basis]}，按{measure.basis}）" if measure.basis is not None else ""
    return f"{measure.name}{basis}：{'，'.join(f'{g}类{texts[g]}' for g in GRADES if g in texts)}"


def _describe_cuts(cuts: Cuts) -> str:
    parts = []
    if cuts.quotas:
        q = cuts.quotas
        parts.append(f"按位次：A类前{q['A']:f}%，B类到{q['B']:f}%，C类到{q['C']:f}%，其余D类")
    if cuts.scores:
        s = cuts.scores
        parts.append(f"按分数：A类不低于{s['A']:g}分，B类不低于{s['B']:g}分，C类不低于{s['C']:g}分，其余D类")
    if len(parts) == 2:
        parts.append("取两者中较低的等级")
    if cuts.quotas:
        parts.append(f"{_ROUNDINGS[cuts.rounding]}，{_TIES[cuts.ties]}")
    return "；".join(parts)


def _describe_condition(group: EvaluationGroup, condition: Condition) -> str:
    indicator = group.indicator(condition.indicator)
    unit = indicator.unit if condition.limit.value is not None and indicator.unit != "%" else ""
    comparison = "不低于" if condition.comparison == "at_least" else "低于"
    requirement = f"{indicator.name}{comparison}{describe_baseline(condition.limit, indicator)}{unit}"
    if condition.effect == "demotes":
        return f"{requirement}的，最高为{condition.grade}类"
    return f"评为{condition.grade}类还须{requirement}"


def _describe_ceiling(ceiling: float | None) -> str:
    return "按年度评价表所列，不设上限" if ceiling is None else f"按年度评价表所列，最多{ceiling:g}分"


def _describe_exemption(exemption: Exemption) -> str:
    treatment = f"，措施参照{exemption.treated_as}类" if exemption.treated_as else ""
    return f"{exemption.name}：计分，不定等级，记“{exemption.mark}”{treatment}"
