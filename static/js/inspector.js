// The inspector of the playground: gone while the next answer comes, and open at the same tab when that is there.
(() => {
  let chosen = "";
  const place = () => document.getElementById("inspector");
  addEventListener("change", ({ target }) => { if (target.name === "inspect") chosen = target.parentElement.textContent; });
  addEventListener("htmx:before:request", ({ detail }) => {
    if (detail.ctx.sourceElement.matches?.("#run-form, #raw-form")) place().replaceChildren();
  });
  addEventListener("htmx:after:swap", () => {
    for (const tab of place().querySelectorAll("[name=inspect]")) if (tab.parentElement.textContent === chosen) tab.checked = true;
  });
})();
