// What the scripts of our own components share; posture/web/components/script.py puts it before each.

// Moving about the page mounts a component anew: one view for each of its places. `makeView` takes
// the place and returns { update(data), close() }; what the view sends arrives under `trigger`.
function mounted(trigger, makeView) {
  const views = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    let view = views.get(parentElement);
    if (!view) {
      view = makeView(parentElement);
      views.set(parentElement, view);
    }
    view.send = (value) => setTriggerValue(trigger, value);
    view.update(data);
    return () => {
      view.close();
      views.delete(parentElement);
    };
  };
}

function make(tag, css, parent, text) {
  const node = document.createElement(tag);
  if (css) node.className = css;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

function button(css, parent, text, onClick) {
  const node = make("button", css, parent, text);
  node.type = "button";
  if (onClick) node.addEventListener("click", onClick);
  return node;
}

// The server's own address for uploads; throws if it takes nothing.
async function upload(address, picture) {
  const form = new FormData();
  form.append("file", picture, "photo");
  const token = document.cookie.match(/(?:^|; )_streamlit_xsrf=([^;]*)/)?.[1] ?? "";
  const headers = { "X-Xsrftoken": token };
  const reply = await fetch(address, { method: "PUT", body: form, headers });
  if (!reply.ok) throw new Error(`the upload was refused (${reply.status})`);
}

