#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node from its npm source against the libraries in PyPI's tensorflow-cpu wheel.
#
# tfjs-node's own install script fetches a libtensorflow of 2022 from a storage bucket that not every machine
# reaches. The wheel holds a current one that exports the same C functions; npm and pip are all that is needed.
#
# usage: build-addon.sh [DIR]     (build/tensorflow; then FMNIST_TENSORFLOW=DIR names it to the programs)
# Does nothing where DIR already holds an addon of these versions that loads.
set -euo pipefail

tfjs=4.22.0
wheel=tensorflow-cpu==2.21.0
folder=${1:-build/tensorflow}
python=${PYTHON:-python3}

fail() { echo "build-addon: $1" >&2; exit 1; }
say() { echo "build-addon: $1" >&2; }
need() { command -v "$1" > /dev/null || fail "there is no $1; $2"; }

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
package=$folder/node_modules/@tensorflow/tfjs-node

loads() {
  (cd "$folder" && TF_CPP_MIN_LOG_LEVEL=3 node -e '
    const util = require("util");
    util.isNullOrUndefined ??= (value) => value == null;
    util.isArray ??= Array.isArray;
    const tf = require("@tensorflow/tfjs-node");
    if (tf.tensor1d([1, 2]).sum().dataSync()[0] !== 3) throw new Error("1 + 2 is not 3");
    console.error(`build-addon: libtensorflow ${tf.backend().binding.TF_Version} in use`);
  ')
}
if [ "$(cat "$folder/.built" 2> /dev/null)" = "$tfjs $wheel" ] && loads 2> "$folder/load.log"; then
  say "$folder is ready"
  exit 0
fi

[ "$(uname -s)" = Linux ] || fail 'only Linux wheels hold libraries that can be linked; elsewhere: npm install @tensorflow/tfjs-node'
need "$python" 'Python 3 with pip fetches and unpacks the wheel (PYTHON=… names another)'
"$python" -m pip --version > /dev/null 2>&1 || fail "$python has no pip; it fetches the wheel"
need make 'the addon is compiled'
need "${CXX:-g++}" 'a C++ compiler (g++, or CXX=…) compiles the addon'

say "the sources of @tensorflow/tfjs-node $tfjs, by npm"
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel error "@tensorflow/tfjs-node@$tfjs" >&2 \
  || fail 'npm could not get @tensorflow/tfjs-node'

if [ "$(cat "$folder/wheel/.complete" 2> /dev/null)" != "$wheel" ]; then
  say "the libraries of $wheel, by pip (270 MB)"
  rm -rf "$folder/wheel" "$folder/download"
  # For any one Python: the libraries are the same in all wheels, and this machine's may have none.
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --implementation cp --python-version 3.12 --abi cp312 --platform "manylinux_2_27_$(uname -m)" \
    --dest "$folder/download" "$wheel" >&2 \
    || fail "pip could not get $wheel for this machine ($(uname -m))"
  "$python" - "$folder/download" "$folder/wheel" << 'END'
import pathlib, sys, zipfile
source, target = map(pathlib.Path, sys.argv[1:])
(wheel,) = source.glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    wanted = [
        name
        for name in archive.namelist()
        if name.startswith("tensorflow/include/") or pathlib.PurePath(name).match("tensorflow/libtensorflow_*.so.2")
    ]
    archive.extractall(target, wanted)
END
  rm -rf "$folder/download"
  echo "$wheel" > "$folder/wheel/.complete"
fi

deps=$package/deps
wheel_folder=$folder/wheel/tensorflow
rm -rf "$deps"
mkdir -p "$deps/lib"
# The addon links with -ltensorflow; the loader then asks for the libraries by the names they carry inside.
for name in libtensorflow.so libtensorflow_cc.so.2; do
  ln -s "$wheel_folder/libtensorflow_cc.so.2" "$deps/lib/$name"
done
for name in libtensorflow_framework.so libtensorflow_framework.so.2; do
  ln -s "$wheel_folder/libtensorflow_framework.so.2" "$deps/lib/$name"
done
ln -s "$wheel_folder/include" "$deps/include"

# Node's own headers, where they are installed beside it; else node-gyp fetches them.
prefix=$(node -p 'path.resolve(fs.realpathSync(process.execPath), "../..")')
headers=()
[ -f "$prefix/include/node/node_api.h" ] && headers=("--nodedir=$prefix")
say 'compiling'
(cd "$package" && "$folder/node_modules/.bin/node-pre-gyp" install --build-from-source "${headers[@]}") \
  > "$folder/compile.log" 2>&1 || { tail -n 20 "$folder/compile.log" >&2; fail "it does not compile; $folder/compile.log says more"; }
loads || fail 'it compiled, but does not load'
echo "$tfjs $wheel" > "$folder/.built"
say "done; FMNIST_TENSORFLOW=$folder names it"
