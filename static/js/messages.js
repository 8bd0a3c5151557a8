// The list of messages: adds, removes and moves them. Each has a key of its own, which names its further fields.
(() => {
  const list = () => document.querySelector("[data-messages]");
  const items = () => [...list().querySelectorAll(":scope > li")];
  let made = 0;

  const labels = {
    "select[name=role]": "Role of message #", "textarea[name=content]": "Message #",
    "[name^=tool_calls-]": "Calls of tools in message #, JSON", '[data-move="-1"]': "Move message # up",
    '[data-move="1"]': "Move message # down", "[data-remove-message]": "Remove message #",
  };
  const renumber = () => {
    items().forEach((item, index) => {
      for (const [selector, label] of Object.entries(labels)) {
        item.querySelector(selector)?.setAttribute("aria-label", label.replace("#", index + 1));
      }
    });
    // The request in view follows the form.
    list().querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
  };

  const blank = () => {
    const item = document.querySelector("[data-message]").content.cloneNode(true).firstElementChild;
    const key = `new${made += 1}`;
    item.querySelector("[name=message]").value = key;
    for (const field of item.querySelectorAll("[name$=-new]")) field.name = field.name.replace(/new$/, key);
    list().append(item);
    return item;
  };

  const add = () => {
    const last = items().at(-1), item = blank();
    item.querySelector("select").value = last?.querySelector("select").value === "user" ? "assistant" : "user";
    renumber();
    item.querySelector("textarea").focus();
  };

  const remove = (item) => {
    const next = item.nextElementSibling?.matches("li") ? item.nextElementSibling : item.previousElementSibling;
    if (!next) item.querySelector("textarea").value = "";
    else { item.remove(); next.querySelector("textarea").focus(); }
    renumber();
  };

  const move = (button) => {
    const item = button.closest("li"), all = items(), from = all.indexOf(item), to = from + Number(button.dataset.move);
    if (to < 0 || to >= all.length) return;
    all[to][to < from ? "before" : "after"](item);
    renumber();
    // At the end of the list the button hides, and the one that leads back takes the focus.
    button.focus();
    if (document.activeElement !== button) item.querySelector(`[data-move="${-button.dataset.move}"]`).focus();
    document.getElementById("said").textContent = `Message ${to + 1} of ${all.length}`;
  };

  // A draft brings as many messages as it has.
  addEventListener("rows", ({ detail }) => {
    while (items().length < detail) blank();
    while (items().length > detail) items().at(-1).remove();
    renumber();
  });

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-add-message]")) add();
    if (button?.matches("[data-remove-message]")) remove(button.closest("li"));
    if (button?.matches("[data-move]")) move(button);
  });
})();
