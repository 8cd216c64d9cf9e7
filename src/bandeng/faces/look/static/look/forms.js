// Small helps for forms. Every one of them may be missing: the page works without. Nothing typed is stored in the browser.
(() => {
  "use strict";
  const words = document.getElementById("look-words")?.dataset ?? {};
  const all = (selector, root = document) => root.querySelectorAll(selector);

  // The first thing to read after a refused form is what was wrong with it.
  document.querySelector("[data-focus]")?.focus();

  // Text boxes grow with their text, and say how much room is left (data-count="2000", or maxlength).
  const grow = (box) => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };
  const countOf = (box) => {
    const limit = Number(box.dataset.count);
    const line = document.createElement("p");
    line.className = "count-left";
    line.setAttribute("aria-live", "polite");
    box.after(line);
    const show = () => {
      const left = limit - [...box.value].length;
      line.textContent = (left >= 0 ? words.left : words.over).replace("{n}", Math.abs(left));
      line.classList.toggle("count-left--over", left < 0);
    };
    box.addEventListener("input", show);
    show();
  };
  for (const box of all("textarea")) {
    box.addEventListener("input", () => grow(box));
    if (box.value) grow(box);
  }
  for (const box of all("[data-count]")) countOf(box);

  // Send once: a second press while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button?.classList.contains("button")) {
      button.setAttribute("aria-disabled", "true");
      button.dataset.words = button.innerHTML;
      button.textContent = words.sending;
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("[data-words]")) {
      button.innerHTML = button.dataset.words;
      button.removeAttribute("aria-disabled");
      delete button.dataset.words;
    }
  });

  // Leaving with words unsaved (form[data-unsaved]) asks first.
  for (const form of all("form[data-unsaved], form[data-draft-url]")) {
    form.addEventListener("input", () => { form.dataset.changed = "1"; });
    form.addEventListener("submit", () => { delete form.dataset.changed; });
  }
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed]")) event.preventDefault();
  });

  // Who goes on from a page that answered a sent form (a mistake to mend, the next question) comes back to the page as it
  // was before: no answer is kept, and the browser would stop with a question of its own. Until then a reload sends again.
  const here = location.href.split("#")[0];
  if (document.querySelector("meta[name=answers-a-form]") && [...document.forms].some((form) => form.action === here)) {
    const settle = () => history.replaceState(history.state, "");
    document.addEventListener("submit", settle);
    document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) settle(); });
  }

  // Back from what was found to the list in which it stood. Questions (form[data-question]) go by POST and no answer is
  // kept, so that the browser would ask whether to send again. The entry of its history holds the question, as it holds
  // a sent form, and asks anew; data-asked stands on the answer, with fields that are not in the form.
  for (const form of all("form[data-question]")) {
    if ("asked" in form.dataset) {
      const typed = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
      history.replaceState({ asked: [...typed, ...new URLSearchParams(form.dataset.asked)] }, "", form.action);
      continue;
    }
    const came = performance.getEntriesByType("navigation")[0]?.type;
    if (!history.state?.asked || came === "navigate") continue; // who comes by the address begins anew
    for (const [name, value] of history.state.asked) {
      const field = form.elements[name];
      if (field) field.value = value;
      else form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    form.submit();
  }

  // Drafts: form[data-draft-url] sends its fields (no files) when typing pauses, at most every three seconds, one at a time.
  const PAUSE = 3000;
  const keep = (form) => {
    const say = form.querySelector("[data-draft-status]");
    let timer = 0;
    let isSending = false;
    let isWaiting = false;
    const tell = (text, isFailed = false) => {
      if (!say) return;
      say.textContent = text;
      say.classList.toggle("kept--failed", isFailed);
    };
    const send = async () => {
      if (isSending) {
        isWaiting = true;
        return;
      }
      isSending = true;
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      delete form.dataset.changed;
      try {
        const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, headers: { "X-Requested-With": "draft" } });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        const now = new Date();
        tell(words.saved.replace("{time}", `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`));
      } catch {
        form.dataset.changed = "1";
        tell(words.notSaved, true);
      }
      isSending = false;
      if (isWaiting) {
        isWaiting = false;
        timer = setTimeout(send, PAUSE);
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
  };
  for (const form of all("form[data-draft-url]")) keep(form);

  // Beside: form[data-beside-url] sends its fields when typing pauses, and shows the answer in its [data-beside], or in
  // the one that names the form. The newest answer counts; none at all takes nothing away from the form.
  const accompany = (form) => {
    const place = form.querySelector("[data-beside]") ?? document.querySelector(`[data-beside="${form.id}"]`);
    let timer = 0;
    let turn = 0;
    const reach = () => { // what overflows is scrolled by keyboard too
      if (place.scrollHeight > place.clientHeight) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    };
    new ResizeObserver(reach).observe(place);
    const ask = async () => {
      const mine = ++turn;
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      try {
        const answer = await fetch(form.dataset.besideUrl, { method: "POST", body, headers: { "X-Requested-With": "beside" } });
        if (!answer.ok || answer.redirected || mine !== turn) return;
        place.innerHTML = await answer.text();
        reach();
      } catch { /* the form is whole without it */ }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    });
    if ([...form.querySelectorAll("textarea")].some((box) => box.value.trim())) ask(); // a draft, or a form that came back
  };
  for (const form of all("form[data-beside-url]")) accompany(form);

  // Load: [data-load] is filled from its address once the page stands; without, the link in it leads there.
  for (const place of all("[data-load]")) {
    place.setAttribute("aria-busy", "true");
    fetch(place.dataset.load, { headers: { "X-Requested-With": "beside" } })
      .then(async (answer) => { if (answer.ok && !answer.redirected) place.innerHTML = await answer.text(); })
      .catch(() => {})
      .finally(() => place.removeAttribute("aria-busy"));
  }

  // What is sent from within it comes back to its place, and nobody who writes beside it is led away.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const place = form.closest("[data-load]");
    if (!place) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "beside" } });
      if (!answer.ok || answer.url !== new URL(place.dataset.load, location).href) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
      place.tabIndex = -1;
      place.focus();
    } catch {
      form.submit();
    }
  });

  // Plainer words: <button data-replace="field" data-said data-better> puts the better words where the others stand.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-replace]");
    const box = button?.form?.elements[button.dataset.replace];
    if (!box) return;
    const at = box.value.indexOf(button.dataset.said);
    if (at < 0) return;
    box.setRangeText(button.dataset.better, at, at + button.dataset.said.length, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Copy: <button data-copy="id" hidden> shows itself where copying works.
  if (navigator.clipboard) {
    for (const button of all("[data-copy]")) {
      const before = button.innerHTML;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
        button.textContent = words.copied;
        setTimeout(() => { button.innerHTML = before; }, 2000);
      });
    }
  }

  // Print: <button data-print hidden> shows itself where scripts run.
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
