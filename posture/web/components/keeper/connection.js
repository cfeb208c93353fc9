// Says in the page's own words that the app cannot be reached. Streamlit marks the state of the
// connection on the root of the page.

const STATE = "data-test-connection-state";
const PATIENCE_MS = 1500;

export default function ({ data }) {
  const watch = (globalThis.postureConnection ??= makeWatch());
  watch.text = data.lost;
  watch.look();
}

function makeWatch() {
  const note = document.createElement("div");
  note.className = "po-lost";
  note.setAttribute("role", "status");
  document.body.append(note);
  const watch = { text: "", look };
  let timer = 0;

  function look() {
    const root = document.querySelector(`[${STATE}]`);
    clearTimeout(timer);
    if (!root || root.getAttribute(STATE) === "CONNECTED") note.textContent = "";
    else timer = setTimeout(() => (note.textContent = watch.text), PATIENCE_MS);
  }

  new MutationObserver(look).observe(document.body, {
    attributeFilter: [STATE],
    subtree: true,
  });
  return watch;
}
