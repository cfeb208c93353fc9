// Point editor: points on a photo, moved by finger, pen, mouse or keyboard. Everything shown comes
// from `data`; moves go back as one trigger value that always holds all moved points, so that
// nothing is lost when one edit overtakes another.

const HIT = 22;
const STEP = 1;
const BIG_STEP = 10;
const LOUPE = 66;
const WAIT_MS = 180;
const TAP = 6;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default mounted("edit", makeEditor);

function makeEditor(host) {
  const root = make("div", "po-editor", host);
  const views = make("div", "row", root);
  views.setAttribute("role", "group");
  const stage = make("div", "stage", root);
  // The points need the arrow keys, which a screen reader would otherwise keep for itself.
  stage.setAttribute("role", "application");
  const photo = make("img", "", stage);
  photo.alt = "";
  photo.draggable = false;
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("aria-hidden", "true");
  stage.append(drawing);
  const loupe = make("div", "loupe", stage);
  loupe.hidden = true;
  const values = make("div", "values", root);
  const one = make("div", "one", root);
  const chips = make("div", "row", root);
  chips.setAttribute("role", "group");
  const help = make("p", "", root);
  help.id = "po-editor-help";
  stage.setAttribute("aria-describedby", help.id);
  const live = make("div", "live", root);
  live.setAttribute("aria-live", "polite");

  const marks = new Map();
  const state = { key: null, seq: 0, announced: null, moved: {}, pending: {}, chosen: null, view: "whole", drag: null, tap: null };
  let data = null;
  let timer = 0;
  let flush = null;
  const editor = { send: null, update, close };

  // ---- state of a point

  function spot(point) {
    return state.moved[point.name] ?? point.found ?? data.proposal[point.name] ?? state.pending[point.name] ?? null;
  }

  function kind(point) {
    if (state.moved[point.name]) return "moved";
    if (point.found) return "found";
    return spot(point) ? "pending" : "absent";
  }

  function point(name) {
    return data.points.find((each) => each.name === name) ?? null;
  }

  function words(key, gaps = {}) {
    return Object.entries(gaps).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), data.texts[key]);
  }

  // ---- new data from the page

  function update(fresh) {
    data = fresh;
    if (state.key !== data.key) {
      Object.assign(state, { key: data.key, seq: data.seq, moved: { ...data.moved }, pending: {}, drag: null });
      if (!point(state.chosen)) state.chosen = null;
      photo.src = data.image;
      loupe.style.backgroundImage = `url("${data.image}")`;
      build();
    } else if (data.seq >= state.seq && !state.drag) {
      // An older answer must not move a point that was moved again meanwhile.
      state.seq = data.seq;
      state.moved = { ...data.moved };
    }
    draw();
    const announcement = data.values.join(", ");
    if (announcement !== state.announced && state.announced !== null && state.seq > 0) say(announcement);
    state.announced = announcement;
    values.replaceChildren(...data.values.map((value) => make("span", "", null, value)));
  }

  function build() {
    help.textContent = words("help");
    stage.setAttribute("aria-label", words("stage"));
    chips.setAttribute("aria-label", words("chips"));
    views.setAttribute("aria-label", words("views"));
    views.replaceChildren();
    for (const name of ["whole", "near"]) {
      const node = button("act", views, words(`view_${name}`), () => { state.view = name; draw(); });
      node.dataset.view = name;
    }
    for (const { mark, chip } of marks.values()) { mark.remove(); chip.remove(); }
    marks.clear();
    for (const each of data.points) marks.set(each.name, makePoint(each));
  }

  function makePoint(each) {
    const mark = button("point", null, undefined, () => choose(each.name));
    stage.insertBefore(mark, loupe);
    mark.dataset.name = each.name;
    mark.setAttribute("aria-roledescription", words("role"));
    make("i", "", mark);
    make("span", "", mark, each.label).setAttribute("aria-hidden", "true");
    mark.addEventListener("focus", () => choose(each.name));
    mark.addEventListener("keydown", (event) => onKey(event, each.name));
    const chip = button("act chip", chips, each.label, () => pick(each.name));
    chip.dataset.name = each.name;
    return { mark, chip };
  }

  // ---- drawing

  function windowNow() {
    return state.view === "near" ? data.near : data.window;
  }

  function scale() {
    return stage.clientWidth / windowNow()[2];
  }

  function toStage([x, y]) {
    const [left, top] = windowNow();
    return [(x - left) * scale(), (y - top) * scale()];
  }

  function draw() {
    if (!data) return;
    const [left, top, width, height] = windowNow();
    stage.style.setProperty("--ratio", String(width / height));
    const by = scale();
    photo.style.width = `${data.window[2] * by}px`;
    photo.style.left = `${(data.window[0] - left) * by}px`;
    photo.style.top = `${(data.window[1] - top) * by}px`;
    drawLines([left, top, width, height]);
    for (const node of views.children) node.setAttribute("aria-pressed", String(node.dataset.view === state.view));
    for (const each of data.points) drawPoint(each);
    drawOne();
  }

  function drawLines(box) {
    drawing.setAttribute("viewBox", box.join(" "));
    drawing.replaceChildren();
    const line = (points, css) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      node.setAttribute("points", points.map((pair) => pair.join(",")).join(" "));
      if (css) node.setAttribute("class", css);
      drawing.append(node);
    };
    if (data.outline.length) line(data.outline);
    const pelvis = data.pelvis.map(point).filter(Boolean).map(spot);
    if (pelvis.length === 2 && pelvis.every(Boolean)) line(pelvis, "pelvis");
  }

  function drawPoint(each) {
    const { mark, chip } = marks.get(each.name);
    const at = spot(each);
    const chosen = state.chosen === each.name;
    for (const node of [mark, chip]) node.dataset.state = kind(each);
    chip.setAttribute("aria-pressed", String(chosen));
    chip.setAttribute("aria-label", `${each.label}: ${words(kind(each))}`);
    // A point on the photo is reached there; Tab need not stop at it twice.
    chip.tabIndex = at ? -1 : 0;
    mark.setAttribute("aria-current", String(chosen));
    mark.hidden = !at || outside(at);
    if (!at) return;
    const [x, y] = toStage(at);
    mark.style.left = `${x}px`;
    mark.style.top = `${y}px`;
    mark.classList.toggle("flip", x > 0.6 * stage.clientWidth);
    mark.setAttribute("aria-label", described(each));
  }

  function outside(at) {
    return beyond(windowNow(), at);
  }

  function beyond([left, top, width, height], [x, y]) {
    return x < left || y < top || x > left + width || y > top + height;
  }

  function described(each) {
    const [x, y] = spot(each);
    return words("described", { name: each.label, state: words(kind(each)), x: Math.round(x), y: Math.round(y) });
  }

  function drawOne() {
    const each = point(state.chosen);
    const focused = host.activeElement?.dataset?.act;
    one.replaceChildren();
    const head = make("div", "", one);
    if (each) {
      make("b", "", head, each.label);
      head.append(" ");
      make("span", "state", head, `(${words(kind(each))})`).dataset.state = kind(each);
      make("p", "", one, each.where);
    } else {
      make("p", "", one, words("none"));
    }
    const tools = make("div", "row", one);
    if (each && spot(each)) addPad(tools, each);
    if (each && kind(each) === "pending") tool(tools, "keep", words("keep"), () => keep(each.name));
    if (each && (kind(each) === "moved" || kind(each) === "pending")) {
      tool(tools, "reset", words(each.found ? "reset" : "remove"), () => reset(each.name));
    }
    const all = tool(tools, "all", words("reset_all"), resetAll);
    all.disabled = Object.keys(state.moved).length === 0;
    // The buttons were made anew: focus the one that had the focus before.
    if (focused) one.querySelector(`[data-act="${focused}"]`)?.focus({ preventScroll: true });
  }

  function addPad(tools, each) {
    for (const [key, sign] of [["ArrowLeft", "←"], ["ArrowUp", "↑"], ["ArrowDown", "↓"], ["ArrowRight", "→"]]) {
      const node = tool(tools, key, sign, () => nudge(each.name, KEYS[key], STEP));
      node.setAttribute("aria-label", words(key, { name: each.label }));
    }
  }

  function tool(tools, name, text, onClick) {
    const node = button("act", tools, text, onClick);
    node.dataset.act = name;
    return node;
  }

  // ---- moving points

  function choose(name) {
    if (state.chosen === name) return;
    state.chosen = name;
    draw();
  }

  function pick(name) {
    const each = point(name);
    const first = !spot(each);
    if (first) state.pending[name] = [...each.start];
    state.chosen = name;
    if (outside(spot(each))) state.view = "whole";
    draw();
    marks.get(name).mark.focus({ preventScroll: true });
    if (first) say(words("placed", { name: each.label }));
  }

  function movePoint(name, [x, y]) {
    const [left, top, width, height] = data.window;
    const inside = [Math.min(Math.max(x, left), left + width - 1), Math.min(Math.max(y, top), top + height - 1)];
    state.moved[name] = inside.map((value) => Math.round(value * 10) / 10);
  }

  function nudge(name, [dx, dy], step) {
    const [x, y] = spot(point(name));
    movePoint(name, [x + dx * step, y + dy * step]);
    changed(name);
  }

  function keep(name) {
    movePoint(name, spot(point(name)));
    changed(name);
  }

  function reset(name) {
    delete state.moved[name];
    delete state.pending[name];
    const each = point(name);
    changed(name, words("was_reset", { name: each.label }));
    if (each.found) marks.get(name).mark.focus({ preventScroll: true });
  }

  function resetAll() {
    state.moved = {};
    state.pending = {};
    changed(null, words("all_reset"));
  }

  function changed(name, message) {
    state.seq += 1;
    draw();
    say(message ?? described(point(name)));
    // A held key sends one edit at its end, not one for each pixel.
    clearTimeout(timer);
    const edit = () => {
      flush = null;
      editor.send({ key: state.key, seq: state.seq, moved: { ...state.moved } });
    };
    timer = setTimeout(edit, name && !message ? WAIT_MS : 0);
    flush = () => { clearTimeout(timer); edit(); };
  }

  function say(message) {
    live.textContent = message;
  }

  function onKey(event, name) {
    const direction = KEYS[event.key];
    if (direction) {
      event.preventDefault();
      nudge(name, direction, event.shiftKey ? BIG_STEP : STEP);
    } else if (event.key === "Enter" && kind(point(name)) === "pending") {
      event.preventDefault();
      keep(name);
    } else if ((event.key === "Delete" || event.key === "Backspace") && state.moved[name]) {
      event.preventDefault();
      reset(name);
    }
  }

  // ---- dragging

  function nearest(event) {
    const box = stage.getBoundingClientRect();
    const hits = data.points
      .filter((each) => spot(each) && !outside(spot(each)))
      .map((each) => {
        const [x, y] = toStage(spot(each));
        return { name: each.name, far: Math.hypot(x - (event.clientX - box.left), y - (event.clientY - box.top)) };
      })
      .filter((hit) => hit.far <= HIT)
      .sort((a, b) => a.far - b.far);
    return hits.find((hit) => hit.name === state.chosen) ?? hits[0] ?? null;
  }

  function onDown(event) {
    if (event.button !== 0 || state.drag) return;
    const hit = nearest(event);
    state.tap = hit ? null : { id: event.pointerId, x: event.clientX, y: event.clientY };
    if (!hit) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    state.chosen = hit.name;
    const before = { moved: { ...state.moved } };
    state.drag = { id: event.pointerId, name: hit.name, x: event.clientX, y: event.clientY, from: spot(point(hit.name)), before, far: false };
    draw();
    marks.get(hit.name).mark.focus({ preventScroll: true });
  }

  function onMove(event) {
    const drag = state.drag;
    if (!drag || drag.id !== event.pointerId) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    // A shaky tap only chooses the point.
    if (!drag.far && Math.hypot(dx, dy) < 3) return;
    drag.far = true;
    stage.classList.add("dragging");
    movePoint(drag.name, [drag.from[0] + dx / scale(), drag.from[1] + dy / scale()]);
    draw();
    drawLoupe(state.moved[drag.name]);
  }

  // A click beside all points sets ASIS, then PSIS; later ones move the one that is chosen.
  function placeAt(event) {
    const box = stage.getBoundingClientRect();
    const [left, top] = windowNow();
    const at = [left + (event.clientX - box.left) / scale(), top + (event.clientY - box.top) / scale()];
    const open = data.pelvis.filter((name) => !state.moved[name]);
    const name = data.pelvis.includes(state.chosen) ? state.chosen : open[0];
    if (!name || beyond(data.near, at)) return;
    state.chosen = name;
    movePoint(name, at);
    const message = described(point(name));
    const next = open.find((other) => other !== name);
    if (next) state.chosen = next;
    changed(name, next ? `${message} ${words("next", { name: point(next).label })}` : message);
  }

  function onUp(event) {
    const tap = state.tap;
    state.tap = null;
    if (tap && tap.id === event.pointerId && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < TAP) {
      placeAt(event);
      return;
    }
    const drag = state.drag;
    if (!drag || drag.id !== event.pointerId) return;
    endDrag();
    if (!drag.far) return;
    const message = described(point(drag.name));
    changed(drag.name, message);
  }

  function onCancel(event) {
    state.tap = null;
    const drag = state.drag;
    if (!drag || (event.pointerId !== undefined && drag.id !== event.pointerId)) return;
    state.moved = drag.before.moved;
    endDrag();
    draw();
  }

  function endDrag() {
    state.drag = null;
    stage.classList.remove("dragging");
    loupe.hidden = true;
  }

  function drawLoupe(at) {
    const by = Math.max(2.5 * scale(), 2);
    const [x, y] = toStage(at);
    const clear = 1.7 * LOUPE;
    const above = y > 2.8 * LOUPE;
    const side = x > stage.clientWidth / 2 ? -clear : clear;
    loupe.hidden = false;
    loupe.style.left = `${above ? Math.min(Math.max(x, LOUPE), stage.clientWidth - LOUPE) : x + side}px`;
    loupe.style.top = `${above ? y - clear : Math.max(y, LOUPE)}px`;
    loupe.style.backgroundSize = `${data.window[2] * by}px ${data.window[3] * by}px`;
    const shift = (value, start) => LOUPE - 3 - (value - start) * by;
    loupe.style.backgroundPosition = `${shift(at[0], data.window[0])}px ${shift(at[1], data.window[1])}px`;
  }

  function onEscape(event) {
    if (event.key === "Escape") onCancel({});
  }

  stage.addEventListener("pointerdown", onDown);
  stage.addEventListener("pointermove", onMove);
  stage.addEventListener("pointerup", onUp);
  stage.addEventListener("pointercancel", onCancel);
  stage.addEventListener("keydown", onEscape);
  // Leaving for another part of the page sends the last edit at once.
  root.addEventListener("focusout", (event) => {
    if (flush && !root.contains(event.relatedTarget)) flush();
  });
  const watcher = new ResizeObserver(() => draw());
  watcher.observe(stage);

  function close() {
    clearTimeout(timer);
    watcher.disconnect();
    root.remove();
  }

  return editor;
}
