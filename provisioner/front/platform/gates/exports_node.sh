# C-9, on each node of the cluster: every export that is declared is mounted from where it is declared, written to where it is
# declared rw (by an ordinary user where the server refuses root), and cannot be where ro; who the server says wrote; modes above.
[ -n "$IS_MEMBER" ] || exit 0
[ -n "$MOUNTS" ] || { note "$NODE mounts nothing"; exit 0; }
case " $CANNOT " in *" nfs_client "*) lacks "$NODE cannot mount what it declares: this lab's kernel has no NFS client" "it is tried on machines, or waived in a lab"; exit 0 ;; esac
# AUTH_SYS has room for 16 groups of a user. One who is in more writes to folders that are root's and of one group of his each: his own,
# another that the server is told of, and one that it can only know by itself.
try_groups() {  # PATH EXPORT
  [ -n "$MANY_GROUPS" ] || { note "nobody in more than 16 groups is known (users report, gates_many_groups): whether NFS heeds the later ones was not tried"; return; }
  read -r uid gid told untold groups user <<EOT
$MANY_GROUPS
EOT
  count=$(($(printf '%s' "$groups" | tr -cd , | wc -c) + 1))
  place=$1/.provisioner-gate-$NODE-$$
  stopped=
  said=$(timeout 20 mkdir -m 0711 "$place" 2>&1) || stopped=root
  for group in "$gid" "$told" "$untold"; do
    [ -z "$stopped" ] || break
    said=$({ timeout 20 mkdir -m 0700 "$place/$group" && timeout 20 chown "0:$group" "$place/$group" && timeout 20 chmod 0770 "$place/$group"; } 2>&1) || stopped=root
    [ -n "$stopped" ] || said=$(timeout 20 setpriv --reuid "$uid" --regid "$gid" --groups "$groups" sh -c ": >'$place/$group/file'" 2>&1) || stopped=$group
  done
  timeout 20 rm -rf "$place"
  why="$user, who is in $count groups, cannot write to $1 ($2) by the right of group $stopped"
  case "$stopped $said" in
    " "*) right "$user, who is in $count groups, writes to $1 by the right of each" ;;
    "root "* | "$gid "*) note "$NODE: whether rights by more than 16 groups hold on $1 was not tried: $user has no way to write there (${said##*: })" ;;
    "$told "*"Permission denied"*) wrong "groups on $1" "$why: the server looks groups up itself, and does not know UID $uid in that one" "accounts of the server from the same directory as the nodes'" ;;
    "$untold "*"Permission denied"*) wrong "groups on $1" "$why: NFS tells the server of 16 groups only" "--manage-gids on the server, with accounts from the same directory; or fewer groups" ;;
    *) wrong "groups on $1" "$why: ${said##*: }" "look at the server" ;;
  esac
}
# In the name of a folder it would make another line of what is told.
line_end='
'
# Who may write below an export where root may not, "UID GID FOLDER" a line: who is declared (gates_writer), pilots at home, and
# whoever owns a folder there.
writers_of() {  # PATH
  printf '%s' "$WRITERS" | while read -r uid gid folder; do
    case "$folder/" in "$1"/*) echo "$uid $gid $folder" ;; esac
  done
  printf '%s' "$HOMES" | while read -r above _ schema; do
    case "$above/" in "$1"/*) ;; *) continue ;; esac
    for pilot in $PILOTS; do
      home=$above/$pilot
      [ "$schema" != initialThenUsername ] || home=$above/$(printf '%s' "$pilot" | cut -c 1)/$pilot
      timeout 10 stat -c '%u %g %n' "$home" 2>/dev/null
    done
  done
  timeout 20 find "$1" -maxdepth 1 -type d ! -uid 0 -perm -u+wx ! -name "*$line_end*" -printf '%U %G %p\n' 2>/dev/null | head -n 3
}
# Prints "written UID" as the server says who did, or why it was not.
write_as() {  # UID GID FOLDER
  # shellcheck disable=SC2016  # the other shell's own
  timeout 20 setpriv --reuid "$1" --regid "$2" --clear-groups sh -c 'set -C; : >"$1" && stat -c "written %u" "$1"; status=$?; rm -f "$1"; exit $status' \
    sh "$3/.provisioner-gate-$NODE-$$" 2>&1 | tail -n 1
}
try_users() {  # PATH: of an export that is declared rw, where root is refused
  tried='' failed=''
  while read -r uid gid folder; do
    [ -n "$uid" ] && [ "$uid" != 0 ] || continue
    said=$(write_as "$uid" "$gid" "$folder")
    case "$said" in
      "written $uid") right "$1 is written to by UID $uid in $folder"; return ;;
      "written "*) failed="what UID $uid writes to $folder is of UID ${said#written }: the server changes numbers on the way" ;;
      *) [ -n "$failed" ] || failed="UID $uid cannot write to $folder, though it is declared rw: ${said##*: }" ;;
    esac
    tried=yes
  done <<EOT
$(writers_of "$1")
EOT
  if [ -n "$tried" ]; then
    wrong "mount $1" "$failed" "the export's options on the server: rw, no all_squash; gates_writer"
  else
    lacks "$NODE: $1 refuses root (root_squash), and nobody is known who may write there: nothing was written" "gates_writer: {uid, gid, directory}, somebody's folder on it"
  fi
}
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
  if said=$(timeout 20 sh -c "set -C; : >'$file'" 2>&1); then
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
      case "$type $now" in
        *sec=krb5*) ;;
        nfs*) try_groups "$path" "$source" ;;
      esac
    fi
  else
    case "$mode $said" in
      ro*"Read-only"*) right "$path cannot be written to, as declared" ;;
      ro*) wrong "mount $path" "$path could not be tried: ${said##*: }" "look at the server" ;;
      *"Permission denied"*)
        note "$NODE: root may not write to $path (root_squash)${MANY_GROUPS:+: whether rights by more than 16 groups hold there was not tried}"
        case "$type $now" in
          *sec=krb5*) lacks "$NODE: $path refuses root and asks users for tickets (sec=krb5): nothing was written" "somebody who logs in there; or a waiver that says who has tried it" ;;
          *) try_users "$path" ;;
        esac
        ;;
      *) wrong "mount $path" "$path is declared rw, and cannot be written to: ${said##*: }" "the export's options on the server" ;;
    esac
  fi
  parent=$(dirname "$path")
  case "$(stat -c %A "$parent")" in *x) ;; *) wrong "above $path" "$parent is closed to others ($(stat -c %A "$parent")): kubelet and users cannot come to $path" "chmod o+x $parent" ;; esac
done
