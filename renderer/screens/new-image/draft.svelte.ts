import type {
  FieldError,
  Fix,
  GitReferences,
  ImageCheck,
  ImageDefaults,
  ImageDraft,
} from '../../../preload/contract/index.ts';
import type { Client } from '../../app/transport.ts';
import { proposedName } from './propose.ts';

export type FieldName = FieldError['field'];

/** Milliseconds without a key before the backend is asked. */
const pause = 250;

/** The form of a new image: what was typed, what the backend thinks of it, what the repository has. */
export class DraftModel {
  readonly #client: Client;
  #draft = $state<ImageDraft>(emptyDraft());
  #defaults = $state.raw<ImageDefaults | null>(null);
  #check = $state.raw<ImageCheck | null>(null);
  #references = $state.raw<GitReferences | null>(null);
  #reading = $state(false);
  #problem = $state.raw<unknown>(null);
  /** Fields that the reader has been in: only those show errors before the form is sent. */
  #touched = $state.raw<ReadonlySet<FieldName>>(new Set());
  #nameTyped = false;
  #tagTyped = false;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readUrl = '';

  constructor(client: Client) {
    this.#client = client;
  }

  get draft(): ImageDraft {
    return this.#draft;
  }
  get defaults(): ImageDefaults | null {
    return this.#defaults;
  }
  get check(): ImageCheck | null {
    return this.#check;
  }
  get references(): GitReferences | null {
    return this.#references;
  }
  /** The repository is being asked for its branches. */
  get reading(): boolean {
    return this.#reading;
  }
  /** What the last request was refused with. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Fetches proposals and takes a URL that the form begins with. */
  async begin(git: string): Promise<void> {
    try {
      this.#defaults = await this.#client.images.defaults();
      const first = this.#defaults.builders.find(({ ready }) => ready) ?? this.#defaults.builders[0];
      if (first !== undefined && this.#draft.builder.name === '')
        this.#draft.builder = { kind: first.kind, name: first.name };
      if (git !== '') this.setUrl(git);
    } catch (error) {
      this.#problem = error;
    }
  }

  setUrl(url: string): void {
    this.#draft.gitUrl = url;
    if (!this.#nameTyped) this.#draft.name = proposedName(url);
    this.#proposeTag();
    this.changed('gitUrl');
  }

  setName(name: string): void {
    this.#nameTyped = name !== '';
    this.#draft.name = name;
    this.#proposeTag();
    this.changed('name');
  }

  setTag(tag: string): void {
    this.#tagTyped = tag !== '';
    this.#draft.tag = tag;
    this.changed('tag');
  }

  /** A field was changed: it may show errors from now on, and the draft is checked soon. */
  changed(field: FieldName): void {
    this.#touched = new Set([...this.#touched, field]);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.look();
      if (field === 'gitUrl') void this.#read();
    }, pause);
  }

  /** Asks the backend what it thinks; the newest answer wins. */
  async look(): Promise<ImageCheck | null> {
    const asked = (this.#asked += 1);
    try {
      const check = await this.#client.images.check($state.snapshot(this.#draft));
      if (asked === this.#asked) this.#check = check;
      this.#problem = null;
      return check;
    } catch (error) {
      if (asked === this.#asked) this.#problem = error;
      return null;
    }
  }

  /** The first error of a field that may be shown. */
  error(field: FieldName, index: number | null = null): FieldError | null {
    if (!this.#touched.has(field)) return null;
    return (
      this.#check?.errors.find((error) => error.field === field && (index === null || error.index === index)) ?? null
    );
  }

  /** What is worth knowing about a field, though the image can be made. */
  warning(field: FieldName): FieldError | null {
    return this.#check?.warnings.find((warning) => warning.field === field) ?? null;
  }

  /** Shows every error from now on and gives the first one, null when the draft is fine. */
  async firstError(): Promise<FieldName | null> {
    this.#touched = new Set(['namespace', 'name', 'gitUrl', 'revision', 'subPath', 'builder', 'tag', 'env']);
    return (await this.look())?.errors[0]?.field ?? null;
  }

  /** Presses the fix of a field: the value it proposes takes the place of what was typed. */
  apply(field: FieldName, fix: Fix): void {
    const value = fix.params['value'];
    if (fix.id !== 'use-value' || value === undefined) return;
    if (field === 'gitUrl') this.setUrl(value);
    else if (field === 'name') this.setName(value);
    else if (field === 'tag') this.setTag(value);
    else if (field === 'revision' || field === 'subPath' || field === 'namespace') {
      this.#draft[field] = value;
      this.changed(field);
    } else if (field === 'builder') {
      this.#draft.builder = { ...this.#draft.builder, name: value };
      this.changed(field);
    }
  }

  #proposeTag(): void {
    const prefix = this.#defaults?.tagPrefix ?? '';
    if (!this.#tagTyped)
      this.#draft.tag = prefix === '' || this.#draft.name === '' ? '' : `${prefix}${this.#draft.name}`;
  }

  async #read(): Promise<void> {
    const url = this.#draft.gitUrl.trim();
    if (url === '' || url === this.#readUrl) return;
    this.#readUrl = url;
    this.#references = null;
    this.#reading = true;
    try {
      const references = await this.#client.images.references({ url });
      if (url !== this.#readUrl) return;
      this.#references = references;
      if (this.#draft.revision === '') {
        this.#draft.revision = references.head;
        this.changed('revision');
      }
    } catch {
      // The check of the form says what is wrong with the URL.
    } finally {
      if (url === this.#readUrl) this.#reading = false;
    }
  }
}

function emptyDraft(): ImageDraft {
  return {
    namespace: 'default',
    name: '',
    gitUrl: '',
    revision: '',
    subPath: '',
    builder: { kind: 'ClusterBuilder', name: '' },
    tag: '',
    env: [],
  };
}
