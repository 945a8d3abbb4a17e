"""Why a source was refused, and how to save it instead: the messages of E101."""

from __future__ import annotations

from cockpit.contracts.sheets import SHEETS
from data.loaders.cells.text import truncate
from data.loaders.sources.limits import Limits

#: Ends every message about a format that a program can save otherwise.
_SAVE_AS = "请用{program}打开，选“文件 → 另存为”，文件类型选“Excel 工作簿（*.xlsx）”，再载入另存的文件。"
_IN_EXCEL = _SAVE_AS.format(program=" Excel 或 WPS 表格")
_REASONS = {
    "empty": "文件是空的。请检查是否保存成功。",
    "empty_file": "文件“{0}”是空的。请检查是否保存成功。",
    "not_regular": "这不是普通文件（而是管道、设备或失效的链接），没有读取。请指定工作簿、CSV 文件，或放着它们的文件夹。",
    "too_large": "文件超过 {megabytes} MB，已拒绝读取。请按年份拆成几个文件。",
    "folder_too_large": "文件总量过大，已拒绝读取。请按年份拆成几批。",
    "encrypted": "文件设有密码，无法读取。请用 Excel 打开，在“文件 → 信息 → 保护工作簿”里取消“用密码进行加密”后重新保存。",
    "encrypted_archive": "压缩包设有密码，无法读取。请重新压缩，不要加密码。",
    "xls": f"这是 Excel 97—2003 的旧格式（.xls）。{_IN_EXCEL}",
    "et": f"这是 WPS 表格的格式（.et）。{_SAVE_AS.format(program=' WPS 表格')}",
    "xlsb": f"这是 Excel 二进制工作簿（.xlsb）。{_IN_EXCEL}",
    "ods": f"这是 LibreOffice、OpenOffice 的表格（.ods）。{_SAVE_AS.format(program=' LibreOffice、WPS 表格或 Excel ')}",
    "numbers": "这是苹果 Numbers 的表格（.numbers）。请用 Numbers 打开，选“文件 → 导出为 → Excel”，再载入导出的 .xlsx 文件。",
    "xml_spreadsheet": f"这是 XML 表格（Excel 2003）。{_IN_EXCEL}",
    "web_page": "这不是 Excel 工作簿，而是改了扩展名的网页（不少系统这样“导出 Excel”）。请用 Excel 打开后另存为 .xlsx，再载入。",
    "pdf": "这是 PDF 文件，里面的表格无法可靠读取。请向报送单位要原来的 Excel 文件（.xlsx）。",
    "image": "这是图片，里面的表格无法读取。请向报送单位要原来的 Excel 文件（.xlsx）。",
    "document": "这是文字文档（Word、WPS 文字），不是 Excel 工作簿。请把表格复制到 Excel 里，存为 .xlsx。",
    "slides": "这是演示文稿，不是 Excel 工作簿。请把表格复制到 Excel 里，存为 .xlsx。",
    "database": "这是数据库文件。从数据库读取要写一个对应表（.yaml），见 docs/bureau-database.md。",
    "packed": "这种压缩格式（.rar、.7z、.gz）没有读取。请解压，或改用 .zip 压缩。",
    "nested_archive": "里面还有压缩包“{0}”，没有读取。请先把它解压，或移到别处，再载入。",
    "not_excel": "这不是 Excel 工作簿（可能是网页或文本改了扩展名）。请用 Excel 打开后另存为 .xlsx。",
    "no_workbook": "这不是 Excel 工作簿。请载入 .xlsx 或 .csv 文件。",
    "unknown": "不认识的文件类型“{0}”。请载入 .xlsx 或 .csv 文件。",
    "damaged": "文件已损坏，不是完整的工作簿。请用 Excel 打开后另存为 .xlsx 再试。",
    "damaged_archive": "压缩包已损坏。请重新压缩。",
    "inflated": "文件解压后过大，已拒绝读取。请删去多余的工作表或图片后另存。",
    "inflated_archive": "压缩包解压后过大，已拒绝读取。请按年份拆成几批。",
    "members": "压缩包里的文件太多，已拒绝读取。",
    "doctype": "文件含有不允许的内容，已拒绝读取。请用 Excel 重新另存为 .xlsx。",
    "memory": "文件内容过大，读取时超出内存限制。请按年份拆成几个文件。",
    "rows": "工作表“{0}”有{1}行数据，超过{rows}行的限制。请按年份或月份拆成几个文件。",
    "endless": "工作表“{0}”的行数超过 Excel 本身的限制。请把有数据的部分复制到一个新工作簿里再保存。",
    "columns": "工作表“{0}”里有一行过长（单元格太多或内容过大），超出限制。请检查后用 Excel 另存为 .xlsx。",
    "extent": "工作表“{0}”有{1}行、{2}列，超出限制。请删去多余的空行空列（选中后整行删除）再保存，或按年份拆成几个文件。",
    "text_extent": "“{0}”超过{rows}行或{columns}列，已拒绝读取。请按年份拆成几个文件。",
    "not_text": "文件“{0}”不是文本，或文字编码无法识别。请用 Excel 另存为“CSV UTF-8”。",
    "csv": "“{0}”不是规范的 CSV（{1}）。请用 Excel 另存为“CSV UTF-8”。",
    "no_tables": "没有找到认识的表。{0}工作表、CSV 文件要以表命名，可用：{titles}。",
    "time": "读取文件用时过长，已中止。请按年份拆成几个文件。",
}
_DIED = "读取文件时超出限制（内容过大或格式异常），已中止。请用 Excel 打开检查后另存为 .xlsx。"


def refusal_text(reason: str, limits: Limits, detail: str = "", file: str = "") -> str:
    """Return the message for the key of a refusal: what it is and what to do; ``file``: which of several files."""
    parts = [_number(truncate(part)) for part in detail.rsplit("|", 2)]
    if reason == "no_tables":
        parts = [f"“{parts[0]}”不认识。" if parts[0] else ""]
    text = _REASONS.get(reason, _DIED).format(
        *parts,
        rows=f"{limits.rows:,}",
        columns=f"{limits.columns:,}",
        megabytes=limits.file_bytes // 2**20,
        titles="、".join(sheet.title for sheet in SHEETS),
    )
    return f"“{truncate(file)}”：{text}" if file and file.rpartition(".")[0] not in text else text


def _number(text: str) -> str:
    return f"{int(text):,}" if text.isascii() and text.isdigit() else text
