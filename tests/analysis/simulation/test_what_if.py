"""Changed specs, compared with the one as it stands under the same chances."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdsl.analysis.simulation.changing import BadChange, changed, grid
from crmdsl.analysis.simulation.study import difference, study
from crmdsl.api import check_text
from crmdsl.syntax.loader import load_text
from tests.analysis.simulation.company import job, text

MORE = (("roles.clerk.headcount", "3"),)


def test_axes_multiply() -> None:
    assert grid([]) == []
    assert grid(["a.b.c=3"]) == [(("a.b.c", "3"),)]
    found = grid(["roles.clerk.headcount=2..4", "processes.job.arrivals=8 per day, 16 per day"])
    assert len(found) == 6
    assert found[-1] == (("roles.clerk.headcount", "4"), ("processes.job.arrivals", "16 per day"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("roles.clerk.headcount", "`roles.clerk.headcount` is no change: write `path.to.a.key=value`"),
        ("roles.clerk.headcount=9..2", "`9..2` is no range of at most 64 values"),
        ("a.b=1..60", ""),
    ],
)
def test_what_is_no_change(asked: str, said: str) -> None:
    if said:
        with pytest.raises(BadChange, match=said[:12]):
            grid([asked])
    else:
        with pytest.raises(BadChange, match="3600 specs"):
            grid([asked, asked])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("roles.clrk.headcount", "the spec has no `roles.clrk`; did you mean `clerk`?"),
        ("role.clerk.headcount", "the spec has no `role`; did you mean `roles`?"),
        ("roles", "`roles` is a whole section: name a key in it"),
        ("roles.clerk", "`roles.clerk` is a whole declaration: name a key in it"),
    ],
)
def test_a_bad_path(path: str, said: str) -> None:
    with pytest.raises(BadChange) as caught:
        changed(load_text({"small.yaml": text()}), [(path, "3")])
    assert str(caught.value.message) == said


def test_the_changed_spec_is_checked_like_any_other() -> None:
    from crmdsl.model.reader import read

    _, faults = read(changed(load_text({"small.yaml": text()}), [("roles.clerk.headcont", "3")]))
    assert [(one.code, one.span.file) for one in faults] == [("unknown-key", "--what-if")]


def test_one_clerk_more_waits_less_for_the_same_customers() -> None:
    spec = check_text({"small.yaml": text()}).spec
    plain = job(text(), 42)
    before = study(plain, spec, replications=3)
    after = study(replace(plain, changes=MORE), spec, replications=3)
    wait = difference(before, after, "busy/clerk")
    assert wait is not None
    assert wait.decided
    assert wait.mean < 0
    for one, two in zip(before.found.runs, after.found.runs, strict=True):
        assert one["started/job"] == two["started/job"]
        assert one["worked/clerk"] == pytest.approx(two["worked/clerk"], rel=0.01)
