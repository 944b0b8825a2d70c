# C-14: what nodes can give, and what pods ask for; summed up by the judge.
# "{"cpu":"4","memory":"8Gi","nvidia.com/gpu":"1"}" as a fact has it; how many pods a node takes is none of that.
amount() {
  printf '%s\n' "$1" | tr -d '{}" ' | tr ',' '\n' | awk -F: '
    $1 == "cpu" { cpu = $2; next } $1 == "memory" { memory = $2; next }
    NF == 2 && $1 != "pods" { more = more " " $1 "=" $2 }
    END { print (cpu == "" ? "-" : cpu) " " (memory == "" ? "-" : memory) more }'
}
ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.spec.unschedulable}{"\t"}{.spec.taints[*].effect}{"\t"}{.status.allocatable}{"\n"}{end}' >"$PLACE/capacity" || give_up "the API does not tell its nodes"
tab=$(printf '\t')
while IFS= read -r line; do
  node=$(printf '%s' "$line" | cut -f1) away=$(printf '%s' "$line" | cut -f2) effects=$(printf '%s' "$line" | cut -f3)
  case "$away $effects " in true* | *" NoSchedule "* | *" NoExecute "*) continue ;; esac
  fact allocatable "$(amount "$(printf '%s' "$line" | cut -f4)")" "$node"
done <"$PLACE/capacity"
ask get pods --all-namespaces --field-selector status.phase!=Succeeded,status.phase!=Failed -o 'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.spec.nodeName}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{range .spec.containers[*]}{.resources.requests};{end}{"\n"}{end}' >"$PLACE/requests" || give_up "the API does not tell its pods"
# Pods of the platform's namespace may be those of its chart, which the judge counts once.
there=
[ "$PLATFORM" != gen3 ] || there=$GEN3_NAMESPACE
# One line a kind and node: summed here, cores in thousandths and memory in KiB, as `fact` is slow.
awk -F"$tab" -v run="$RUN" -v there="$there" '
  BEGIN {
    count = split("n u m k M G T P E Ki Mi Gi Ti Pi Ei", suffix, " ")
    split("1e-9 1e-6 1e-3 1e3 1e6 1e9 1e12 1e15 1e18 1024 1048576 1073741824 1099511627776 1125899906842624 1152921504606846976", factor, " ")
    for (at = 1; at <= count; at++) times[suffix[at]] = factor[at]
  }
  function quantity(text) {
    if (!match(text, /[A-Za-z]+$/) || !(substr(text, RSTART) in times)) return text + 0
    return substr(text, 1, RSTART - 1) * times[substr(text, RSTART)]
  }
  $1 != run && NF >= 4 {
    key = ($3 == "DaemonSet" || $3 == "Node" ? "own" : "requests") ($1 == there ? "_there" : "") " " ($2 == "" ? "-" : $2)
    keys[key] = 1
    gsub(/[{}" ]/, "", $4)
    count = split($4, parts, /[;,]/)
    for (at = 1; at <= count; at++)
      if (split(parts[at], one, ":") == 2) { sum[key, one[1]] += quantity(one[2]); if (one[1] != "cpu" && one[1] != "memory") others[one[1]] = 1 }
  }
  END {
    for (key in keys) {
      printf "%s %.0fm %.0fKi", key, sum[key, "cpu"] * 1000, sum[key, "memory"] / 1024
      for (name in others) if ((key, name) in sum) printf " %s=%.0f", name, sum[key, name]
      printf "\n"
    }
  }' "$PLACE/requests" >"$PLACE/sums"
# What stands on a node with a taint for it alone does not count among what may have to move.
while read -r kind node amounts; do
  grep "^$node$tab" "$PLACE/capacity" | cut -f3 | tr ' ' '\n' | grep -qx -e NoSchedule -e NoExecute && continue
  fact "$kind" "$amounts" "$node"
done <"$PLACE/sums"
