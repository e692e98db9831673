#!/usr/bin/env bash
# pause-image.sh TAR: packs the pause program as an image in docker save's form, with tar alone.
. "$(dirname "$0")/settings.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) die "no images for $(uname -m)" ;; esac
tar -C "$PROGRAMS" --owner=0 --group=0 --mtime=@0 -cf "$folder/layer.tar" pause
digest=$(sha256sum "$folder/layer.tar" | cut -d' ' -f1)
cat >"$folder/config.json" <<EOT
{"architecture": "$architecture", "os": "linux", "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}, "history": [{"created_by": "pause-image.sh"}]}
EOT
echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$PAUSE_IMAGE\"], \"Layers\": [\"layer.tar\"]}]" >"$folder/manifest.json"
tar -C "$folder" -cf "$1" manifest.json config.json layer.tar
