"""The three lists on the page: the rows of each, their links, and the text of an empty one."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from cockpit.selection import Compare, Selection
from cockpit.views.chain import gaps as chain_gaps
from cockpit.views.chain import lists as chain_lists
from cockpit.views.chain import projects as chain_projects
from cockpit.views.chain import stages as chain_stages
from cockpit.views.context import resolve_context
from layouts.chain import lists as page
from layouts.chain.firm_list import render_firms
from layouts.chain.gaps import render_gaps
from layouts.chain.policy_list import render_policies
from layouts.chain.project_list import render_projects
from layouts.chain.public_facts import render_facts
from tests.unit.chain_district import CHAIN, ChainDistrict, policy
from tests.unit.pages.markup import attribute, text_of, walk, with_class
from tests.workbooks import code, firm, month

PATH = "/chain/fashion"


@pytest.fixture(scope="module")
def small(district):
    return ChainDistrict(district)


@pytest.fixture
def rendered(small, context):
    """A panel of the small chain under a selection."""

    def make(view, render, repository=small, path=PATH, **selected):
        params = {"period": "2022-01", "view": "lists"} | selected
        chain = path.rsplit("/", 1)[-1]
        return render(view(resolve_context(repository, Selection(**params | {"chains": (chain,)}))), context(path, **params))

    return make


def heads(panel):
    return [text_of(c) for c in walk(panel.body) if getattr(c, "tag", "") == "th"]


def rows(panel):
    return [[text_of(d) for d in r.children] for r in walk(panel.body) if getattr(r, "tag", "") == "tr"][1:]


def links(component):
    return [unquote(c.href) for c in walk(component) if getattr(c, "href", None)]


def test_the_list_of_firms(rendered):
    panel = rendered(chain_lists.firm_list, render_firms)
    assert heads(panel) == [
        "企业",
        "环节",
        "角色",
        "镇街",
        "类型",
        "产值 万元 ▾",
        "同比",
        "占清单产值",
        "亩均税收 万元/亩",
        "2022年评价",
        "时尚E家",
    ]
    assert rows(panel)[0] == ["杭州测试1有限公司", "面料", "链主", "塘栖", "规上", "60", "+20.0%", "60.0%", "1.00", "A", "成员"]
    assert rows(panel)[-1] == ["杭州测试4有限公司", "家纺", "一般", "塘栖", "宗地", "—", "—", "—", "—", "B", "成员"]
    assert panel.subtitle == "6家：规上5家，宗地1家 · 点表头排序"
    assert f"/enterprise/{code(1)}?period=2022-01" in links(panel.body)
    sorts = [f"/chain/fashion?period=2022-01&view=lists&sort={key}" for key in ("name", "stage", "change", "tax_per_mu", "grade")]
    assert set(sorts) <= set(links(panel.body))
    assert "/chain/fashion?period=2022-01&view=lists&sort=-output" in links(panel.body)  # the other way round
    assert [attribute(c, "aria-sort") for c in walk(panel.body) if getattr(c, "tag", "") == "th"].count("descending") == 1
    assert not with_class(panel.body, "list-rest")


def test_columns_that_nothing_fills_are_left_out(rendered, district):
    bare = ChainDistrict(district, **{"评价结果": [], "企业名录": [firm(1)], "月度经营": [month(1, "2022-01")]})
    panel = rendered(chain_lists.firm_list, render_firms, bare, compare=Compare.NONE)
    assert heads(panel) == ["企业", "环节", "角色", "镇街", "类型", "产值 万元 ▾", "占清单产值", "亩均税收 万元/亩"]


def test_firms_beyond_the_first_are_folded_and_those_beyond_the_limit_are_on_the_next_page(rendered, district):
    many = [firm(n) for n in range(1, 306)]
    alone = {"企业名录": many, "月度经营": [month(1, "2022-01")], "评价结果": []}
    panel = rendered(chain_lists.firm_list, render_firms, ChainDistrict(district, **alone))
    [rest] = with_class(panel.body, "list-rest")
    assert text_of(rest.children[0]) == "本页其余 280家"
    [pages] = with_class(panel.body, "list-pages")
    assert text_of(pages) == "第1—300301—305家"
    second = rendered(chain_lists.firm_list, render_firms, ChainDistrict(district, **alone), list_page=2)
    assert len([r for r in walk(second.body) if getattr(r, "tag", "") == "tr"]) == 5 + 1
    assert any("page=2" in href for href in links(panel.body))
    assert not any("page=" in href for href in links(second.body) if "sort=" in href)
    assert len([r for r in walk(panel.body) if getattr(r, "tag", "") == "tr"]) == 300 + 2


def test_no_firm_shows_the_filters_and_a_link_that_resets_them(rendered):
    panel = rendered(chain_lists.firm_list, render_firms, stages=("高端面料",))
    assert "环节 = 高端面料" in text_of(panel.body)
    assert "/chain/fashion?period=2022-01&view=lists" in links(panel.body)


def test_the_summary(rendered):
    panel = rendered(chain_lists.summary, page.render_summary)
    texts = [text_of(c) for c in with_class(panel.body, "kpi")]
    assert texts == [
        "企业6家 规上 5 · 宗地 12022年A·B类 2家，占评级 66.7%",
        "产值100万元▲ +23.8% 同比",
        "项目3个 计划总投资 450万元完成投资 15.6% · 没有逾期或停滞的",
        "政策5项可用 即将到期2项 · 已过期1项本链专项 4项",
        "缺链1个 弱链 3个按全区全部行业判断",
    ]


def test_stages_as_bars_toggle_the_selection(rendered):
    def stages(ctx):
        return chain_stages.stage_panel(ctx, "fashion")

    panel = rendered(stages, page.render_stages, stages=("电商",))
    bars = with_class(panel.body, "bar-row")
    assert [text_of(with_class(b, "bar-name")) for b in bars] == ["面料", "◇ 高端面料", "◆ 成衣加工", "◆ 家纺", "◆ 电商"]
    assert [text_of(with_class(b, "bar-label")) for b in bars] == ["90", "缺链", "9", "—", "1"]
    assert [unquote(b.href).split("?")[1] for b in bars[:2]] == [
        "stage=电商&stage=面料&period=2022-01&view=lists",
        "stage=电商&stage=高端面料&period=2022-01&view=lists",
    ]
    assert "on" in bars[4].className.split()
    assert links(bars[4]) == links(panel.tools) == ["/chain/fashion?period=2022-01&view=lists"]


def test_projects_with_dates_and_progress(rendered):
    panel = rendered(chain_projects.projects, render_projects)
    assert heads(panel) == ["项目", "领域", "镇街", "签约", "开工", "竣工", "投产", "计划 万元", "完成 万元", "进度"]
    assert rows(panel)[1] == ["项目1", "面料", "塘栖", "2021-12-01", "2021-12-20", "—", "—", "100", "20", "在建"]
    done = [[hasattr(s, "style") for s in steps.children] for steps in with_class(panel.body, "list-steps")]
    assert done == [[True, False, False, False], [True, True, False, False], [True, True, True, True]]
    assert panel.subtitle == "3个 · 计划总投资 450万元，累计完成 70万元 · 按计划投资排序"
    assert links(panel.tools) == ["/projects?chain=fashion&period=2022-01"]


def test_projects_without_fields_have_no_column_of_them(rendered, district):
    plain = ChainDistrict(district)
    plain.current.ledgers["project"]["field"] = None
    assert "领域" not in heads(rendered(chain_projects.projects, render_projects, plain))


def test_policies_say_how_long_they_hold(rendered):
    panel = rendered(chain_projects.policies, render_policies)
    texts = {
        text_of(with_class(li, "policy-name")): text_of(with_class(li, "policy-facts"))
        for li in walk(panel.body)
        if getattr(li, "tag", "") == "li"
    }
    assert texts == {
        "今天到期时尚产业": "专项 · 区级 · 有效期至 2022年1月31日◆ 即将到期，不足1个月",
        "半年时尚产业": "专项 · 区级 · 有效期至 2022年7月31日◆ 即将到期，还有6个月",
        "半年零一天时尚产业": "专项 · 区级 · 有效期至 2022年8月1日还有6个月",
        "未填时尚产业": "专项 · 区级 · 未填有效期",
        "一年全部产业链": "专项 · 区级 · 有效期至 2023年1月31日还有12个月",
        "昨天到期时尚产业": "专项 · 区级 · 有效期至 2022年1月30日■ 已过期",
    }
    assert len(with_class(panel.body, "expired")) == 1


def test_no_policy_says_which_sheet_is_missing(rendered, district):
    none = ChainDistrict(district, **{"政策清单": []})
    assert "政策清单" in text_of(rendered(chain_projects.policies, render_policies, none).body)


def test_gaps_in_plain_text(rendered):
    panel = rendered(chain_gaps.gaps, render_gaps)
    texts = [text_of(li) for li in walk(panel.body) if getattr(li, "tag", "") == "li"]
    assert texts[0] == (
        "高端面料上游◇ 缺链现状全区没有企业供给下游成衣加工（规上1家，产值9万元）"
        "在手项目高端面料织造基地、项目1（按领域匹配，待核实）招引方向招引高端面料企业，就近配套成衣加工"
    )
    assert "规上1家、在册1家，产值9万元，同比−10.0%（仅一家规上企业、产值下降）" in texts[1]
    assert "本链2个未投产项目中没有领域相符的，其中1个未填领域" in texts[1]
    assert "再引进成衣加工企业，或培育在册企业上规，不依赖单家" in texts[1]
    assert "做大电商：扶持现有企业扩产，引进同环节企业" in texts[3]
    assert text_of(with_class(panel.body, "list-rest")[0].children[0]) == "其余 1个环节"
    assert text_of(with_class(panel.body, "gap-offers")).startswith("可用政策：《今天到期》、《半年》")
    assert links(panel.tools) == ["/chain/fashion?period=2022-01"]


def test_a_whole_chain_has_no_gap(rendered):
    assert text_of(rendered(chain_gaps.gaps, render_gaps, stages=("面料",)).body) == "所选环节没有缺链或弱链"


def test_public_facts_are_apart_and_only_where_there_are_some(rendered):
    panel = rendered(chain_lists.facts, render_facts, path="/chain/green-energy")
    assert text_of(panel.tools) == "公开报道，非演示数据"
    assert text_of(panel.body).startswith("运达风电链主风电整机风电整机；全省最大的新能源装备企业，产值超百亿元，国内市场第二")
    assert text_of(panel.body).endswith("来源：公开报道（2022年下半年）。这些企业不计入本页任何数字。")
    assert rendered(chain_lists.facts, render_facts).body == ""


def test_names_from_a_workbook_stay_text(rendered, district):
    hostile = {"政策清单": [policy("<script>1</script>", CHAIN, None)]}
    panel = rendered(chain_projects.policies, render_policies, ChainDistrict(district, **hostile))
    assert "<script>1</script>" in text_of(panel.body)
