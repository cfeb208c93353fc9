// Live camera: one small frame after the other goes to the server, one instruction comes back. When
// the person stands right and still, a burst is taken, and the picture that the server chooses is
// uploaded like any other photo. Nothing is kept here, and no frame is sent before the last answer.

const FRAME_QUALITY = 0.8;
const PICTURE_QUALITY = 0.93;
const LEAST_MS = 120;
const SPEAK_AGAIN_MS = 6000;
const MOST_MISSED = 8;

// What each burst after the first one is of.
const FURTHER = { once: [], again: ["again"], sides: ["other_side"] };

export default mounted("taken", makeView);

function makeView(host) {
  const root = make("div", "po-live", host);
  const row = make("div", "row", root);
  const start = button("act main", row, "", () => open());
  const count = make("label", "count", row);
  const countText = make("span", "", count);
  const countChoice = make("select", "", count);
  const voice = make("label", "voice", row);
  const voiceBox = make("input", "", voice);
  voiceBox.type = "checkbox";
  voiceBox.checked = true;
  const voiceText = make("span", "", voice);
  const device = make("label", "device", root);
  const deviceText = make("span", "", device);
  const deviceChoice = make("select", "", device);
  device.hidden = true;
  // All of the screen: it is read from three metres away.
  const screen = make("dialog", "screen", root);
  const stage = make("div", "stage", screen);
  const video = make("video", "", stage);
  video.muted = true;
  video.playsInline = true;
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 1 1");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  drawing.append(line);
  stage.append(drawing);
  const said = make("p", "said", stage);
  said.setAttribute("aria-live", "assertive");
  const bar = make("div", "bar", stage);
  const end = button("act end", screen, "", () => finish(""));
  const note = make("p", "note", root);
  note.setAttribute("role", "status");
  const local = make("p", "fine", root);

  const view = { data: null, send: null, update, close };
  let stream = null;
  let round = 0;
  let bursts = []; // the good ones of this person
  let spoken = { text: "", at: 0 };
  let audio = null;

  screen.addEventListener("cancel", (event) => {
    event.preventDefault();
    finish("");
  });
  deviceChoice.addEventListener("change", () => open(deviceChoice.value));

  function update(data) {
    view.data = data;
    const { texts } = data;
    start.textContent = texts.start;
    end.textContent = texts.stop;
    screen.setAttribute("aria-label", texts.start);
    voiceText.textContent = texts.voice;
    deviceText.textContent = texts.device;
    countText.textContent = texts.count;
    if (!countChoice.options.length) {
      for (const name of Object.keys(FURTHER)) {
        make("option", "", countChoice, texts[name]).value = name;
      }
    }
    video.setAttribute("aria-label", texts.stage);
    local.textContent = texts.local;
  }

  async function open(id) {
    close();
    const { texts } = view.data;
    note.textContent = texts.opening;
    // Browsers allow sound and speech only after a tap, and this is one.
    audio ??= new AudioContext();
    audio.resume();
    const asked = round;
    try {
      const wish = { width: { ideal: 1920 }, height: { ideal: 1080 } };
      if (id) wish.deviceId = { exact: id };
      const found = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
      if (asked !== round) return stop(found);
      stream = found;
    } catch (error) {
      const reasons = { NotAllowedError: "denied", NotReadableError: "busy" };
      note.textContent = texts[reasons[error.name] ?? "none"];
      return;
    }
    video.srcObject = stream;
    await video.play();
    stage.style.setProperty("--ratio", video.videoWidth / video.videoHeight);
    said.textContent = "";
    screen.showModal();
    note.textContent = "";
    await offerDevices();
    watch(round);
  }

  // What was taken so far counts, also if the rest was not waited for.
  function finish(text) {
    const taken = bursts;
    close();
    note.textContent = text;
    if (taken.length) view.send(taken);
  }

  function close() {
    round += 1;
    bursts = [];
    if (stream) stop(stream);
    stream = null;
    window.speechSynthesis?.cancel();
    if (screen.open) screen.close();
  }

  async function offerDevices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const cameras = all.filter((each) => each.kind === "videoinput");
    const current = stream?.getVideoTracks()[0]?.getSettings().deviceId;
    deviceChoice.replaceChildren(
      ...cameras.map(({ deviceId, label }, number) => {
        const option = make("option", "", null, label || `${number + 1}`);
        option.value = deviceId;
        option.selected = deviceId === current;
        return option;
      }),
    );
    device.hidden = cameras.length < 2;
  }

  async function watch(mine) {
    let missed = 0;
    while (mine === round) {
      const began = performance.now();
      let answer;
      try {
        const frame = await grab(view.data.rows, FRAME_QUALITY);
        const reply = await send(`${view.data.look}?at=${began / 1000}`, frame);
        if (reply.status === 403) return lost(mine);
        answer = reply.ok ? await reply.json() : null;
      } catch {
        answer = null;
      }
      if (mine !== round) return;
      missed = answer ? 0 : missed + 1;
      if (missed > MOST_MISSED) return lost(mine);
      if (answer) {
        show(answer);
        if (answer.phase === "take" && (await takeBurst(mine))) return;
      }
      await pause(Math.max(0, LEAST_MS - (performance.now() - began)));
    }
  }

  function lost(mine) {
    if (mine === round) finish(view.data.texts.closed);
  }

  function show({ phase, code, steady, outline }) {
    stage.dataset.phase = phase;
    root.dataset.code = code;
    const right = phase !== "guide";
    const text = right ? view.data.texts.hold : view.data.sentences[code];
    if (said.textContent !== text) said.textContent = text;
    bar.style.setProperty("--steady", right ? steady : 0);
    line.setAttribute("points", outline.map((point) => point.join(",")).join(" "));
    speak(text);
  }

  async function takeBurst(mine) {
    const { pictures, seconds, texts } = view.data;
    const further = FURTHER[countChoice.value][bursts.length] ?? "";
    const taken = [];
    for (let number = 0; number < pictures; number += 1) {
      if (number) await pause((1000 * seconds) / (pictures - 1));
      if (mine !== round) return true;
      taken.push(await grab(0, PICTURE_QUALITY));
      tone(number === pictures - 1 ? 880 : 660);
    }
    said.textContent = texts.reading;
    const address = `${view.data.burst}?further=${further}`;
    const reply = await send(address, packed(taken)).catch(() => null);
    if (mine !== round) return true;
    const found = reply?.ok ? await reply.json() : null;
    if (!found) return false;
    if (found.best === null) {
      const more = found.code === "ready" ? texts.restless : view.data.sentences[found.code];
      said.textContent = more;
      speak(more, true);
      await pause(2000);
      return false;
    }
    const file = crypto.randomUUID();
    try {
      await upload(view.data.upload + file, taken[found.best]);
    } catch {
      lost(mine);
      return true;
    }
    if (mine !== round) return true;
    bursts.push({ file, kept: found.kept, spread: found.spread });
    if (!further) finish(texts.done);
    return !further;
  }

  // A frame of so many rows, or as large as the camera gives it.
  async function grab(rows, quality) {
    const factor = rows ? Math.min(1, rows / video.videoHeight) : 1;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(factor * video.videoWidth);
    canvas.height = Math.round(factor * video.videoHeight);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  }

  function speak(text, always = false) {
    const now = performance.now();
    if (!voiceBox.checked || !window.speechSynthesis) return;
    if (!always && text === spoken.text && now - spoken.at < SPEAK_AGAIN_MS) return;
    spoken = { text, at: now };
    window.speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = view.data.language;
    window.speechSynthesis.speak(words);
  }

  function tone(hertz) {
    if (!audio || !voiceBox.checked) return;
    const wave = audio.createOscillator();
    const volume = audio.createGain();
    wave.frequency.value = hertz;
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.2);
    wave.connect(volume).connect(audio.destination);
    wave.start();
    wave.stop(audio.currentTime + 0.2);
  }

  return view;
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function send(address, body) {
  return fetch(address, { method: "POST", body, cache: "no-store" });
}

// Each picture with its length in front, four bytes, the lowest first.
function packed(pictures) {
  const parts = pictures.flatMap((picture) => {
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, picture.size, true);
    return [length.buffer, picture];
  });
  return new Blob(parts);
}
