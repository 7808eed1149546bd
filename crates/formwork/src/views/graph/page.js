// The page's behaviour: move, zoom, search, filter by action, and a panel that tells all of a card.
"use strict";
(() => {
  const { cards, edges } = JSON.parse(document.getElementById("data").textContent);
  const get = (id) => document.getElementById(id);
  const svg = document.querySelector("main svg");
  const panel = get("panel");
  const search = get("search");
  const drawn = [...svg.querySelectorAll(".card")];
  const lines = [...svg.querySelectorAll(".edge")];
  const { x, y, width, height } = svg.viewBox.baseVal;
  // What the middle of the window shows, and units of the picture per pixel.
  let view = { x: 0, y: 0, by: 1 };
  let chosen = null;
  const hidden = new Set();

  const el = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // ---- moving about
  const show = () => {
    const [w, h] = [svg.clientWidth * view.by, svg.clientHeight * view.by];
    svg.setAttribute("viewBox", `${view.x - w / 2} ${view.y - h / 2} ${w} ${h}`);
  };
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return {
      x: view.x + (event.clientX - box.left - box.width / 2) * view.by,
      y: view.y + (event.clientY - box.top - box.height / 2) * view.by,
    };
  };
  const zoom = (factor, about = view) => {
    const by = Math.min(Math.max(view.by * factor, 0.25), 60);
    factor = by / view.by;
    view = { x: about.x - (about.x - view.x) * factor, y: about.y - (about.y - view.y) * factor, by };
    show();
  };
  // A small picture is shown in its own size, not blown up.
  const fit = () => {
    const by = Math.max(width / svg.clientWidth, height / svg.clientHeight, 1);
    view = { x: x + width / 2, y: y + height / 2, by };
    show();
  };
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.0015), at(event));
  }, { passive: false });
  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, view: { ...view }, moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.hypot(dx, dy) > 4) drag.moved = true;
    if (!drag.moved) return;
    svg.classList.add("dragging");
    view = { ...drag.view, x: drag.view.x - dx * view.by, y: drag.view.y - dy * view.by };
    show();
  });
  window.addEventListener("pointerup", () => {
    svg.classList.remove("dragging");
    setTimeout(() => { drag = null; });
  });
  get("in").onclick = () => zoom(0.8);
  get("out").onclick = () => zoom(1.25);
  get("fit").onclick = fit;

  // ---- what stands out
  const words = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = cards.map((card) => JSON.stringify(card).toLowerCase());
  const matches = (index, wanted) =>
    !hidden.has(cards[index].action) && wanted.every((word) => texts[index].includes(word));
  const near = (index) => new Set(edges.flatMap(([user, needed]) =>
    user === index ? [needed] : needed === index ? [user] : []));
  const paint = () => {
    const wanted = words();
    const shown = cards.map((_, index) => matches(index, wanted));
    const around = chosen === null ? null : near(chosen).add(chosen);
    drawn.forEach((group, index) => {
      group.classList.toggle("dim", !shown[index] || (around !== null && !wanted.length && !around.has(index)));
      group.classList.toggle("chosen", index === chosen);
    });
    lines.forEach((line, index) => {
      const [user, needed] = edges[index];
      const touched = user === chosen || needed === chosen;
      line.classList.toggle("near", touched);
      line.classList.toggle("dim", !touched && (around !== null || !shown[user] || !shown[needed]));
    });
    get("none").hidden = shown.some(Boolean);
    return shown;
  };
  search.addEventListener("input", paint);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const shown = paint();
    const after = chosen === null ? 0 : chosen + 1;
    const order = cards.map((_, index) => (index + after) % cards.length);
    const first = order.find((index) => shown[index]);
    if (first !== undefined) choose(first, true);
  });

  // ---- the filters
  const names = {
    create: "+ create", update: "~ update", replace_delete_first: "-/+ replace", replace_create_first: "+/- replace",
    delete: "- delete", read: "<= read", recover: "↻ recover", forget: "⊘ forget", nothing: "unchanged",
  };
  const counts = {};
  cards.forEach((card) => { counts[card.action] = (counts[card.action] || 0) + 1; });
  if (Object.keys(counts).some((action) => action !== "nothing")) {
    for (const action of Object.keys(names).filter((action) => counts[action])) {
      const button = el("button");
      button.append(el("b", counts[action], `b-${action}`), names[action]);
      button.setAttribute("aria-pressed", "true");
      button.onclick = () => {
        const gone = !hidden.delete(action);
        if (gone) hidden.add(action);
        button.setAttribute("aria-pressed", String(!gone));
        paint();
      };
      get("filters").append(button);
    }
  }

  // ---- the panel
  // Values by lines and indents, as a stack file would have them, without the marks of JSON.
  const text = (value, indent = "") => {
    if (value === null || typeof value !== "object") return String(value);
    const entries = Object.entries(value);
    if (!entries.length) return Array.isArray(value) ? "[]" : "{}";
    const line = ([name, inner]) => {
      const head = Array.isArray(value) ? "-" : name;
      const flat = inner === null || typeof inner !== "object" || !Object.keys(inner).length;
      return indent + head + (flat ? (Array.isArray(value) ? " " : " = ") : "\n") + text(inner, flat ? "" : indent + "  ");
    };
    return entries.map(line).join("\n");
  };
  const row = (table, name, ...values) => {
    const tr = el("tr");
    const cell = el("td");
    values.forEach((value) => cell.append(value));
    tr.append(el("td", name), cell);
    table.append(tr);
  };
  const value = (kind, content) => { const made = el(kind); made.append(el("pre", text(content))); return made; };
  const why = (reason) => [reason.reason.replaceAll("_", " "), reason.path ?? reason.address ?? reason.found ?? ""]
    .filter(Boolean).join(": ");
  const part = (part) => {
    const box = el("section");
    box.append(el("h3", part.address), el("p", part.type, "type"));
    const table = el("table");
    if (part.change) {
      const reasons = part.change.reasons.map(why).join("; ");
      box.append(el("p", `${names[part.action] ?? part.action}${reasons ? " – " + reasons : ""}`, "why"));
      for (const field of part.change.fields) {
        const values = [];
        if (field.before !== undefined) values.push(value("del", field.before));
        if (field.unknown) values.push(value("ins", "(known after apply)"));
        else if (field.after !== undefined) values.push(value("ins", field.after));
        row(table, (field.field ?? field.path) + (field.replaces ? "  # forces replacement" : ""), ...values);
      }
    } else {
      for (const [name, content] of Object.entries(part.properties)) row(table, name, value("span", content));
    }
    box.append(table);
    return box;
  };
  const links = (title, list) => {
    const box = el("div");
    if (!list.length) return box;
    box.append(el("h3", title));
    for (const index of list) {
      const link = el("a", cards[index].address);
      link.href = "#" + encodeURIComponent(cards[index].address);
      box.append(link);
    }
    return box;
  };
  const choose = (index, move) => {
    chosen = index;
    panel.replaceChildren();
    panel.hidden = index === null;
    if (index !== null) {
      const card = cards[index];
      const close = el("button", "×");
      close.id = "close";
      close.setAttribute("aria-label", "Close");
      close.onclick = () => choose(null);
      panel.append(close, el("h2", card.address));
      if (card.place) panel.append(el("p", card.place, "place"));
      panel.append(links("Needs", edges.filter(([user]) => user === index).map(([, needed]) => needed)));
      panel.append(links("Needed by", edges.filter(([, needed]) => needed === index).map(([user]) => user)));
      panel.append(...card.parts.map(part));
      history.replaceState(null, "", "#" + encodeURIComponent(card.address));
      if (move) bring(index);
    } else {
      history.replaceState(null, "", location.pathname);
    }
    show();
    paint();
  };
  const bring = (index) => {
    const box = drawn[index].getBBox();
    const [x, y] = drawn[index].getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    view = { ...view, x: x + box.width / 2, y: y + box.height / 2 };
    show();
  };
  drawn.forEach((group, index) => {
    group.addEventListener("click", () => { if (!drag?.moved) choose(index); });
    group.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") choose(index); });
  });
  svg.addEventListener("click", (event) => {
    if (!drag?.moved && !event.target.closest(".card")) choose(null);
  });

  // ---- keys and links
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; choose(null); search.blur(); return; }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "+" || event.key === "=") zoom(0.8);
    if (event.key === "-") zoom(1.25);
    if (event.key === "0") fit();
  });
  const follow = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const index = cards.findIndex((card) => card.address === wanted);
    if (index >= 0 && index !== chosen) choose(index, true);
  };
  window.addEventListener("hashchange", follow);
  window.addEventListener("resize", show);
  fit();
  paint();
  follow();
})();
