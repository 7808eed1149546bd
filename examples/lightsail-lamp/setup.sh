#!/bin/sh
# Runs once, when the server starts for the first time: mounts the disk, and makes a file system on it if it has none.
set -eu
disk=/dev/xvdf
for try in $(seq 60); do
  [ -b "$disk" ] && break
  sleep 5
done
blkid "$disk" || mkfs.ext4 "$disk"
mkdir -p /srv/data
grep -q "$disk" /etc/fstab || echo "$disk /srv/data ext4 defaults,nofail 0 2" >> /etc/fstab
mount /srv/data
