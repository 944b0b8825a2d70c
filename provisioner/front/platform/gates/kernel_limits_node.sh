# C-17, on each node: limits of the kernel.
for key in $(printf '%s\n' vm.max_map_count fs.inotify.max_user_instances fs.inotify.max_user_watches $KERNEL_KEYS | sort -u); do
  file=/proc/sys/$(printf '%s' "$key" | tr . /)
  if [ -r "$file" ]; then fact "sysctl $key" "$(tr -s '\t' ' ' <"$file")"; else fact "sysctl $key" ""; fi
done
