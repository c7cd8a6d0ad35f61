/** Where pictures come from other than the hand: files, drops, the clipboard, the camera, a sample. */

import { find } from './elements.js';

export interface SourceOptions {
  readonly onPicture: (picture: Blob) => void;
  readonly onTrouble: (words: string) => void;
}

export function useSources(options: SourceOptions): void {
  useFiles(options);
  useDrops(options);
  useCamera(options);
  document.addEventListener('paste', (event) => {
    const file = pictureIn(event.clipboardData);
    if (file) options.onPicture(file);
  });
  let shown = 0;
  find('sample', HTMLButtonElement).addEventListener('click', () => {
    fetch(`/page/sample-${shown++ % 40}.png`)
      .then(async (answer) => {
        if (!answer.ok) throw new Error('the service gave no sample');
        options.onPicture(await answer.blob());
      })
      .catch((error: Error) => options.onTrouble(error.message));
  });
}

function useFiles({ onPicture }: SourceOptions): void {
  for (const id of ['file', 'native-camera']) {
    const input = find(id, HTMLInputElement);
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (file) onPicture(file);
      // So that the same file can be chosen again.
      input.value = '';
    });
  }
}

function useDrops({ onPicture, onTrouble }: SourceOptions): void {
  const veil = find('drop', HTMLElement);
  let depth = 0;
  const veiled = (by: number) => {
    depth = Math.max(0, depth + by);
    veil.hidden = depth === 0;
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragenter', (event) => hasFiles(event) && veiled(1));
  document.addEventListener('dragleave', (event) => hasFiles(event) && veiled(-1));
  document.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    veiled(-depth);
    const file = pictureIn(event.dataTransfer);
    if (file) onPicture(file);
    else onTrouble('This is not a picture; a PNG, JPEG or WebP was expected.');
  });
}

function pictureIn(data: DataTransfer | null): File | undefined {
  return [...(data?.files ?? [])].find(({ type }) => type.startsWith('image/'));
}

/** A phone has a camera program that is better than any of ours; elsewhere, a viewfinder. */
function useCamera({ onPicture, onTrouble }: SourceOptions): void {
  const dialog = find('camera', HTMLDialogElement);
  const video = find('viewfinder', HTMLVideoElement);
  let stream: MediaStream | undefined;
  find('photograph', HTMLButtonElement).addEventListener('click', async () => {
    const devices: MediaDevices | undefined = navigator.mediaDevices;
    if (matchMedia('(pointer: coarse)').matches || !devices?.getUserMedia)
      return find('native-camera', HTMLInputElement).click();
    try {
      stream = await devices.getUserMedia({ video: { facingMode: 'environment' } });
      video.srcObject = stream;
      dialog.showModal();
    } catch {
      onTrouble('There is no camera, or it may not be used.');
    }
  });
  find('shoot', HTMLButtonElement).addEventListener('click', () => {
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    canvas.toBlob((picture) => picture && onPicture(picture), 'image/png');
    dialog.close();
  });
  find('leave', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  });
}
