"use strict";
(() => {
  const { cards, grades, patterns, statuses, reasons } = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 60;
  const at = (id) => document.getElementById(id);
  const order = Object.keys(grades).reverse();
  const keys = {
    number: (card) => card.number,
    tilt: (card) => card.tilt[0],
    arch: (card) => card.arch[0],
    grade: (card) => order.indexOf(card.grade),
    type_a: (card) => card.type_a,
    type_b: (card) => card.type_b,
    id: (card) => card.id,
  };
  let page = 0;

  const make = (name, kind, text) => {
    const node = document.createElement(name);
    if (kind) node.className = kind;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const number = (value, places) => {
    const text = value.toFixed(places);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "\u2212");
  };
  const percent = (chance) => {
    // As everywhere: what is not quite 0 or 100 % is never called so.
    const whole = Math.round(100 * chance);
    return whole < 1 ? "<1" : whole > 99 ? ">99" : String(whole);
  };
  const value = (label, [now, low, high], places, sign) => {
    const row = make("div", "value");
    row.append(make("span", "", label));
    row.append(make("b", "", now === null ? "\u2013" : number(now, places) + sign));
    const range = now === null ? reasons[low] || "" : `${number(low, places)} to ${number(high, places)}`;
    row.append(make("small", "", range));
    return row;
  };
  const frame = (card) => {
    const box = make(card.overlay ? "a" : "div", "frame");
    if (card.overlay) box.href = card.overlay.split("/").map(encodeURIComponent).join("/");
    if (card.picture) {
      const image = make("img");
      image.src = "data:image/jpeg;base64," + card.picture;
      image.alt = card.id;
      image.loading = "lazy";
      box.append(image);
    } else {
      box.append(make("span", "", card.overlay ? "open the overlay" : "picture not in this page"));
    }
    return box;
  };
  const draw = (card) => {
    const item = make("li");
    const words = make("div", "words");
    const name = make("span", "name");
    for (const part of card.id.split(/(?<=[_\-./])/)) name.append(part, make("wbr"));
    words.append(name);
    words.append(value("Tilt", card.tilt, 0, "\u00b0"), value("Arch", card.arch, 1, " %"));
    if (card.line) words.append(value("ASIS\u2013PSIS line", card.line, 0, "\u00b0"));
    const badges = make("div", "badges");
    if (card.grade) {
      badges.append(make("span", "badge " + card.grade, [grades[card.grade], patterns[card.pattern]].filter(Boolean).join(" ")));
    }
    for (const type of ["type_a", "type_b"]) {
      if (card[type] !== null) badges.append(make("small", "chance", `${patterns[type]} ${percent(card[type])} %`));
    }
    if (card.status !== "ok") badges.append(make("span", "badge " + card.status, statuses[card.status]));
    words.append(badges);
    item.append(frame(card), words);
    return item;
  };
  const compare = (key, sign) => (a, b) => {
    const x = key(a), y = key(b);
    // What has no value comes last, whichever way the sorting goes.
    if (x === null || y === null) return (x === null) - (y === null) || a.number - b.number;
    const way = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
    return sign * way || a.number - b.number;
  };
  const chosen = () => {
    const words = at("find").value.trim().toLowerCase();
    const [kind, wanted] = at("filter").value.split(":");
    return cards
      .filter((card) => !kind || card[kind] === wanted)
      .filter((card) => !words || card.id.toLowerCase().includes(words))
      .sort(compare(keys[at("sort").value], at("down").checked ? -1 : 1));
  };
  const show = () => {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    at("cards").replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map(draw));
    at("count").textContent = found.length.toLocaleString("en") + (found.length === 1 ? " photo" : " photos");
    at("page").textContent = `Page ${page + 1} of ${pages}`;
    at("back").disabled = page === 0;
    at("next").disabled = page === pages - 1;
    at("page").parentElement.hidden = pages === 1;
  };
  const offer = (kind, names) => {
    for (const [name, words] of Object.entries(names)) {
      const count = cards.filter((card) => card[kind] === name).length;
      if (!count) continue;
      const option = make("option", "", `${words} (${count})`);
      option.value = kind + ":" + name;
      at("filter").append(option);
    }
  };

  if (!cards.length) return;
  at("photos").hidden = false;
  offer("grade", grades);
  offer("pattern", patterns);
  offer("status", statuses);
  for (const id of ["sort", "down", "filter", "find"]) {
    at(id).addEventListener("input", () => { page = 0; show(); });
  }
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  at("back").addEventListener("click", () => { page -= 1; show(); at("photos").scrollIntoView(); });
  at("next").addEventListener("click", () => { page += 1; show(); at("photos").scrollIntoView(); });
  at("sort").addEventListener("input", () => { at("down").checked = ["tilt", "arch", "grade", "type_a", "type_b"].includes(at("sort").value); show(); });
  show();
})();
