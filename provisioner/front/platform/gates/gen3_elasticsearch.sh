# G-4: the Elasticsearch that Gen3's services look for, from a pod; a short name is one of Gen3's own namespace.
[ -n "$ELASTICSEARCH" ] || give_up "the inventory declares no Elasticsearch for Gen3: gen3_elasticsearch"
need_tools
place=${ELASTICSEARCH%/}
host=$(printf '%s' "$place" | sed 's|^[a-z]*://||; s|^[^@/]*@||; s|[:/].*||')
case "$host" in
  *.*) ;;
  *) place=$(printf '%s' "$place" | sed "s|$host|$host.$GEN3_NAMESPACE.svc.$CLUSTER_DOMAIN|") ;;
esac
said=$(fetched GET "$place")
version=$(body_of "$said" | tr -d ' \n' | sed -n 's/.*"number":"\([0-9.]*\)".*/\1/p')
case "$version" in
  7.10.*) right "version $version" ;;
  "")
    wrong "Elasticsearch" "a pod has no answer from Elasticsearch at $place: $(answer_of "$said")" "a Service $host in the namespace '$GEN3_NAMESPACE'"
    exit 0
    ;;
  *) wrong "version" "Elasticsearch is $version, and Gen3 works with 7.10 alone" "gen3_elasticsearch" ;;
esac
# One name for all runs of an instance: what a run left behind the next takes away.
index=$(printf 'provisioner-gates-%s' "$INSTANCE" | tr 'A-Z_' 'a-z-')
fetched DELETE "$place/$index" >/dev/null
said=$(fetched PUT "$place/$index")
case "$(status_of "$said") $(body_of "$said" | tr -d " \n")" in
  200\ *'"acknowledged":true'*) right "an index is made" ;;
  *)
    wrong "an index" "no index can be made: $(answer_of "$said")" "rights, room, and read-only blocks of Elasticsearch"
    exit 0
    ;;
esac
said=$(fetched DELETE "$place/$index")
case "$(status_of "$said") $(body_of "$said" | tr -d " \n")" in
  200\ *'"acknowledged":true'*) right "and dropped" ;;
  *) wrong "an index" "an index cannot be dropped: $(answer_of "$said")" "DELETE $place/$index" ;;
esac
