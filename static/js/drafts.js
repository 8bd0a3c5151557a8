// A draft: what was typed stays with this tab and is back after a reload. Files stay behind, and so does whatever is hidden or secret.
(() => {
  const form = document.getElementById("run-form") ?? document.getElementById("group-form"), note = document.getElementById("draft");
  if (!form || !note) return;
  const LARGEST = 1_000_000; // characters

  // A form that an address filled in is that address's own: its draft comes back on a reload only.
  const query = new URLSearchParams(location.search);
  const filled = [...query.keys()].some((name) => !["model", "models", "endpoint", "prices"].includes(name));
  const slugs = () => document.getElementById("columns")?.dataset.slugs;
  const named = () => `draft ${slugs() ?? form.elements.model.value} ${form.elements.endpoint.value}`;
  let key = filled ? `draft ${location.search}` : named();
  const loadedAgain = performance.getEntriesByType("navigation")[0]?.type !== "navigate";

  const fields = (root) => [...root.querySelectorAll("input, select, textarea")].filter((field) => field.name && !field.disabled
    && !["hidden", "file", "password"].includes(field.type) && !field.name.startsWith("attached-"));
  const list = () => form.querySelector("[data-messages]");
  const rows = () => [...(list()?.querySelectorAll(":scope > li") ?? [])];
  const rest = () => fields(form).filter((field) => !list()?.contains(field));
  const value = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const typed = () => JSON.stringify({ messages: rows().map((row) => fields(row).map(value)), rest: rest().map((field) => [field.name, value(field)]) });

  const put = (field, told) => {
    if (!field || told === undefined || value(field) === told) return;
    field[field.type === "checkbox" ? "checked" : "value"] = told;
    const fold = field.closest("details:not(.fold)");
    if (fold) fold.open = true;
  };
  const restore = ({ messages, rest: others }) => {
    list()?.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: messages.length }));
    rows().forEach((row, n) => fields(row).forEach((field, m) => put(field, messages[n][m])));
    const told = new Map(others);
    for (const field of rest()) put(field, told.get(field.name));
    fields(form)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Private windows may have no storage: then nothing is kept, and nothing breaks.
  const kept = () => { try { return sessionStorage.getItem(key); } catch { return null; } };
  const keep = (text) => { try { if (text.length <= LARGEST) sessionStorage.setItem(key, text); } catch { /* full or forbidden */ } };
  const forget = () => { try { sessionStorage.removeItem(key); } catch { /* forbidden */ } };

  let changed = "moved" in form.dataset || "changed" in form.dataset;
  const save = () => {
    if (changed) keep(typed());
    changed = false;
  };
  const draft = changed || (filled && !loadedAgain) ? null : kept();
  if (draft && draft !== typed()) {
    restore(JSON.parse(draft));
    note.hidden = false;
  }

  let later;
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(later);
    later = setTimeout(save, 300);
  });
  addEventListener("pagehide", save);

  // Other columns are another page, whose address they have taken.
  addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target?.id !== "columns") return;
    key = named();
    changed = true;
    save();
  });
  save();
  note.querySelector("button").addEventListener("click", () => {
    clearTimeout(later);
    changed = false;
    forget();
    location.replace(location.pathname + location.search);
  });
})();
