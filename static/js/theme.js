// Blocks the first paint for an instant, so that a chosen theme is there from the start. The page itself is the same for everyone.
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
