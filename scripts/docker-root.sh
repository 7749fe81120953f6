#!/bin/sh
# Assembles the root of the image in the folder $1. Runs in the build stage, after `npm run build` and `npm prune`.
# Node, the programs that people and health checks reach for in a container, and exactly the libraries that they load:
# about half the size of the base image, and nothing in it to patch but these.
set -eu
root=$1
app=$root/opt/tcpbridge
mkdir -p "$app/node_modules/koffi/src/koffi" "$root/usr/local/bin" "$root/usr/bin" "$root/etc" "$root/tmp"
chmod 1777 "$root/tmp"

# The product. package.json says that the files are ES modules. Of koffi only what is loaded: not its C++ sources, and of
# its prebuilt libraries (one for glibc, one for musl) the one that this node maps.
cp -R dist package.json LICENSE "$app/"
if [ -e THIRD_PARTY_NOTICES ]; then cp THIRD_PARTY_NOTICES "$app/"; fi
(cd node_modules/koffi && cp package.json LICENSE.txt index.js index.cjs "$app/node_modules/koffi/" \
  && cp src/koffi/*js "$app/node_modules/koffi/src/koffi/" && mkdir -p "$app/node_modules/koffi/src/koffi/src" \
  && cp src/koffi/src/*js "$app/node_modules/koffi/src/koffi/src/")
addon=$(node --input-type=module -e "
  import 'koffi';
  import { readFileSync } from 'node:fs';
  console.log(/\/\S+koffi\.node/.exec(readFileSync('/proc/self/maps', 'utf8'))[0]);")
package=$(dirname "$(dirname "$addon")")
mkdir -p "$app/node_modules/@koromix/$(basename "$package")/$(basename "$(dirname "$addon")")"
cp "$package/package.json" "$package/index.js" "$app/node_modules/@koromix/$(basename "$package")/"
cp "$addon" "$app/node_modules/@koromix/$(basename "$package")/$(basename "$(dirname "$addon")")/"
ln -s ../../../opt/tcpbridge/dist/bin.js "$root/usr/local/bin/tcpbridge"

# Programs, followed through symbolic links, and their libraries under the names that the loader looks for.
node=$(readlink -f "$(command -v node)")
cp "$node" "$root/usr/local/bin/node"
mkdir -p "$root/bin"
for program in sh cat; do cp -L "/bin/$program" "$root/bin/$program"; done
cp -L /usr/bin/env "$root/usr/bin/env"
for program in "$node" "$addon" /bin/sh /bin/cat /usr/bin/env; do ldd "$program"; done | grep -o '/[^ :]*' | sort -u |
  while read -r library; do
    [ -e "$root$library" ] && continue
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
for name in libc6 libgcc-s1 libstdc++6 dash coreutils; do
  if [ ! -e "/usr/share/doc/$name/copyright" ]; then continue; fi
  mkdir -p "$root/usr/share/doc/$name"
  cp -L "/usr/share/doc/$name/copyright" "$root/usr/share/doc/$name/"
done

# --link writes /etc/hosts, networks answer by DNS: glibc asks both, in this order, only if told so (nsswitch.conf(5)).
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'root:x:0:0:root:/:/bin/sh
tcpbridge:x:10001:10001:tcpbridge:/:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:
tcpbridge:x:10001:' >"$root/etc/group"

# The state of the endpoints for people and for tools that know vrnetlab's /health. The file itself lies in /dev/shm,
# which stays writable for every user and under --read-only.
ln -s dev/shm/tcpbridge-health "$root/health"
# shellcheck disable=SC2016 # The variables are those of the script that is written.
echo '#!/bin/sh
# Exits with the code that opens the health file and prints the rest of it.
read -r code text <"${TCPBRIDGE_HEALTH_FILE:-/health}" || exit 1
echo "$text"
exit "$code"' >"$root/healthcheck"
chmod 755 "$root/healthcheck"
