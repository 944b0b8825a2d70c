# P-1: what is there of the kinds that Phalanx brings; the judge knows which names clash.
list() { ask get "$1" -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}'; }
for kind in ingressclass namespace crd validatingwebhookconfiguration mutatingwebhookconfiguration; do
  names=$(list $kind 2>/dev/null) || give_up "the API does not tell what there is of $kind"
  for name in $names; do [ "$name" = "$RUN" ] || fact $kind "$name"; done
  right "$kind: asked for"
done
