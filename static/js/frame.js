// The frame of every page: the chosen theme, and buttons that copy.
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
// data-copy="text", or empty: the code beside the button, or that with the id data-from. Says so to screen readers.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = document.getElementById(button.dataset.from) ?? button.closest(".panel, .code, .call")?.querySelector("code");
  const label = button.textContent;
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
  setTimeout(() => { button.textContent = label; }, 1600);
});
