/** The hands on the drawing board: mouse, finger and pen by pointer events, and the keyboard. */

import type { Board, Brush, PenPoint } from './board.js';

export interface PenOptions {
  readonly board: Board;
  readonly cursor: HTMLElement;
  readonly brush: () => Brush;
  readonly filling: () => boolean;
  readonly say: (text: string) => void;
}

/** Steps of the keyboard's cursor across the board. */
const steps = 28;

export function usePen(options: PenOptions): void {
  const { board } = options;
  const { canvas } = board;
  usePointer(options);
  // Keys go to the board itself: arrows are not the screen reader's here.
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-roledescription', 'drawing board');
  const step = () => canvas.width / steps;
  let at: PenPoint = [canvas.width / 2, canvas.height / 2];
  let down = false;
  const show = () => {
    options.cursor.hidden = false;
    const size = Math.max(12, options.brush().width * (canvas.clientWidth / canvas.width));
    Object.assign(options.cursor.style, {
      left: `${(at[0] / canvas.width) * 100}%`,
      top: `${(at[1] / canvas.height) * 100}%`,
      width: `${size}px`,
      height: `${size}px`,
    });
    options.cursor.classList.toggle('down', down);
  };
  const move = (columns: number, rows: number) => {
    const next: PenPoint = [
      Math.min(canvas.width, Math.max(0, at[0] + columns * step())),
      Math.min(canvas.height, Math.max(0, at[1] + rows * step())),
    ];
    if (down) board.line(at, next, options.brush());
    at = next;
    const place = (value: number) => Math.round(value / step());
    options.say(`column ${place(at[0])}, row ${place(at[1])}${down ? ', drawing' : ''}`);
  };
  const keys: Readonly<Record<string, (far: number) => void>> = {
    ArrowLeft: (far) => move(-far, 0),
    ArrowRight: (far) => move(far, 0),
    ArrowUp: (far) => move(0, -far),
    ArrowDown: (far) => move(0, far),
    ' ': () => {
      down = !down;
      if (down) {
        board.begin();
        board.line(at, at, options.brush());
      }
      options.say(down ? 'pen down' : 'pen up');
    },
    f: () => {
      board.begin();
      board.fill(at, options.brush());
      options.say('filled');
    },
    Delete: () => {
      down = false;
      board.clear();
      options.say('cleared');
    },
    Backspace: () => keys.Delete?.(1),
  };
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey ? 4 : 1);
    show();
  });
  canvas.addEventListener('focus', () => canvas.matches(':focus-visible') && show());
  canvas.addEventListener('blur', () => {
    down = false;
    options.cursor.hidden = true;
  });
}

function usePointer({ board, cursor, brush, filling }: PenOptions): void {
  const { canvas } = board;
  let last: PenPoint | undefined;
  const place = (event: PointerEvent): PenPoint => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [
      ((event.clientX - left) / width) * canvas.width,
      ((event.clientY - top) / height) * canvas.height,
    ];
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    cursor.hidden = true;
    board.begin();
    if (filling()) return board.fill(place(event), brush());
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    board.line(last, last, brush());
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last || !event.isPrimary) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const step of passed.length > 0 ? passed : [event]) {
      const next = place(step);
      board.line(last, next, brush());
      last = next;
    }
  });
  for (const over of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(over, () => {
      last = undefined;
    });
}
