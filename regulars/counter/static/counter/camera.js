// Scanning with the camera, where the browser can read codes by itself.

export const able = "BarcodeDetector" in globalThis && Boolean(navigator.mediaDevices);

/** The text of the first code that is seen; null if the person closes it. */
export async function scan(dialog, view) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const detector = new BarcodeDetector();
  view.srcObject = stream;
  await view.play();
  dialog.showModal();
  try {
    while (dialog.open) {
      const [found] = await detector.detect(view).catch(() => []);
      if (found) return found.rawValue.trim();
      await new Promise((resolve) => { setTimeout(resolve, 120); });
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    view.srcObject = null;
    if (dialog.open) dialog.close();
  }
}
