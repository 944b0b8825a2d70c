# C-14: what nodes can give, and what pods ask for; summed up by the judge.
ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.spec.unschedulable}{"\t"}{.spec.taints[*].effect}{"\t"}{.status.allocatable.cpu} {.status.allocatable.memory}{"\n"}{end}' >"$PLACE/capacity" || give_up "the API does not tell its nodes"
tab=$(printf '\t')
while IFS= read -r line; do
  node=$(printf '%s' "$line" | cut -f1) away=$(printf '%s' "$line" | cut -f2) effects=$(printf '%s' "$line" | cut -f3)
  case "$away $effects " in true* | *" NoSchedule "* | *" NoExecute "*) continue ;; esac
  fact allocatable "$(printf '%s' "$line" | cut -f4)" "$node"
done <"$PLACE/capacity"
ask get pods --all-namespaces --field-selector status.phase!=Succeeded,status.phase!=Failed -o 'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.spec.nodeName}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{range .spec.containers[*]}{.resources.requests.cpu}/{.resources.requests.memory},{end}{"\n"}{end}' >"$PLACE/requests" || give_up "the API does not tell its pods"
# One line a kind and node: summed here in thousandths of a core and in KiB, as `fact` is slow.
awk -F"$tab" -v run="$RUN" '
  function cores(text) { return text ~ /m$/ ? text + 0 : text * 1000 }
  function kib(text) {
    if (text ~ /Ki$/) return text + 0; if (text ~ /Mi$/) return text * 1024; if (text ~ /Gi$/) return text * 1048576
    if (text ~ /k$/) return text / 1.024; if (text ~ /M$/) return text * 976.5625; if (text ~ /G$/) return text * 976562.5
    return text / 1024
  }
  $1 != run && NF >= 4 {
    key = ($3 == "DaemonSet" || $3 == "Node" ? "own" : "requests") " " ($2 == "" ? "-" : $2)
    count = split($4, parts, ",")
    for (at = 1; at < count; at++) { split(parts[at], one, "/"); cpu[key] += cores(one[1]); memory[key] += kib(one[2]) }
  }
  END { for (key in cpu) printf "%s %.0fm %.0fKi\n", key, cpu[key], memory[key] }' "$PLACE/requests" >"$PLACE/sums"
# What stands on a node with a taint for it alone does not count among what may have to move.
while read -r kind node cpu memory; do
  grep "^$node$tab" "$PLACE/capacity" | cut -f3 | tr ' ' '\n' | grep -qx -e NoSchedule -e NoExecute && continue
  fact "$kind" "$cpu $memory" "$node"
done <"$PLACE/sums"
