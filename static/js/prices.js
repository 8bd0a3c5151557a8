// Remembers in this browser whether list or effective prices are shown, and goes to the address that says so. Going back stays where it was.
(() => {
  const read = () => { try { return localStorage.getItem("prices"); } catch { return null; } };
  addEventListener("click", ({ target }) => {
    const chosen = target.closest("a[data-prices]");
    if (!chosen) return;
    try { localStorage.setItem("prices", chosen.dataset.prices); } catch { /* private windows: the address still has it */ }
  });
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const said = new URLSearchParams(location.search).has("prices");
  if (read() !== "effective" || said || back || !document.querySelector("[data-prices]")) return;
  location.replace(`${location.pathname}${location.search ? `${location.search}&` : "?"}prices=effective${location.hash}`);
})();
