# G-4: the Elasticsearch that Gen3's services look for, from a pod.
[ -n "$ELASTICSEARCH" ] || give_up "the inventory declares no Elasticsearch for Gen3: gen3_elasticsearch"
need_probes
for node in $nodes; do
  told=$(probe "$node" timeout 10 wget -q -O - "$ELASTICSEARCH" 2>&1)
  version=$(printf '%s' "$told" | tr -d ' \n' | sed -n 's/.*"number":"\([0-9.]*\)".*/\1/p')
  case "$version" in
    7.10.*) right "version $version" "$node" ;;
    "") wrong "Elasticsearch" "a pod on $node has no answer from $ELASTICSEARCH: $(printf '%s' "$told" | tail -n 1)" "a Service gen3-elasticsearch-master in Gen3's namespace" "$node" ;;
    *) wrong "version" "Elasticsearch is $version, and Gen3 works with 7.10 alone" "gen3_elasticsearch" "$node" ;;
  esac
  break
done
if said=$(timeout 20 curl -sS --max-time 15 -X PUT "$ELASTICSEARCH/$RUN" 2>&1) && printf '%s' "$said" | grep -q acknowledged; then
  timeout 20 curl -sS --max-time 15 -X DELETE "$ELASTICSEARCH/$RUN" >/dev/null 2>&1
  right "an index is made and dropped"
else
  wrong "an index" "no index can be made: $(printf '%s' "$said" | tail -n 1 | cut -c -200)" "rights, room, and read-only blocks of Elasticsearch"
fi
