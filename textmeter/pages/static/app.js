// Progressive enhancement only: every page works without this file.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
document.documentElement.classList.add("js");

// Popovers: one open at a time; Escape and a click elsewhere close them.
const popovers = all("details.popover");
for (const popover of popovers) {
  popover.addEventListener("toggle", () => {
    if (!popover.open) return;
    for (const other of popovers) if (other !== popover) other.open = false;
  });
}
document.addEventListener("click", (event) => {
  for (const popover of popovers) if (popover.open && !popover.contains(event.target)) popover.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popover of popovers) {
    if (!popover.open) continue;
    const held = popover.contains(document.activeElement);
    popover.open = false;
    if (held) popover.querySelector("summary").focus();
  }
  for (const hint of all(".hint")) hint.classList.add("closed");
});

// Rules behind figures: Escape hides one, coming back shows it again.
const readyHints = (root) => {
  for (const hint of all(".hint", root)) {
    for (const type of ["pointerenter", "focusin"]) hint.addEventListener(type, () => hint.classList.remove("closed"));
  }
};
readyHints(document);

// Fields that narrow a list on the page as one types.
for (const field of all("[data-filters]")) {
  const entries = all("li, label.option", document.querySelector(field.dataset.filters));
  const none = document.querySelector(`[data-none-for="${field.dataset.filters}"]`);
  // What only narrows a list that is whole has no place in the form's address.
  if (field.name === "find" && !field.value) field.removeAttribute("name");
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
    if (none) none.hidden = entries.some((entry) => !entry.hidden);
  });
}

// Charts: pointer and arrow keys read each column, Enter follows its link.
const readyChart = (chart) => {
  const columns = all(".column", chart);
  const tip = chart.querySelector(".tip");
  // The figures stand in the table beneath: label, lower, upper, total and, where there is one, previous.
  const table = document.getElementById(`${chart.id}-end`);
  const figures = table ? all("tbody tr", table) : [];
  const names = table ? all("thead th", table).map((each) => each.textContent) : [];
  if (!columns.length || !tip || figures.length !== columns.length) return;

  const line = (name, value) => {
    const row = document.createElement("span");
    const label = document.createElement("i");
    label.textContent = name;
    row.append(label, " " + value);
    return row;
  };
  const hide = () => {
    for (const column of columns) column.classList.remove("on");
    tip.hidden = true;
  };
  const show = (column) => {
    hide();
    column.classList.add("on");
    const [label, ...counts] = [...figures[columns.indexOf(column)].cells].map((cell) => cell.textContent);
    const title = document.createElement("b");
    title.textContent = label;
    tip.replaceChildren(title, ...counts.map((count, place) => line(names[place + 1], count)));
    tip.hidden = false;
    const place = column.querySelector(".hit").getBoundingClientRect();
    const around = chart.getBoundingClientRect();
    const middle = place.left - around.left + place.width / 2;
    const shifted = middle + (middle > around.width / 2 ? -tip.offsetWidth - 14 : 14);
    // Set by script on the element, which the Content-Security-Policy allows.
    tip.style.left = Math.max(6, Math.min(around.width - tip.offsetWidth - 6, shifted)) + "px";
  };

  // One stop for the Tab key; the arrows go from column to column.
  const rove = (to) => {
    for (const column of columns) column.setAttribute("tabindex", column === to ? "0" : "-1");
  };
  rove(columns[0]);
  columns.forEach((column, place) => {
    // The name goes on as a label: as <title> the browser would show a second tooltip.
    const title = column.querySelector("title");
    if (title) {
      column.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    column.addEventListener("pointerenter", () => show(column));
    column.addEventListener("focus", () => {
      rove(column);
      show(column);
    });
    column.addEventListener("blur", hide);
    column.addEventListener("keydown", (event) => {
      const target = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: columns.length - 1 }[event.key];
      if (target === undefined) {
        if (event.key === "Escape") hide();
        return;
      }
      event.preventDefault();
      columns[Math.max(0, Math.min(columns.length - 1, target))].focus();
    });
  });
  chart.addEventListener("pointerleave", hide);
};
all(".chart").forEach(readyChart);

// Rows that open what their link opens.
for (const row of all("tr[data-row]")) {
  const link = row.querySelector("a[data-opens]");
  const open = (event, elsewhere) => {
    if (event.target.closest("a, button, input, details") || String(getSelection())) return;
    if (elsewhere) window.open(link.href, "_blank", "noopener");
    else link.click();
  };
  row.addEventListener("click", (event) => open(event, event.ctrlKey || event.metaKey));
  row.addEventListener("auxclick", (event) => event.button === 1 && open(event, true));
}

// Filters: a choice made by pointer applies at once; by keyboard Enter applies it.
for (const form of all("form[data-filter-form]")) {
  const dates = all("input[type=date]", form);
  form.addEventListener("click", (event) => {
    // A click that the arrow keys make has no detail.
    if (event.detail && event.target.matches("input[type=radio]")) form.requestSubmit();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(`select[form="${form.id}"]`)) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    // What is empty or the default stays out of the address; new dates leave the old range's choices behind.
    const fields = [...form.elements].filter((field) => field.name);
    const dated = dates.some((date) => date.value);
    const redated = dates.some((date) => date.value !== date.defaultValue);
    for (const field of fields) {
      const isDefault = field.value === "" || field.value === field.dataset.default;
      const isLeft = redated && (field.name === "hour" || (field.name === "interval" && dated));
      if (isDefault || isLeft || (dated && field.name === "range")) field.disabled = true;
    }
    // A page that comes back from the browser's memory has its fields again.
    setTimeout(() => fields.forEach((field) => (field.disabled = false)));
  });
}

// What a search found is counted by a second request: each part of its answer has its place on the page.
for (const place of all("[data-awaits]")) {
  const put = (answer) => {
    const held = place.contains(document.activeElement) ? document.activeElement.name : null;
    for (const part of all("[data-part]", answer)) {
      const there = document.getElementById(part.dataset.part);
      if (there) there.replaceChildren(...part.childNodes);
    }
    readyHints(place);
    all(".chart", place).forEach(readyChart);
    if (held) place.querySelector(`[name="${held}"]`)?.focus();
  };
  const fail = () => {
    place.querySelector("[data-while]").hidden = true;
    place.querySelector("[data-failed]").hidden = false;
  };
  fetch(place.dataset.awaits, { credentials: "same-origin" })
    .then(async (answer) => {
      if (!answer.ok) throw new Error(answer.status);
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    })
    .catch(fail)
    .finally(() => place.removeAttribute("aria-busy"));
}

// News: asks now and then how much came in, and offers it without moving what is read.
const NEWS_MS = 1500;
// So many tries in a row last half a minute: longer than a restart.
const AWAY = 4;
for (const news of all("[data-changes]")) {
  const title = document.title;
  const [offer, away, over] = ["a", "[data-away]", "[data-over]"].map((each) => news.querySelector(each));
  let waiting;
  let failures = 0;
  const show = ({ new: count, said }) => {
    if (!count) return;
    const place = news.querySelector("[data-said]");
    if (place.textContent !== said) place.textContent = said;
    offer.hidden = false;
    // The count stands where the language of the words wants it.
    document.title = `(${said.match(/\d\S*/)}) ${title}`;
  };
  // Who is signed out is sent to the door; who may no longer read, or whose company is gone, finds nothing.
  const isOver = (answer) => answer.type === "opaqueredirect" || answer.status === 404;
  const end = () => {
    offer.hidden = away.hidden = true;
    over.hidden = false;
    document.title = title;
  };
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(news.dataset.changes, {
          cache: "no-cache",
          credentials: "same-origin",
          redirect: "manual",
        });
        if (isOver(answer)) return end();
        failures = answer.ok ? 0 : failures + 1;
        if (answer.ok) show(await answer.json());
      } catch {
        failures += 1;
      }
      away.hidden = failures < AWAY;
    }
    // A server that starts anew is back in seconds; one that stays away is asked once a minute.
    waiting = setTimeout(ask, Math.min(NEWS_MS * 2 ** failures, 60000));
  };
  over.addEventListener("click", () => location.reload());
  waiting = setTimeout(ask, NEWS_MS);
  // Who comes back to the page needn't wait for the next turn.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !over.hidden) return;
    clearTimeout(waiting);
    ask();
  });
}

// The page made for paper opens the print dialogue by itself.
if (document.body.dataset.print !== undefined) window.addEventListener("load", () => window.print());
for (const button of all("[data-print-now]")) button.addEventListener("click", () => window.print());

// What is being applied: how much is left, asked for now and then; at its end the page is loaded anew.
for (const line of all("[data-left]")) {
  const ask = async () => {
    try {
      const answer = await fetch(line.dataset.left, { cache: "no-cache", credentials: "same-origin" });
      if (!answer.ok) return;
      const { left } = await answer.json();
      const count = line.querySelector("[data-count]");
      if (count) count.textContent = left.toLocaleString();
      // Who is typing keeps the page as it is.
      const isTyping = all("input.field").some((field) => field.value !== field.defaultValue);
      if (!left && !isTyping) location.reload();
      if (!left) return;
    } catch {
      // The next try may fare better.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 1500);
}
