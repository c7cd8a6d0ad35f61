/** Folder in which examples run: generated images in place of the data set, and the files that pages speak of. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from '../support/paths.js';
import { type ShellResult, shell } from '../support/shell.js';

/** `fmnist-fetch` as the examples see it: unless they name a source, a few hundred synthetic images. */
const fetch = `#!/bin/sh
for word in "$@"; do
  case $word in --source | --source=* | --help | --version | --as) exec ${paths.bin}/fmnist-fetch "$@" ;; esac
done
case " $* " in *' test '*) count=200 ;; *) count=600 ;; esac
exec ${paths.bin}/fmnist-fetch "$@" --source synthetic --count $count
`;

/** What pages take for granted: files by the names they use. */
const furniture = `
fmnist-fetch train -o all.idx
fmnist-fetch test -o test.idx
fmnist-split --quiet --validation 0.1 --out-validation val.idx -o train.idx all.idx
cp test.idx new.idx
fmnist-train --quiet --recipe mlp --set epochs=2 --validation val.idx --log log.ndjson -o model.onnx train.idx
fmnist-predict -o predictions.ndjson model.onnx test.idx
fmnist-cat --class 'Ankle boot' --from 0 --to 1 --quiet --to-folder .boot test.idx
mv .boot/*/*.png boot.png
mkdir build
cp model.onnx build/
`;

const photo = `
fmnist-fetch test | fmnist-cat --to 1 --invert --quiet --format jpeg > photo.jpg
`;

export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'fmnist-examples-'));
  readonly #tools = join(this.folder, '.tools');

  constructor() {
    mkdirSync(this.#tools);
    writeFileSync(join(this.#tools, 'fmnist-fetch'), fetch);
    chmodSync(join(this.#tools, 'fmnist-fetch'), 0o755);
    // So that scripts may import the packages that the programs are made with.
    symlinkSync(join(paths.root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Puts the common files in place; a manual page begins with them. */
  furnish(): Promise<void> {
    return this.#prepare(furniture);
  }

  /** Puts a reader's own picture in place: photo.jpg, a dark garment on white. */
  addPhoto(): Promise<void> {
    return this.#prepare(photo);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #prepare(script: string): Promise<void> {
    const { status, stderr } = await this.run(script);
    if (status !== 0) throw new Error(`the sandbox cannot be furnished:\n${stderr}`);
  }

  /** Runs a script as a reader would type it; services that it leaves in the background end with it. */
  run(script: string): Promise<ShellResult> {
    const services = `trap 'status=$?; kill $(jobs -p) 2> /dev/null || true; wait || true; exit $status' EXIT`;
    return shell(`PATH=${this.#tools}:$PATH\nset -e\n${services}\n${script}`, {
      cwd: this.folder,
      env: { NODE_PATH: join(paths.root, 'node_modules'), COLUMNS: '100' },
    });
  }
}
