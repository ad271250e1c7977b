// The form of an editor: reads the resource from the API, sends what was changed as a dry
// run, shows what would change, and puts it on record. Requests are JSON, which no page of
// another origin can send.
"use strict";

(() => {
  const form = document.querySelector("form.correct");
  if (!form) return;
  const outcome = document.getElementById("outcome"), record = form.querySelector("button.record");
  const { name, body: kind, etag } = form.dataset; // as the page was when it was opened
  const fields = Array.from(form.querySelectorAll("[name]:not([data-about])"));
  let current, checked, requestId;
  form.hidden = false;

  const element = (tag, className, ...content) => {
    const e = document.createElement(tag);
    if (className) e.className = className;
    e.append(...content);
    return e;
  };

  // A browser gives randomUUID to pages of https and of this machine only.
  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const ask = async (path, options = {}) => {
    const token = document.getElementById("f-token").value;
    const headers = { Accept: "application/json", ...options.headers };
    if (token) headers.Authorization = "Bearer " + token;
    const answer = await fetch(path, { ...options, headers, cache: "no-store" });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw { status: answer.status, data };
    return data;
  };

  const was = (field) => (field.tagName === "SELECT" ? Array.from(field.options).find((o) => o.defaultSelected)?.value ?? field.options[0].value : field.defaultValue);

  // put sets the value at a path; an empty text takes it away, and a period without a date
  // says that none is stated.
  const put = (resource, path, value) => {
    const parts = path.split(".");
    let at = resource;
    for (const part of parts.slice(0, -1)) at = at[part] ??= {};
    const last = parts[parts.length - 1];
    if (last === "edtf") {
      delete at.startTime;
      delete at.endTime;
      delete at.missingReason;
      if (value === "" && parts[0] !== "releaseTime") at.missingReason = "NOT_STATED";
    }
    if (parts.includes("spans")) { // they are of the words that were there
      for (const known of ["exactSha256", "prefix", "suffix", "anchorState"]) delete at[known];
    }
    if (value === "") delete at[last]; else at[last] = value;
  };

  // request is what was changed, field by field of the resource.
  const request = () => {
    const whole = structuredClone(current), changed = {}, within = [];
    for (const field of fields) {
      if (field.value === was(field)) continue;
      const top = field.name.split(".")[0];
      put(whole, field.name, "number" in field.dataset ? Number(field.value) : field.value.trim());
      changed[top] = whole[top];
      if (top === "reported") within.push(field.name.split(".").slice(0, 2).join(".")); // what is not named there stays
    }
    for (const bound of ["lower", "upper"]) {
      if (!(bound in changed)) continue;
      if (!changed[bound]?.value?.value) changed[bound] = null; else changed[bound].inclusive ??= true;
    }
    if (changed.value && !changed.value.value) changed.value = null;
    if (changed.reported?.value && !changed.reported.value.value) delete changed.reported.value;
    if (changed.releaseTime && !changed.releaseTime.edtf) changed.releaseTime = null;
    const named = Object.keys(changed).filter((key) => key !== "reported").concat(Array.from(new Set(within)));
    const paths = named.map((p) => p.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase()));
    const out = { kind: form.elements.kind.value, reason: form.elements.reason.value.trim(), [kind]: {} };
    for (const [key, value] of Object.entries(changed)) {
      if (value !== null && value !== undefined) out[kind][key] = value;
    }
    if (form.elements.noticeText.value.trim()) out.noticeText = form.elements.noticeText.value.trim();
    if (paths.length > 0) out.updateMask = paths.map((p) => p.replace(/_([a-z])/g, (_, c) => c.toUpperCase())).join(",");
    return { out, any: paths.length > 0 };
  };

  const send = (out) => ask(`/v1/${name}:correct`, {
    method: "POST", body: JSON.stringify(out), headers: { "Content-Type": "application/json", "If-Match": current.etag },
  });

  // flat are the values of a resource by their paths.
  const flat = (value, path, into) => {
    if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) flat(inner, path ? `${path}.${key}` : key, into);
    } else {
      into.set(path, String(value));
    }
    return into;
  };

  const bookkeeping = /^(etag|updateTime|revisionId|latestAnchor)\b/;
  const differences = (before, after) => {
    const a = flat(before, "", new Map()), b = flat(after, "", new Map());
    const paths = Array.from(new Set([...a.keys(), ...b.keys()]));
    return paths.filter((p) => !bookkeeping.test(p) && a.get(p) !== b.get(p)).map((p) => [p, a.get(p), b.get(p)]);
  };

  // label is what the form calls a field, where it has it.
  const label = (path) => form.querySelector(`label[for="f-${CSS.escape(path)}"]`)?.textContent || path;

  const table = (rows) => {
    const head = element("tr", "", element("th", "", "Field"), element("th", "", "On record"), element("th", "", "After the correction"));
    const body = element("tbody", "");
    for (const [path, before, after] of rows) {
      body.append(element("tr", "", element("td", "", label(path)),
        element("td", "", before === undefined ? "–" : element("del", "", before)), element("td", "", after === undefined ? "–" : element("ins", "", after))));
    }
    return element("table", "changes", element("thead", "", head), body);
  };

  // pathOf spells the field of a violation as the form does.
  const pathOf = (v) => (v.field || "").replace(/_([a-z])/g, (_, c) => c.toUpperCase()).replace(/\[(\d+)\]/g, ".$1");

  const mark = (violations) => {
    const at = violations.map(pathOf);
    for (const field of fields) {
      const path = `${kind}.${field.name}`;
      const wrong = at.some((v) => v && (v === path || path.startsWith(v + ".")));
      field.toggleAttribute("aria-invalid", false);
      if (wrong) field.setAttribute("aria-invalid", "true");
    }
  };

  const refused = ({ status, data, message }) => {
    const violations = (data?.details || []).flatMap((d) => d.fieldViolations || []);
    const said = {
      401: "This server asks who you are: sign in again in another tab, or give a key or token.", 403: "You may not correct what is on record.",
      412: "Somebody changed it since this page was opened: load the page again.",
    }[status];
    const box = element("div", "standing grave", element("strong", "", "Refused. "));
    if (said || violations.length === 0) box.append(said || data?.message || data?.detail || message || "The server did not answer.");
    else box.append(element("ul", "", ...violations.map((v) => element("li", "", ...(v.field ? [element("strong", "", label(pathOf(v).replace(kind + ".", ""))), ": "] : []), v.description))));
    mark(violations);
    outcome.replaceChildren(box);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    record.disabled = true;
    try {
      current = await ask(`/v1/${name}`);
      if (current.etag !== etag) throw { status: 412 };
      const { out, any } = request();
      if (!any) {
        outcome.replaceChildren(element("p", "notice", "Nothing is changed yet: put something right above."));
        return;
      }
      const answer = await send({ ...out, validateOnly: true });
      mark([]);
      checked = out;
      requestId = uuid();
      const rows = differences(current, answer[kind]);
      const stale = answer.staleFigures || [];
      outcome.replaceChildren(element("h2", "", "What would change"), table(rows));
      if (stale.length > 0) outcome.append(element("p", "", `${stale.length} figures computed from it would be stale.`));
      record.disabled = false;
    } catch (fault) {
      refused(fault);
    }
  });

  // What is changed after the dry run is to be shown again.
  form.addEventListener("input", () => { record.disabled = true; });

  record.addEventListener("click", async () => {
    record.disabled = true;
    try {
      const answer = await send({ ...checked, requestId });
      const link = element("a", "", "See it");
      link.href = "/" + name + "#corrections";
      outcome.replaceChildren(element("p", "standing good", element("strong", "", "On record. "), `Correction ${answer.correction.name}. `, link));
      form.hidden = true;
    } catch (fault) {
      refused(fault);
      if (!(fault.status >= 400 && fault.status < 500)) record.disabled = false; // the same request id makes a retry safe
    }
  });
})();
