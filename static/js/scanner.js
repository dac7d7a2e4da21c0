// Reads QR codes from the camera: by the browser's own detector where there is one, else by zxing from this site.
const PAUSE = 150;
const SAME = 3000;

async function ownDetector() {
  if (!("BarcodeDetector" in window)) return null;
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

async function vendoredDetector({ reader, wasm }) {
  const zxing = await import(reader);
  zxing.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    context.drawImage(video, 0, 0);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return (await zxing.readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 }))[0]?.text;
  };
}

// Calls found(text) once for each code that comes into view, until stop() is called.
export async function scan(video, addresses, found) {
  const detect = (await ownDetector()) ?? (await vendoredDetector(addresses));
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  let [running, last, seenAt] = [true, null, 0];
  video.srcObject = stream;
  await video.play();

  async function look() {
    if (!running) return;
    const text = video.videoWidth ? await detect(video).catch(() => null) : null;
    if (text && running) {
      const isNew = text !== last || Date.now() - seenAt > SAME;
      [last, seenAt] = [text, Date.now()];
      if (isNew) await found(text).catch(() => undefined);
    }
    setTimeout(look, PAUSE);
  }

  look();
  return function stop() {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
