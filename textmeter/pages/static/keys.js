// Keys for those who read much: `j` and `k` go on and back, `/` searches, `?` lists the keys. They can be turned
// off in that list, for a page that listens to single letters is in the way of who speaks to their computer.
"use strict";

(() => {
  const OFF = "textmeter-keys-off";
  const list = document.getElementById("keys");
  const choice = list.querySelector("[data-keys-on]");
  const isOn = () => localStorage.getItem(OFF) === null;
  choice.checked = isOn();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.addEventListener("click", () => list.showModal());
  }

  // On the timeline: the next customer of the log. On a list: the next row, and behind the last one the next page.
  const turn = (step) => {
    const other = document.querySelector(`.crumbs a[rel=${step > 0 ? "next" : "prev"}]`);
    if (document.querySelector(".crumbs .others")) {
      if (other) other.click();
      return;
    }
    const rows = [...document.querySelectorAll("tr[data-row] a[data-opens]")];
    const next = document.querySelector(".foot a[rel=next]");
    const stops = next ? [...rows, next] : rows;
    const here = stops.findIndex((stop) => stop === document.activeElement);
    const to = here < 0 ? (step > 0 ? 0 : stops.length - 1) : here + step;
    const stop = stops[Math.max(0, Math.min(stops.length - 1, to))];
    if (!stop) return;
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "center" });
  };

  const search = () => {
    const field = document.querySelector("main input[type=search][name=q]");
    if (!field) return;
    field.focus();
    field.select();
  };

  const actions = { j: () => turn(1), k: () => turn(-1), "/": search, "?": () => list.showModal() };
  document.addEventListener("keydown", (event) => {
    const action = actions[event.key];
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (!action || isTyping || event.ctrlKey || event.metaKey || event.altKey || list.open || !isOn()) return;
    event.preventDefault();
    action();
  });
})();
