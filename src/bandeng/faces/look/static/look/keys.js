// The desk by keyboard. data-key="a" or "g q" on a link, button or field presses it; <html data-keys="off"> silences all.
(() => {
  "use strict";
  const root = document.documentElement;
  const sheet = document.getElementById("keys");
  const keyed = () => [...document.querySelectorAll("[data-key]")].filter((item) => item.offsetParent !== null);
  const nameOf = (item) =>
    item.dataset.keyLabel || item.getAttribute("aria-label") || item.labels?.[0]?.textContent || item.textContent;

  const showSheet = () => {
    const list = sheet.querySelector("[data-key-list]");
    list.replaceChildren();
    for (const item of keyed()) {
      const key = document.createElement("dt");
      const name = document.createElement("dd");
      key.append(Object.assign(document.createElement("kbd"), { textContent: item.dataset.key }));
      name.textContent = nameOf(item).replace(/\s+/g, " ").trim();
      list.append(key, name);
    }
    sheet.showModal();
  };

  const press = (item) => {
    if (item.dataset.dialog) showSheet();
    else if (item.matches("input, select, textarea")) item.focus();
    else item.click();
  };

  // j and k walk along the list at the left, or the first column of the table marked data-walk.
  const walk = (step) => {
    const stops = [...document.querySelectorAll("[data-walk] a[data-stop]")];
    if (!stops.length) return;
    const at = stops.indexOf(document.activeElement);
    const from = at >= 0 ? at : stops.findIndex((stop) => stop.hasAttribute("aria-current"));
    stops[Math.min(Math.max(from + step, 0), stops.length - 1)].focus();
  };

  let typed = "";
  let forget = 0;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
    if (event.key === "Escape") {
      if (isTyping && !sheet?.open) event.target.blur();
      for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
      return;
    }
    if (root.dataset.keys === "off" || isTyping || sheet?.open) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length > 1) return;
    clearTimeout(forget);
    forget = setTimeout(() => { typed = ""; }, 1200);
    typed = typed ? `${typed} ${event.key}` : event.key;
    const items = keyed();
    const hit = items.find((item) => item.dataset.key === typed);
    if (hit) {
      typed = "";
      event.preventDefault();
      press(hit);
    } else if (!items.some((item) => item.dataset.key.startsWith(`${typed} `))) {
      typed = "";
      if (event.key === "j") walk(1);
      if (event.key === "k") walk(-1);
    }
  });

  if (sheet) {
    for (const opener of document.querySelectorAll("[data-dialog=keys]")) {
      opener.addEventListener("click", (event) => {
        event.preventDefault();
        showSheet();
      });
    }
    sheet.querySelector("[data-close]").addEventListener("click", () => sheet.close());
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
})();
