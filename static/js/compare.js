// Models ticked for a comparison gather in the tray and stay there on every page and in every tab. Without this file the ticked rows of the page are compared.
(() => {
  const tray = document.getElementById("picked");
  if (!tray) return;
  const limit = Number(tray.dataset.limit);
  const boxes = () => document.querySelectorAll("input[form=picked]");
  let picked = [];

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem("picked"));
      picked = Array.isArray(kept) ? kept.filter((slug) => typeof slug === "string").slice(0, limit) : [];
    } catch { /* not allowed to keep any: those of this page stand */ }
  };
  const chip = (slug) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip on";
    button.dataset.drop = slug;
    button.setAttribute("aria-label", `Remove ${slug} from the comparison`);
    button.textContent = `${slug.split("/").pop()} ×`;
    item.append(button);
    return item;
  };
  const show = () => {
    tray.querySelector("ul").replaceChildren(...picked.map(chip));
    tray.querySelector("[role=status]").textContent = picked.length < limit ? picked.length ? `${picked.length} of ${limit}` : "" : `${limit} of ${limit}, no more fit`;
    tray.classList.toggle("shown", picked.length > 0);
    for (const box of boxes()) {
      box.checked = picked.includes(box.value);
      box.disabled = !box.checked && picked.length >= limit;
    }
  };
  const pick = (slugs) => {
    picked = slugs;
    try { localStorage.setItem("picked", JSON.stringify(picked)); } catch { /* kept for this page only */ }
    show();
  };
  const again = () => { read(); show(); };

  addEventListener("change", ({ target }) => {
    if (!target.matches("input[form=picked]")) return;
    read();
    const others = picked.filter((slug) => slug !== target.value);
    pick(target.checked ? [...others, target.value].slice(0, limit) : others);
  });
  // A chip of the tray, or the link that takes a model out of a comparison.
  addEventListener("click", ({ target }) => {
    const asked = target.closest("[data-drop]");
    if (!asked) return;
    const place = picked.indexOf(asked.dataset.drop);
    pick(picked.filter((slug) => slug !== asked.dataset.drop));
    if (!tray.contains(asked) && asked.isConnected) return;
    const chips = tray.querySelectorAll("[data-drop]");
    (chips[Math.min(place, chips.length - 1)] ?? document.getElementById("main")).focus();
  });
  tray.addEventListener("reset", () => { pick([]); document.getElementById("main").focus(); });
  tray.addEventListener("submit", (event) => {
    event.preventDefault();
    const to = event.submitter?.getAttribute("formaction") ?? tray.dataset.compare;
    location.href = `${to}?models=${picked.map(encodeURIComponent).join(",").replaceAll("%2F", "/")}`;
  });
  addEventListener("storage", ({ key }) => { if (key === "picked" || key === null) again(); });
  document.addEventListener("htmx:after:swap", show);
  addEventListener("pageshow", again);
})();
