"""What is about to be released, beside what officers are served now.

Silent where nothing has been released yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from guides.changes import Entry, changed_custody, changed_fields, counting
from guides.checks.registry import Context, check
from guides.model import Guide
from guides.parts import Status
from guides.problems import Mark, Problem
from guides.yaml_source import Source


@check("G044")
def changed_content_has_a_new_revision(context: Context) -> Iterator[Problem]:
    if context.served is None:
        return
    # A draft was never told to anybody.
    served = {(g.id, g.revision): g for g in context.served.guides if g.status is not Status.DRAFT}
    newest = {guide.id: guide.revision for guide in context.served.newest().guides}
    for source, guide in context.folder.read_guides():
        if guide.status is Status.DRAFT:
            continue
        same, last = served.get((guide.id, guide.revision)), newest.get(guide.id, 0)
        if same:
            yield from _changed(context, source, same, guide, last)
        elif guide.status is Status.IN_FORCE and guide.revision < last:
            wrong = f"revision 是 {guide.revision}，正在使用的已经是 {last}"
            mend = f"要改回去也写成新的一版：revision 写 {last + 1}，changes 最后加一条"
            yield context.report(source, ("revision",), "G044", wrong, mend)
    for source, redline in context.folder.read_redlines():
        before = context.served.redline(redline.id)
        if before and redline.changes[-1].revision <= before.changes[-1].revision:
            last = before.changes[-1].revision
            yield from _changed(context, source, before, redline, last)


def _changed(
    context: Context, source: Source, before: Entry, after: Entry, last: int
) -> Iterator[Problem]:
    fields = changed_fields(before, after)
    if not fields:
        return
    place = "revision" if isinstance(after, Guide) else "changes"
    wrong = f"内容和正在使用的不一样（{'、'.join(fields)}），revision 却没有加"
    mend = f"revision 写 {last + 1}，changes 最后加一条，写明改了什么"
    yield context.report(source, (place,), "G044", wrong, mend)


@check("G057")
def changed_custody_limit_is_confirmed(context: Context) -> Iterator[Problem]:
    if context.served is None:
        return
    places = {
        limit.id: (source.path, source.mark(("limits", index)))
        for source, guide in context.folder.read_guides()
        for index, limit in enumerate(guide.limits)
    }
    known, _ = context.folder.ids
    unread = known - {guide.id for _, guide in context.folder.read_guides()}
    for id, (owner, old, new) in changed_custody(context.served, context.folder.library()).items():
        if id in context.confirmed or (new is None and owner.id in unread):
            continue
        path, mark = places.get(id, (context.folder.root, Mark()))
        wrong = f"限制人身自由的时限 {id} 变了：原来{counting(old)}；现在{counting(new)}"
        mend = f"对照条文核对；确实要改，发布时写 --confirm {id}"
        yield Problem(path, mark, "G057", wrong, mend)
