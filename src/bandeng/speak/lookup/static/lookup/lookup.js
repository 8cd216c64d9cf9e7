// Back from a matter to the list in which it was found. Questions go by POST and no answer is kept, so that the browser
// would ask whether to send again. Its entry holds the question, as it holds a sent form, and asks anew: nothing is stored.
(() => {
  "use strict";
  const form = document.getElementById("search");
  if ("asked" in form.dataset) {
    const asked = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    asked.push(["page", form.dataset.page]);
    if (form.dataset.literal) asked.push(["literal", "1"]);
    history.replaceState({ asked }, "", form.action);
    return;
  }
  const asked = history.state?.asked;
  const came = performance.getEntriesByType("navigation")[0]?.type;
  if (!asked || came === "navigate") return; // who comes by the address wants to begin anew
  for (const [name, value] of asked) {
    const field = form.elements[name];
    if (field) field.value = value;
    else form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.submit();
})();
