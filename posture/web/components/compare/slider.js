export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  const stage = find(".stage");
  const input = find("input");
  for (const side of ["before", "after"]) {
    find("." + side).src = data[side].picture;
    find("." + side).alt = data[side].alt;
  }
  find(".left").textContent = data.before.name;
  find(".right").textContent = data.after.name;
  find("label span").textContent = data.label;

  const show = () => {
    stage.style.setProperty("--at", input.value + "%");
    input.setAttribute("aria-valuetext", data.position.replace("{percent}", input.value));
  };
  const follow = (event) => {
    const box = stage.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    input.value = Math.round(100 * Math.min(1, Math.max(0, share)));
    show();
  };
  input.oninput = show;
  stage.onpointerdown = (event) => {
    stage.setPointerCapture(event.pointerId);
    follow(event);
  };
  stage.onpointermove = (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  };
  show();
}
