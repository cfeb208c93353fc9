export default function ({ data, parentElement }) {
  const page = parentElement.host ?? parentElement;
  if (page.dataset.what === data.what) return;
  page.dataset.what = data.what;
  const main = document.querySelector(".stMain");
  if (main) main.scrollTo(0, 0);
}
