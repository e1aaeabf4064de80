// Settings and numbers: progress that moves by itself, a guess of the zone and zones to choose from, options that a field chooses, addresses that are
// copied. All works without.
"use strict";

// A job's progress, or a page that waits for something: asked for again until it has come to its end.
for (const box of document.querySelectorAll("[data-progress]")) {
  let pause = 1000;
  let failures = 0;
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.body.firstElementChild;
      const isDone = part.dataset.ended !== undefined;
      const isReloaded = isDone && box.dataset.atEnd === "reload";
      // Not from under somebody who is copying what will be gone: once they leave it.
      if (isReloaded && !document.querySelector("[data-until-ended]:focus-within")) return location.reload();
      if (part.dataset.waitsAt) inTheLeftBar(part.dataset.waitsAt, part.querySelector(".count"));
      if (box.dataset.atEnd === "stay") part.querySelector("[data-after]")?.remove();
      put(part);
      failures = 0;
      pause = document.hidden ? 5000 : 1000;
      if (isDone && !isReloaded) return withoutWhatIsDone();
    } catch {
      failures += 1;
      pause = 5000;
      if (failures > 60) return;
    }
    setTimeout(ask, pause);
  };
  // How much waits behind one of its entries; `count` is taken out of the part, and null where nothing does.
  const inTheLeftBar = (key, count) => {
    const place = document.querySelector(`.rail [data-place="${key}"]`);
    const shown = place.querySelector(".count");
    count?.remove();
    if (shown?.textContent === count?.textContent) return;
    shown?.remove();
    if (count) place.append(count);
  };
  // What didn't change stays as it is, so that a screen reader says only news, and the focus isn't lost.
  const put = (part) => {
    if (part.innerHTML.trim() === box.dataset.shown) return;
    box.dataset.shown = part.innerHTML.trim();
    const status = box.querySelector("[role=status]");
    const news = part.querySelector("[role=status]");
    if (status && news) {
      status.className = news.className;
      if (status.textContent !== news.textContent) status.replaceChildren(...news.childNodes);
      news.replaceWith(status);
    }
    box.replaceChildren(...part.childNodes);
  };
  // But for what somebody is at just now.
  const withoutWhatIsDone = () => {
    for (const each of document.querySelectorAll("[data-until-ended]")) {
      each.hidden = !each.contains(document.activeElement);
    }
  };
  if (box.dataset.ended === undefined) setTimeout(ask, pause);
}

// The browser's own zone, where none is chosen yet and the list has it; not for who comes back to the page, where
// another one was.
const isBack = performance.getEntriesByType("navigation").some((each) => each.type === "back_forward");
for (const field of document.querySelectorAll("[data-guess-zone]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...field.list.options].some((option) => option.value === here);
  if (!field.value && known && !isBack) field.value = here;
  // Who types another one types it in its place, so that the list finds it.
  field.addEventListener("focus", () => field.select());
}

// Who types a value chooses the option that it belongs to.
for (const field of document.querySelectorAll("[data-chooses]")) {
  field.addEventListener("input", () => {
    if (field.value) document.getElementById(field.dataset.chooses).checked = true;
  });
}

// What was perhaps meant, taken into its field.
for (const button of document.querySelectorAll("[data-fills]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.fills);
    field.value = button.value;
    field.focus();
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("[role=status]");
    words.textContent = button.dataset.copied;
    setTimeout(() => (words.textContent = ""), 2000);
  });
}
