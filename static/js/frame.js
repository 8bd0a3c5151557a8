// The frame of every page: what this browser remembers, which is the theme and the kind of prices, and buttons that copy.
// Blocks the first paint for an instant, so that the theme is there from the start. The page itself is the same for everyone.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(read());
  addEventListener("DOMContentLoaded", () => {
    const chosen = document.getElementById("th-" + (read() || "auto"));
    if (chosen) chosen.checked = true;
  });
  addEventListener("change", (event) => {
    if (event.target.name !== "theme") return;
    apply(event.target.value);
    try { localStorage.setItem("theme", event.target.value); } catch { /* private windows keep it for this page only */ }
  });
})();
// Whether list or effective prices are shown is remembered too: a page goes to the address that says so. Going back stays where it was.
(() => {
  const read = () => { try { return localStorage.getItem("prices"); } catch { return null; } };
  addEventListener("click", ({ target }) => {
    const chosen = target.closest("a[data-prices]");
    if (!chosen) return;
    try { localStorage.setItem("prices", chosen.dataset.prices); } catch { /* private windows: the address still has it */ }
  });
  addEventListener("DOMContentLoaded", () => {
    const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    const said = new URLSearchParams(location.search).has("prices");
    if (read() !== "effective" || said || back || !document.querySelector("[data-prices]")) return;
    location.replace(`${location.pathname}${location.search ? `${location.search}&` : "?"}prices=effective${location.hash}`);
  });
})();
// data-copy="text", or empty: the code beside the button, or that with the id data-from. Says so to screen readers.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = document.getElementById(button.dataset.from) ?? button.closest(".panel, .code, .call")?.querySelector("code");
  const label = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(button.dataset.copy || code.textContent);
    button.textContent = "Copied";
  } catch {
    // Without HTTPS there is no clipboard: what is not on the page as it stands is offered for copying by hand.
    if (button.dataset.copy && code?.textContent !== button.dataset.copy) return void prompt("To copy", button.dataset.copy);
    if (code) getSelection().selectAllChildren(code);
    button.textContent = "Press Ctrl+C";
  }
  document.getElementById("said").textContent = button.textContent;
  setTimeout(() => { button.replaceChildren(...label); }, 1600);
});
