// Lets a reader ask a drawing what its marks are, by pointer, touch and keyboard, and look
// at a series as it was known earlier. The drawing is the server's; what is told of a mark
// is read from the table below it. Without this script the marks are links, the table has
// everything and the vintages are a form.
"use strict";

(() => {
  const NS = "http://www.w3.org/2000/svg";

  const element = (name, className, text) => {
    const e = document.createElement(name);
    e.className = className;
    if (text) e.textContent = text;
    return e;
  };

  // rowsOf finds the line of the table that says what the figure at an address is.
  const rowsOf = (figure) => {
    const rows = new Map();
    for (const row of (figure.closest("section") || document).querySelectorAll("table.figures tbody tr")) {
      const link = row.querySelector("td.num a");
      if (link) rows.set(link.getAttribute("href"), row);
    }
    return rows;
  };

  // itemsOf are the marks of a drawing with their places in it, as fractions of its size,
  // in the order of time. What stands outside the plot is of the key.
  const itemsOf = (svg, rows) => {
    const frame = svg.getBoundingClientRect();
    const box = (e) => {
      const r = e.getBoundingClientRect();
      return {
        left: (r.left - frame.left) / frame.width, right: (r.right - frame.left) / frame.width,
        top: (r.top - frame.top) / frame.height, bottom: (r.bottom - frame.top) / frame.height,
      };
    };
    const grid = Array.from(svg.querySelectorAll(".c-grid, .c-zero"), box);
    const plot = { top: Math.min(...grid.map((g) => g.top)), bottom: Math.max(...grid.map((g) => g.bottom)) };
    const items = [];
    for (const node of svg.querySelectorAll(".c-mark")) {
      const place = box(node.querySelector(".c-point, .c-listed, .c-band") || node);
      const x = (place.left + place.right) / 2, y = (place.top + place.bottom) / 2;
      if (y > plot.bottom + 0.02 || !(x >= 0)) continue;
      const title = node.querySelector("title");
      const words = title ? title.textContent : node.getAttribute("aria-label") || "";
      if (title) { // the tooltip says it; a second one would cover it
        node.setAttribute("aria-label", words);
        title.remove();
      }
      const piece = node.querySelector("[class*=c-g], .c-beside");
      const line = piece ? piece.getAttribute("class").match(/c-(g\d|beside)/)[1] : "";
      items.push({ node, x, y, place, words, line, row: rows.get(node.getAttribute("href")), href: node.getAttribute("href") });
    }
    items.sort((a, b) => a.x - b.x || a.y - b.y);
    return { items, plot };
  };

  // said is what a tooltip says of a mark: period, value, remarks, source.
  const said = (item) => {
    const cut = item.words.indexOf(": ");
    const parts = { period: item.words.slice(0, cut), value: item.words.slice(cut + 2), notes: [] };
    if (item.row) {
      const cells = item.row.cells;
      parts.period = cells[0].innerText.trim() || cells[0].textContent.trim();
      parts.value = cells[1].textContent.trim();
      const printed = cells[2].textContent.trim();
      if (printed) parts.notes.push("As printed: " + printed);
      for (const remark of cells[3].querySelectorAll(".pill")) parts.notes.push(remark.textContent.trim());
      const source = Array.from(cells[4].children, (e) => e.textContent.trim()).filter(Boolean).join(", ");
      if (source) parts.notes.push(source);
    }
    return parts;
  };

  const plot = (figure) => {
    const rows = rowsOf(figure);
    const tip = element("div", "tip");
    const voice = element("p", "hide");
    voice.setAttribute("role", "status");
    tip.setAttribute("aria-hidden", "true");
    figure.append(tip, voice);
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    const name = figure.querySelector("svg > title");
    figure.setAttribute("aria-label", (name ? name.textContent + ". " : "") + "Left and right go from figure to figure, up and down between lines, Enter opens one.");

    let svg, found, current, guide, touched = false;

    // ready measures the drawing that is shown: one of two, by the width of the page.
    const ready = () => {
      const shown = Array.from(figure.querySelectorAll("svg.chart")).find((s) => s.checkVisibility());
      if (shown !== svg) {
        hide();
        svg = shown;
        found = svg && itemsOf(svg, rows);
      }
      return found && found.items.length > 0;
    };

    const hide = () => {
      if (current) current.node.classList.remove("on");
      if (guide) guide.remove();
      tip.classList.remove("shown");
      current = guide = undefined;
    };

    const show = (item, aloud) => {
      if (item === current) return;
      hide();
      current = item;
      item.node.classList.add("on");
      const view = svg.viewBox.baseVal;
      guide = document.createElementNS(NS, "path");
      guide.setAttribute("class", "c-guide");
      const at = view.x + item.x * view.width;
      guide.setAttribute("d", `M${at},${view.y + found.plot.top * view.height}V${view.y + found.plot.bottom * view.height}`);
      svg.append(guide);
      const parts = said(item);
      tip.replaceChildren(element("p", "tip-period", parts.period), element("p", "tip-value", parts.value), ...parts.notes.map((n) => element("p", "tip-note", n)));
      tip.dataset.line = item.line;
      tip.classList.add("shown");
      place(item);
      if (aloud) voice.textContent = [parts.period, parts.value, ...parts.notes].join("; ");
    };

    // place puts the tooltip beside the mark, on the side where there is room.
    const place = (item) => {
      const frame = svg.getBoundingClientRect(), own = figure.getBoundingClientRect();
      const x = frame.left - own.left + item.x * frame.width, y = frame.top - own.top + Math.max(item.place.top, 0) * frame.height;
      const width = tip.offsetWidth, height = tip.offsetHeight, gap = 14;
      const left = x + gap + width <= own.width ? x + gap : Math.max(0, x - gap - width);
      tip.style.left = `${left}px`;
      tip.style.top = `${Math.max(0, Math.min(y - height / 2, own.height - height))}px`;
    };

    const nearest = (event) => {
      const frame = svg.getBoundingClientRect();
      const x = event.clientX - frame.left, y = event.clientY - frame.top;
      let best, least = Infinity;
      for (const item of found.items) {
        const p = item.place, dx = Math.max(p.left * frame.width - x, x - p.right * frame.width, 0);
        const dy = Math.max(p.top * frame.height - y, y - p.bottom * frame.height, 0);
        const far = dx * 3 + dy + (item.line === "beside" ? -6 : 0);
        if (far < least) [best, least] = [item, far];
      }
      return least < 260 ? best : undefined;
    };

    figure.addEventListener("pointermove", (event) => {
      if (!event.target.closest("svg") || !ready()) return;
      const item = nearest(event);
      if (item) show(item, false); else hide();
    });
    figure.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    figure.addEventListener("pointerleave", () => { if (!touched) hide(); });
    // The first touch tells what a mark is, the second goes there.
    figure.addEventListener("click", (event) => {
      const link = event.target.closest("a.c-mark");
      if (!touched || !link || !ready()) return;
      const item = found.items.find((i) => i.node === link) || nearest(event);
      if (item && item !== current) {
        event.preventDefault();
        show(item, true);
      }
    });

    const step = (by) => {
      const all = found.items;
      if (!current) return all[by > 0 ? 0 : all.length - 1];
      const line = all.filter((i) => i.line === current.line);
      return line[Math.min(Math.max(line.indexOf(current) + by, 0), line.length - 1)];
    };
    const across = (by) => {
      if (!current) return found.items[0];
      const lines = Array.from(new Set(found.items.map((i) => i.line))).sort();
      const line = lines[(lines.indexOf(current.line) + by + lines.length) % lines.length];
      const others = found.items.filter((i) => i.line === line);
      return others.reduce((a, b) => (Math.abs(b.x - current.x) < Math.abs(a.x - current.x) ? b : a));
    };
    figure.addEventListener("keydown", (event) => {
      if (event.target !== figure || event.ctrlKey || event.metaKey || event.altKey || !ready()) return;
      const last = found.items.length - 1;
      const next = {
        ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => across(-1), ArrowDown: () => across(1),
        Home: () => found.items[0], End: () => found.items[last],
      }[event.key];
      if (next) {
        event.preventDefault();
        show(next(), true);
      } else if (event.key === "Escape") {
        hide();
      } else if (event.key === "Enter" && current && current.href) {
        location.assign(current.href);
      }
    });
    figure.addEventListener("focusout", hide);
  };

  // A form of vintages becomes a slider: the page as it was known then is asked for, and
  // its drawings and tables take the place of these.
  const slide = (form) => {
    const select = form.querySelector("select"), list = Array.from(select.options);
    const range = element("input", "slider"), told = element("output", "told");
    Object.assign(range, { type: "range", min: 0, max: list.length - 1, step: 1, value: select.selectedIndex, id: select.id });
    range.setAttribute("aria-label", "As known on");
    select.hidden = true;
    select.removeAttribute("id");
    form.querySelector("button").hidden = true;
    select.after(range, told);

    const pages = new Map();
    let wanted = 0;
    const address = (option) => {
      const query = new URLSearchParams(new FormData(form));
      query.delete("as_of");
      if (option.value) query.set("as_of", option.value);
      const text = query.toString();
      return form.getAttribute("action") + (text && "?" + text);
    };
    const read = (option) => {
      const url = address(option);
      if (!pages.has(url)) {
        pages.set(url, fetch(url, { headers: { Accept: "text/html" } }).then(async (answer) => {
          if (!answer.ok && answer.status !== 404) throw new Error(answer.status); // it does not say what was public
          const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
          return answer.ok ? parsed.getElementById("shown") : null;
        }).catch((fault) => { pages.delete(url); throw fault; }));
      }
      return pages.get(url);
    };
    // numbers are the values of a page by series, period and source.
    const numbers = (shown) => {
      const out = new Map();
      for (const section of shown.querySelectorAll(".one-series")) {
        for (const row of section.querySelectorAll("table.figures tbody tr")) {
          const source = row.cells[4].querySelector(".key")?.textContent || "";
          out.set([section.querySelector("h2").textContent, row.cells[0].textContent.trim(), source].join("|"), row);
        }
      }
      return out;
    };
    const compare = (then, now) => {
      const present = numbers(now), past = numbers(then);
      let other = 0;
      for (const [key, row] of past) {
        const today = present.get(key)?.cells[1].textContent;
        if (today && today !== row.cells[1].textContent) {
          other++;
          row.classList.add("revised");
          row.cells[1].append(element("span", "key", "today: " + today));
        }
      }
      if (past.size === 0) return "nothing was public yet";
      const missing = present.size - past.size;
      const words = other === 0 ? "as today" : other === 1 ? "1 number differs from today’s" : `${other} numbers differ from today’s`;
      return words + (missing > 0 ? `, ${missing} not public yet` : "");
    };
    const go = async () => {
      const option = list[range.value], turn = ++wanted;
      range.setAttribute("aria-valuetext", option.text);
      told.textContent = option.text;
      try {
        const [then, now] = await Promise.all([read(option), read(list[list.length - 1])]);
        if (turn !== wanted) return;
        const target = document.getElementById("shown"), fresh = then ? document.importNode(then, true) : element("div", "");
        fresh.id = "shown";
        if (!then) fresh.append(element("p", "notice", "Nothing of it was public by then."));
        if (option.value && now) told.textContent = `${option.text}: ${compare(fresh, now)}`;
        for (const [i, table] of fresh.querySelectorAll("details.table").entries()) table.open = target.querySelectorAll("details.table")[i]?.open ?? table.open;
        target.replaceWith(fresh);
        fresh.querySelectorAll("figure.plot").forEach(plot);
        for (const field of document.querySelectorAll('form.query input[name="as_of"]')) field.value = option.value;
        history.replaceState(null, "", address(option));
      } catch {
        if (turn === wanted) told.textContent = "The page could not be read: try again.";
      }
    };
    range.addEventListener("input", go);
    told.textContent = list[range.value].text;
    range.setAttribute("aria-valuetext", list[range.value].text);
  };

  document.querySelectorAll("figure.plot").forEach(plot);
  document.querySelectorAll("form.vintage").forEach(slide);
})();
