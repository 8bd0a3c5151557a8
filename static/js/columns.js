// Several models side by side: shows every column's answer while it comes, stops one or all. The server decides the rest.
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("group-form");
  let group = null, runs = new Map();
  const columns = () => [...document.querySelectorAll("[data-column]")];
  const place = (column) => $(`result-${column}`);
  const token = () => form.elements.csrfmiddlewaretoken.value;
  const made = (tag, facts, ...children) => {
    const element = Object.assign(document.createElement(tag), facts);
    element.append(...children);
    return element;
  };
  const post = async (address) => {
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (!answer.ok) $("said").textContent = (await answer.json()).error.message;
  };

  const busy = (on) => {
    const run = form.querySelector("[data-run]"), stop = form.querySelector("[data-stop]");
    const focused = document.activeElement === stop;
    run.setAttribute("aria-disabled", String(on));
    stop.disabled = !on;
    if (!on && focused) run.focus();
  };
  const underWay = () => !form.querySelector("[data-stop]").disabled;

  // A column from the click to its first token: its state, its Stop, and room for the answer.
  const wait = (item) => {
    const { column, name } = item.dataset;
    const stop = made("button", { type: "button", className: "btn mini", textContent: "Stop" });
    stop.dataset.stopColumn = column;
    stop.setAttribute("aria-label", `Stop ${name}`);
    const state = made("span", { className: "badge", textContent: "Waiting for the answer" });
    place(column).replaceChildren(made("p", { className: "stats live" }, state, stop), made("div", { className: "out" }));
    place(column).setAttribute("aria-busy", "true");
    $(`marks-${column}`).replaceChildren();
  };
  const waiting = (column) => place(column).getAttribute("aria-busy") === "true";

  const think = (result, text) => {
    if (!text) return;
    let thought = result.querySelector(".thought .out");
    if (!thought) {
      thought = made("div", { className: "out" });
      const block = made("details", { className: "thought s", open: true }, made("summary", { textContent: "Reasoning" }), thought);
      result.querySelector(".out").before(block);
    }
    thought.append(readable(text));
  };

  const told = (event) => JSON.parse(event.detail.data);
  form.addEventListener("group", (event) => {
    group = told(event);
    // A reload, or coming back from a run's page, shows the answers instead of asking for them again.
    history.replaceState(null, "", group.url);
  });
  form.addEventListener("run", (event) => { const { column, id } = told(event); runs.set(String(column), id); });
  form.addEventListener("piece", (event) => {
    const { column, text, thought, first } = told(event), result = place(column);
    if (!waiting(column)) return;
    think(result, thought);
    result.querySelector(":scope > .out").append(readable(text));
    if (first !== null) result.querySelector(".badge").textContent = `Streaming, first token ${(first / 1000).toFixed(2)} s`;
  });

  // Files are for runs: what an estimate needs of them is not worth sending them at every change.
  addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches("[data-estimates]") || !(ctx.request.body instanceof FormData)) return;
    for (const [name, value] of [...ctx.request.body]) if (value instanceof File) ctx.request.body.delete(name);
  });
  addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceElement !== form) return;
    group = null;
    runs = new Map();
    for (const id of ["refused", "standings", "spoken"]) $(id).replaceChildren();
    for (const field of form.querySelectorAll("[aria-invalid]")) mark(field, "");
    columns().forEach(wait);
    busy(true);
  });
  addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx.sourceElement !== form) return;
    busy(false);
    columns().filter(({ dataset }) => waiting(dataset.column)).forEach(lost);
  });
  // The stream ended without this column's result: nothing was started, or the connection was lost. The run itself is on record.
  const lost = ({ dataset: { column } }) => {
    place(column).setAttribute("aria-busy", "false");
    if (runs.has(column)) htmx.ajax("GET", `${form.dataset.playground}/runs/${runs.get(column)}/column`, { target: `#result-${column}`, swap: "innerHTML" });
    else place(column).replaceChildren();
  };

  // One short sentence when a column ends: six answers read out at once would be noise.
  const conclude = () => {
    for (const { dataset: { column, name } } of columns()) {
      const shown = place(column).querySelector("[data-finished]");
      if (!shown || shown.dataset.finished === "running" || shown.hasAttribute("data-told")) continue;
      shown.dataset.told = "";
      place(column).setAttribute("aria-busy", "false");
      const stats = [...shown.querySelectorAll(".stats > span")].map((part) => part.textContent);
      $("spoken").append(made("p", { textContent: `${name}: ${stats.filter((text, n) => n === 0 || text.startsWith("first token")).join(", ")}.` }));
    }
  };
  let focused = null;
  addEventListener("htmx:before:swap", () => { focused = document.activeElement?.closest?.(".answer"); });
  addEventListener("htmx:after:swap", () => {
    if (focused?.isConnected && !focused.contains(document.activeElement)) focused.focus();
    conclude();
    markAll();
  });

  // The fields of a refused form bear what is wrong with them, and are not left folded away.
  const mark = (field, wrong) => {
    const said = $(`e-${field.id.replace(/^f-/, "")}`);
    if (said) Object.assign(said, { textContent: wrong, hidden: !wrong });
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };
  const markAll = () => {
    for (const problem of document.querySelectorAll("#refused [data-problem]")) {
      const field = $(problem.getAttribute("href").slice(1));
      if (!field || field.getAttribute("aria-invalid")) continue;
      mark(field, problem.textContent);
      for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
  };

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-run]") && underWay()) event.preventDefault();
    if (button.matches("[data-stop]")) group ? post(`${group.url}/stop`) : htmx.trigger(form, "htmx:abort");
    const run = runs.get(button.dataset.stopColumn);
    if (run) post(`${form.dataset.playground}/runs/${run}/stop`);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || underWay()) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-run]"));
  });

  // Another model in a column: the columns are drawn anew, what was typed for all stays.
  addEventListener("change", ({ target }) => { if (target.matches("[id$=-model]")) $(target.dataset.enter).click(); });
  // Only Run all runs: a button that was swapped in this moment would submit the form before htmx knows it.
  addEventListener("submit", (event) => {
    if (event.target !== form || event.submitter?.matches("[data-run]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const address = () => history.replaceState(null, "", `${form.dataset.playground}?models=${$("columns").dataset.slugs}`);
  if ("changed" in form.dataset) address();
  addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target?.id !== "columns") return;
    $("standings").replaceChildren();
    htmx.trigger(document.querySelector("[data-estimates]"), "columns"); // what all of them cost together has changed
    address();
  });

  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".fold")?.removeAttribute("open");
})();
