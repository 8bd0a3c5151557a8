// The palette: one field that finds models, providers, collections and pages. browse.js loads it on the first Ctrl+K.
const LIMIT = 14;
const PAUSE = 150; // ms after the last key until the server is asked
const { index, search } = document.body.dataset;
const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

const dialog = document.createElement("dialog");
dialog.className = "palette";
dialog.setAttribute("aria-label", "Go to");
const box = document.createElement("input");
Object.assign(box, { type: "text", id: "palette-box", autocomplete: "off", spellcheck: false, placeholder: "Model, provider, collection or page" });
const list = document.createElement("div");
list.id = "palette-list";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Found");
const said = document.createElement("p");
said.className = "s faint";
said.setAttribute("role", "status");
for (const [name, value] of Object.entries({ role: "combobox", "aria-label": "Go to", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" })) box.setAttribute(name, value);
dialog.append(box, list, said);
document.body.append(dialog);

// Until the index has come, and where it cannot be had: the links of the page's own header and footer.
let entries = [...document.querySelectorAll(".top nav a, .foot a")].map((link) => entry("Page", link.href, link.textContent.trim(), ""));
let active = -1;

// Of a large catalog the index has the newest models; all of them are asked for at this address, each text once.
let more = "";
const asked = new Set();
let timer;

function entry(kind, href, label, name) {
  return { kind, href, label, name, words: `${label} ${name}`.toLowerCase().split(/[^\p{L}\p{N}]+/u), whole: plain(label) + " " + plain(name) };
}

// Smaller is nearer: the end of the slug, its beginning, a word's beginning, inside; -1 is not found. Of models as near, the newest comes first.
function distance(found, terms) {
  let sum = 0;
  for (const term of terms) {
    const tail = plain(found.label.split("/").pop());
    const near = tail === term ? 0 : tail.startsWith(term) ? 1 : found.words.some((word) => word.startsWith(term)) ? 2 : found.whole.includes(term) ? 3 : -1;
    if (near < 0) return -1;
    sum += near;
  }
  return sum * 10 + (found.kind === "Model" ? 1 : 0);
}

function wanted(text) {
  const terms = text.split(/\s+/).map(plain).filter(Boolean);
  if (!terms.length) return entries.filter((found) => found.kind !== "Model" && found.kind !== "Provider").slice(0, LIMIT);
  const ranked = entries.map((found) => [distance(found, terms), found]).filter(([near]) => near >= 0);
  return ranked.sort(([a], [b]) => a - b).slice(0, LIMIT).map(([, found]) => found);
}

function option(found, place) {
  const link = document.createElement("a");
  link.id = `palette-${place}`;
  link.href = found.href;
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  const kind = document.createElement("small");
  kind.textContent = found.kind;
  link.append(found.label, " ", kind);
  return link;
}

function show() {
  const found = wanted(box.value);
  const text = box.value.trim();
  const further = more && text && !asked.has(text);
  clearTimeout(timer);
  if (further) timer = setTimeout(ask, PAUSE, text);
  if (text) found.push({ kind: "Search", href: `${search}?q=${encodeURIComponent(text)}`, label: `Search all models for “${text}”` });
  list.replaceChildren(...found.map(option));
  said.textContent = text ? `${found.length - 1} found${further ? ", looking further" : ""}` : "";
  move(0);
}

function move(place) {
  const options = [...list.children];
  active = options.length ? (place + options.length) % options.length : -1;
  options.forEach((link, n) => link.setAttribute("aria-selected", String(n === active)));
  if (active < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
}

box.addEventListener("input", show);
box.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: active + 1, ArrowUp: active - 1 };
  if (event.key in steps) {
    event.preventDefault();
    move(steps[event.key]);
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) open(list.children[active].href, "_blank", "noopener");
    else list.children[active].click();
  }
});
// A click beside the box closes; one on a link of this very page would otherwise leave it open.
dialog.addEventListener("click", ({ target }) => { if (target === dialog || target.closest("a")) dialog.close(); });

function read(kinds) {
  return kinds.flatMap(({ kind, at, items }) => items.map(([end, name]) => entry(kind, at + end, kind === "Model" ? end : name, kind === "Model" ? name : end)));
}

// Adds what the server finds. The option that was chosen meanwhile stays so.
async function ask(text) {
  asked.add(text);
  try {
    const { kinds } = await (await fetch(more + encodeURIComponent(text))).json();
    const known = new Set(entries.map(({ href }) => href));
    entries.push(...read(kinds).filter(({ href }) => !known.has(href)));
    if (box.value.trim() !== text) return;
    const chosen = active > 0 && list.children[active].href;
    show();
    move(Math.max(0, [...list.children].findIndex(({ href }) => href === chosen)));
  } catch {
    asked.delete(text);
    said.textContent = "Not all models could be searched; these are of the newest.";
  }
}

async function load() {
  try {
    const found = await (await fetch(index)).json();
    entries = read(found.kinds);
    more = found.more;
    show();
  } catch {
    said.textContent = "The list of models could not be read; these are the pages.";
  }
}

let loading;
export function toggle() {
  if (dialog.open) return dialog.close();
  box.value = "";
  dialog.showModal();
  show();
  loading ??= load();
}
