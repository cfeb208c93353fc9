// Player of a session: one exercise a screen, with a timer and a counter of sets and sides. All
// words and exercises come from `data`; answers go back as one trigger value each, so that the
// page behind knows at once what was done.

const READY_S = 5;
const HELD_GAP_S = 2;
const TICK_MS = 200;

export default mounted("event", makePlayer);

function fill(text, gaps) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

function makePlayer(host) {
  const dialog = make("dialog", "", host);
  let data = null;
  let at = 0; // screen
  let step = 0; // piece of the exercise on view
  let rep = 0; // repetition of a held piece
  let phase = "idle"; // idle, ready, work, gap, rest, over
  let until = 0;
  let left = 0; // milliseconds when paused
  let running = false;
  let sound = null;
  let quiet = false;
  let awake = null;
  let parts = {};
  let sent = 0;
  const told = new Map();
  const done = new Set();
  const player = { send: null, update, close };
  const clock = setInterval(tick, TICK_MS);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });

  function update(next) {
    const before = data?.screens[at]?.id;
    data = next;
    if (!dialog.open) {
      dialog.setAttribute("aria-label", data.title);
      at = Math.min(data.start, data.screens.length);
      dialog.showModal();
      navigator.wakeLock?.request("screen").then((lock) => (awake = lock), () => {});
      show();
    } else if (data.screens[at]?.id !== before) {
      show(); // swapped for another step of its ladder
    }
  }

  function close() {
    clearInterval(clock);
    awake?.release();
    sound?.close();
    dialog.remove();
  }

  function leave() {
    send({ kind: "leave" });
  }

  function send(event) {
    sent += 1;
    player.send({ ...event, seq: sent });
  }

  // ---- drawing

  function show() {
    step = 0;
    rep = 0;
    phase = "idle";
    running = false;
    const screen = data.screens[at];
    dialog.replaceChildren();
    head();
    const body = make("div", "body", dialog);
    parts = {};
    if (screen) exercise(body, screen);
    else ending(body);
    foot(screen);
    dialog.scrollTop = 0;
    body.scrollTop = 0;
    (parts.go ?? body).focus({ preventScroll: true });
  }

  function head() {
    const bar = make("header", "", dialog);
    const line = make("div", "line", bar);
    make("b", "", line, data.title);
    const count = Math.min(at + 1, data.screens.length);
    make("span", "", line, fill(data.texts.count, { number: count, of: data.screens.length }));
    const mute = button("quiet", line, quiet ? data.texts.sound_off : data.texts.sound_on, () => {
      quiet = !quiet;
      mute.textContent = quiet ? data.texts.sound_off : data.texts.sound_on;
    });
    button("quiet", line, data.texts.leave, leave);
    const meter = make("div", "meter", bar);
    make("i", "", meter).style.width = (100 * at) / data.screens.length + "%";
  }

  function exercise(body, screen) {
    if (screen.pictures.length) {
      const figure = make("figure", "", body);
      screen.pictures.forEach(([source, words]) => {
        const picture = make("img", "", figure);
        picture.src = source;
        picture.alt = words;
      });
    }
    make("h2", "", body, screen.name);
    make("p", "dose", body, screen.dose);
    const box = make("section", "timer", body);
    parts.side = make("p", "side", box);
    parts.big = make("p", "big", box);
    parts.live = make("p", "live", box);
    parts.live.setAttribute("aria-live", "polite");
    parts.go = button("go", box, "", press);
    if (screen.cue) make("p", "cue", body, screen.cue);
    if (screen.steps.length) how(body, screen);
    const swaps = make("div", "swaps", body);
    screen.swaps.forEach(([way, label]) =>
      button("", swaps, label, () => send({ kind: "swap", way, exercise: screen.id })),
    );
    draw();
  }

  function how(body, screen) {
    const fold = make("details", "", body);
    fold.open = screen.fresh;
    make("summary", "", fold, data.texts.how);
    const list = make("ol", "", fold);
    screen.steps.forEach((text) => make("li", "", list, text));
    if (screen.mistakes.length) {
      make("b", "", fold, data.texts.mistakes);
      const wrong = make("ul", "", fold);
      screen.mistakes.forEach((text) => make("li", "", wrong, text));
    }
  }

  function ending(body) {
    body.tabIndex = -1;
    make("h2", "", body, data.texts.finished);
    const any = done.size || told.size || data.start > 0;
    make("p", "", body, any ? data.texts.well_done : data.texts.nothing_done);
    const list = make("ul", "done", body);
    data.screens.forEach((screen) => {
      const how = told.get(screen.id) ?? screen.felt;
      if (screen.felt !== null && how) make("li", "", list, `${screen.name}: ${data.texts[how]}`);
    });
  }

  function foot(screen) {
    const bar = make("footer", "", dialog);
    if (screen && screen.felt !== null) {
      make("p", "", bar, data.texts.felt);
      const row = make("div", "row", bar);
      ["easy", "right", "too_much"].forEach((how) => {
        const node = button("", row, data.texts[how], () => answer(screen, how));
        node.setAttribute("aria-pressed", String((told.get(screen.id) ?? screen.felt) === how));
      });
    }
    const row = make("div", "row", bar);
    if (at > 0) button("quiet", row, data.texts.back, () => turn(-1));
    if (screen) button("quiet", row, data.texts.next, () => turn(1));
    else parts.go = button("go", row, data.texts.close, leave);
  }

  function answer(screen, how) {
    told.set(screen.id, how);
    send({ kind: "felt", exercise: screen.id, how });
    turn(1);
  }

  // Whoever did all sets has done the exercise, whether they say how it was or not.
  function tickOff(screen) {
    if (screen.felt === null) return;
    done.add(screen.id);
    send({ kind: "done", exercise: screen.id });
  }

  function turn(by) {
    at = Math.min(Math.max(at + by, 0), data.screens.length);
    show();
  }

  // ---- counting

  function piece() {
    return data.screens[at]?.pieces[step];
  }

  function press() {
    if (!sound && !quiet && window.AudioContext) sound = new AudioContext();
    const now = piece();
    if (!now) return turn(1);
    if (phase === "idle") return now.hold ? enter("ready", READY_S) : finish();
    if (phase === "rest") return begin();
    running = !running;
    if (running) until = performance.now() + left;
    else left = until - performance.now();
    draw();
  }

  function enter(name, seconds) {
    phase = name;
    running = true;
    until = performance.now() + 1000 * seconds;
    draw();
  }

  function begin() {
    phase = "idle";
    running = false;
    const now = piece();
    if (now?.hold) enter("ready", READY_S);
    else draw();
  }

  // After a set: the rest, the other side, or the end of the exercise.
  function finish() {
    const rest = piece().rest;
    step += 1;
    rep = 0;
    if (!piece()) {
      phase = "over";
      running = false;
      tickOff(data.screens[at]);
      draw();
    } else if (rest) enter("rest", rest);
    else begin();
  }

  function tick() {
    if (!running || !dialog.open) return;
    if (performance.now() < until) return draw();
    const now = piece();
    if (phase === "ready" || phase === "gap") {
      beep(880);
      return enter("work", now.hold);
    }
    beep(phase === "work" ? 523 : 880);
    if (phase === "rest") return begin();
    rep += 1;
    if (now.reps > rep) return enter("gap", HELD_GAP_S);
    finish();
  }

  function draw() {
    if (!parts.go) return;
    const now = piece();
    const texts = data.texts;
    parts.side.textContent = now ? place(now) : "";
    parts.go.textContent = words(now);
    parts.big.textContent = number(now);
    const said = phase === "over" ? texts.over : phase === "idle" ? "" : texts[phase];
    const counted = now?.reps && now.hold && phase !== "over"
      ? fill(texts.rep_of, { number: Math.min(rep + 1, now.reps), of: now.reps }) : "";
    const line = [said, counted].filter(Boolean).join(" · ");
    if (parts.live.textContent !== line) parts.live.textContent = line;
  }

  function place(now) {
    const of = now.of > 1 ? [fill(data.texts.set_of, { number: now.number, of: now.of })] : [];
    return [...of, ...(now.side ? [data.texts[now.side]] : [])].join(" · ");
  }

  function words(now) {
    const texts = data.texts;
    if (!now) return texts.next;
    if (phase === "rest") return texts.skip_rest;
    if (phase === "idle") return now.hold ? texts.begin : texts.set_done;
    return running ? texts.pause : texts.resume;
  }

  function number(now) {
    if (!now) return "✓";
    if (phase !== "idle") {
      const rest = (running ? until - performance.now() : left) / 1000;
      return clockText(Math.max(0, Math.ceil(rest)));
    }
    if (now.hold) return clockText(now.hold);
    return fill(data.texts.reps, { number: now.reps });
  }

  function clockText(seconds) {
    return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }

  function beep(pitch) {
    navigator.vibrate?.(150);
    if (!sound || quiet) return;
    const tone = sound.createOscillator();
    const level = sound.createGain();
    level.gain.setValueAtTime(0.15, sound.currentTime);
    level.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.35);
    tone.frequency.value = pitch;
    tone.connect(level).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.4);
  }

  return player;
}
