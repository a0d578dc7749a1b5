"""Ids are file names, stay with one guide for good, and areas are folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from guides.checks.registry import Context, check, did_you_mean
from guides.folder import RETIRED
from guides.model import Guide
from guides.parts import Status
from guides.problems import Problem
from guides.yaml_source import Source


def _expected_stem(guide: Guide, source: Source) -> str:
    if source.path.parent.name == RETIRED:
        return f"{guide.id}@{guide.in_force.start}"
    return guide.id


@check("G010")
def id_is_the_file_name(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        expected = _expected_stem(guide, source)
        if source.path.stem != expected:
            wrong = f"id 是 {guide.id}，文件名却是 {source.path.name}"
            mend = f"文件改名为 {expected}.yaml，或者改正 id"
            yield context.report(source, ("id",), "G010", wrong, mend)
    for source, redline in context.folder.read_redlines():
        if source.path.stem != redline.id:
            wrong = f"id 是 {redline.id}，文件名却是 {source.path.name}"
            mend = f"文件改名为 {redline.id}.yaml，或者改正 id"
            yield context.report(source, ("id",), "G010", wrong, mend)


@check("G011")
def id_is_used_once(context: Context) -> Iterator[Problem]:
    """A retired version may share its id only with later revisions of the same guide."""
    owners: dict[str, list[tuple[Source, Guide | None]]] = defaultdict(list)
    for source, guide in context.folder.read_guides():
        owners[guide.id].append((source, guide))
    for source, redline in context.folder.read_redlines():
        owners[redline.id].append((source, None))
    for same in owners.values():
        current = [o for o in same if o[0].path.parent.name != RETIRED]
        for source, _ in current[1:]:
            first = current[0][0].path
            wrong = f"id 已被 {first.parent.name}/{first.name} 使用"
            yield context.report(source, ("id",), "G011", wrong, "换一个没有用过的 id")
        retired = [o for o in same if o[0].path.parent.name == RETIRED and o[1]]
        for source, now in current[:1]:
            newest = max((old.revision for _, old in retired if old), default=0)
            if retired and (now is None or newest >= now.revision):
                wrong = f"id 已被 retired/ 里的旧指引使用（修订 {newest}）"
                mend = f"换一个新 id；若是同一指引的新版，revision 写 {newest + 1}"
                yield context.report(source, ("id",), "G011", wrong, mend)


@check("G012")
def area_is_the_folder(context: Context) -> Iterator[Problem]:
    known = [area.slug for area in context.folder.areas]
    for source, guide in context.folder.read_guides():
        if guide.area not in known:
            mend = f"{did_you_mean(guide.area, known)}areas.yaml 里有：{'、'.join(known)}"
            yield context.report(source, ("area",), "G012", f"没有“{guide.area}”这个分类", mend)
            continue
        folder = source.path.parent.name
        if guide.status is Status.RETIRED and folder != RETIRED:
            name = f"{RETIRED}/{guide.id}@{guide.in_force.start}.yaml"
            yield context.report(
                source, ("status",), "G012", "已废止的指引还放在分类文件夹里", f"移到 {name}"
            )
        elif guide.status is not Status.RETIRED and folder == RETIRED:
            mend = "status 改为 retired，或者移回分类文件夹"
            yield context.report(
                source, ("status",), "G012", f"{RETIRED}/ 里的指引没有标为 retired", mend
            )
        elif folder not in (RETIRED, guide.area):
            mend = f"移到 {guide.area}/ 文件夹，或者改正 area"
            yield context.report(
                source, ("area",), "G012", f"area 是 {guide.area}，文件却在 {folder}/", mend
            )


@check("G014")
def inner_ids_are_unique(context: Context) -> Iterator[Problem]:
    """Step, form and limit ids within a guide; limit ids also across the guides in force."""
    limit_owner: dict[str, str] = {}
    for source, guide in context.folder.read_guides():
        for field, ids in (
            ("steps", [step.id for step in guide.steps]),
            ("forms", [form.id for form in guide.forms]),
            ("limits", [limit.id for limit in guide.limits]),
        ):
            for index, part_id in enumerate(ids):
                loc = (field, index, "id")
                if part_id in ids[:index]:
                    wrong = f"{field} 里有两个 {part_id}"
                    yield context.report(source, loc, "G014", wrong, "给后一个换个 id")
                elif part_id == "end" and field == "steps":
                    wrong = "end 表示流程结束，不能当步骤的 id"
                    yield context.report(source, loc, "G014", wrong, "换一个 id")
        if guide.status is not Status.IN_FORCE:
            continue
        for index, limit in enumerate(guide.limits):
            owner = limit_owner.setdefault(limit.id, guide.id)
            if owner != guide.id:
                wrong = f"期限 {limit.id} 已经写在 {owner} 里"
                mend = "一个期限只写在一份指引里，这里用 see_also 指过去"
                yield context.report(source, ("limits", index, "id"), "G014", wrong, mend)
