// Makes the reader more comfortable; every page works without it.
// Pointing at a highlight lights its cards, and the other way round. A click on
// a highlight scrolls the cards and not the text. Keys: / goes to the search box,
// j and k go to the next and the previous highlight.
"use strict";

(() => {
  const text = document.getElementById("text");
  const cards = document.querySelector(".cards");
  const highlights = text ? Array.from(text.querySelectorAll("a.hl")) : [];

  const idsOf = (highlight) => highlight.dataset.facts.split(" ");
  const light = (ids, on) => {
    for (const highlight of highlights) {
      if (idsOf(highlight).some((id) => ids.includes(id))) highlight.classList.toggle("lit", on);
    }
    for (const id of ids) document.getElementById(id)?.classList.toggle("lit", on);
  };
  const follow = (element, ids) => {
    for (const [enter, leave] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
      element.addEventListener(enter, () => light(ids(), true));
      element.addEventListener(leave, () => light(ids(), false));
    }
  };

  // The cards scroll on their own only where they stand beside the text.
  const beside = () => cards && getComputedStyle(cards).position === "sticky";
  const show = (highlight) => {
    const card = document.getElementById(highlight.hash.slice(1));
    if (!card) return;
    cards.querySelector(".shown")?.classList.remove("shown");
    card.classList.add("shown");
    cards.scrollBy({ top: card.getBoundingClientRect().top - cards.getBoundingClientRect().top - 8 });
  };

  for (const highlight of highlights) {
    follow(highlight, () => idsOf(highlight));
    highlight.addEventListener("click", (event) => {
      if (!beside() || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(null, "", highlight.hash);
      show(highlight);
    });
  }
  if (cards && text) {
    for (const card of cards.querySelectorAll(".card")) follow(card, () => [card.id]);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step || highlights.length === 0) return;
    const at = highlights.indexOf(document.activeElement);
    const next = at < 0 && step < 0 ? highlights.length - 1 : (at + step + highlights.length) % highlights.length;
    highlights[next].focus();
    highlights[next].scrollIntoView({ block: "nearest" });
    if (beside()) show(highlights[next]);
  });
})();
