// Keyboard shortcuts, listed under "?". Single keys can be switched off: speech input and a slip of the hand type letters too.
(() => {
  const $ = (id) => document.getElementById(id);
  const read = () => { try { return localStorage.getItem("single-keys"); } catch { return null; } };
  let single = read() !== "off";
  for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = single;
  addEventListener("change", ({ target }) => {
    if (!target.matches?.("[data-single-keys]")) return;
    single = target.checked;
    try { localStorage.setItem("single-keys", single ? "on" : "off"); } catch { /* private windows keep it for this page only */ }
  });

  const list = () => ($("shortcuts")?.showModal(), Boolean($("shortcuts")));
  const stop = () => {
    const button = [...document.querySelectorAll("[data-stop]")].find((stop) => !stop.disabled);
    button?.click();
    return Boolean(button);
  };
  const prompt = () => {
    const form = document.querySelector("#run-form > .stack, #group-form");
    const box = [...(form?.querySelectorAll("[name=content]") ?? [])].at(-1) ?? form?.querySelector(":scope > .field :is(textarea, input)");
    box?.focus();
    if (box?.matches("textarea")) box.setSelectionRange(box.value.length, box.value.length);
    return Boolean(box);
  };
  const format = () => {
    const boxes = [...document.querySelectorAll(".answer-text > label > input")];
    const on = !boxes.every((box) => box.checked);
    for (const box of boxes) if (box.checked !== on) box.click();
    return boxes.length > 0;
  };
  const runs = () => {
    const link = document.querySelector("a[data-runs]");
    link?.click();
    return Boolean(link);
  };
  const column = (step) => {
    const all = [...document.querySelectorAll("[data-column]")];
    const here = all.findIndex((one) => one.contains(document.activeElement));
    const next = all[(Math.max(here, step < 0 ? 0 : -1) + step + all.length) % all.length];
    next?.querySelector("section").focus();
    return Boolean(next);
  };
  const keys = { "?": list, p: prompt, f: format, r: runs, n: () => column(1), b: () => column(-1) };

  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const held = event.ctrlKey || event.metaKey;
    let act = null;
    if ((event.key === "Escape" && !held) || (event.key === "." && held)) act = stop;
    else if (single && !held && !event.altKey && !typing(event.target)) act = keys[event.key.toLowerCase()];
    if (act?.()) event.preventDefault();
  });

  addEventListener("click", (event) => {
    if (event.target.closest("[data-open-shortcuts]") && list()) event.preventDefault();
  });
  // Enter in a field that has a button of its own presses that one, not Run.
  addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && $(event.target.dataset?.enter);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
