"""The end of the page: what each rule that found something is about, in the words of its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters.page import markdown
from leakguard.reporters.page.text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leakguard.selection import Documented


def section(names: Collection[str], words: Mapping[str, Documented]) -> str:
    """Return the explanations of these rules; empty if there are none."""
    articles = "\n".join(_article(one) for name, one in words.items() if name in names)
    if not articles:
        return ""
    return f"""\
<section class="rules" aria-labelledby="rules">
<h2 id="rules">About the rules</h2>
{articles}
</section>"""


def _article(one: Documented) -> str:
    return f"""\
<article id="about-{one.name}">
<h3>{plain(one.name)} <span class="code">{plain(one.code)}</span></h3>
<p class="about">{markdown.summary(one.documentation)} <a href="#rule-{one.name}">Its findings</a></p>
{markdown.details(one.documentation, 4)}
</article>"""
