// Keeper of the visit: one record in IndexedDB for whoever uses this browser, and the bytes of its
// photos. Entries carry the time of their last change; the newer one wins, here as on the server.
// All tabs share the record, and tell each other when it changes.

const DATABASE = "posture";
const KEEP_DAYS = 180;
const DAY_MS = 86_400_000;
const RETRY_MS = 5_000;

export default function ({ data, setTriggerValue }) {
  // One keeper a tab: moving between pages mounts the component anew.
  const keeper = (globalThis.postureKeeper ??= makeKeeper());
  keeper.server = data;
  keeper.send = (message) => setTriggerValue("kept", message);
  keeper.look();
  return () => {
    keeper.send = null;
  };
}

function makeKeeper() {
  const known = new Set();
  const channel = new BroadcastChannel(DATABASE);
  const keeper = { server: null, send: null, look };
  let waiting = Promise.resolve();
  let asked = false;
  let sent = "";

  channel.onmessage = look;
  document.addEventListener("visibilitychange", () => document.hidden || look());
  window.addEventListener("pageshow", look);

  // One look at a time; many wishes while one is under way are one more look.
  function look() {
    if (asked) return;
    asked = true;
    waiting = waiting.then(() => {
      asked = false;
      return compare();
    }).catch((error) => {
      console.warn("The visit could not be kept or sent:", error);
      setTimeout(look, RETRY_MS);
    });
  }

  async function compare() {
    const { server } = keeper;
    if (!server || !keeper.send) return;
    const store = await open();
    try {
      const record = await store.get(server.owner);
      const adopt = Boolean(record) && !server.settled && !known.has(server.visit.id);
      if (record && (adopt || knowsMore(record.visit, server.visit))) {
        await sendBack(store, record, adopt);
      } else if (server.visit.started && !(record && same(record.visit, server.visit))) {
        await write(store, server);
      }
    } finally {
      store.close();
    }
  }

  async function sendBack(store, record, adopt) {
    const { server, send } = keeper;
    const message = { visit: record.visit, adopt };
    const text = JSON.stringify([server.visit.id, server.upload, message]);
    // The server refused this very record: sending it again would go on for ever.
    if (text === sent) return;
    for (const { sha256 } of photosOf(record.visit)) {
      if (sha256 in server.photos) continue;
      const bytes = await store.photo(server.owner, sha256);
      // A visit sent without its photos would come back without them, and they would be lost here.
      if (bytes) await upload(server.upload + sha256, new Blob([bytes]));
    }
    sent = text;
    known.add(record.visit.id);
    send(message);
  }

  async function write(store, server) {
    const wanted = photosOf(server.visit).map((photo) => photo.sha256);
    const missing = new Map();
    for (const sha256 of wanted) {
      if (!(sha256 in server.photos) || (await store.photo(server.owner, sha256))) continue;
      const reply = await fetch(server.photos[sha256], { cache: "no-store" });
      if (reply.ok) missing.set(sha256, await reply.arrayBuffer());
    }
    await store.put(server.owner, server.visit, wanted, missing);
    known.add(server.visit.id);
    channel.postMessage("changed");
  }

  return keeper;
}

// ---- two copies of a visit

function knowsMore(record, server) {
  if (record.id !== server.id) return record.started > server.started;
  return Object.entries(record.entries).some(
    ([name, entry]) => entry.stamp > (server.entries[name]?.stamp ?? 0),
  );
}

function same(one, other) {
  const stamps = (visit) => Object.entries(visit.entries).map(([name, { stamp }]) => name + stamp);
  return one.id === other.id && String(stamps(one).sort()) === String(stamps(other).sort());
}

function photosOf(visit) {
  return visit.entries.photos?.value ?? [];
}

// ---- the browser's storage

async function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("visits");
    request.result.createObjectStore("photos");
  };
  const database = await done(request);
  const read = (store, key) => done(database.transaction(store).objectStore(store).get(key));

  async function get(owner) {
    const record = await read("visits", owner);
    return record && Date.now() - record.kept < KEEP_DAYS * DAY_MS ? record : undefined;
  }

  // Whoever uses the browser now replaces whoever used it before.
  async function put(owner, visit, wanted, photos) {
    const change = database.transaction(["visits", "photos"], "readwrite");
    const [records, pictures] = ["visits", "photos"].map((name) => change.objectStore(name));
    const ended = new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onabort = change.onerror = () => reject(change.error);
    });
    const keep = new Set(wanted.map((sha256) => String([owner, sha256])));
    for (const key of await done(pictures.getAllKeys())) {
      if (!keep.has(String(key))) pictures.delete(key);
    }
    for (const key of await done(records.getAllKeys())) if (key !== owner) records.delete(key);
    for (const [sha256, bytes] of photos) pictures.put(bytes, [owner, sha256]);
    records.put({ visit, kept: Date.now() }, owner);
    await ended;
  }

  return {
    get,
    put,
    photo: (owner, sha256) => read("photos", [owner, sha256]),
    close: () => database.close(),
  };
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
