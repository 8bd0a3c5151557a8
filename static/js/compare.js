// Models ticked for a comparison gather in the tray and stay there while lists change. Without this file the ticked rows of the page are compared.
(() => {
  const tray = document.getElementById("picked");
  if (!tray) return;
  const limit = 6;
  const boxes = () => document.querySelectorAll("input[form=picked]");
  let picked = [];
  try { picked = JSON.parse(sessionStorage.getItem("picked")) || []; } catch { /* none yet, or not allowed to keep any */ }

  const chip = (slug) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip on";
    button.dataset.drop = slug;
    button.setAttribute("aria-label", `Remove ${slug}`);
    button.textContent = `${slug.split("/").pop()} ×`;
    item.append(button);
    return item;
  };
  const show = () => {
    tray.querySelector("ul").replaceChildren(...picked.map(chip));
    tray.querySelector("[role=status]").textContent = picked.length ? `${picked.length} of ${limit}` : "";
    tray.classList.toggle("shown", picked.length > 0);
    for (const box of boxes()) {
      box.checked = picked.includes(box.value);
      box.disabled = !box.checked && picked.length >= limit;
    }
  };
  const pick = (slugs) => {
    picked = slugs;
    try { sessionStorage.setItem("picked", JSON.stringify(picked)); } catch { /* kept for this page only */ }
    show();
  };

  addEventListener("change", ({ target }) => {
    if (!target.matches("input[form=picked]")) return;
    pick(target.checked ? [...picked, target.value] : picked.filter((slug) => slug !== target.value));
  });
  tray.addEventListener("click", ({ target }) => {
    if (target.dataset.drop) pick(picked.filter((slug) => slug !== target.dataset.drop));
  });
  tray.addEventListener("reset", () => pick([]));
  tray.addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = `${tray.dataset.compare}?models=${picked.map(encodeURIComponent).join(",").replaceAll("%2F", "/")}`;
  });
  document.addEventListener("htmx:after:swap", show);
  addEventListener("pageshow", show);
})();
