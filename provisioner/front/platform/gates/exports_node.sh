# C-9, on each node of the cluster: every export that is declared is mounted from where it is declared, written to where it is
# declared rw, and cannot be where ro; who the server says wrote; modes above.
[ -n "$IS_MEMBER" ] || exit 0
[ -n "$MOUNTS" ] || { note "$NODE mounts nothing"; exit 0; }
case " $CANNOT " in *" nfs_client "*) lacks "$NODE cannot mount what it declares: this lab's kernel has no NFS client" "it is tried on machines, or waived in a lab"; exit 0 ;; esac
printf '%s' "$MOUNTS" | while read -r type path source mode state; do
  case "$type $state" in *" absent" | *" present") continue ;; esac
  now=$(findmnt --noheadings --output SOURCE,FSTYPE,OPTIONS --mountpoint "$path" 2>/dev/null | head -n 1)
  if [ -z "$now" ]; then
    wrong "mount $path" "$path is not mounted, and is declared from $source" "systemctl status $(systemd-escape --path --suffix=mount "$path")"
    continue
  fi
  case "$now" in
    "$source "*) ;;
    *) [ "$type" = gpfs ] || wrong "mount $path" "$path is mounted from ${now%% *}, and is declared from $source" "provisioner run playbooks/site.yml -l $NODE" ;;
  esac
  file=$path/.provisioner-gate-$NODE-$$
  if said=$(timeout 20 sh -c ": >'$file'" 2>&1); then
    owner=$(timeout 10 stat -c '%u:%g' "$file")
    timeout 10 rm -f "$file"
    if [ "$mode" = ro ]; then
      wrong "mount $path" "$path is declared read-only, and $NODE could write to it" "the export's options on the server, and storage.mounts"
    else
      right "$path is written to"
      case "$owner" in
        0:*) note "$NODE: root writes to $path as itself (no_root_squash)" ;;
        *) note "$NODE: root writes to $path as $owner (root_squash)" ;;
      esac
    fi
  else
    case "$mode $said" in
      ro*"Read-only"*) right "$path cannot be written to, as declared" ;;
      ro*) wrong "mount $path" "$path could not be tried: ${said##*: }" "look at the server" ;;
      *"Permission denied"*) note "$NODE: root may not write to $path (root_squash)"; right "$path is mounted; root's writes are refused by the server" ;;
      *) wrong "mount $path" "$path is declared rw, and cannot be written to: ${said##*: }" "the export's options on the server" ;;
    esac
  fi
  parent=$(dirname "$path")
  case "$(stat -c %A "$parent")" in *x) ;; *) wrong "above $path" "$parent is closed to others ($(stat -c %A "$parent")): kubelet and users cannot come to $path" "chmod o+x $parent" ;; esac
done
