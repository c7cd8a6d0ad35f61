/** Client of the service, for the page. */

export interface ModelSummary {
  readonly name: string;
  readonly version: string;
  readonly rows: number;
  readonly columns: number;
  readonly ready: boolean;
  readonly dataset?: string;
  readonly synthetic?: boolean;
  readonly classes: readonly { readonly label: number; readonly name: string }[];
}

export interface ClassShare {
  readonly label: number;
  readonly name: string;
  readonly probability: number;
}

export interface SeenPrediction {
  readonly id: string;
  readonly label: number;
  readonly name: string;
  readonly confidence: number;
  readonly inverted: boolean;
  readonly top: readonly ClassShare[];
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] bytes, as the model saw them. */
  readonly pixels: Uint8Array;
}

export interface Evidence {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] bytes, as the model saw them. */
  readonly pixels: Uint8Array;
  readonly name: string;
  /** rows × columns, in nats. */
  readonly map: readonly number[];
}

export interface FeedbackAnswer {
  readonly logged: boolean;
  readonly feedback: readonly { readonly correct?: boolean }[];
}

/** An answer that is no success. */
export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class ServiceClient {
  /** Bearer token; kept for as long as the page is open. */
  token: string | undefined;

  async models(): Promise<readonly ModelSummary[]> {
    const { models } = await this.#json<{ models: readonly ModelSummary[] }>('/v1/models');
    return models;
  }

  async predict(
    model: ModelSummary,
    picture: Blob,
    polarity: string,
    signal: AbortSignal,
  ): Promise<SeenPrediction> {
    const query = new URLSearchParams({ model: model.name, polarity, seen: 'true', top: '10' });
    const { id, predictions } = await this.#json<Answer>(`/v1/predict?${query}`, picture, signal);
    const [first] = predictions;
    if (!first) throw new Error('the service did not answer for the image');
    const { prediction: label, class: name, confidence, inverted = false, top } = first;
    const { rows, columns, image } = first;
    const pixels = bytesOf(image);
    return { id, label, name, confidence, inverted, top, rows, columns, pixels };
  }

  async explain(
    model: ModelSummary,
    picture: Blob,
    polarity: string,
    label: number | undefined,
    signal: AbortSignal,
  ): Promise<Evidence> {
    const query = new URLSearchParams({ model: model.name, polarity, format: 'json' });
    if (label !== undefined) query.set('class', String(label));
    const answer = await this.#json<Explained>(`/v1/explain?${query}`, picture, signal);
    return { ...answer, name: answer.class, pixels: bytesOf(answer.image) };
  }

  feedback(ids: readonly string[], label: number): Promise<FeedbackAnswer> {
    const told = ids.map((id) => ({ id, label }));
    return this.#json('/v1/feedback', JSON.stringify(told));
  }

  async metrics(): Promise<string> {
    return (await this.#ask('/metrics')).text();
  }

  async #json<T>(url: string, body?: Blob | string, signal?: AbortSignal): Promise<T> {
    return (await this.#ask(url, body, signal)).json() as Promise<T>;
  }

  async #ask(url: string, body?: Blob | string, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json, text/plain;q=0.9' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (typeof body === 'string') headers['content-type'] = 'application/json';
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    if (response.ok) return response;
    const { error = response.statusText } = (await response.json().catch(() => ({}))) as {
      error?: string;
    };
    throw new Refusal(response.status, error);
  }
}

interface Answer {
  readonly id: string;
  readonly predictions: readonly {
    readonly prediction: number;
    readonly class: string;
    readonly confidence: number;
    readonly inverted?: boolean;
    readonly top: readonly ClassShare[];
    readonly rows: number;
    readonly columns: number;
    readonly image: string;
  }[];
}

interface Explained {
  readonly class: string;
  readonly rows: number;
  readonly columns: number;
  readonly image: string;
  readonly map: readonly number[];
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
