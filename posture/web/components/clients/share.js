export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  const bytes = Uint8Array.from(atob(data.pdf), (letter) => letter.charCodeAt(0));
  const file = new File([bytes], data.name, { type: "application/pdf" });
  const device = find(".device");
  const mail = find(".mail");
  device.textContent = data.share;
  mail.textContent = data.mail;
  find("p").textContent = data.hint;

  const follow = (address, name) => {
    const link = document.createElement("a");
    link.href = address;
    if (name) link.download = name;
    link.click();
  };
  // Only a device that can pass a file on gets the button.
  device.hidden = !(navigator.canShare && navigator.canShare({ files: [file] }));
  device.onclick = async () => {
    try {
      await navigator.share({ files: [file], title: data.subject, text: data.subject });
    } catch (error) {
      // Closing the share sheet is no fault.
      if (error.name !== "AbortError") mail.click();
    }
  };
  mail.onclick = () => {
    const address = URL.createObjectURL(file);
    follow(address, data.name);
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    // A mail link cannot carry a file, so the file is saved and the text says where to attach it.
    const words = [data.subject, data.body].map(encodeURIComponent);
    follow("mailto:?subject=" + words[0] + "&body=" + words[1]);
  };
}
