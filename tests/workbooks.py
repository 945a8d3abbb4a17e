"""Workbooks for tests: rows by header -> an .xlsx file, and valid credit codes."""

from __future__ import annotations

import openpyxl

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def code(number):
    """The ``number``-th valid credit code (GB 32100-2015, computed here anew)."""
    first = f"91330113MA{number:07d}"
    rest = 31 - sum(w * _ALPHABET.index(c) for w, c in zip(_WEIGHTS, first, strict=True)) % 31
    return first + _ALPHABET[rest % 31]


def write(path, sheets):
    """Save sheets: title -> list of rows; a row is a dictionary by header, or a list of cells as they are."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        if rows and isinstance(rows[0], dict):
            heads = [h for h in rows[0] if not h.startswith("_")]
            sheet.append(heads)
            for row in rows:
                sheet.append([row.get(h) for h in heads])
        else:
            for row in rows:
                sheet.append(row)
    book.save(path)
    return path


def firm(number, town="塘栖镇", industry="1751", chain="时尚产业", kind="规上", land=10.0, **more):
    """A row of 企业名录."""
    return {
        "统一社会信用代码": code(number),
        "企业名称": f"杭州测试{number}有限公司",
        "所属镇街": town,
        "行业代码": industry,
        "产业链": chain,
        "链条环节": "成衣加工",
        "企业角色": "一般",
        "评价类型": kind,
        "用地面积（亩）": land,
        **more,
    }


def month(number, when, output=100.0, tax=10.0, basis="当月", **more):
    """A row of 月度经营."""
    return {
        "统一社会信用代码": code(number),
        "月份": when,
        "口径": basis,
        "工业总产值（万元）": output,
        "营业收入（万元）": None if output is None else output * 0.9,
        "工业增加值（万元）": None if output is None else output * 0.25,
        "入库税收（万元）": tax,
        "综合能耗（吨标准煤）": 3.0,
        "用电量（万千瓦时）": 1.5,
        "绿色能源投资（万元）": 2.0,
        "研发费用（万元）": 4.0,
        "平均用工人数（人）": 20,
        **more,
    }
