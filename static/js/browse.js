// HTML that this site sent is the only text that becomes part of a page: htmx and the two previews make it here. No text becomes
// code, whatever an attribute says, so that a foreign one that got into a page would still do nothing.
const trusted = window.trustedTypes?.createPolicy("modelry", { createHTML: (html) => html }) ?? { createHTML: (html) => html };
htmx.registerExtension("strict", {
  init: ({ initSecurity }) => {
    const refuse = function () { throw new TypeError("This site makes no code of text."); };
    initSecurity({ createHTML: (html) => trusted.createHTML(html), createScript: refuse }, refuse, refuse);
  },
});
// A text that comes piece by piece, with characters that would turn it, or cannot be seen, as the server shows them at the end.
const readable = (text) => {
  const found = document.createDocumentFragment();
  const odd = /([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069])/;
  for (const [n, part] of text.split(odd).entries()) { // every second one is what the pattern took
    const mark = n % 2 ? Object.assign(document.createElement("bdi"), { className: "ctl", textContent: part }) : part;
    if (n % 2) mark.dataset.code = `U+${part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    found.append(mark);
  }
  return found;
};
// Ctrl+K or Cmd+K opens the palette, which is loaded then.
const palette = () => import(document.body.dataset.palette).then(({ toggle }) => toggle());
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  palette();
});
addEventListener("click", ({ target }) => { if (target.closest?.("[data-open-palette]")) palette(); });
// "/" goes to the search box, unless single keys are switched off (shortcuts.js).
const singleKeys = () => { try { return localStorage.getItem("single-keys") !== "off"; } catch { return true; } };
addEventListener("keydown", (event) => {
  if (event.key !== "/" || !singleKeys() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const box = document.querySelector("main input[type=search], .top input[type=search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
});
// New results leave the groups of filters open or closed as the visitor put them.
htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (element, { attrName }) => element.tagName !== "DETAILS" || attrName !== "open",
});
