"""What lies in the library folder and is not part of it: nobody is ever shown it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from guides.checks.registry import Context, check
from guides.disk import is_hidden, printable
from guides.folder import ASKED
from guides.problems import Mark, Problem, Severity


@check("G009")
def every_file_is_read(context: Context) -> Iterator[Problem]:
    """Said, and never a reason not to publish: unless guides may be missing behind it."""
    for path in context.folder.unread:
        lost = not is_hidden(path.name) and _leads_nowhere(path)
        wrong, mend = _explained(path, context.folder.root)
        if lost:
            wrong, mend = "打不开，里面的指引都没有读", "检查链接和读取权限；不要的就删掉"
        severity = Severity.ERROR if lost else Severity.WARNING
        yield Problem(path, Mark(), "G009", wrong, mend, severity)


def _leads_nowhere(path: Path) -> bool:
    """A link to nothing, or a folder that may not be looked into."""
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        return not path.exists()
    except OSError:
        return True


def _explained(path: Path, root: Path) -> tuple[str, str]:
    name, area = path.name, path.parent.name
    if is_hidden(path.name):
        return "隐藏的或者编辑器的临时文件，没有读", "不用管；关掉编辑器还在的，可以删掉"
    if printable(path) != str(path):
        return "文件名是 GBK 编码，没有读", "文件名改成小写英文和连字符"
    if path.is_dir():
        return "子文件夹里的文件不读", f"把里面的文件移到 {area}/ 下"
    if path.parent == root:
        return "这一层只读 areas、laws、words、holidays 四个 .yaml 文件，这个没有读", (
            "指引移到它的分类文件夹里；不要的就删掉"
        )
    stem, right = name.partition(".")[0], ".txt" if area == ASKED else ".yaml"
    if area != ASKED and path.suffix == ".txt" and ".y" not in name.lower():
        return "这里只读 .yaml 文件，这个没有读", f"问法移到 {ASKED}/ 下"
    if path.suffix.lower() in (".yaml", ".yml", ".txt"):
        return f"文件名的结尾不是 {right}，没有读", f"改名为 {stem}{right}（小写，后面不带别的）"
    return f"这里只读 {right} 文件，这个没有读", f"内容写成 {stem}{right}；不要的就删掉"
