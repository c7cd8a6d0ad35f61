/** The page of a service: its parts, put together. */

import { Board } from './board.js';
import { Card } from './card.js';
import { find, make, percentText } from './elements.js';
import { FeedbackForm } from './feedback.js';
import { usePen } from './pen.js';
import { Questions } from './questions.js';
import { type ModelSummary, Refusal, type SeenPrediction, ServiceClient } from './service.js';
import { useSources } from './sources.js';
import { TrafficView } from './traffic-view.js';

/** Models that answer side by side unless others are chosen. */
const together = 3;

const service = new ServiceClient();
const board = new Board(find('board', HTMLCanvasElement));
const feedback = new FeedbackForm(service);
const [undo, clear] = [find('undo', HTMLButtonElement), find('clear', HTMLButtonElement)];
const [crop, mirror] = [find('crop', HTMLInputElement), find('mirror', HTMLInputElement)];
const [fill, width] = [find('fill', HTMLInputElement), find('width', HTMLInputElement)];
let cards: readonly Card[] = [];

const questions = new Questions({
  service,
  board,
  cards: () => cards.filter(({ element }) => !element.hidden),
  polarity: () => checked('polarity'),
  crop: () => crop.checked,
  onTrouble: tellTrouble,
  onAnswers: (answers) => {
    if (answers.length > 0) tellTrouble(undefined);
    feedback.ask(answers);
    showBrief(answers);
  },
  say: (text) => {
    find('said', HTMLElement).textContent = text;
  },
});

board.onChange = () => {
  undo.disabled = !board.canUndo;
  clear.disabled = board.empty;
  find('invite', HTMLElement).hidden = !board.empty;
  board.canvas.setAttribute('aria-label', `Drawing board, ${board.empty ? 'empty' : 'in use'}`);
  if (board.empty) tellTrouble(undefined);
  questions.stir();
};
undo.addEventListener('click', () => board.undo());
clear.addEventListener('click', () => board.clear());
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== 'z' || event.shiftKey) return;
  if (event.target instanceof HTMLInputElement && event.target.type === 'password') return;
  event.preventDefault();
  board.undo();
});
for (const input of [crop, ...document.querySelectorAll('input[name="polarity"]')])
  input.addEventListener('change', () => questions.stir());

usePen({
  board,
  cursor: find('cursor', HTMLElement),
  brush: () => ({
    shade: checked('shade') === 'erase' ? undefined : Number(checked('shade')),
    width: Number(width.value),
    mirror: mirror.checked,
  }),
  filling: () => fill.checked,
  say: questions.options.say,
});

useSources({
  onPicture: (picture) => {
    createImageBitmap(picture).then(
      (image) => {
        const whole = cards.some(
          ({ model: m }) => m.rows === image.height && m.columns === image.width,
        );
        board.show(image, whole && picture.type === 'image/png' ? picture : undefined);
      },
      () => tellTrouble(new Error('This file is not a picture that can be read here.')),
    );
  },
  onTrouble: (words) => tellTrouble(new Error(words)),
});

const status = find('service', HTMLElement);
new TrafficView(
  () => service.metrics(),
  (answers) => {
    status.classList.toggle('ready', answers && cards.length > 0);
    status.classList.toggle('away', !answers);
    const words = answers ? inService() : 'the service does not answer';
    if (status.textContent !== words) status.textContent = words;
  },
).start();

find('entry', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  service.token = find('token', HTMLInputElement).value.trim();
  void open();
});
await open();

/** Finds out what is served, and makes a card for each. */
async function open(): Promise<void> {
  try {
    const models = await service.models();
    find('entry', HTMLFormElement).hidden = true;
    tellTrouble(undefined);
    cards = models.map((model) => {
      const card: Card = new Card(model, (label) => void questions.why(card, label));
      return card;
    });
    const [first] = models;
    if (!first) return;
    board.reshape(first.columns / first.rows);
    for (const [i, { element }] of cards.entries()) element.hidden = i >= together;
    find('cards', HTMLElement).replaceChildren(...cards.map(({ element }) => element));
    offerChoice(models);
    feedback.offer(first);
    status.classList.add('ready');
    status.textContent = inService();
  } catch (error) {
    tellTrouble(error);
  }
}

function offerChoice(models: readonly ModelSummary[]): void {
  const choice = find('choice', HTMLFieldSetElement);
  choice.hidden = models.length < 2;
  const boxes = models.map(({ name }, i) => {
    const input = make('input', { type: 'checkbox', checked: i < together ? '' : undefined });
    input.addEventListener('change', () => {
      const card = cards[i];
      if (card) card.element.hidden = !input.checked;
      questions.stir();
    });
    return make('label', { class: 'check' }, input, make('span', {}, name));
  });
  choice.replaceChildren(make('legend', {}, 'Models'), ...boxes);
}

/** The answers in a line, under the board: on a phone the cards are out of sight. */
function showBrief(answers: readonly SeenPrediction[]): void {
  const brief = find('brief', HTMLElement);
  brief.hidden = answers.length === 0;
  brief.textContent = answers
    .map(({ name, confidence }) => `${name} ${percentText(confidence)}`)
    .join(' · ');
}

function inService(): string {
  if (cards.length === 0) return 'the service answers';
  return cards.length === 1 ? 'one model in service' : `${cards.length} models in service`;
}

function checked(name: string): string {
  const input = document.querySelector(`input[name="${name}"]:checked`);
  return input instanceof HTMLInputElement ? input.value : '';
}

function tellTrouble(error: unknown): void {
  const place = find('trouble', HTMLElement);
  if (error instanceof Refusal && error.status === 401) {
    find('entry', HTMLFormElement).hidden = false;
    find('token', HTMLInputElement).focus();
    return;
  }
  place.hidden = error === undefined;
  place.textContent = error === undefined ? '' : wordsOf(error);
}

function wordsOf(error: unknown): string {
  if (error instanceof Refusal && error.status === 422)
    return 'The background is neither dark nor light. Choose “Unchanged” for a light garment on dark, or “Inverted” for a dark one on light.';
  if (error instanceof Refusal && error.status === 503)
    return 'The service is busy; try again in a moment.';
  const words =
    error instanceof TypeError ? 'the service does not answer' : (error as Error).message;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}
