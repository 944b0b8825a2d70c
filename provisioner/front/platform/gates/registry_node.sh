# C-10, on the nodes of the registry: its services, room, and that garbage is collected now and then.
[ -n "$IS_REGISTRY" ] || exit 0
for name in read push incoming; do
  if systemctl is-active --quiet "site-registry@$name"; then right "its service '$name' runs"; else wrong "service $name" "the registry's service '$name' does not run" "systemctl status site-registry@$name"; fi
  [ ! -e "/run/site-registry/$name.env" ] || wrong "service $name" "the registry refuses pushes: its disk has too little room" "provisioner registry clean"
done
free=$(($(stat --file-system --format '%a * %S / 1048576' "$REGISTRY_STORAGE" 2>/dev/null || echo 0)))
if [ "$free" -ge "$REGISTRY_LEAST" ]; then right "$REGISTRY_STORAGE has room"; else wrong "room" "$REGISTRY_STORAGE has $free MiB free, and $REGISTRY_LEAST is the least" "provisioner registry clean"; fi
now=$(date +%s)
days_since() { echo $(((now - $1) / 86400)); }
for name in push incoming; do
  if collected=$(stat -c %Y "/var/lib/site-registry-gc/$name" 2>/dev/null); then
    days=$(days_since "$collected")
    if [ "$days" -le "$GC_DAYS" ]; then right "garbage of '$name' was collected $days days ago"; else wrong "garbage of '$name'" "garbage of '$name' was collected $days days ago, and $GC_DAYS is the most" "provisioner registry gc"; fi
    continue
  fi
  # One that is new has no garbage yet; what file system does not tell when it was made is 1970's.
  days=$(days_since "$(stat -c %W "$REGISTRY_STORAGE" 2>/dev/null || echo 0)")
  if [ "$days" -le "$GC_DAYS" ]; then note "the registry is $days days old: its garbage was not collected yet"; else wrong "garbage of '$name'" "nobody knows when garbage of '$name' was collected, and the registry is older than $GC_DAYS days" "provisioner registry gc"; fi
done
