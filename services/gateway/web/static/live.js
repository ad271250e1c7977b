// Tells a reader when what the page shows changes on record, and puts new parts in place
// where that disturbs nobody: elements with an id and data-live. A hidden page lets go of
// its connection and takes it up again where it stopped. Every page works without it.
"use strict";

(() => {
  const notice = document.getElementById("live");
  if (!notice || !window.EventSource) return;

  const words = {
    CREATED: "is new on record", UPDATED: "was changed", RETRACTED: "was retracted", MERGED: "was merged",
    RESTRICTED: "became confidential", ERASED: "was erased",
  };
  // What changed since the page was read, the newest last: of so many the notice counts the
  // others only.
  const changed = new Map(), mostNames = 100;
  // In milliseconds. The changes of one transaction come together; a page is read again at
  // most so often, and not by all readers at once.
  const gather = 150, leastPause = 5000, spread = 1000;
  const firstWait = 15000, longestWait = 300000;
  let source, token = "", behind = false, forgotten = 0, timer, later, told = -Infinity, wait = firstWait;

  const nameOf = (data) => {
    const change = data.statements || data.metrics || {};
    const resource = change.correction;
    return { name: change.name || "", subject: resource ? resource.subject : "", kind: resource ? resource.kind : "" };
  };

  const called = (name) => (name === notice.dataset.name ? `This ${name.split("/")[0].replace(/ies$/, "y").replace(/s$/, "")}` : name);

  const andMore = (count) => (count > 0 ? `, and ${count} more` : "");

  // summary says in a line what happened since the page was read.
  const summary = () => {
    const all = Array.from(changed.entries()), corrections = all.filter(([, c]) => c.subject);
    const said = { RETRACTION: "withdrawn", ERROR: "corrected", UPDATE: "updated", CLARIFICATION: "clarified", KILL: "killed" };
    if (all.length === 0) return "This page may have changed.";
    if (corrections.length > 0) {
      const [, newest] = corrections[corrections.length - 1];
      return `${called(newest.subject)} was ${said[newest.kind] || "changed"}${andMore(corrections.length - 1 + forgotten)}.`;
    }
    const [name, newest] = all[all.length - 1];
    return `${called(name)} ${words[newest.type]}${andMore(all.length - 1 + forgotten)}.`;
  };

  // refresh reads the page again and exchanges the parts that may be exchanged.
  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[id][data-live]")) {
        const other = fresh.getElementById(part.id);
        if (!other || other.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
        const copy = document.importNode(other, true);
        copy.classList.add("fresh");
        part.replaceWith(copy);
      }
    } catch {
      // The notice is there all the same, and leads to the page as it is now.
    }
  };

  const tell = () => {
    timer = undefined;
    told = performance.now();
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = "Show the page as it is now";
    notice.replaceChildren(summary() + " ", again);
    notice.classList.add("shown");
    refresh();
  };
  const soon = () => {
    timer ??= setTimeout(tell, Math.max(gather, told + leastPause - performance.now()) + Math.random() * spread);
  };

  const remember = (change) => {
    changed.delete(change.name);
    changed.set(change.name, change);
    if (changed.size <= mostNames) return;
    changed.delete(changed.keys().next().value);
    forgotten++;
  };

  const heard = (event) => {
    wait = firstWait;
    token = event.lastEventId || token;
    notice.dataset.open = "true";
    if (behind) soon();
    behind = false;
    if (!words[event.type]) return;
    try {
      remember({ type: event.type, ...nameOf(JSON.parse(event.data)) });
    } catch {
      return;
    }
    soon();
  };

  // The server tells what changed since it read the record for this page: a tab may be looked
  // at long after that.
  const open = () => {
    if (source) return;
    const query = new URLSearchParams(notice.dataset.changes === "all" ? "" : notice.dataset.changes);
    if (token) query.set("resume_token", token);
    else if (!behind) query.set("start_time", notice.dataset.since);
    source = new EventSource("/v1/changes?" + query);
    for (const type of [...Object.keys(words), "heartbeat"]) source.addEventListener(type, heard);
    // The browser comes back by itself after a connection that broke, not after one that
    // was refused: by a gateway that is just starting, or because the record was restored
    // and knows the token no more. Without it the page has to be read again.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      if (token) {
        token = "";
        behind = true;
        later = setTimeout(open, Math.random() * spread);
        return;
      }
      later = setTimeout(open, wait);
      wait = Math.min(wait * 2, longestWait);
    });
  };
  const close = () => {
    clearTimeout(later);
    if (source) source.close();
    source = undefined;
  };
  // A browser has few connections to one address: only the page that is looked at has one.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", () => { if (!document.hidden) open(); });
})();
