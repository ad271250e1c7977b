// Tells a reader when what the page shows changes on record, and puts new parts in place
// where that disturbs nobody: elements with an id and data-live. A hidden page lets go of
// its connection and takes it up again where it stopped. Every page works without it.
"use strict";

(() => {
  const notice = document.getElementById("live");
  if (!notice || !window.EventSource) return;

  const words = { CREATED: "is new on record", UPDATED: "was changed", RETRACTED: "was retracted", MERGED: "was merged", ERASED: "was erased" };
  const changed = new Map();
  const firstWait = 15000, longestWait = 300000;
  let source, token = "", timer, later, wait = firstWait;

  const nameOf = (data) => {
    const change = data.statements || data.metrics || {};
    const resource = change.correction;
    return { name: change.name || "", subject: resource ? resource.subject : "", kind: resource ? resource.kind : "" };
  };

  const called = (name) => (name === notice.dataset.name ? `This ${name.split("/")[0].replace(/ies$/, "y").replace(/s$/, "")}` : name);

  // summary says in a line what happened since the page was read.
  const summary = () => {
    const corrections = Array.from(changed.values()).filter((c) => c.subject);
    const said = { RETRACTION: "withdrawn", ERROR: "corrected", UPDATE: "updated", CLARIFICATION: "clarified", KILL: "killed" };
    if (corrections.length > 0) {
      const newest = corrections[corrections.length - 1];
      const more = corrections.length > 1 ? `, and ${corrections.length - 1} more` : "";
      return `${called(newest.subject)} was ${said[newest.kind] || "changed"}${more}.`;
    }
    const all = Array.from(changed.entries());
    const [name, newest] = all[all.length - 1];
    return `${called(name)} ${words[newest.type]}${all.length > 1 ? `, and ${all.length - 1} more` : ""}.`;
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
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = "Show the page as it is now";
    notice.replaceChildren(summary() + " ", again);
    notice.classList.add("shown");
    refresh();
  };

  const heard = (event) => {
    wait = firstWait;
    token = event.lastEventId || token;
    notice.dataset.open = "true";
    if (!words[event.type]) return;
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    const change = nameOf(data);
    changed.delete(change.name);
    changed.set(change.name, { type: event.type, ...change });
    clearTimeout(timer);
    timer = setTimeout(tell, 150); // the changes of one transaction come together
  };

  const open = () => {
    if (source) return;
    const query = new URLSearchParams(notice.dataset.changes === "all" ? "" : notice.dataset.changes);
    if (token) query.set("resume_token", token);
    source = new EventSource("/v1/changes?" + query);
    for (const type of [...Object.keys(words), "heartbeat"]) source.addEventListener(type, heard);
    // The browser comes back by itself after a connection that broke, not after one that
    // was refused, as by a gateway that is just starting.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
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
