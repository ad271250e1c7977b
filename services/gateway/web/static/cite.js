// Opens the citation of a page in a dialog, and copies or saves what it holds. Without
// this script the same links lead to a page that says the same.
"use strict";

(() => {
  const text = (root, id) => root.querySelector("#" + id)?.textContent.trim() ?? "";

  // Where a page may not write to the clipboard, the words are selected instead.
  const copy = async (root, id) => {
    try {
      await navigator.clipboard.writeText(text(root, id));
      return "Copied.";
    } catch {
      getSelection().selectAllChildren(root.querySelector("#" + id));
      return "Selected: copy it with the keyboard.";
    }
  };
  const save = (root, id, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text(root, id) + "\n"], { type: "application/vnd.citationstyles.csl+json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return "Saved as " + name + ".";
  };
  const enable = (root) => {
    const status = root.querySelector("[role=status]");
    for (const button of root.querySelectorAll("button[data-copy], button[data-download]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const { copy: id, download, name } = button.dataset;
        status.textContent = id ? await copy(root, id) : save(root, download, name);
      });
    }
  };

  const open = async (link) => {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error("no citation");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const citation = document.importNode(page.getElementById("citation"), true);
    const dialog = document.createElement("dialog");
    dialog.className = "box";
    dialog.setAttribute("aria-labelledby", "cite-title");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    dialog.append(citation, close);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    enable(citation);
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-cite]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  });
  const here = document.getElementById("citation");
  if (here) enable(here);
})();
