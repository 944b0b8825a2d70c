# Run by sh, with the storages in $1 and $2, and names of caches after them. What the registry is at, a line each: "service NAME STATE", and in MiB
# "room PATH FREE SIZE DISK" and "cache NAME HOLDS DISK", DISK being a number of the file system. Only looks.
for name in read push incoming; do
  state=$(systemctl is-active "site-registry@$name")
  [ "$(systemctl is-active "site-registry-gc@$name")" != activating ] || state=collecting-garbage
  [ ! -e "/run/site-registry/$name.env" ] || state=refuses-pushes
  printf 'service %s %s\n' "$name" "$state"
done
for path in "$1" "$2"; do
  free=$(($(stat --file-system --format '%a * %S / 1048576' "$path")))
  size=$(($(stat --file-system --format '%b * %S / 1048576' "$path")))
  printf 'room %s %s %s %s\n' "$path" "$free" "$size" "$(stat --format %d "$path")"
done
storage=$1
shift 2
for name in "$@"; do
  state=$(systemctl is-active "site-registry@$name")
  [ ! -e "/run/site-registry/$name.full" ] || state=waits-for-room
  printf 'service %s %s\n' "$name" "$state"
  # In MiB du rounds up: an empty folder would hold one.
  holds=$(du --summarize --block-size=1K "$storage/cache/$name" | cut -f 1)
  printf 'cache %s %s %s\n' "$name" "$((${holds:-0} / 1024))" "$(stat --format %d "$storage")"
done
