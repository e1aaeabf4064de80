"""In the colours that a reader's system forces on every page nothing is told by a colour of ours alone."""

from __future__ import annotations

from tests.browser.conftest import session_of
from tests.databases import only_sqlite
from tests.every_page import SIGNED_OUT, furnished

pytestmark = only_sqlite  # the pages are the same ones on every database
# What one needs to see, by kind, and how it is seen. Answers [kind, how many, how many of them are unseen].
SEEN = """() => {
  const style = (each) => getComputedStyle(each);
  const clear = "rgba(0, 0, 0, 0)";
  const ground = (each) => {
    for (let one = each; one; one = one.parentElement)
      if (style(one).backgroundColor !== clear) return style(one).backgroundColor;
    return style(document.documentElement).backgroundColor;
  };
  const edged = (each) => parseFloat(style(each).borderTopWidth) > 0
    && style(each).borderTopStyle !== "none" && style(each).borderTopColor !== ground(each.parentElement);
  const filled = (each) => ground(each) !== ground(each.parentElement);
  const outlined = (each) => style(each).outlineStyle !== "none" && parseFloat(style(each).outlineWidth) > 1;
  const apart = (each) => style(each).fill !== style(each.parentElement.querySelector(".upper")).fill;
  const full = (each) => style(each).fill !== ground(each.closest("div, td"));
  const inked = (each) => style(each).color !== ground(each);
  const kinds = {
    bubble: [".bubble", edged],
    badge: [".badge", edged],
    chip: [".chip", edged],
    count: [".rail .count", edged],
    avatar: [".avatar, .account > summary", edged],
    card: ["main .card", edged],
    button: [".button", (each) => edged(each) || filled(each)],
    field: ["input.field, select.field, textarea.field, .search input, .select select", edged],
    tick: ["input[type=checkbox], input[type=radio]", (each) => style(each).appearance !== "none"],
    mark: ["mark", filled],
    here: [".rail [aria-current], .menu-link[aria-current], .tabs [aria-current]", outlined],
    chosen: [".segments :checked + span, .segments [aria-current] span", filled],
    bar: [".plot .lower", full],
    line: [".plot .previous-line", (each) => style(each).stroke !== ground(each.closest("div"))],
    other: [".plot .upper", (each) => style(each).stroke !== ground(each.closest("div"))],
    split: [".split .lower", (each) => apart(each) && edged(each.parentElement)],
    key: [".key.lower", (each) => filled(each)],
    icon: [".icon", inked],
  };
  return Object.entries(kinds).map(([kind, [selector, isSeen]]) => {
    const those = [...document.querySelectorAll(selector)].filter((each) => each.getClientRects().length);
    return [kind, those.length, those.filter((each) => !isSeen(each)).length];
  });
}"""
# Where the tab key leads one sees by an outline; within a graph by the edge of a column.
FOCUS = """() => {
  const at = document.activeElement;
  const shown = at.matches(".segments input") ? at.nextElementSibling : at;
  const hit = at.querySelector(":scope.column .hit");
  const style = getComputedStyle(shown);
  const isSeen = hit ? getComputedStyle(hit).stroke !== "none" : style.outlineStyle !== "none";
  return at === document.body ? "" : (isSeen ? "seen" : `unseen: ${at.outerHTML.slice(0, 80)}`);
}"""


def test_every_page_in_forced_colours(browser, live_server) -> None:  # type: ignore[no-untyped-def]
    house = furnished()
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1440, "height": 900},
        forced_colors="active",
        color_scheme="dark",
    )
    context.add_cookies([{"name": "sessionid", "value": session_of(house.ada), "url": live_server.url}])
    page = context.new_page()
    trouble, counts = [], dict[str, int]()
    for name, path in house.paths.items():
        if name in SIGNED_OUT:
            continue
        page.goto(path)
        for kind, count, unseen in page.evaluate(SEEN):
            counts[kind] = counts.get(kind, 0) + count
            trouble += [f"{name}: {unseen} of {count} {kind}"] * bool(unseen)
        for _ in range(12):
            page.keyboard.press("Tab")
            if (focus := page.evaluate(FOCUS)).startswith("unseen"):
                trouble.append(f"{name}: {focus}")
    context.close()
    assert trouble == []
    assert [kind for kind, count in counts.items() if not count] == [], "nothing was looked at"
