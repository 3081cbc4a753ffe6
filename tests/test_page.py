"""The HTML page: well-formed, the same for the same input, and nothing in the checked code becomes part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pages
import pytest
from conftest import LEAK

from leakguard.diagnostic import Place
from leakguard.report import Report
from leakguard.reporters import page
from leakguard.reporters.page import arrows, markdown
from leakguard.reporters.page.frame import Step, drawing
from leakguard.selection import documented

if TYPE_CHECKING:
    from conftest import Project

VOID = {"meta", "link", "input", "br", "img"}
# All that the page is built from. Whatever else turns up comes from the checked code.
TAGS = set(
    "html head meta title link style script body header main section nav article details summary form label input "
    "select option button output h1 h2 h3 h4 p a span strong code pre ul li dl dt dd div figure table caption thead "
    "tbody tr th td mark b i".split()
)


@dataclass(slots=True)
class Element:
    """A tag, its attributes, and the text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Parsed(HTMLParser):
    """The elements of a page; raises AssertionError where tags do not nest."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, name: str = "") -> list[Element]:
        """Return the elements with this tag, and this class if one is given."""
        found = [one for one in self.elements if one.tag == tag]
        return [one for one in found if not name or name in (one.attributes.get("class") or "").split()]

    def texts(self, tag: str, name: str = "") -> list[str]:
        return [" ".join(one.text.split()) for one in self.all(tag, name)]


def parsed(text: str) -> Parsed:
    parser = Parsed()
    parser.feed(text)
    parser.close()
    assert not parser.open
    return parser


@pytest.mark.parametrize("name", pages.ALL)
def test_the_page_is_well_formed_and_whole(name: str) -> None:
    parser = parsed(pages.html(name))
    assert {one.tag for one in parser.elements} <= TAGS
    ids = [one.attributes["id"] for one in parser.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    linked = [one.attributes["href"] or "" for one in parser.all("a")]
    assert [link for link in linked if not link.startswith("#") or link[1:] not in ids] == []
    for one in parser.elements:
        assert not [key for key in one.attributes if key.startswith("on") or key in {"src", "style", "srcset"}]
        assert "http" not in (one.attributes.get("href") or "")
    assert len(parser.all("h1")) == len(parser.all("main")) == 1
    assert parser.elements[0].attributes == {"lang": "en"}


@pytest.mark.parametrize("name", pages.ALL)
def test_the_same_input_gives_the_same_page(name: str) -> None:
    assert pages.html(name) == pages.html(name)


def test_only_the_pages_own_script_and_style_are_admitted() -> None:
    text = pages.html("two files")
    assert text.count("<script>") == text.count("<style>") == 1
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"@import|url\(|http", text.partition("<style>")[2].partition("</style>")[0])


def test_what_the_checked_code_says_stays_text() -> None:
    parser = parsed(pages.html("hostile"))
    assert parser.texts("h3")[0] == "</h3><script>alert(1)</script>"
    [advice] = parser.texts("p", "advice")
    assert advice == "<b>do</b> \N{SYMBOL FOR BELL} \N{REPLACEMENT CHARACTER} this"
    [table] = parser.all("table")[-1:]
    assert 'a = "</script></style></pre><img src=http://evil.example/a.png onerror=alert(1)>"' in table.text
    assert "judged </td> here" in table.text
    assert "<b onclick='x'>.py:1:85" in parser.texts("p", "where")[0]
    text = "".join(one.text for one in parser.elements)
    assert not set(text) & {"\u202e", "\x1b", "\x00", "\x07"}


def test_long_rows_are_cut_around_what_is_marked() -> None:
    parser = parsed(pages.html("hostile"))
    assert max(len(one.text) for one in parser.all("td")) < 300
    assert {one.text for one in parser.all("mark")} == {"fit(a)", "split", "judge(b)"}
    assert len(pages.html("hostile")) < 50_000


def test_steps_are_numbered_over_the_code() -> None:
    parser = parsed(pages.html("two files"))
    assert parser.texts("tr", "file") == ["data.py", "train.py"]
    assert parser.texts("tr", "said") == [
        "1rows split here",
        "4reported here",
        "3judged here",
        "2chosen here",
    ]
    assert parser.texts("mark")[:4] == ["train_test_split(frame)", "row_2", "row_12", "score > best"]
    assert parser.texts("tr", "gap")[0] == "\N{MIDLINE HORIZONTAL ELLIPSIS}7 rows"
    assert parser.texts("mark", "blamed") == ["row_12", "row_5"]


def test_cells_of_a_notebook_are_named() -> None:
    parser = parsed(pages.html("notebook"))
    assert parser.texts("tr", "file") == ["cell 1", "cell 2"]
    assert "a.ipynb:cell 2:2:1" in parser.texts("p", "where")[0]


def test_a_finding_without_steps_shows_its_row() -> None:
    parser = parsed(page.render(pages.report([pages.finding(pages.at("a.py", 1, 5, 8))], a_py="x = fit\n")))
    assert parser.texts("figure") == ["1x = fit"]
    assert parser.texts("mark") == ["fit"]


def test_a_fix_is_shown_before_and_after() -> None:
    parser = parsed(pages.html("two files"))
    [fix] = parser.texts("div", "fix")
    assert fix.startswith("Fix: Draw row_5 on a log scale (look at it before you take it: it may change results)")
    assert len(parser.texts("tr", "gap")) == 3
    assert parser.texts("tr", "gone") == ["5\N{MINUS SIGN} row_5 = 5"]
    assert parser.texts("tr", "come") == ["+ from math import log", "+ row_5 = log(5)"]


def test_what_was_not_checked_stands_out_and_first() -> None:
    parser = parsed(pages.html("unchecked"))
    assert [one.attributes["id"] for one in parser.all("section", "group")] == [
        *("rule-syntax-error", "rule-unreadable-file", "rule-test-set-in-tuning"),
    ]
    assert len(parser.all("section", "unchecked")) == 2
    assert "not checked, or only in part2" in parser.texts("dl", "tiles")[0]
    assert "cannot read the file: Permission denied" in parser.texts("h3")


def test_groups_of_a_long_page_are_folded() -> None:
    assert [one.attributes for one in parsed(pages.html("many")).all("details")] == [{}, {}]
    assert [one.attributes for one in parsed(pages.html("two files")).all("details")] == [{"open": None}] * 2


@pytest.mark.slow
def test_five_thousand_findings_make_a_page_of_reasonable_size() -> None:
    assert len(page.render(pages.many(5000))) < 15_000_000


def test_nothing_found_and_nothing_checked_are_told_apart() -> None:
    assert parsed(pages.html("nothing found")).texts("h1", "good") == ["No leaks found"]
    assert parsed(pages.html("nothing checked")).texts("h1") == ["Nothing was checked"]
    assert parsed(page.render(Report(1), ["-"])).texts("p", "lead")[0].startswith("1 file checked in standard input.")
    assert (
        parsed(page.render(Report(3), ["."])).texts("p", "lead")[0].startswith("3 files checked in the current folder.")
    )


@pytest.mark.parametrize(
    ("stops", "height", "beside", "lanes"),
    [
        ([1], 2, [[], []], 0),
        ([0, 2], 3, [["hb"], ["v"], ["ht", "ad"]], 0),
        ([2, 0], 3, [["hb", "au"], ["v"], ["ht"]], 0),
        ([1, 0, 2], 3, [["hb", "au", "eb l1"], ["ht", "v l1"], ["et l1", "ar"]], 1),
        ([0, 2, 1], 3, [["eb l1"], ["v l1", "hb", "au"], ["et l1", "ar", "ht"]], 1),
    ],
)
def test_lines_run_straight_or_around(stops: list[int], height: int, beside: list[list[str]], lanes: int) -> None:
    assert arrows.pieces(stops, height) == (beside, lanes)


def test_lines_that_cross_take_lanes_of_their_own() -> None:
    beside, lanes = arrows.pieces([0, 3, 1, 4, 2, 5], 6)
    assert lanes == arrows.MOST_LANES
    assert sum(piece in {"ad", "au", "ar"} for row in beside for piece in row) == 5


def test_the_drawing_needs_no_report() -> None:
    rows = ["with a:", *(f"    b{number}()" for number in range(9)), "c"]
    step = Step(Place("a.py", None, 1, 1, 10, 9), "opened here", 1)
    parser = parsed(drawing([step], lambda _: rows, "The path"))
    assert parser.texts("tr") == [
        *("1with a:", "2 b0()", "3 b1()", "4 b2()", "5 b3()", "\N{MIDLINE HORIZONTAL ELLIPSIS}3 rows"),
        *("9 b7()", "10 b8()", "1opened here", "11c"),
    ]
    unknown = parsed(drawing([step], lambda _: [], "The path"))
    assert unknown.texts("tr") == ["1opened here"]


def test_every_rules_documentation_becomes_html() -> None:
    for one in documented().values():
        parser = parsed(f"<div>{markdown.details(one.documentation, 4)}</div>")
        assert "What it does" in parser.texts("h4")
        assert not re.search(r"^#|```|^- ", "\n".join(parser.texts("p")), re.MULTILINE)


def test_markdown() -> None:
    text = "First.\n\n## Head\nA `<b>`\nparagraph:\n```python\nx = '<'\n\n# no heading\n```\n- one\n  more\n- two\n"
    assert markdown.details(text, 4) == (
        "<h4>Head</h4>\n"
        "<p>A <code>&lt;b&gt;</code> paragraph:</p>\n"
        '<pre tabindex="0"><code>x = &#x27;&lt;&#x27;\n\n# no heading</code></pre>\n'
        "<ul><li>one more</li>\n<li>two</li></ul>"
    )


def test_the_command_writes_the_page_beside_its_output(project: Project) -> None:
    project.write("leak.py", LEAK)
    run = project.run("check", "--report", "report.html")
    assert (run.code, run.err) == (1, "")
    assert run.out == project.run("check").out
    [file] = project.folder.glob("*report*")
    parser = parsed(file.read_text("utf-8"))
    assert parser.texts("h1") == ["1 problem in 1 file"]
    assert parser.texts("tr", "said")[0] == "1StandardScaler learned its scale from all rows"
    before = file.read_bytes()
    file.write_text("something else")
    assert project.run("check", "--report", "report.html").code == 1
    assert file.read_bytes() == before


def test_the_page_of_a_clean_run(project: Project) -> None:
    project.write("a.py", "x = 1\n")
    assert project.run("check", "--report", "report.html").code == 0
    assert "No leaks found" in (project.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("target", "says"),
    [("none/report.html", "its folder does not exist"), ("folder", "is a folder"), ("", "is no file name")],
)
def test_a_target_that_cannot_be_is_told_before_the_run(project: Project, target: str, says: str) -> None:
    project.write("leak.py", LEAK)
    (project.folder / "folder").mkdir()
    run = project.run("check", "--report", target)
    assert (run.code, run.out) == (2, "")
    assert run.err == f"leakguard: error: --report {target or repr('')}: {says}\n"


def test_a_file_that_is_no_regular_one_is_written_to_and_not_replaced(project: Project) -> None:
    project.write("a.py", "x = 1\n")
    assert project.run("check", "--report", "/dev/null").code == 0
