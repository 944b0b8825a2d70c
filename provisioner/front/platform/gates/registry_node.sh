# C-10, on the nodes of the registry: its services, and room.
[ -n "$IS_REGISTRY" ] || exit 0
for name in read push; do
  if systemctl is-active --quiet "site-registry@$name"; then right "its service '$name' runs"; else wrong "service $name" "the registry's service '$name' does not run" "systemctl status site-registry@$name"; fi
  [ ! -e "/run/site-registry/$name.env" ] || wrong "service $name" "the registry refuses pushes: its disk has too little room" "provisioner registry gc"
done
free=$(($(stat --file-system --format '%a * %S / 1048576' "$REGISTRY_STORAGE" 2>/dev/null || echo 0)))
if [ "$free" -ge 2048 ]; then right "$REGISTRY_STORAGE has room"; else wrong "room" "$REGISTRY_STORAGE has $free MiB free, and 2048 is the least" "provisioner registry gc"; fi
