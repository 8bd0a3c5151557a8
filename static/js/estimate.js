// What a run would cost, kept in step with the form; a warning of the context window is said once, when it appears or changes.
(() => {
  const follow = (page) => {
    const shown = document.getElementById("estimate"), made = page.getElementById("estimate");
    if (!shown || !made) return;
    document.getElementById("estimate-cost").replaceChildren(...page.getElementById("estimate-cost").childNodes);
    const lead = (part) => part.querySelector("[data-warning] b")?.textContent;
    const warning = made.querySelector("[data-warning]");
    const news = warning && lead(made) !== lead(shown) ? warning.textContent : "";
    const open = shown.querySelector("details")?.open;
    shown.replaceChildren(...made.childNodes);
    const details = shown.querySelector("details");
    if (open && details) details.open = true;
    if (news) document.getElementById("said").textContent = news;
  };
  document.addEventListener("previewed", (event) => follow(event.detail));

  // A body that is edited by hand is estimated as it stands.
  let later;
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "body") return;
    clearTimeout(later);
    later = setTimeout(async () => {
      const answer = await fetch(document.getElementById("run-form").dataset.preview, { method: "POST", body: new FormData(target.form) });
      follow(new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html"));
    }, 400);
  });
})();
