# P-8, on each node that takes notebooks: homes can be made as Nublado makes them, by root, who gives them to their owners; or, where
# it does not (phalanx_init_homes: false), those of pilots are there. Where a letter stands above homes, it is there already.
[ -n "$IS_MEMBER" ] && [ -n "$TAKES_NOTEBOOKS" ] || exit 0
[ -n "$HOMES" ] || { lacks "the inventory names no export with homes: identity.exports with 'homes'"; exit 0; }
printf '%s' "$HOMES" | while read -r path kind schema; do
  type=$(findmnt --noheadings --output FSTYPE --target "$path" 2>/dev/null | tail -n 1)
  [ -d "$path" ] || { wrong "$path" "$path, where homes are, is not there" "storage.mounts; provisioner run playbooks/site.yml -l $NODE"; continue; }
  case "$kind $type" in
    "nfs nfs"* | "gpfs gpfs" | "directory "*) ;;
    *) wrong "$path" "$path is to be on ${kind}, and is on ${type:-nothing}: what is made there nobody else sees" "systemctl status $(systemd-escape --path --suffix=mount "$path")"; continue ;;
  esac
  below=$path
  if [ "$schema" = initialThenUsername ]; then
    missing=
    for letter in a b c d e f g h i j k l m n o p q r s t u v w x y z; do [ -d "$path/$letter" ] || missing="$missing $letter"; done
    if [ -n "$missing" ]; then wrong "$path" "$path lacks folders for the first letters$missing: Nublado makes one level of folders alone" "mkdir them on the server, mode 0755"; else right "$path has a folder for each first letter"; fi
    below=$path/a
    [ -d "$below" ] || continue
  fi
  if [ -z "$INIT_HOMES" ]; then
    for pilot in $PILOTS; do
      home=$path/$pilot
      [ "$schema" != initialThenUsername ] || home=$path/$(printf '%s' "$pilot" | cut -c 1)/$pilot
      if [ -d "$home" ]; then right "the home of $pilot"; else wrong "$home" "the pilot user '$pilot' has no home on $path, and Nublado is told to make none" "make it, with its owner; or phalanx_init_homes"; fi
    done
    [ -n "$PILOTS" ] || lacks "no pilot users are named whose homes could be looked for: identity.pilots"
    continue
  fi
  home=$below/.provisioner-gate-$NODE-$$
  if ! said=$(timeout 20 mkdir -m 0700 "$home" 2>&1); then
    wrong "$path" "root cannot make homes on $path: ${said##*: } (root_squash, or read-only)" "no_root_squash for the nodes that take notebooks; or phalanx_init_homes: false, and homes made otherwise"
    continue
  fi
  if ! said=$(timeout 20 chown 65533:65533 "$home" 2>&1); then
    wrong "$path" "root cannot give a home on $path to its owner: ${said##*: }" "no_root_squash for the nodes that take notebooks"
  elif [ "$(timeout 20 stat -c %u:%g "$home")" != 65533:65533 ]; then
    wrong "$path" "a home on $path that was given to 65533 is of $(timeout 20 stat -c %u:%g "$home"): numbers are changed on the way" "idmapping of the server"
  elif ! said=$(timeout 20 setpriv --reuid 65533 --regid 65533 --clear-groups sh -c ": >'$home/file'" 2>&1); then
    wrong "$path" "who owns a home on $path cannot write to it: ${said##*: }" "modes above $path, and the export's options"
  else
    right "a home is made on $path, given to its owner, and written to by them"
  fi
  timeout 20 rm -rf "$home"
done
