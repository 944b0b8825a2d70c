# C-1, on each node: its clock, who it follows, and its name both ways. What its hardware is the controller knows.
fact time "$(date +%s.%N | cut -c -14)"
case " $CANNOT " in
  *" clock "*) lacks "$NODE follows no time server of its own: all containers of a lab share one clock" "it is tried on machines, or waived in a lab" ;;
  *)
    if command -v chronyc >/dev/null; then
      source=$(timeout 10 chronyc -c tracking 2>/dev/null | cut -d, -f 1,14)
      case "$source" in
        *,Normal | *",Insert second" | *",Delete second") right "its clock follows a time server" ;;
        *) wrong "time server" "its clock follows no time server (chronyc tracking: ${source:-no answer})" "ntp_servers; chronyc sources" ;;
      esac
    elif [ "$(timedatectl show --property NTPSynchronized --value 2>/dev/null)" = yes ]; then
      right "its clock follows a time server"
    else
      wrong "time server" "its clock follows no time server" "ntp_servers; timedatectl timesync-status"
    fi
    ;;
esac
# As the node itself would find them, by its name servers and its own file; of its own address the file may say another name. A node has
# the address that the cluster knows it by and the one that it is reached at: its name may lead to either, and that one back to it.
agree=yes
while IFS='=' read -r name known; do
  [ -n "$name" ] || continue
  found=$(timeout 10 getent ahostsv4 "$name" | awk '{print $1}' | sort -u | tr '\n' ' ')
  address=
  for one in $known; do
    case " $found " in *" $one "*) address=${address:-$one} ;; esac
  done
  case " $found " in
    "  ") agree=; wrong "the name $name" "the name $name is not resolved" "base_more_hosts, or a name server of the site" ;;
    *) [ -n "$address" ] || case "$name $found" in
      "$NODE 127."*) ;;
      *" 127."*) agree=; wrong "the name $name" "the name $name leads to $(echo $found)" "/etc/hosts of $NODE" ;;
      *) agree=; wrong "the name $name" "the name $name leads to $(echo $found), and the inventory has $(echo "$known" | sed 's/ / or /')" "the site's name servers, and /etc/hosts of $NODE" ;;
    esac ;;
  esac
  [ "$name" != "$NODE" ] && [ -n "$address" ] || continue
  back=" $(timeout 10 getent hosts "$address" | tr '\t\n' '  ') "
  case "$back" in
    "  ") agree=; wrong "the address $address" "no name is found for the address $address of $name" "a reverse record, or base_more_hosts" ;;
    *" $name "* | *" $name."* | *" $ENDPOINT "*) ;;
    *) agree=; wrong "the address $address" "the address $address of $name leads to $(echo $back)" "the reverse record of $address" ;;
  esac
done <<EOT
$ADDRESSES
EOT
[ -z "$agree" ] || right "names and addresses of all nodes lead to each other"
