/** The drawing board: strokes, fills, pictures, undo, and what of it is shown to the models. Light on dark, as the data are. */

import { contentBox, cornersOf, framed, greyOf } from './crop.js';
import { flooded } from './flood.js';

export type PenPoint = readonly [x: number, y: number];

export interface Brush {
  /** 0–255, or undefined to put the ground back. */
  readonly shade: number | undefined;
  readonly width: number;
  /** Whether the other half is drawn too. */
  readonly mirror: boolean;
}

/** Steps that can be undone. */
const remembered = 30;

export class Board {
  /** Told of every change; `done` when a stroke has ended. */
  onChange: () => void = () => {};
  /** Grey of what lies behind the garment. */
  ground = 0;
  empty = true;
  /** Whether a picture of the model's own size is shown, and untouched: it is sent as it is. */
  exact: Blob | undefined;
  readonly #context: CanvasRenderingContext2D;
  readonly #past: { image: ImageData; ground: number; empty: boolean; exact: Blob | undefined }[] =
    [];

  constructor(readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas to draw on');
    this.#context = context;
    this.#paint(0);
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  /** Another shape, for a model whose images are not square; empties the board. */
  reshape(proportion: number): void {
    this.canvas.height = Math.round(this.canvas.width / proportion);
    this.#past.length = 0;
    this.#paint(0);
  }

  /** Before a step: what undo goes back to. */
  begin(): void {
    const { ground, empty, exact } = this;
    this.#past.push({ image: this.#whole(), ground, empty, exact });
    if (this.#past.length > remembered) this.#past.shift();
  }

  undo(): void {
    const last = this.#past.pop();
    if (!last) return;
    this.#context.putImageData(last.image, 0, 0);
    this.ground = last.ground;
    this.empty = last.empty;
    this.exact = last.exact;
    this.onChange();
  }

  clear(): void {
    this.begin();
    this.#paint(0);
    this.onChange();
  }

  line([x0, y0]: PenPoint, [x1, y1]: PenPoint, brush: Brush): void {
    const { width } = this.canvas;
    this.#context.strokeStyle = greyText(brush.shade ?? this.ground);
    this.#context.lineWidth = brush.width;
    this.#context.lineCap = 'round';
    for (const turn of brush.mirror ? [false, true] : [false]) {
      const across = (x: number) => (turn ? width - x : x);
      this.#context.beginPath();
      this.#context.moveTo(across(x0), y0);
      this.#context.lineTo(across(x1), y1);
      this.#context.stroke();
    }
    this.#touched();
  }

  /** Fills what is alike about a point; anywhere on an empty board is everything, and nothing to see. */
  fill([x, y]: PenPoint, brush: Brush): void {
    const { width, height } = this.canvas;
    const image = this.#whole();
    const shade = brush.shade ?? this.ground;
    for (const turn of brush.mirror ? [false, true] : [false]) {
      const column = Math.min(width - 1, Math.max(0, Math.floor(turn ? width - 1 - x : x)));
      const row = Math.min(height - 1, Math.max(0, Math.floor(y)));
      const mask = flooded(greyOf(image.data), width, height, column, row, 60);
      for (let i = 0; i < mask.length; i++) if (mask[i]) image.data.fill(shade, i * 4, i * 4 + 3);
    }
    this.#context.putImageData(image, 0, 0);
    this.#touched();
  }

  /** A picture in the middle, on ground of its own. */
  show(picture: ImageBitmap, exact: Blob | undefined): void {
    this.begin();
    const { width, height } = this.canvas;
    this.ground = groundOf(picture);
    this.#paint(this.ground);
    const zoom = Math.min(width / picture.width, height / picture.height);
    const [w, h] = [picture.width * zoom, picture.height * zoom];
    this.#context.imageSmoothingEnabled = zoom < 3;
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
    this.empty = false;
    this.exact = exact;
    this.onChange();
  }

  /** What the models are shown, as a PNG: the garment in its frame, or all of the board. */
  async picture(crop: boolean): Promise<Blob> {
    if (this.exact) return this.exact;
    const { width, height } = this.canvas;
    const grey = greyOf(this.#whole().data);
    const box = crop && contentBox(grey, width, height, this.ground, this.ground === 0 ? 24 : 40);
    const { left, top, ...size } = box
      ? framed(box, width / height)
      : { left: 0, top: 0, width, height };
    const frame = document.createElement('canvas');
    frame.width = Math.round(size.width);
    frame.height = Math.round(size.height);
    const context = frame.getContext('2d');
    if (!context) throw new Error('no canvas to crop on');
    context.fillStyle = greyText(this.ground);
    context.fillRect(0, 0, frame.width, frame.height);
    context.drawImage(this.canvas, -Math.round(left), -Math.round(top));
    return pngOf(frame);
  }

  #touched(): void {
    this.empty = false;
    this.exact = undefined;
    this.onChange();
  }

  #paint(ground: number): void {
    this.ground = ground;
    this.empty = true;
    this.exact = undefined;
    this.#context.fillStyle = greyText(ground);
    this.#context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #whole(): ImageData {
    return this.#context.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }
}

/** The grey of a picture's corners; what is transparent there contrasts with what is not. */
function groundOf(picture: ImageBitmap): number {
  const small = document.createElement('canvas');
  small.width = 50;
  small.height = Math.max(10, Math.round((50 * picture.height) / picture.width));
  const context = small.getContext('2d', { willReadFrequently: true });
  if (!context) return 0;
  context.drawImage(picture, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  const grey = greyOf(data);
  const alpha = grey.map((_, i) => data[i * 4 + 3]!);
  if (cornersOf(alpha, small.width, small.height) > 200)
    return Math.round(cornersOf(grey, small.width, small.height));
  const solid = grey.filter((_, i) => alpha[i]! > 128);
  const mean = solid.reduce((sum, value) => sum + value, 0) / Math.max(1, solid.length);
  return mean < 128 ? 255 : 0;
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

const greyText = (shade: number) => `rgb(${shade} ${shade} ${shade})`;
