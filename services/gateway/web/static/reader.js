// Makes the reader more comfortable; every page works without it.
//
// Pointing at a passage, or going to it with the keyboard, shows in short what is known of
// it, and lights its cards. A click shows its card: beside the text where there is room,
// else in a sheet over it. Keys: / goes to the search box, j and k go to the next and the
// previous passage or result, Escape hides what is shown.
"use strict";

(() => {
  const text = document.getElementById("text");
  const cards = document.querySelector(".cards");
  const passages = text ? Array.from(text.querySelectorAll("a.hl")) : [];

  const idsOf = (passage) => passage.dataset.facts.split(" ");
  const light = (ids, on) => {
    for (const passage of passages) {
      if (idsOf(passage).some((id) => ids.includes(id))) passage.classList.toggle("lit", on);
    }
    for (const id of ids) document.getElementById(id)?.classList.toggle("lit", on);
  };
  const follow = (element, ids) => {
    for (const [enter, leave] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
      element.addEventListener(enter, () => light(ids(), true));
      element.addEventListener(leave, () => light(ids(), false));
    }
  };

  // A copy of something on the page must not have the same ids.
  const copyOf = (element) => {
    const copy = element.cloneNode(true);
    copy.removeAttribute("id");
    for (const inner of copy.querySelectorAll("[id]")) inner.removeAttribute("id");
    return copy;
  };

  // The hover card: what the cards of a passage mark as worth knowing at a glance. It
  // describes the passage to a screen reader and holds nothing to be clicked.
  const most = 3;
  let tip = null;
  let tipOf = null;
  let later = 0;
  let stood = 0;
  const glance = (card) => {
    const part = document.createElement("div");
    part.className = card.className.replace(/\b(card|lit|shown)\b/g, "") + " glance";
    let rows = null;
    for (const marked of card.querySelectorAll("[data-tip]")) {
      const copy = copyOf(marked);
      for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      if (copy.tagName === "DIV") {
        rows ??= part.appendChild(document.createElement("dl"));
        rows.append(copy);
      } else {
        part.append(copy);
      }
    }
    return part;
  };
  const hide = () => {
    clearTimeout(later);
    tip?.remove();
    tipOf?.removeAttribute("aria-describedby");
    tip = tipOf = null;
  };
  const hideSoon = () => {
    clearTimeout(later);
    later = setTimeout(hide, 200);
  };
  const place = (box) => {
    const gap = 6;
    tip.style.maxHeight = "";
    const { offsetWidth: width, offsetHeight: height } = tip;
    const room = document.documentElement;
    tip.style.left = Math.max(gap, Math.min(box.left, room.clientWidth - width - gap)) + "px";
    // Where it fits on neither side, it scrolls on the wider one: none of it is out of the window.
    const over = box.top - 2 * gap, under = room.clientHeight - box.bottom - 2 * gap;
    const above = height > under && over > under, high = Math.min(height, Math.max(above ? over : under, 0));
    if (high < height) tip.style.maxHeight = high + "px";
    tip.style.top = (above ? box.top - gap - high : box.bottom + gap) + "px";
  };
  const show = (passage, x, y) => {
    clearTimeout(later);
    if (tipOf === passage) return;
    hide();
    const found = idsOf(passage).reverse().map((id) => document.getElementById(id)).filter(Boolean).slice(0, most);
    if (found.length === 0) return;
    tip = document.createElement("div");
    tip.className = "tip";
    tip.id = "tip";
    tip.setAttribute("role", "tooltip");
    tip.append(...found.map(glance));
    tip.addEventListener("pointerenter", () => clearTimeout(later));
    tip.addEventListener("pointerleave", hideSoon);
    document.querySelector("main").append(tip);
    tipOf = passage;
    passage.setAttribute("aria-describedby", "tip");
    stood = passage.getBoundingClientRect().top;
    const boxes = Array.from(passage.getClientRects());
    place(boxes.find((box) => y >= box.top && y <= box.bottom && x >= box.left && x <= box.right) ?? boxes[0]);
  };

  // The cards scroll on their own only where they stand beside the text.
  const beside = () => cards && getComputedStyle(cards).position === "sticky";
  const cardOf = (passage) => document.getElementById(passage.hash.slice(1));
  const showCard = (passage) => {
    const card = cardOf(passage);
    if (!card) return;
    cards.querySelector(".shown")?.classList.remove("shown");
    card.classList.add("shown");
    cards.scrollBy({ top: card.getBoundingClientRect().top - cards.getBoundingClientRect().top - 8 });
  };

  // Where there is no room beside the text, the card comes over it.
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };
  const sheet = (passage) => {
    let at = passages.indexOf(passage);
    const dialog = document.createElement("dialog");
    dialog.className = "box sheet";
    dialog.setAttribute("aria-label", "What is known of this passage");
    const place = dialog.appendChild(document.createElement("div"));
    const fill = () => {
      const found = idsOf(passages[at]).reverse().map((id) => document.getElementById(id)).filter(Boolean);
      place.replaceChildren(...found.map(copyOf));
      for (const back of place.querySelectorAll("a.back")) back.remove();
      place.scrollTo({ top: 0 });
    };
    const go = (step) => {
      const now = idsOf(passages[at]).join(" ");
      do at = (at + step + passages.length) % passages.length; while (passages[at] !== passage && idsOf(passages[at]).join(" ") === now);
      passages[at].scrollIntoView({ block: "start" });
      fill();
    };
    const bar = dialog.appendChild(document.createElement("p"));
    bar.className = "bar";
    bar.append(button("Previous", () => go(-1)), button("Next", () => go(1)), button("Close", () => dialog.close()));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      passages[at].focus({ preventScroll: true });
      hide();
    });
    fill();
    passage.scrollIntoView({ block: "start" });
    document.body.append(dialog);
    dialog.showModal();
    bar.lastChild.focus();
  };

  for (const passage of passages) {
    passage.removeAttribute("title"); // the hover card says more
    follow(passage, () => idsOf(passage));
    passage.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(passage, event.clientX, event.clientY));
    passage.addEventListener("pointerleave", hideSoon);
    passage.addEventListener("focus", () => passage.matches(":focus-visible") && show(passage));
    passage.addEventListener("blur", hide);
    passage.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !cardOf(passage)) return;
      event.preventDefault();
      hide();
      history.replaceState(null, "", passage.hash);
      if (beside()) showCard(passage);
      else sheet(passage);
    });
  }
  if (cards && text) {
    for (const card of cards.querySelectorAll(".card")) follow(card, () => [card.id]);
  }
  // When the text moves under the hover card, that of a passage with the keyboard's focus
  // goes along, also while a jump to the passage still scrolls smoothly; another one goes.
  addEventListener("scroll", () => {
    if (!tipOf) return;
    if (tipOf.matches(":focus")) place(tipOf.getClientRects()[0]);
    else if (Math.abs(tipOf.getBoundingClientRect().top - stood) > 4) hide();
  }, { passive: true });

  const steps = passages.length > 0 ? passages : Array.from(document.querySelectorAll("main .row .words a"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step || steps.length === 0) return;
    const at = steps.indexOf(document.activeElement);
    const next = at < 0 && step < 0 ? steps.length - 1 : (at + step + steps.length) % steps.length;
    steps[next].focus({ preventScroll: true });
    steps[next].scrollIntoView({ block: "center" });
    if (beside() && passages.length > 0) showCard(steps[next]);
  });
})();
