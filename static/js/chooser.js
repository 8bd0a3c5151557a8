// Another model, or several: what was typed goes along, and the address names the model again.
(() => {
  const form = document.getElementById("run-form"), chooser = document.querySelector(".chooser");
  if (!form) return;
  const { model, endpoint } = form.elements;
  if ("moved" in form.dataset) history.replaceState(null, "", `?${new URLSearchParams({ model: model.value, endpoint: endpoint.value })}`);

  let typed = "moved" in form.dataset || ["run", "preset", "prompt"].some((name) => new URLSearchParams(location.search).has(name));
  form.addEventListener("input", () => { typed = true; });

  // Files stay behind: no page can put them back into a form.
  const leave = (address, others) => {
    const pack = ({ formData }) => {
      for (const [name, value] of [...formData]) if (value instanceof File) formData.delete(name);
      for (const [name, value] of others) formData.set(name, value);
    };
    const run = form.getAttribute("action");
    form.addEventListener("formdata", pack, { once: true });
    form.action = address;
    HTMLFormElement.prototype.submit.call(form);
    form.setAttribute("action", run);
  };
  chooser.addEventListener("submit", (event) => {
    if (!typed) return;
    event.preventDefault();
    leave(chooser.action, [...new FormData(chooser)].map(([name, value]) => [`next_${name}`, value]));
  });
  // Side by side with other models.
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-leave]");
    if (!button) return;
    event.preventDefault();
    leave(button.formAction, []);
  });
})();
